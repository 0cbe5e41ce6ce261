"""Word documents: official papers by GB/T 9704-2012, and tables that print well.

Fonts are named, never shipped: where 仿宋_GB2312 or 方正小标宋简体 is missing, the font table tells
the program what to take instead.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from flask import Response, send_file

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

TITLE, BODY, BLACK, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# What to take where a font is missing, best first (w:altName, ECMA-376 Part 1, 17.8.3.1).
INSTEAD = {
    TITLE: "FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,SimSun,Noto Serif CJK SC",
    BODY: "FangSong_GB2312,仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    BLACK: "SimHei,STHeiti,Noto Sans CJK SC",
    KAI: "KaiTi_GB2312,楷体,KaiTi,STKaiti,Noto Serif CJK SC",
    SONG: "SimSun,STSong,Noto Serif CJK SC",
}
# Levels 1 to 4 of headings: 一、 (一) 1. (1); the writer puts the number, the level the font.
HEADINGS = (BLACK, KAI, BODY, BODY)
# A4 with a text block of 156 × 225 mm: 22 lines of 28 characters (GB/T 9704-2012, 5.2).
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LINE = Pt(28.95)
# 28 characters of 16 pt are 448 pt, the block is 442 pt: body text is set 0.25 pt closer. A grid of
# characters (linesAndChars) would say the same to Word, but LibreOffice then takes two cells each.
CLOSER = "-5"
GRID = {"w:type": "lines", "w:linePitch": "579"}
BODY_SIZE, TITLE_SIZE, PAGE_SIZE, TABLE_SIZE = Pt(16), Pt(22), Pt(14), Pt(10.5)
ROW_HEIGHT = Mm(8)
INDENT = Pt(2 * 15.8)  # two characters of the grid


def chinese_date(day: date) -> str:
    """Return *day* as papers write it: ``2017年8月29日``, Arabic figures without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


