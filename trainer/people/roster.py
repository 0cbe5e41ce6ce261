"""Finding the table in a roster as offices keep it, and reading its rows: pure, no database.

A sheet may open with a title and notes, its header may take one or two rows, the delegation may
be written once for a group, and sums stand at its foot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trainer.core.errors import Invalid
from trainer.core.text import Labelled, noop
from trainer.people import roster_values as values
from trainer.people.roster_values import Raw, text_of

HEADER_DEPTH = 30  # rows from the top in which a header is looked for
_SUMS = re.compile(r"(合|总|小|共)\s*计|^\d+\s*人$|^(填表|制表|审核|注|备注|说明)[人:：]")


class Column(Labelled):
    """What a column of a roster can mean."""

    CERTIFICATE = "certificate", noop("Certificate number")
    NAME = "name", noop("Name")
    SEX = "sex", noop("Sex")
    ETHNICITY = "ethnicity", noop("People")
    BIRTH = "birth", noop("Born")
    PARTY = "party", noop("Party")
    EDUCATION = "education", noop("Education")
    POST = "post", noop("Unit and post")
    OCCUPATION = "occupation", noop("Occupation")
    DELEGATION = "delegation", noop("Delegation")
    DISTRICT = "district", noop("Electoral district")
    PHONE = "phone", noop("Phone")
    NEWLY = "newly_elected", noop("Newly elected")
    ELECTION = "election", noop("How elected")
    ELECTED_ON = "elected_on", noop("Elected on")
    FIXED_INCOME = "fixed_income", noop("Fixed income")


# The usual names of the columns, without spaces and marks (see `_folded`).
_NAMES: dict[Column, str] = {
    Column.CERTIFICATE: r"代表证(编)?号码?|证号|证件编号",
    Column.NAME: r"(代表)?姓名|名字|代表名单",
    Column.SEX: r"性别",
    Column.ETHNICITY: r"民族(成份|成分)?|族别",
    Column.BIRTH: r"出生(年月日?|日期|时间)?|生日",
    Column.PARTY: r"(党派|政治面貌)+|党派及?政治面貌|政治面目",
    Column.EDUCATION: r"(文化程度|学历)+|最高学历|学历学位",
    Column.POST: r"(现?工作)?单位(及|和|、)?(现?任?职务)(职称)?|(现任)?职务|工作单位|单位职务|现职",
    Column.OCCUPATION: r"职业(构成|类别)?|代表构成|界别|身份",
    Column.DELEGATION: r"(所在|所属)?代表团(名称)?|团别|所在团",
    Column.DISTRICT: r"(所在|所属)?选区(名称|编号)?|选举单位|原选区",
    Column.PHONE: r"(联系|手机)?(电话|号码|手机)+(号码?)?|手机号|联系方式",
    Column.NEWLY: r"(是否)?(连任|新任|新当选)+|(是否)?(连任|新任)(或|还是)?(新任|连任)|新老代表",
    Column.ELECTION: r"产生方式|当选方式|换届补选|选举方式|换届或补选",
    Column.ELECTED_ON: r"(当选|选举|补选)(日期|时间|年月)",
    Column.FIXED_INCOME: r"(是否)?(有无)?(有)?固定(工资)?收入(情况)?",
}
_PATTERNS = {column: re.compile(pattern) for column, pattern in _NAMES.items()}


@dataclass(frozen=True)
class Layout:
    """How a sheet is read: where its data begin, and what each column (from 0) means."""

    first_row: int
    columns: Mapping[int, Column]
    headers: Mapping[int, str]

    def header(self, column: Column) -> str:
        """Return how the file itself calls a column, else our name for it."""
        places = (i for i, meaning in self.columns.items() if meaning is column)
        return next((self.headers[i] for i in places if i in self.headers), column.label)

    @property
    def shape(self) -> str:
        """The headers in order: two files of one shape are read alike."""
        return "|".join(_folded(text) for _index, text in sorted(self.headers.items()))


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: row from 1 as spreadsheets count, header, value, and why."""

    row: int
    column: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One deputy as the roster tells; a column that is not there or empty is None."""

    row: int
    name: str
    given: Mapping[Column, Any]

    def get(self, column: Column) -> Any:
        """Return what the roster says of *column*."""
        return self.given.get(column)


@dataclass
class Reading:
    """What a sheet says: entries, faults, and how it was read."""

    sheet: str
    layout: Layout
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _folded(header: str) -> str:
    return re.sub(r"[\s\W_]+", "", header)


def _meaning(header: str) -> Column | None:
    folded = _folded(re.sub(r"[(（].*?[)）]", "", header)) or _folded(header)
    return next((c for c, pattern in _PATTERNS.items() if pattern.fullmatch(folded)), None)


def _headers(upper: Sequence[Raw], lower: Sequence[Raw] | None) -> dict[int, str]:
    """Return the header texts of one row, or of two: the lower text, else the upper one."""
    texts: dict[int, str] = {}
    for index in range(max(len(upper), len(lower or ()))):
        above = text_of(upper[index]) if index < len(upper) else ""
        below = text_of(lower[index]) if lower is not None and index < len(lower) else ""
        chosen = below if below and (_meaning(below) or not _meaning(above)) else above
        if chosen:
            texts[index] = chosen
    return texts


def _columns(headers: Mapping[int, str]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for index, header in sorted(headers.items()):
        meaning = _meaning(header)
        if meaning is not None and meaning not in found.values():
            found[index] = meaning
    return found


def find_layout(rows: Sequence[Sequence[Raw]]) -> Layout | None:
    """Return the header that names most columns, a name column among them; None without one."""
    best: Layout | None = None
    for index, row in enumerate(rows[:HEADER_DEPTH]):
        following = rows[index + 1] if index + 1 < len(rows) else None
        for depth, lower in ((1, None), (2, following)):
            headers = _headers(row, lower)
            columns = _columns(headers)
            better = best is None or len(columns) > len(best.columns)
            if Column.NAME in columns.values() and len(columns) >= 2 and better:
                best = Layout(index + depth, columns, headers)
    return best


def with_columns(layout: Layout, columns: Mapping[int, Column]) -> Layout:
    """Return *layout* with the meanings that the user chose."""
    return Layout(layout.first_row, dict(columns), layout.headers)


def _filled_down(
    rows: Sequence[Sequence[Raw]], layout: Layout, merged: Sequence[Any]
) -> dict[int, Raw]:
    """Return the delegation of rows whose cell is empty because it is written once for a group.

    Merged cells tell it; where the format has none, an empty cell in a column that is mostly empty.
    """
    place = next((i for i, c in layout.columns.items() if c is Column.DELEGATION), None)
    if place is None:
        return {}
    filled: dict[int, Raw] = {}
    for (top, left), (bottom, right) in merged:
        if left <= place <= right and bottom > top >= layout.first_row:
            first = rows[top][place] if place < len(rows[top]) else None
            filled.update(dict.fromkeys(range(top, bottom + 1), first))
    if filled:
        return filled
    cells = [row[place] if place < len(row) else None for row in rows[layout.first_row :]]
    if sum(cell is None for cell in cells) * 2 <= len(cells):
        return {}
    last: Raw = None
    for index, cell in enumerate(cells, start=layout.first_row):
        last = cell if cell is not None else last
        filled[index] = last
    return filled


_LIMITS = {
    Column.CERTIFICATE: 30,
    Column.PARTY: 30,
    Column.EDUCATION: 30,
    Column.POST: 120,
    Column.OCCUPATION: 40,
    Column.DELEGATION: 60,
    Column.DISTRICT: 60,
}
_READERS: dict[Column, Callable[[Raw], Any]] = {
    Column.SEX: values.sex,
    Column.ETHNICITY: values.ethnicity,
    Column.BIRTH: values.birth,
    Column.PHONE: values.phone,
    Column.ELECTION: values.election,
    Column.ELECTED_ON: values.day,
    Column.FIXED_INCOME: values.yes,
}


def _value(column: Column, raw: Raw, header: str) -> Any:
    if column is Column.NEWLY:
        return values.newly(raw, header=_folded(header))
    if column in _LIMITS:
        return values.line(raw, _LIMITS[column]) or None
    return _READERS[column](raw)


def _is_sum(row: Sequence[Raw], name: str) -> bool:
    """Tell whether a row is a sum or a note at the foot, not a person."""
    if _SUMS.search(name.replace(" ", "")):
        return True
    leading = [text_of(cell).replace(" ", "") for cell in row[:4]]
    return not name and any(_SUMS.search(text) for text in leading)


def _entry(number: int, row: Sequence[Raw], layout: Layout) -> tuple[Entry | None, list[Fault]]:
    faults: list[Fault] = []
    given: dict[Column, Any] = {}
    name = ""
    for index, column in layout.columns.items():
        raw = row[index] if index < len(row) else None
        header = layout.headers.get(index, column.label)
        try:
            if column is Column.NAME:
                name = values.name(raw)
            elif text_of(raw):
                given[column] = _value(column, raw, header)
        except Invalid as error:
            shown = text_of(raw)[:80]
            reason = error.message if shown else noop("The name is missing.")
            faults.append(Fault(number, header, shown, reason))
    return (None if faults else Entry(number, name, given)), faults


def read_sheet(
    sheet: str, rows: Sequence[Sequence[Raw]], merged: Sequence[Any], layout: Layout
) -> Reading:
    """Return what *rows* say under *layout*; a row with a fault is no entry."""
    reading = Reading(sheet, layout)
    for number, row in _data_rows(rows, layout, merged):
        entry, faults = _entry(number, row, layout)
        reading.faults += faults
        if entry is not None:
            reading.entries.append(entry)
    return reading


def _data_rows(
    rows: Sequence[Sequence[Raw]], layout: Layout, merged: Sequence[Any]
) -> Iterator[tuple[int, Sequence[Raw]]]:
    groups = _filled_down(rows, layout, merged)
    where = {column: index for index, column in layout.columns.items()}
    for index in range(layout.first_row, len(rows)):
        row = list(rows[index])
        name = text_of(row[where[Column.NAME]]) if where[Column.NAME] < len(row) else ""
        meant = [i for i in layout.columns if i < len(row) and text_of(row[i])]
        if not meant or _is_sum(row, name) or _headers(row, None) == dict(layout.headers):
            continue
        if index in groups:
            row += [None] * (where[Column.DELEGATION] + 1 - len(row))
            row[where[Column.DELEGATION]] = groups[index]
        yield index + 1, row
