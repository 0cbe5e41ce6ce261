"""Between the database and the solvers: what they are told, and keeping what they find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import sqlalchemy as sa

from trainer.accounts.audit import Actor
from trainer.almanac import queries as almanac
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import DayKind
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses import filling, gathering, queries, schedule
from trainer.courses.building import (
    Frame,
    Place,
    Topic,
    build,
    contradiction,
    why_not,
)
from trainer.courses.dates import Closed, Reason, Want, Year
from trainer.courses.models import ClassSession, Lecturer, TrainingClass
from trainer.courses.rules import USUAL_TIMES, Half, SessionKind, half_of
from trainer.people.queries import Viewer
from trainer.plans.models import PlannedClass

DAY = timedelta(days=1)
FULL = Decimal(4)


def wants(lines: Iterable[queries.PlannedLine]) -> list[Want]:
    """Return a wish for every run not yet made; its key tells planned class and number of run."""
    return [
        Want(
            key=line.planned.id * 100 + number,
            name=line.planned.name,
            days=ceil(line.planned.days),
            first_month=line.planned.first_month,
            last_month=line.planned.last_month,
            audience=line.planned.audience,
        )
        for line in lines
        for number in range(line.left)
    ]


def year_of(viewer: Viewer, congress_id: int, year: int, *, gap: int) -> Year:
    """Return what is known of a year: days off, make-up days, congresses in session, classes."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    closed = []
    for day in almanac.days(congress_id, first, last):
        why = "、".join(day.notes) or day.official
        if day.day_off or day.make_up or DayKind.CONGRESS in day.kinds:
            closed.append(Closed(day.day, day.day, why))
    tender = [
        Closed(entry.first_day, entry.last_day, entry.name)
        for entry in _entries(congress_id, first, last)
        if entry.kind is DayKind.BUSY
    ]
    return Year(
        max(first, clock.today() + DAY) if year == clock.today().year else first,
        last,
        closed,
        tender,
        _held(viewer, first, last),
        gap,
    )


def _entries(congress_id: int, first: date, last: date) -> Sequence[AlmanacEntry]:
    return db.session.scalars(
        sa.select(AlmanacEntry).where(
            AlmanacEntry.congress_id == congress_id,
            AlmanacEntry.first_day <= last,
            AlmanacEntry.last_day >= first,
        )
    ).all()


def _held(viewer: Viewer, first: date, last: date) -> list[Closed]:
    rows = db.session.execute(
        sa.select(TrainingClass, PlannedClass.audience)
        .outerjoin(PlannedClass, TrainingClass.planned_class_id == PlannedClass.id)
        .where(
            queries.visible_classes(viewer),
            TrainingClass.status.in_(gathering.HELD),
            TrainingClass.first_day <= last,
            TrainingClass.last_day >= first,
        )
    )
    return [
        Closed(row.first_day, row.last_day, row.numbered_name, audience or "")
        for row, audience in rows
    ]


@dataclass(frozen=True)
class Wish:
    """What a planner types: topics with their lecturers' names, by kind, and the days on site.

    With *in_order* the lectures keep the order in which they are written.
    """

    lectures: Sequence[tuple[str, tuple[str, ...]]]
    on_site: Sequence[tuple[str, tuple[str, ...]]]
    discussions: Sequence[tuple[str, tuple[str, ...]]]
    days_on_site: Sequence[date]
    in_order: bool


@dataclass(frozen=True)
class Line:
    """A topic in its place, who teaches it, and why it stands in no other half-day."""

    topic: Topic
    place: Place
    lecturer: str
    others: list[tuple[date, Half, list[Reason]]]


def built(viewer: Viewer, row: TrainingClass, wish: Wish) -> list[Line]:
    """Return the best timetable of a wish, in order.

    Raises Invalid for a lecturer who is not listed, Refused naming the smallest set of demands
    that contradict each other.
    """
    names = _lecturers(viewer, wish)
    topics, frame = _topics(wish, names), _frame(row, wish, names.values())
    found = build(topics, frame)
    if found is None:
        by_key = {topic.key: topic.title for topic in topics}
        keys = dict.fromkeys(key for _kind, key, _o in contradiction(topics, frame))
        raise Refused(
            noop("These demands contradict each other: %(topics)s. Give one of them up."),
            topics="、".join(by_key[key] for key in keys),
        )
    by_id = {key: name for name, key in names.items()}
    lines = [
        Line(
            topic,
            found[topic.key],
            by_id.get(found[topic.key].lecturer or 0, ""),
            [
                (*at, why_not(topic, at, found, topics, frame))
                for at in frame.halves
                if at != (found[topic.key].day, found[topic.key].half)
            ],
        )
        for topic in topics
    ]
    return sorted(lines, key=lambda line: frame.halves.index((line.place.day, line.place.half)))


