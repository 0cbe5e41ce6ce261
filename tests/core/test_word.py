"""Official papers: the measures of GB/T 9704-2012 in the file that Word opens."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from trainer.core import word
from trainer.core.word import Paper, chinese_date

DAY = date(2017, 3, 8)


def _read(paper: Paper) -> DocumentObject:
    return Document(io.BytesIO(paper.bytes()))


def _plan() -> Paper:
    paper = Paper()
    paper.number("互人代工委〔2017〕3号")
    paper.title("2017年培训计划")
    paper.recipients("各乡镇人大：")
    paper.heading(1, "一、总体要求")
    paper.paragraph("按照年度计划组织培训。")
    paper.attachments(["培训计划表", "名额分配表"])
    paper.signature("县人大人代工委", DAY)
    paper.annex("附件1", "培训计划表", landscape=True)
    paper.table(["序号", "班次"], [[1, "赴外培训班"], [2, None]], widths=[1, 4])
    return paper


def _mm(*lengths: Length | None) -> list[int]:
    """Whole millimetres: the file keeps twentieths of a point."""
    return [round(length.mm) for length in lengths if length is not None]


def test_page_and_text_block_measure_as_the_standard_asks() -> None:
    portrait, landscape = _read(_plan()).sections
    margins = _mm(portrait.top_margin, portrait.left_margin)
    assert (_mm(portrait.page_width, portrait.page_height), margins) == ([210, 297], [37, 28])
    assert _mm(portrait.right_margin, portrait.bottom_margin) == [210 - 28 - 156, 297 - 37 - 225]
    assert landscape.orientation == WD_ORIENT.LANDSCAPE
    assert _mm(landscape.page_width, landscape.page_height) == [297, 210]
    assert 22 * word.LINE <= Mm(225) < 23 * word.LINE
    characters = (word.BODY_SIZE + Pt(int(word.CLOSER) / 20)) * 28
    assert characters <= Mm(156) < characters + word.BODY_SIZE


def test_lines_stand_in_order_each_in_its_font() -> None:
    lines = [
        (p.text, p.runs[0].font.name, p.runs[0].font.size)
        for p in _read(_plan()).paragraphs
        if p.text
    ]
    body, title = (word.BODY, Pt(16)), (word.TITLE, Pt(22))
    assert lines == [
        ("互人代工委〔2017〕3号", *body),
        ("2017年培训计划", *title),
        ("各乡镇人大：", *body),
        ("一、总体要求", word.BLACK, Pt(16)),
        ("按照年度计划组织培训。", *body),
        ("附件：1．培训计划表", *body),
        ("2．名额分配表", *body),
        ("县人大人代工委", *body),
        ("2017年3月8日", *body),
        ("附件1", word.BLACK, Pt(16)),
        ("培训计划表", *title),
    ]


def test_the_date_ends_four_characters_from_the_right() -> None:
    (written,) = [p for p in _read(_plan()).paragraphs if p.text == chinese_date(DAY)]
    indent = written.paragraph_format.right_indent
    assert indent is not None
    assert indent.pt == pytest.approx(4 * 15.8, abs=0.05)


def test_a_table_repeats_its_header_and_keeps_rows_whole() -> None:
    (table,) = _read(_plan()).tables
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts == [["序号", "班次"], ["1", "赴外培训班"], ["2", ""]]
    marks = [[child.tag for child in row._tr.trPr] for row in table.rows]
    assert qn("w:tblHeader") in marks[0]
    assert all(qn("w:cantSplit") in row for row in marks)


def test_fonts_are_named_with_what_to_take_instead_and_none_is_shipped() -> None:
    with zipfile.ZipFile(io.BytesIO(_plan().bytes())) as archive:
        names = archive.namelist()
        fonts = archive.read("word/fontTable.xml").decode()
    assert [name for name in names if "font" in name.lower()] == ["word/fontTable.xml"]
    for name, instead in word.INSTEAD.items():
        assert f'w:name="{name}"' in fonts
        assert f'w:altName w:val="{instead}"' in fonts


def test_page_numbers_stand_outside_on_odd_and_even_pages() -> None:
    for section in _read(_plan()).sections:
        for footer in (section.footer, section.even_page_footer):
            assert footer.paragraphs[0].text == "—  —"
            assert "PAGE" in footer.paragraphs[0]._p.xml
