"""Reads of classes and timetables, filtered by what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.extra_models import TimetableTemplate
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass, Venue
from trainer.courses.rules import ClassStatus, Half
from trainer.people.models import Congress
from trainer.people.queries import Viewer, in_subtree
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.queries import IN_FORCE, same_line, visible_plans
from trainer.plans.rules import Mode


def visible_classes(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a TrainingClass row may be seen by the viewer.

    Planners and auditors: all of congresses in their subtree. Township officers: those of their
    own congress and of the congresses above it, drafts aside. The classes of a deputy depend on
    enrolments, which the package to the left knows; here a deputy sees none.
    """
    if viewer.sees_all:
        return _own(TrainingClass.congress_id, viewer)
    if viewer.role is Role.TOWNSHIP_OFFICER and viewer.path:
        return sa.and_(
            TrainingClass.congress_id.in_(_line_of(viewer.path)),
            TrainingClass.status != ClassStatus.DRAFT,
        )
    return sa.false()


def _line_of(path: str) -> sa.Select[int]:
    """Return the ids of the congress at *path* and of all above it."""
    codes = path.strip("/").split("/")
    paths = ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
    return sa.select(Congress.id).where(Congress.path.in_(paths))


def class_for(viewer: Viewer, class_id: int) -> TrainingClass:
    """Return a class that the viewer may see, with congress, term, plan and venue, else 404."""
    return _one(class_id, visible_classes(viewer), lock=False)


def class_to_change(viewer: Viewer, class_id: int, *, lock: bool = False) -> TrainingClass:
    """Return a class that the viewer may change (planners, in their subtree), else 404.

    *lock* keeps the row until the end of the transaction, so that of two planners who save at
    once the second reads what the first has saved.
    """
    allowed = visible_classes(viewer) if viewer.role is Role.PLANNER else sa.false()
    return _one(class_id, allowed, lock=lock)


def _one(class_id: int, allowed: sa.ColumnElement[bool], *, lock: bool) -> TrainingClass:
    query = (
        sa.select(TrainingClass)
        .where(TrainingClass.id == class_id, allowed)
        .options(
            joinedload(TrainingClass.congress),
            joinedload(TrainingClass.term),
            joinedload(TrainingClass.venue),
            joinedload(TrainingClass.planned_class).joinedload(PlannedClass.plan),
        )
    )
    if lock:
        query = query.with_for_update(of=TrainingClass).execution_options(populate_existing=True)
    found: TrainingClass = db.one_or_404(query)
    return found


@dataclass(frozen=True)
class Wanted:
    """What a list of classes is narrowed to; None means all."""

    year: int | None = None
    mode: Mode | None = None
    status: ClassStatus | None = None
    planned: PlannedClass | None = None
    text: str | None = None


def list_classes(viewer: Viewer, wanted: Wanted, *, today: date) -> sa.Select[TrainingClass]:
    """Return the visible classes that are *wanted*, with venue and congress, not yet ordered."""
    query = (
        sa.select(TrainingClass)
        .outerjoin(Venue, TrainingClass.venue_id == Venue.id)
        .where(visible_classes(viewer))
        .options(joinedload(TrainingClass.venue), joinedload(TrainingClass.congress))
    )
    if wanted.year is not None:
        query = query.where(
            TrainingClass.first_day <= date(wanted.year, 12, 31),
            TrainingClass.last_day >= date(wanted.year, 1, 1),
        )
    if wanted.mode is not None:
        query = query.where(TrainingClass.mode == wanted.mode)
    if wanted.status is not None:
        query = query.where(has_status(wanted.status, today=today))
    if wanted.planned is not None:
        query = query.where(TrainingClass.planned_class_id.in_(same_line(wanted.planned.id)))
    if wanted.text:
        query = query.where(_matches(wanted.text))
    return query


