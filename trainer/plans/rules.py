"""States of a plan, targets, planned classes, modes of training: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from trainer.core.errors import Invalid, Refused
from trainer.core.text import Labelled, noop

HALF_DAY = Decimal("0.5")


class PlanKind(Labelled):
    """The two documents; the value stands in addresses."""

    FIVE_YEAR = "five-year", noop("Five-year plan")
    ANNUAL = "annual", noop("Annual plan")


class PlanStatus(Labelled):
    """The life of one revision of a plan."""

    DRAFT = "draft", noop("Draft")
    SUBMITTED = "submitted", noop("Submitted")
    ADOPTED = "adopted", noop("Adopted")
    PUBLISHED = "published", noop("Published")

    @property
    def editable(self) -> bool:
        """Whether the text and table may still be changed."""
        return self is PlanStatus.DRAFT

    @property
    def in_force(self) -> bool:
        """Whether classes may be made from it."""
        return self in (PlanStatus.ADOPTED, PlanStatus.PUBLISHED)


PLAN_STEPS: dict[PlanStatus, frozenset[PlanStatus]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.SUBMITTED}),
    PlanStatus.SUBMITTED: frozenset({PlanStatus.ADOPTED, PlanStatus.DRAFT}),
    PlanStatus.ADOPTED: frozenset({PlanStatus.PUBLISHED}),
    PlanStatus.PUBLISHED: frozenset(),
}


def require_step(old: PlanStatus, new: PlanStatus) -> None:
    """Raise Refused unless a plan may go from *old* to *new*."""
    if new not in PLAN_STEPS[old]:
        raise Refused(noop("This step is not possible in the plan's present state."))


def require_editable(status: PlanStatus) -> None:
    """Raise Refused unless the text and table of a plan in *status* may be changed."""
    if not status.editable:
        raise Refused(
            noop("Only a draft can be changed. Amend the plan, or have it sent back first.")
        )


_NUMBER = re.compile(r"[^\s〔〕]{1,30}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,4}号")
_BRACKETS = str.maketrans("[【［(（]】］)）", "〔〔〔〔〔〕〕〕〕〕")


def document_number(text: str) -> str:
    """Return a document number (发文字号) in its official form, as 互人大〔2017〕3号.

    Other brackets are mended. Raises Invalid unless it has office, year and number without 第
    and without leading zeros (GB/T 9704-2012, 7.2.5).
    """
    number = "".join(text.split()).translate(_BRACKETS)
    if "〕第" in number or not _NUMBER.fullmatch(number):
        raise Invalid(
            noop("Write office, year and number, for example 互人大〔2017〕3号."),
            field="document_number",
        )
    return number


def require_adoption_day(on: date, *, today: date, earlier: date | None) -> None:
    """Raise Invalid unless a plan may have been adopted on day *on*.

    Not after *today*, and not before *earlier*, the adoption of the revision that it amends.
    """
    if on > today:
        raise Invalid(noop("This day is still to come."), field="adopted_on")
    if earlier is not None and on < earlier:
        raise Invalid(
            noop("The revision before was adopted later, on %(day)s."),
            field="adopted_on",
            day=earlier,
        )


def plan_years(first_day: date, last_day: date) -> tuple[int, ...]:
    """Return the years a term plans for: those whose middle (1 July) lies in the term."""
    years = range(first_day.year, last_day.year + 1)
    return tuple(year for year in years if first_day <= date(year, 7, 1) <= last_day)


def possible_years(first_day: date, last_day: date) -> range:
    """Return the years that share at least a day with a term: an annual plan may be made."""
    return range(first_day.year, last_day.year + 1)


TEXTS = ("title", "purpose", "principles", "themes", "measures", "bodies")
"""The texts of a five-year plan, in the order of the document."""


@dataclass(frozen=True)
class PlanSettings:
    """How a committee plans: whether who alone wrote a plan may adopt it, classes at a time."""

    own_adoption: bool = False
    at_once: int = 2


def alone(authors: Collection[int], user_id: int | None) -> bool:
    """Tell whether *user_id* alone wrote a plan; the command line is nobody."""
    return user_id is not None and set(authors) == {user_id}


def require_second_person(*, alone: bool, allowed: bool) -> None:
    """Raise Refused when who *alone* wrote a plan adopts it and that is not *allowed*."""
    if alone and not allowed:
        raise Refused(
            noop(
                "You alone wrote this plan: somebody else records its adoption. "
                "The planning settings can allow it."
            )
        )


def require_closable(status: PlanStatus, *, closed: bool, year: int, today: date) -> None:
    """Raise Refused unless the year of a plan may be closed: in force, and the year over."""
    if not status.in_force:
        raise Refused(noop("Only the year of an adopted plan can be closed."))
    if closed:
        raise Refused(noop("The year is closed already."))
    if today.year <= year:
        raise Refused(noop("The year is not over yet."))


class TargetKind(Labelled):
    """What a five-year plan sets out to reach; rates in per cent, hours per deputy, yuan."""

    NEW_COVERAGE = "new_coverage", noop("Coverage of newly elected deputies")
    COVERAGE = "coverage", noop("Coverage of all deputies in office")
    HOURS = "hours", noop("Class hours per deputy")
    CLASSES = "classes", noop("Number of classes")
    PERSON_TIMES = "person_times", noop("Person-times")
    PEOPLE = "people", noop("Distinct people")
    SATISFACTION = "satisfaction", noop("Satisfaction")
    COST = "cost", noop("Cost")

    @property
    def rate(self) -> bool:
        """Whether the figure is a percentage."""
        return self in (TargetKind.NEW_COVERAGE, TargetKind.COVERAGE, TargetKind.SATISFACTION)

    @property
    def counted(self) -> bool:
        """Whether the figure is a whole number of things."""
        return self in (TargetKind.CLASSES, TargetKind.PERSON_TIMES, TargetKind.PEOPLE)


TargetKey = tuple[TargetKind, int | None]
"""A kind of target and its year; no year means the whole term."""


def target_field(kind: TargetKind, year: int | None) -> str:
    """Return the name of the form field of a target."""
    return f"{kind.value}_{year or 'term'}"


def require_target(kind: TargetKind, year: int | None, value: Decimal) -> None:
    """Raise Invalid unless *value* is possible for a target of *kind*."""
    field = target_field(kind, year)
    if value < 0:
        raise Invalid(noop("A target cannot be less than 0."), field=field)
    if kind.rate and value > 100:
        raise Invalid(noop("A rate is at most 100 per cent."), field=field)
    if kind.counted and value != value.to_integral_value():
        raise Invalid(noop("Write a whole number, for example 50."), field=field)


class Mode(Labelled):
    """How a class is held (培训形式)."""

    GATHERED = "gathered", noop("Gathered")
    OFF_SITE = "off_site", noop("Off-site")
    DELIVERED = "delivered", noop("Delivered in the townships")
    ONLINE = "online", noop("Online")
    MEETING = "meeting", noop("In place of a meeting")
    GUEST = "guest", noop("Guest in another body's class")


class Audience(Labelled):
    """The deputies a planned class counts for, in reckoning coverage."""

    OWN_NEW = "own_new", noop("Newly elected deputies of this congress")
    OWN = "own", noop("All deputies of this congress")
    BELOW_NEW = "below_new", noop("Newly elected deputies of the congresses below")
    BELOW = "below", noop("All deputies of the congresses below")
    EVERYBODY = "everybody", noop("Deputies of this congress and of those below")
    PART = "part", noop("Some deputies or others only")


_BELOW = ("乡镇", "乡级", "镇人大", "乡人大", "township")
_OWN = ("县", "市人大", "本级", "county", "congress deputies")
_NEW = ("新任", "新当选", "初任", "newly", "new ")
_BOTH = ("两级", "县乡", "县、乡", "全体", "各级", "both", "all levels")
_PART = ("主席", "专干", "小组", "骨干", "工作人员", "委员", "chair", "staff", "group", "member")


def audience_of(text: str) -> Audience:
    """Return for whom a class is, as the words of its audience (培训对象) say it."""
    folded = text.lower()

    def says(words: Iterable[str]) -> bool:
        return any(word in folded for word in words)

    if says(_PART):
        return Audience.PART
    if says(_BOTH):
        return Audience.EVERYBODY
    if says(_BELOW):
        return Audience.BELOW_NEW if says(_NEW) else Audience.BELOW
    if says(_NEW):
        return Audience.OWN_NEW
    return Audience.OWN if says(_OWN) or "代表" in text else Audience.PART


@dataclass(frozen=True)
class ClassLine:
    """What one line of the annual plan says; see `models.PlannedClass` for the units."""

    name: str
    audience: str
    persons: int
    runs: int
    first_month: int
    last_month: int
    days: Decimal
    mode: Mode
    place: str = ""
    content: str = ""
    host: str = ""
    organiser: str = ""
    budget: Decimal = Decimal(0)
    budget_source: str = ""
    responsible: str = ""
    remark: str = ""
    starts: tuple[date, ...] = ()
    whom: Audience | None = None


COLUMNS: dict[str, str] = {
    "name": noop("Class name"),
    "audience": noop("For whom"),
    "persons": noop("Persons"),
    "runs": noop("Runs"),
    "time": noop("Time"),
    "days": noop("Days"),
    "place": noop("Place"),
    "content": noop("Contents"),
    "mode": noop("Mode"),
    "host": noop("Main host"),
    "organiser": noop("Organising body"),
    "budget": noop("Budget and its source"),
    "responsible": noop("Responsible"),
    "remark": noop("Remark"),
}
"""The columns of the plan's table after 序号, in the official order, with their labels."""


