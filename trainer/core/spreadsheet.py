"""Writing Excel workbooks that people get to download."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from flask import Response, send_file

from trainer.core.clock import local, today

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | datetime | bool | None


def _plain(value: Cell) -> str | int | float | Decimal | date | datetime | bool | None:
    return local(value).replace(tzinfo=None) if isinstance(value, datetime) else value


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return an xlsx file of one sheet: *title* above, *header* repeated in print, then *rows*.

    Text stays text, also when it begins with ``= + - @``.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        heading = book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, title, heading)
        for column, text in enumerate(header):
            sheet.write_string(1, column, text, bold)
        widths = [len(text) * 2 for text in header]
        for index, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                plain = _plain(value)
                if plain is None:
                    continue
                if isinstance(plain, str):
                    sheet.write_string(index, column, plain)
                else:
                    sheet.write(index, column, plain)
                widths[column] = max(widths[column], min(40, 2 * len(str(plain))))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(0, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def download(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the answer that gives a `workbook`, named by its title and today's date."""
    file = io.BytesIO(workbook(title, header, rows))
    name = f"{title}-{today().isoformat()}.xlsx".replace("/", "-")
    return send_file(file, MEDIA_TYPE, as_attachment=True, download_name=name)