class Paper:
    """A document that is written from top to bottom and then asked for its `bytes`."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document = Document()
        _declare_fonts(self.document)
        self._base_style()
        self._page(self.document.sections[0], landscape=landscape)

    def _base_style(self) -> None:
        style = self.document.styles["Normal"]
        style.font.size = BODY_SIZE
        _set_font(style.element.get_or_add_rPr(), BODY)
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), CLOSER)
        style.element.rPr.append(closer)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = LINE

    def _page(self, section: Any, *, landscape: bool) -> None:
        wide, high = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = wide, high
        sides = (LEFT, TOP, RIGHT, BOTTOM) if landscape else (TOP, RIGHT, BOTTOM, LEFT)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = sides
        section.footer_distance = section.bottom_margin - Mm(7) - PAGE_SIZE
        for grid in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(grid)
        if not landscape:
            grid = OxmlElement("w:docGrid")
            for name, value in GRID.items():
                grid.set(qn(name), value)
            section._sectPr.append(grid)
        self.document.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def _line(
        self, text: str, font: str = BODY, size: Length = BODY_SIZE, **options: Any
    ) -> Paragraph:
        paragraph: Paragraph = self.document.add_paragraph()
        for index, part in enumerate(text.splitlines() or [""]):
            run = paragraph.add_run()
            if index:
                run.add_break()
            run.add_text(part)
            run.font.size = size
            run.bold = options.get("bold")
            _set_font(run._r.get_or_add_rPr(), font)
        return paragraph

    def number(self, text: str) -> None:
        """Write the document number (发文字号), centred: ``互人代工委〔2017〕3号``."""
        self._line(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.blank()

    def title(self, text: str) -> None:
        """Write the title: 小标宋 22 pt, centred, a blank line after it."""
        paragraph = self._line(text, TITLE, TITLE_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)
        paragraph.paragraph_format.keep_with_next = True
        self.blank()

    def recipients(self, text: str) -> None:
        """Write whom it goes to (主送机关), from the margin, with its colon."""
        self._line(text)

    def heading(self, level: int, text: str) -> None:
        """Write a heading of *level* 1 (一、) to 4 ((1)), number included, first line indented."""
        paragraph = self._line(text, HEADINGS[level - 1])
        paragraph.paragraph_format.first_line_indent = INDENT
        paragraph.paragraph_format.keep_with_next = True

    def paragraph(self, text: str) -> None:
        """Write a paragraph of body text, first line indented by two characters."""
        self._line(text).paragraph_format.first_line_indent = INDENT

    def note(self, text: str) -> None:
        """Write a small line, as below a table."""
        paragraph = self._line(text, BODY, TABLE_SIZE)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE

    def blank(self) -> None:
        """Leave a line free."""
        self._line("")

    def attachments(self, names: Sequence[str]) -> None:
        """List what is attached (附件), numbered where there are several."""
        self.blank()
        for index, name in enumerate(names):
            mark = f"{index + 1}．" if len(names) > 1 else ""
            line = self._line(f"附件：{mark}{name}" if index == 0 else f"{mark}{name}")
            hanging = INDENT * 5 // 2
            line.paragraph_format.left_indent = INDENT + hanging
            line.paragraph_format.first_line_indent = -hanging if index == 0 else Pt(0)

    def signature(self, issuer: str, day: date) -> None:
        """Write who issues it and when: the date ends four characters from the right margin."""
        self.blank()
        self.blank()
        written = chinese_date(day)
        # The issuer stands centred above the date (GB/T 9704-2012, 7.3.5.3, without a seal).
        wide = len(issuer) * BODY_SIZE
        of_date = (len(written) + len([c for c in written if c >= "一"])) * BODY_SIZE // 2
        right = max(0, INDENT * 2 + (of_date - wide) // 2)
        for text, indent in ((issuer, right), (written, INDENT * 2)):
            paragraph = self._line(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = Length(indent)
            paragraph.paragraph_format.keep_together = True

    def annex(self, label: str, title: str, *, landscape: bool = False) -> None:
        """Begin an annex on a page of its own: ``附件1`` in 黑体 at the margin, then its title."""
        section = self.document.add_section()
        for footer in (section.footer, section.even_page_footer):
            footer.is_linked_to_previous = False
        self._page(section, landscape=landscape)
        if label:
            self._line(label, BLACK)
        self.title(title)

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        widths: Sequence[float] | None = None,
        size: Length = TABLE_SIZE,
        height: Length = ROW_HEIGHT,
    ) -> Table:
        """Write a ruled table whose header repeats on each page.

        *widths* are shares of the width of the text block; *height* is the least of a body row.
        None is an empty cell. Returns the table for further shaping (merged cells).
        """
        table: Table = self.document.add_table(rows=1, cols=len(header), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _fill(table.rows[0], header, size, BLACK)
        _repeat(table.rows[0])
        for values in rows:
            row = table.add_row()  # type: ignore[no-untyped-call]
            _fill(row, values, size, SONG)
            row.height = height
        self._set_widths(table, widths or [1] * len(header))
        return table

    def _set_widths(self, table: Table, shares: Sequence[float]) -> None:
        section = self.document.sections[-1]
        page, left, right = section.page_width, section.left_margin, section.right_margin
        assert page is not None
        assert left is not None
        assert right is not None
        whole = sum(shares)
        widths = [Length(int((page - left - right) * share / whole)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width

    def bytes(self) -> bytes:
        """Return the docx file."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()


def _set_font(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), name)


def _fill(row: Any, values: Sequence[object], size: Length, font: str) -> None:
    for cell, value in zip(row.cells, values, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        run = paragraph.add_run("" if value is None else str(value))
        run.font.size = size
        _set_font(run._r.get_or_add_rPr(), font)
        cell.vertical_alignment = 1  # centre
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _page_number(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """Write — 1 — in 宋体 14 pt, one character from the outer margin (GB/T 9704-2012, 7.5)."""
    paragraph = footer.paragraphs[0]
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    paragraph.alignment = side
    right = side == WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.right_indent = PAGE_SIZE if right else Pt(0)
    paragraph.paragraph_format.left_indent = Pt(0) if right else PAGE_SIZE
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size = PAGE_SIZE
        _set_font(run._r.get_or_add_rPr(), SONG)
        if text is None:
            for kind in ("begin", "separate", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
                if kind == "begin":
                    code = OxmlElement("w:instrText")
                    code.text = "PAGE"
                    run._r.append(code)


def _declare_fonts(document: Any) -> None:
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, instead in INSTEAD.items():
        table.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/>'
                '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
            )
        )
    part._blob = serialize_part_xml(table)


def send(name: str, data: bytes) -> Response:
    """Return the answer that downloads a docx file under *name*."""
    file = name.replace("/", "-") + ".docx"
    return send_file(io.BytesIO(data), MEDIA_TYPE, as_attachment=True, download_name=file)