def require_line(line: ClassLine) -> None:
    """Raise Invalid for the first thing that cannot be in *line*."""
    for field in ("name", "audience"):
        if not getattr(line, field):
            raise Invalid(noop("Please fill this in."), field=field)
    for field in ("persons", "runs", "days"):
        if getattr(line, field) <= 0:
            raise Invalid(noop("Write a number greater than 0."), field=field)
    if line.days % HALF_DAY:
        raise Invalid(noop("Write whole or half days, for example 2 or 2.5."), field="days")
    if line.budget < 0:
        raise Invalid(noop("An amount cannot be less than 0."), field="budget")
    _require_months(line.first_month, line.last_month)
    _require_starts(line)


def _require_months(first: int, last: int) -> None:
    if not 1 <= first <= 12:
        raise Invalid(noop("Please choose one."), field="first_month")
    if not first <= last <= 12:
        raise Invalid(noop("The last month is before the first month."), field="last_month")


def _require_starts(line: ClassLine) -> None:
    if len(line.starts) > line.runs:
        raise Invalid(
            noop("There are more dates than runs: %(dates)s dates, %(runs)s runs."),
            field="starts",
            dates=len(line.starts),
            runs=line.runs,
        )
    if list(line.starts) != sorted(set(line.starts)):
        raise Invalid(noop("Write the dates in order, each once."), field="starts")
    if any(not line.first_month <= day.month <= line.last_month for day in line.starts):
        raise Invalid(noop("A date lies outside the months of the class."), field="starts")


