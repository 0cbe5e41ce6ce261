"""The part of a roster that could not be taken, to be mended and sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from trainer.core import workbook
from trainer.core.spreadsheet import Cell, Part
from trainer.people.matching import Row, Verdict
from trainer.people.roster import Reading


def refused_rows(
    data: bytes,
    readings: Sequence[Reading],
    rows: Sequence[Row],
    sentence: Callable[[Row], str],
    because: str,
) -> list[Part]:
    """Return the sheets of what was refused, each row with a last column of reasons."""
    reasons: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for row in rows:
        if row.verdict is Verdict.REFUSED:
            reasons[row.sheet, row.row].append(sentence(row))
    kept = {sheet.name: sheet.rows for sheet in workbook.read(data)}
    made: list[Part] = []
    for reading in readings:
        wide = max(reading.layout.headers, default=0) + 1
        header = [reading.layout.headers.get(index, "") for index in range(wide)]
        body: list[list[Cell]] = []
        for (sheet, number), texts in sorted(reasons.items()):
            if sheet == reading.sheet:
                cells = [*kept[sheet][number - 1], *[None] * wide][:wide]
                body.append([*cells, "；".join(texts)])
        if body:
            made.append((reading.sheet or None, reading.sheet or because, [*header, because], body))
    return made
