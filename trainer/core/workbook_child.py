"""Reads one workbook from stdin and writes its cells as JSON to stdout; a process of its own.

The bytes come from strangers, and a small file can unfold to more than the machine has: so the
reading is done in a child with a limit of memory and time, and nothing else in it. Run as a
script; it imports only the standard library and the reader.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import python_calamine as calamine

CELLS = 8_000_000
ENCRYPTED, CORRUPT, TOO_LARGE = 3, 4, 5


def plain(value: Any) -> Any:
    """Return a cell as JSON knows it: text, number, bool, None, or a day as ``[iso]``."""
    if isinstance(value, datetime):
        return [value.date().isoformat()]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, float) and value != value:
        return None
    return None if value == "" else value


def sheets(data: bytes) -> list[dict[str, Any]]:
    """Return the visible and hidden sheets with their rows and merged ranges."""
    book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    made, cells = [], 0
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        cells += sheet.total_height * sheet.total_width
        if cells > CELLS:
            sys.exit(TOO_LARGE)
        made.append(
            {
                "name": meta.name,
                "hidden": meta.visible != calamine.SheetVisibleEnum.Visible,
                "rows": [[plain(cell) for cell in row] for row in rows(sheet)],
                "merged": merged(sheet),
            }
        )
    return made


def rows(sheet: calamine.CalamineSheet) -> list[list[Any]]:
    """Return all rows from the first row and column of the sheet on, empty ones included."""
    return sheet.to_python(skip_empty_area=False)


def merged(sheet: calamine.CalamineSheet) -> list[Any]:
    """Return the merged ranges, where the format tells them."""
    try:
        return list(sheet.merged_cell_ranges or [])
    except calamine.CalamineError:
        return []


def main() -> int:
    """Read stdin, write stdout; the exit code says what is wrong with the file."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result = sheets(sys.stdin.buffer.read())
        json.dump(result, sys.stdout, ensure_ascii=True)
    except calamine.PasswordError:
        return ENCRYPTED
    except MemoryError:
        return TOO_LARGE
    except Exception:  # whatever a broken file makes the reader say, it is a broken file
        return CORRUPT
    return 0


if __name__ == "__main__":
    sys.exit(main())
