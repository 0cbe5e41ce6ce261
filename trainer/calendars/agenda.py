"""A month with its training, for those who have no calendar: weeks of days over the almanac."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainer.almanac import queries as almanac
from trainer.almanac.rules import Day
from trainer.calendars.downloads import held_by
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.courses.queries import visible_classes
from trainer.people.models import Congress, Delegation, Seat, Term
from trainer.people.queries import Viewer

FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass
class Entry:
    """What stands in a day: the sessions of one class, in order."""

    training_class: TrainingClass
    sessions: list[ClassSession] = field(default_factory=list)

    @property
    def cancelled(self) -> bool:
        """Whether nothing of it takes place."""
        return all(session.cancelled_at is not None for session in self.sessions)


@dataclass(frozen=True)
class Month:
    """The days of a month in weeks (None outside of it), and what stands in each day."""

    first: date
    weeks: Sequence[Sequence[Day | None]]
    entries: Mapping[date, Sequence[Entry]]

    @property
    def before(self) -> date | None:
        """The month before, None at the end of what can be shown."""
        day = (self.first - timedelta(days=1)).replace(day=1)
        return day if day.year >= FIRST_YEAR else None

    @property
    def after(self) -> date | None:
        """The month after, None at the end of what can be shown."""
        day = (self.first + timedelta(days=31)).replace(day=1)
        return day if day.year <= LAST_YEAR else None

    @property
    def busy_days(self) -> list[Day]:
        """The days in which something stands, in order."""
        return [day for week in self.weeks for day in week if day and self.entries.get(day.day)]


def month_asked(text: str, today: date) -> date:
    """Return the first day of the month written as 2017-06, the present one for anything else."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else today.replace(day=1)


def of_person(person_id: int, first: date) -> Month:
    """Return a month of the classes on which a person holds a seat."""
    return _month(held_by(person_id), congress_of(person_id), first)


def of_staff(viewer: Viewer, congress_id: int, first: date, *, text: str = "") -> Month:
    """Return a month of the classes that a viewer may see, over a congress's almanac.

    *text* narrows it to classes with it in their name.
    """
    shown = visible_classes(viewer)
    if text:
        shown = sa.and_(shown, TrainingClass.name.icontains(text, autoescape=True))
    return _month(shown, congress_id, first)


def congress_of(person_id: int) -> int | None:
    """Return the congress of a person's latest seat, the higher of two of the same day."""
    return db.session.scalar(
        sa.select(Congress.id)
        .join(Term, Term.congress_id == Congress.id)
        .join(Delegation, Delegation.term_id == Term.id)
        .join(Seat, Seat.delegation_id == Delegation.id)
        .where(Seat.person_id == person_id)
        .order_by(Seat.elected_on.desc(), sa.func.length(Congress.path))
        .limit(1)
    )


def _month(shown: sa.ColumnElement[bool], congress_id: int | None, first: date) -> Month:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = almanac.days(congress_id or 0, first, last)
    by_date = {day.day: day for day in days}
    weeks = [
        [by_date.get(day) if day.month == first.month else None for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks, _entries(_sessions(shown, first, last)))


def _sessions(shown: sa.ColumnElement[bool], first: date, last: date) -> Iterable[ClassSession]:
    midnight = datetime.min.time()
    return db.session.scalars(
        sa.select(ClassSession)
        .join(ClassSession.training_class)
        .where(
            shown,
            ClassSession.starts_at >= clock.at(first, midnight),
            ClassSession.starts_at < clock.at(last + timedelta(days=1), midnight),
        )
        .options(
            contains_eager(ClassSession.training_class).joinedload(TrainingClass.venue),
            joinedload(ClassSession.lecturer),
            joinedload(ClassSession.room).joinedload(Room.venue),
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    )


def _entries(sessions: Iterable[ClassSession]) -> Mapping[date, Sequence[Entry]]:
    found: defaultdict[date, dict[int, Entry]] = defaultdict(dict)
    for session in sessions:
        entries = found[session.day]
        entry = entries.setdefault(session.class_id, Entry(session.training_class))
        entry.sessions.append(session)
    return {day: list(entries.values()) for day, entries in found.items()}
