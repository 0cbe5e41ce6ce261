"""The table of a plan while it is typed: rows of texts, as a form sends them or a file has them.

Nothing here is saved: rows are read, compared with the plan, and shown again until they are right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from trainer.core.errors import DomainError, Invalid
from trainer.core.forms import strip
from trainer.core.text import Labelled, noop
from trainer.core.workbook import Cell, read
from trainer.plans import wording
from trainer.plans.lines import MOST_LINES, TypedLine, line_of
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.reading import CELLS, Sheet, read_line, read_rows
from trainer.plans.rules import ClassLine

BLANK_ROWS = 3


class RowState(Labelled):
    """What a row of a file would do to the plan."""

    NEW = "new", noop("New line")
    CHANGED = "changed", noop("Changes the line")
    SAME = "same", noop("No change")
    KEPT = "kept", noop("Not in the file, stays")
    WRONG = "wrong", noop("Cannot be read")


@dataclass
class GridRow:
    """One row: its cells as typed, what is wrong in them, and the planned class it stands for.

    ``was`` tells the cells as they were served, so that a row nobody touched is left alone;
    ``theirs`` are the cells that somebody else saved meanwhile; ``source`` is the row of a file.
    """

    key: str
    cells: dict[str, str]
    planned_id: int | None = None
    seen: int | None = None
    was: str = ""
    deleted: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    state: RowState | None = None
    source: int | None = None
    line: ClassLine | None = None

    @property
    def blank(self) -> bool:
        """Whether it is an empty row for a class to come."""
        return self.planned_id is None and not any(self.cells.values())

    @property
    def touched(self) -> bool:
        """Whether its cells are others than those that were served."""
        return mark(self.cells) != self.was


def mark(cells: Mapping[str, str]) -> str:
    """Return a short mark of cells, the same for the same texts only."""
    said = "\x1f".join(cells.get(name, "") for name in CELLS)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def of_plan(plan: AnnualPlan, blank: int = BLANK_ROWS) -> list[GridRow]:
    """Return the rows of a plan, and some empty ones at the foot."""
    rows = [_row_of(f"r{n}", row) for n, row in enumerate(plan.classes, start=1)]
    return [*rows, *blank_rows(len(rows), blank)]


def _row_of(key: str, row: PlannedClass) -> GridRow:
    cells = wording.typed_cells(row)
    return GridRow(key, cells, row.id, row.version, mark(cells))


def blank_rows(after: int, count: int) -> list[GridRow]:
    """Return empty rows whose keys come after those of *after* rows."""
    empty = dict.fromkeys(CELLS, "")
    return [GridRow(f"r{after + n}", dict(empty)) for n in range(1, count + 1)]


def of_form(form: MultiDict[str, str]) -> list[GridRow]:
    """Return the rows that a browser sent, in the order of their numbers."""
    found = []
    for place, key in enumerate(dict.fromkeys(form.getlist("row")[: 2 * MOST_LINES])):
        cells = {name: str(strip(form.get(f"{key}.{name}", "")) or "") for name in CELLS}
        row = GridRow(
            key,
            cells,
            _number(form.get(f"{key}.id")),
            _number(form.get(f"{key}.seen")),
            form.get(f"{key}.was", ""),
            deleted=f"{key}.delete" in form,
        )
        position = _number(form.get(f"{key}.no"))
        found.append((place + 1 if position is None else position, place, row))
    return [row for _position, _place, row in sorted(found, key=lambda one: one[:2])]


def _number(text: str | None) -> int | None:
    plain = str(strip(text) or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


def check(rows: Iterable[GridRow], plan: AnnualPlan) -> bool:
    """Read the cells of *rows* that stay, put what is wrong beside them; tell if all is well."""
    whom = {row.id: row.whom for row in plan.classes}
    labels = wording.mode_labels()
    right = True
    for row in rows:
        if row.blank or row.deleted:
            continue
        result = read_line(
            row.cells, year=plan.year, labels=labels, whom=whom.get(row.planned_id or 0)
        )
        row.line = result.line
        row.errors = {name: sentence(error) for name, error in result.errors.items()}
        right = right and not row.errors
    return right


def sentence(error: DomainError) -> str:
    """Return what is wrong in the language of the page."""
    return str(_(error.message, **error.params))


def typed(rows: Iterable[GridRow]) -> list[TypedLine]:
    """Return rows that are right as the lines to save."""
    return [
        TypedLine(row.planned_id, row.line, row.seen, row.touched)
        for row in rows
        if row.line is not None and not row.blank
    ]


def deleted(rows: Iterable[GridRow]) -> list[int]:
    """Return the planned classes that are to go."""
    return [row.planned_id for row in rows if row.deleted and row.planned_id is not None]


def show_conflict(rows: Iterable[GridRow], plan: AnnualPlan, ids: Container[int]) -> None:
    """Put what somebody else saved meanwhile beside the rows of the planned classes *ids*.

    From then on the rows carry the versions that are shown: saving them again is meant. A class
    that is gone becomes a new line.
    """
    now = {row.id: row for row in plan.classes}
    for row in rows:
        if row.planned_id is None or row.planned_id not in ids:
            continue
        saved = now.get(row.planned_id)
        if saved is None:
            row.planned_id = row.seen = None
            row.theirs = {"name": str(_("Somebody has deleted this class."))}
            continue
        cells = wording.typed_cells(saved)
        row.seen = saved.version
        row.theirs = {name: cells[name] or "—" for name in CELLS if cells[name] != row.cells[name]}


# Files


@dataclass(frozen=True)
class FilePreview:
    """The rows of a file beside those of the plan; nothing is saved yet."""

    rows: Sequence[GridRow]
    unknown: Sequence[str]

    def count(self, state: RowState) -> int:
        """Return how many rows are in *state*."""
        return sum(row.state is state for row in self.rows)


def of_file(data: bytes, plan: AnnualPlan, *, whole: bool) -> FilePreview:
    """Return the rows of an Excel or text file beside those of *plan*.

    A row whose class name a line of the plan has changes that line, in the columns that the file
    has; others are new. With *whole* the file is the whole table: lines it lacks are to go. Raises
    Invalid (field ``file``) for a file that cannot be read or has no table.
    """
    sheet = _table_of(data)
    lines = {row.name: row for row in reversed(plan.classes)}
    rows: list[GridRow] = []
    for number, cells in sheet.rows:
        rows.append(_file_row(f"r{len(rows) + 1}", number, cells, lines.pop(cells["name"], None)))
    for left in reversed(lines.values()):
        kept = _row_of(f"r{len(rows) + 1}", left)
        rows.append(replace(kept, state=RowState.KEPT, deleted=whole))
    check(rows, plan)
    known = {row.id: row for row in plan.classes}
    for row in rows:
        row.state = row.state or _state(row, known.get(row.planned_id or 0))
    return FilePreview(rows, sheet.unknown)


def _table_of(data: bytes) -> Sheet:
    refusal: Invalid | None = None
    for one in read(data):
        try:
            sheet = read_rows([[_text(cell) for cell in row] for row in one.rows])
        except Invalid as error:
            refusal = refusal or error
        else:
            if len(sheet.rows) > MOST_LINES:
                raise Invalid(
                    noop("A plan has at most %(most)s lines."), field="file", most=MOST_LINES
                )
            return sheet
    raise refusal or Invalid(noop("The file is empty."), field="file")


def _text(cell: Cell) -> str:
    return "" if cell is None else str(strip(str(cell)) or "")


def _file_row(
    key: str, number: int, cells: Mapping[str, str], known: PlannedClass | None
) -> GridRow:
    if known is None:
        return GridRow(key, {**dict.fromkeys(CELLS, ""), **cells}, source=number)
    row = _row_of(key, known)
    given = dict(cells)
    if "budget" in given and "budget_source" not in given:
        given["budget_source"] = ""  # the official column says both
    row.cells = {**row.cells, **given}
    row.source = number
    return row


def _state(row: GridRow, known: PlannedClass | None) -> RowState:
    if row.errors:
        return RowState.WRONG
    if known is None:
        return RowState.NEW
    return RowState.SAME if row.line == line_of(known) else RowState.CHANGED
