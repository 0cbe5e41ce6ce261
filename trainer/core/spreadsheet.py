"""Writing Excel workbooks that people get to download."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

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
    return workbook_of([(None, title, header, rows)])


Part = tuple[str | None, str, Sequence[str], Iterable[Sequence[Cell]]]


def workbook_of(parts: Iterable[Part]) -> bytes:
    """Return an xlsx file with a sheet per part: its name, title, header and rows."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, title, header, rows in parts:
            _fill(book, book.add_worksheet(name), title, header, rows)
    return buffer.getvalue()


def _fill(
    book: Any, sheet: Any, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
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


def download(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the answer that gives a `workbook`, named by its title and today's date."""
    return send(title, workbook(title, header, rows))


def send(title: str, data: bytes) -> Response:
    """Return the answer that gives an xlsx file, named by *title* and today's date."""
    name = f"{title}-{today().isoformat()}.xlsx".replace("/", "-")
    return send_file(io.BytesIO(data), MEDIA_TYPE, as_attachment=True, download_name=name)