def _lecturers(viewer: Viewer, wish: Wish) -> dict[str, int]:
    wanted = {
        name
        for group in (wish.lectures, wish.on_site, wish.discussions)
        for _title, names in group
        for name in names
    }
    rows = db.session.execute(
        queries.lecturers(viewer)
        .with_only_columns(Lecturer.name, Lecturer.id)
        .where(Lecturer.name.in_(wanted))
        .order_by(Lecturer.id.desc())
    )
    found = {row.name: row.id for row in rows}
    for name in sorted(wanted - set(found)):
        raise Invalid(
            noop("There is no lecturer “%(name)s” yet. Enter them first."),
            field="lectures",
            name=name,
        )
    return found


def _topics(wish: Wish, names: dict[str, int]) -> list[Topic]:
    kinds = (
        (SessionKind.LECTURE, wish.lectures),
        (SessionKind.ON_SITE, wish.on_site),
        (SessionKind.DISCUSSION, wish.discussions),
    )
    topics: list[Topic] = []
    for kind, group in kinds:
        for index, (title, who) in enumerate(group):
            before = topics[-1].key if index and wish.in_order else None
            after = (before,) if before is not None else ()
            teachers = tuple(names[name] for name in who)
            topics.append(Topic(len(topics) + 1, title, kind, teachers, after))
    return topics


def _frame(row: TrainingClass, wish: Wish, lecturers: Iterable[int]) -> Frame:
    """Return the half-days between report-in and the last morning, and when lecturers cannot."""
    count = (row.last_day - row.first_day).days + 1
    days = [row.first_day + n * DAY for n in range(count)]
    inner = days[1:-1] if count > 2 else days
    halves = tuple((day, half) for day in inner for half in Half)
    return Frame(halves, frozenset(wish.days_on_site), _busy(row, set(lecturers), halves))


def _busy(
    row: TrainingClass, lecturers: set[int], halves: Sequence[tuple[date, Half]]
) -> frozenset[tuple[int, date, Half]]:
    taught = db.session.execute(
        sa.select(ClassSession.lecturer_id, ClassSession.starts_at)
        .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
        .where(
            ClassSession.lecturer_id.in_(lecturers),
            ClassSession.class_id != row.id,
            ClassSession.cancelled_at.is_(None),
            TrainingClass.status.in_(gathering.HELD),
        )
    )
    busy: set[tuple[int, date, Half]] = set()
    for lecturer, start in taught:
        moment = clock.local(start)
        if lecturer is not None:
            busy.add((lecturer, moment.date(), half_of(moment)))
    for gone in gathering.gone_of(lecturers, row.first_day, row.last_day):
        busy |= {
            (gone.lecturer_id, day, half)
            for day, half in halves
            if gone.first_day <= day <= gone.last_day and gone.half in (None, half)
        }
    return frozenset(busy)


def keep(
    row: TrainingClass, lines: Sequence[Line], *, say: schedule.Say, by: Actor
) -> list[ClassSession]:
    """Make the sessions of a built timetable, with report-in, opening, exchange and closing."""
    filling.require_empty(row)
    drafts = schedule.around(row.first_day, row.last_day, say=say)
    sessions = filling.sessions_of(row, drafts)
    begun = row.first_day + DAY if row.last_day - row.first_day > DAY else row.first_day
    for line in lines:
        start, end = USUAL_TIMES[line.place.half]
        if (line.place.day, line.place.half) == (begun, Half.MORNING):
            start = schedule.AFTER_OPENING
        [made] = filling.sessions_of(
            row,
            [
                schedule.Draft(
                    line.place.day,
                    start,
                    end,
                    line.topic.kind,
                    line.topic.title,
                    Decimal(2) if line.topic.kind is SessionKind.DISCUSSION else FULL,
                )
            ],
        )
        made.lecturer_id = line.place.lecturer
        sessions.append(made)
    return filling.add_all(row, sessions, "timetable.build", by=by)
