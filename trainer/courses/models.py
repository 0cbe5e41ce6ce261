"""Training classes, their sessions, and who teaches where."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.core import clock
from trainer.core.database import Model, enum_column
from trainer.courses.rules import ClassStatus, Half, Rank, SessionKind, half_of, status_on
from trainer.people.models import Congress, Term
from trainer.plans.models import PlannedClass
from trainer.plans.rules import Mode


class Venue(Model):
    """A place where classes are held, with its address."""

    __tablename__ = "venue"
    __table_args__ = (sa.UniqueConstraint("congress_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    address: Mapped[str] = mapped_column(sa.String(160), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    rooms: Mapped[list[Room]] = relationship(
        back_populates="venue", lazy="raise", order_by="Room.name"
    )


class Room(Model):
    """A room of a venue with its number of seats."""

    __tablename__ = "room"
    __table_args__ = (
        sa.UniqueConstraint("venue_id", "name"),
        sa.CheckConstraint("seats > 0", name="seats_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(sa.ForeignKey("venue.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    seats: Mapped[int]

    venue: Mapped[Venue] = relationship(back_populates="rooms", lazy="raise")


class Lecturer(Model):
    """Somebody who teaches."""

    __tablename__ = "lecturer"
    __table_args__ = (sa.UniqueConstraint("congress_id", "name", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    unit: Mapped[str] = mapped_column(sa.String(80), default="")
    rank: Mapped[Rank] = mapped_column(enum_column(Rank), default=Rank.OTHER)

    @property
    def title(self) -> str:
        """Name and unit, to tell lecturers of one name apart."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


class TrainingClass(Model):
    """A class (班): run N of a planned class, or outside the plan with a named approval.

    ``taken`` counts the enrolments that hold a seat; the database keeps it within the capacity.
    ``revision`` counts the changes that calendars show and ``changed_at`` is the last of them (see
    `changes`); ``published_at`` is when they first could. ``postponed_at`` is also the time at
    which a postponed class's sessions were called off: those take place again when it goes on.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        sa.UniqueConstraint("planned_class_id", "run"),
        sa.CheckConstraint("first_day <= last_day", name="days_in_order"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="taken_within_capacity"),
        sa.CheckConstraint("run > 0", name="run_positive"),
        sa.CheckConstraint(
            "planned_class_id IS NOT NULL OR approval <> ''", name="planned_or_approved"
        ),
        sa.CheckConstraint(
            "status NOT IN ('cancelled', 'postponed') OR reason <> ''",
            name="cancelled_with_reason",
        ),
        sa.Index(None, "congress_id", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    planned_class_id: Mapped[int | None] = mapped_column(sa.ForeignKey("planned_class.id"))
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("venue.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    run: Mapped[int] = mapped_column(default=1)
    mode: Mapped[Mode] = mapped_column(enum_column(Mode))
    status: Mapped[ClassStatus] = mapped_column(enum_column(ClassStatus), default=ClassStatus.DRAFT)
    first_day: Mapped[date]
    last_day: Mapped[date]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    host: Mapped[str] = mapped_column(sa.String(80), default="")
    organiser: Mapped[str] = mapped_column(sa.String(80), default="")
    approval: Mapped[str] = mapped_column(sa.String(200), default="")
    head: Mapped[str] = mapped_column(sa.String(60), default="")
    head_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    gathering: Mapped[str] = mapped_column(sa.String(200), default="")
    bring: Mapped[str] = mapped_column(sa.String(400), default="")
    link: Mapped[str] = mapped_column(sa.String(300), default="")
    nominate_by: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(400), default="")
    published_at: Mapped[datetime | None]
    postponed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    congress: Mapped[Congress] = relationship(lazy="raise")
    term: Mapped[Term] = relationship(lazy="raise")
    planned_class: Mapped[PlannedClass | None] = relationship(lazy="raise")
    venue: Mapped[Venue | None] = relationship(lazy="raise")
    sessions: Mapped[list[ClassSession]] = relationship(
        back_populates="training_class",
        lazy="raise",
        order_by="ClassSession.starts_at, ClassSession.id",
    )

    def status_on(self, today: date) -> ClassStatus:
        """Return the state on *today*, see `rules.status_on`."""
        return status_on(self.status, first_day=self.first_day, today=today)

    @property
    def numbered_name(self) -> str:
        """The name with the number of its run, for sentences; pages print it with a label."""
        return f"{self.name}（{self.run}）" if self.planned_class_id else self.name


class ClassSession(Model):
    """One entry of a class's timetable (课程表); kept for ever once calendars have seen it.

    ``sequence`` grows with every change a calendar shows (RFC 5545 section 3.8.7.4);
    ``presider`` is who chairs it (主持人).
    """

    __tablename__ = "class_session"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="times_in_order"),
        sa.CheckConstraint("hours >= 0", name="hours_not_negative"),
        sa.Index(None, "class_id", "starts_at"),
        sa.Index(None, "class_id", "cancelled_at"),
        sa.Index(None, "lecturer_id", "starts_at"),
        sa.Index(None, "room_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("training_class.id"))
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind))
    title: Mapped[str] = mapped_column(sa.String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    lecturer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lecturer.id"))
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room.id"))
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    presider: Mapped[str] = mapped_column(sa.String(60), default="")
    hours: Mapped[Decimal] = mapped_column(sa.Numeric(4, 1), default=Decimal(0))
    cancelled_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    training_class: Mapped[TrainingClass] = relationship(back_populates="sessions", lazy="raise")
    lecturer: Mapped[Lecturer | None] = relationship(lazy="raise")
    room: Mapped[Room | None] = relationship(lazy="raise")

    @property
    def day(self) -> date:
        """The local day on which the session begins."""
        return clock.local(self.starts_at).date()

    @property
    def half(self) -> Half:
        """The half-day in which the session begins."""
        return half_of(clock.local(self.starts_at))

    @property
    def half_day(self) -> tuple[date, Half]:
        """The day and its half: one column of the roll."""
        return self.day, self.half
