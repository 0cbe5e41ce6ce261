"""Reading spreadsheets that people send: xlsx, xls, xlsb, ods and csv, with one clear refusal."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from trainer.core import workbook_child
from trainer.core.errors import Invalid
from trainer.core.text import noop

Cell = str | int | float | bool | date | None
Range = tuple[tuple[int, int], tuple[int, int]]
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
MEMORY = 2 * 1024**3  # address space of the reading child, most of it never touched
SECONDS = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the first on, and the merged ranges (row, column from 0)."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()
    hidden: bool = False


def read(data: bytes) -> list[Sheet]:
    """Return the sheets of a workbook or text file.

    Raises Invalid (field ``file``) for a file that is empty, too large, encrypted, broken or of
    another kind than its bytes can be.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise Invalid(noop("The file is empty."), field="file")
    if len(data) > LARGEST_FILE:
        raise Invalid(
            noop("The file is larger than %(most)s MB: split it."),
            field="file",
            most=LARGEST_FILE // 1024**2,
        )
    if data.startswith((_OLE, _ZIP)):
        if data.startswith(_ZIP):
            _refuse_bomb(data)
        return _read_in_child(data)
    return [_text_sheet(data)]


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _corrupt() from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise _encrypted()
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise _too_large()


def _read_in_child(data: bytes) -> list[Sheet]:
    script = str(Path(workbook_child.__file__))
    try:
        child = subprocess.run(  # noqa: S603
            [sys.executable, "-I", script, str(MEMORY)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large() from error
    if child.returncode == workbook_child.ENCRYPTED:
        raise _encrypted()
    if child.returncode == workbook_child.TOO_LARGE:
        raise _too_large()
    if child.returncode != 0:
        raise _corrupt()
    return [_sheet(made) for made in json.loads(child.stdout)]


def _sheet(made: dict[str, Any]) -> Sheet:
    rows = [
        [date.fromisoformat(cell[0]) if isinstance(cell, list) else cell for cell in row]
        for row in made["rows"]
    ]
    merged = tuple((tuple(first), tuple(last)) for first, last in made["merged"])
    return Sheet(made["name"], rows, merged, made["hidden"])


def _text_sheet(data: bytes) -> Sheet:
    text = _decode(data)
    sample = text[:4096]
    delimiter = max(",\t;，", key=sample.count)
    # A quote that is never closed would swallow the rest: such a file is read line by line.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows: list[list[Cell]] = [[cell or None for cell in row] for row in reader]
    except csv.Error as error:
        raise _corrupt() from error
    return Sheet("", rows)


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(c) < 32 and c not in "\r\n\t\f" for c in text):
            return text
    raise Invalid(noop("This is no spreadsheet. Send xlsx, xls, xlsb, ods or csv."), field="file")


def _encrypted() -> Invalid:
    return Invalid(
        noop("The file is protected by a password: save it without one, then send it again."),
        field="file",
    )


def _too_large() -> Invalid:
    return Invalid(noop("The file unfolds to more than can be read: split it."), field="file")


def _corrupt() -> Invalid:
    return Invalid(
        noop("The file is damaged: open it in Excel or WPS, save it as xlsx, then send it again."),
        field="file",
    )