def require_year(starts: Iterable[date], year: int) -> None:
    """Raise Invalid unless all first days lie in the plan's year."""
    if any(day.year != year for day in starts):
        raise Invalid(noop("A date lies outside the year of the plan."), field="starts")


def last_day_of(start: date, days: Decimal) -> date:
    """Return the last day of a run of so many days that begins on *start*."""
    return start + timedelta(days=int(days.to_integral_value(ROUND_CEILING)) - 1)


@dataclass(frozen=True)
class Figures:
    """Sums over planned classes: lines, runs, person-times, and the budget in yuan.

    Person-times are persons of one run times runs: never to be read as distinct people.
    """

    lines: int = 0
    runs: int = 0
    person_times: int = 0
    budget: Decimal = Decimal(0)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.lines + other.lines,
            self.runs + other.runs,
            self.person_times + other.person_times,
            self.budget + other.budget,
        )


class Countable(Protocol):
    """What `figures` needs of a planned class."""

    @property
    def persons(self) -> int: ...
    @property
    def runs(self) -> int: ...
    @property
    def budget(self) -> Decimal: ...


def figures(lines: Iterable[Countable]) -> Figures:
    """Return the sums over *lines*."""
    rows = list(lines)
    return Figures(
        lines=len(rows),
        runs=sum(row.runs for row in rows),
        person_times=sum(row.persons * row.runs for row in rows),
        budget=sum((row.budget for row in rows), Decimal(0)),
    )