def has_status(status: ClassStatus, *, today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a class is in *status* on *today* (see `rules.status_on`)."""
    begun = TrainingClass.first_day <= today
    published = TrainingClass.status == ClassStatus.PUBLISHED
    if status is ClassStatus.PUBLISHED:
        return sa.and_(published, ~begun)
    if status is ClassStatus.RUNNING:
        return sa.or_(TrainingClass.status == ClassStatus.RUNNING, sa.and_(published, begun))
    return TrainingClass.status == status


def _matches(text: str) -> sa.ColumnElement[bool]:
    columns = (
        TrainingClass.name,
        TrainingClass.host,
        TrainingClass.organiser,
        TrainingClass.head,
        Venue.name,
    )
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))


def class_years(viewer: Viewer, *, today: date) -> list[int]:
    """Return the years with visible classes and the present one, the latest first."""
    first, last = db.session.execute(
        sa.select(sa.func.min(TrainingClass.first_day), sa.func.max(TrainingClass.last_day)).where(
            visible_classes(viewer)
        )
    ).one()
    start = min(first.year if first else today.year, today.year)
    end = max(last.year if last else today.year, today.year)
    return list(range(end, start - 1, -1))


@dataclass(frozen=True)
class PlannedLine:
    """A planned class in force, and how many of its runs are made (cancelled ones aside)."""

    planned: PlannedClass
    made: int

    @property
    def left(self) -> int:
        """How many runs can still be made."""
        return max(0, self.planned.runs - self.made)


def planned_lines(viewer: Viewer, years: Iterable[int]) -> list[PlannedLine]:
    """Return the planned classes in force of *years* in the viewer's subtree, with their runs."""
    later = aliased(AnnualPlan)
    amended = sa.exists().where(
        later.term_id == AnnualPlan.term_id,
        later.year == AnnualPlan.year,
        later.status.in_(IN_FORCE),
        later.revision > AnnualPlan.revision,
    )
    planned = db.session.scalars(
        sa.select(PlannedClass)
        .join(PlannedClass.plan)
        .where(
            visible_plans(viewer, AnnualPlan),
            AnnualPlan.status.in_(IN_FORCE),
            AnnualPlan.year.in_(list(years)),
            ~amended,
        )
        .options(contains_eager(PlannedClass.plan))
        .order_by(AnnualPlan.year, AnnualPlan.term_id, PlannedClass.position, PlannedClass.id)
    ).all()
    made = db.session.execute(
        sa.select(AnnualPlan.term_id, AnnualPlan.year, PlannedClass.line, sa.func.count())
        .join(PlannedClass, PlannedClass.plan_id == AnnualPlan.id)
        .join(TrainingClass, TrainingClass.planned_class_id == PlannedClass.id)
        .where(AnnualPlan.year.in_(list(years)), TrainingClass.status != ClassStatus.CANCELLED)
        .group_by(AnnualPlan.term_id, AnnualPlan.year, PlannedClass.line)
    )
    counts = {(term, year, line): count for term, year, line, count in made}
    return [
        PlannedLine(one, counts.get((one.plan.term_id, one.plan.year, one.line), 0))
        for one in planned
    ]


def runs_of(planned_id: int) -> list[tuple[int, ClassStatus]]:
    """Return number and status of the runs made of a planned class, in all revisions."""
    rows = db.session.execute(
        sa.select(TrainingClass.run, TrainingClass.status)
        .where(TrainingClass.planned_class_id.in_(same_line(planned_id)))
        .order_by(TrainingClass.run)
    )
    return [(run, status) for run, status in rows]


def sessions_of(class_id: int, *, cancelled: bool = True) -> list[ClassSession]:
    """Return the sessions of a class in order, with lecturer and room (and the room's venue)."""
    query = (
        sa.select(ClassSession)
        .where(ClassSession.class_id == class_id)
        .options(
            joinedload(ClassSession.lecturer),
            joinedload(ClassSession.room).joinedload(Room.venue),
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    if not cancelled:
        query = query.where(ClassSession.cancelled_at.is_(None))
    return list(db.session.scalars(query))


def by_half_day(
    sessions: Iterable[ClassSession],
) -> list[tuple[date, Half, list[ClassSession]]]:
    """Return *sessions*, in order of time, put together by half-day."""
    return [(*half, list(group)) for half, group in groupby(sessions, key=lambda s: s.half_day)]


def half_days(training_class: TrainingClass) -> list[tuple[date, Half, list[ClassSession]]]:
    """Return the half-days of a class in order, each with its sessions that are not cancelled."""
    return by_half_day(sessions_of(training_class.id, cancelled=False))


def class_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of classes with their run, by id; one statement."""
    rows = db.session.scalars(sa.select(TrainingClass).where(TrainingClass.id.in_(set(ids))))
    return {row.id: row.numbered_name for row in rows}


def templates(viewer: Viewer) -> sa.Select[TimetableTemplate]:
    """Return the saved timetables of the viewer's subtree."""
    return sa.select(TimetableTemplate).where(_own(TimetableTemplate.congress_id, viewer))


def template_for(viewer: Viewer, template_id: int) -> TimetableTemplate:
    """Return a saved timetable of the viewer's subtree, else 404."""
    found: TimetableTemplate = db.one_or_404(
        templates(viewer).where(TimetableTemplate.id == template_id)
    )
    return found


def session_for(class_id: int, session_id: int) -> ClassSession:
    """Return a session of a class that was loaded for the asker, else 404."""
    found: ClassSession = db.one_or_404(
        sa.select(ClassSession)
        .where(ClassSession.id == session_id, ClassSession.class_id == class_id)
        .options(joinedload(ClassSession.lecturer), joinedload(ClassSession.room))
    )
    return found


def classes_to_copy(viewer: Viewer, class_id: int) -> list[TrainingClass]:
    """Return the visible classes with a timetable that another class may copy, the latest first."""
    return list(
        db.session.scalars(
            sa.select(TrainingClass)
            .where(
                visible_classes(viewer),
                TrainingClass.id != class_id,
                sa.exists().where(
                    ClassSession.class_id == TrainingClass.id,
                    ClassSession.cancelled_at.is_(None),
                ),
            )
            .order_by(TrainingClass.first_day.desc(), TrainingClass.id.desc())
            .limit(100)
        )
    )


def venues(viewer: Viewer) -> sa.Select[Venue]:
    """Return the venues of the viewer's subtree with their rooms."""
    return (
        sa.select(Venue).where(_own(Venue.congress_id, viewer)).options(selectinload(Venue.rooms))
    )


def _own(congress_id: InstrumentedAttribute[int], viewer: Viewer) -> sa.ColumnElement[bool]:
    return congress_id.in_(sa.select(Congress.id).where(in_subtree(viewer)))


def venue_for(viewer: Viewer, venue_id: int) -> Venue:
    """Return a venue of the viewer's subtree with its rooms, else 404."""
    found: Venue = db.one_or_404(venues(viewer).where(Venue.id == venue_id))
    return found


def rooms_at(venue_id: int | None, *, kept: int | None = None) -> list[Room]:
    """Return the rooms of a venue by name, and the room *kept* wherever it is."""
    where = sa.or_(Room.venue_id == venue_id, Room.id == kept)
    return list(db.session.scalars(sa.select(Room).where(where).order_by(Room.name, Room.id)))


def room_for(viewer: Viewer, room_id: int) -> Room:
    """Return a room of a venue in the viewer's subtree with its venue, else 404."""
    found: Room = db.one_or_404(
        sa.select(Room)
        .join(Venue)
        .where(Room.id == room_id, _own(Venue.congress_id, viewer))
        .options(joinedload(Room.venue))
    )
    return found


def lecturers(viewer: Viewer) -> sa.Select[Lecturer]:
    """Return the lecturers of the viewer's subtree."""
    return sa.select(Lecturer).where(_own(Lecturer.congress_id, viewer))


def lecturer_for(viewer: Viewer, lecturer_id: int) -> Lecturer:
    """Return a lecturer of the viewer's subtree, else 404."""
    found: Lecturer = db.one_or_404(lecturers(viewer).where(Lecturer.id == lecturer_id))
    return found


def last_save(row: TrainingClass | ClassSession) -> AuditEvent | None:
    """Return the trail's last line about *row*: who saved it, and when."""
    return db.session.scalar(
        sa.select(AuditEvent)
        .where(AuditEvent.subject_kind == row.__tablename__, AuditEvent.subject_id == row.id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
