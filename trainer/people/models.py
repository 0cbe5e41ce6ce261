"""Congresses and their terms, delegations, persons and their seats."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from trainer.accounts.models import User
from trainer.core.database import Model, enum_column
from trainer.core.secrets import EncryptedText
from trainer.people import names
from trainer.people.rules import Election, EndReason, Level, Sex, StepKind


class Congress(Model):
    """A people's congress (人民代表大会) of some level.

    ``path`` is the codes from the root down, each followed by a slash: a subtree is a prefix.
    """

    __tablename__ = "congress"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("path"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("congress.id"), index=True)
    level: Mapped[Level] = mapped_column(enum_column(Level))
    code: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(80))
    short_name: Mapped[str] = mapped_column(sa.String(30))
    path: Mapped[str] = mapped_column(sa.String(80))


class Term(Model):
    """The term (届) of a congress: five years, from its first day to its last.

    A closed term is frozen: the database refuses to change its seats and delegations. It keeps the
    names that its congress had then, for townships are renamed.
    """

    __tablename__ = "term"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "first_day"),
        sa.CheckConstraint("first_day < last_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    first_day: Mapped[date]
    last_day: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(sa.String(60))
    former_name: Mapped[str | None] = mapped_column(sa.String(80))
    former_short_name: Mapped[str | None] = mapped_column(sa.String(30))

    congress: Mapped[Congress] = relationship(lazy="raise")

    @property
    def congress_name(self) -> str:
        """The name of the congress in this term; needs the congress."""
        return self.former_name or self.congress.name

    @property
    def congress_short_name(self) -> str:
        """The short name of the congress in this term; needs the congress."""
        return self.former_short_name or self.congress.short_name


class Delegation(Model):
    """A delegation (代表团) of one term, with its number of seats.

    ``unit_id`` names the township congress whose officer looks after it; county units have none.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        sa.UniqueConstraint("term_id", "name"),
        sa.CheckConstraint("seats >= 0", name="seats_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("congress.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    seats: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    term: Mapped[Term] = relationship(lazy="raise")
    unit: Mapped[Congress | None] = relationship(lazy="raise")


class Person(Model):
    """A natural person, once, whatever seats and accounts they have.

    ``birth`` is year-month or a whole date (``1975-08``), as rosters know it. ``sort_name`` is the
    pinyin of the name, ``initials`` its first letters, ``search_text`` all that a search by name
    looks in; they follow whenever a name is set. ``erased_on`` is when personal data was deleted.
    """

    __tablename__ = "person"
    __table_args__ = (sa.Index(None, "sort_name", "id"), sa.Index(None, "phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    sort_name: Mapped[str] = mapped_column(sa.String(120))
    initials: Mapped[str] = mapped_column(sa.String(30), default="")
    search_text: Mapped[str] = mapped_column(sa.String(240), default="", server_default="")
    sex: Mapped[Sex | None] = mapped_column(enum_column(Sex))
    ethnicity: Mapped[str | None] = mapped_column(sa.String(20))
    birth: Mapped[str | None] = mapped_column(sa.String(10))
    party: Mapped[str | None] = mapped_column(sa.String(30))
    education: Mapped[str | None] = mapped_column(sa.String(30))
    occupation: Mapped[str | None] = mapped_column(sa.String(40))
    post: Mapped[str | None] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    id_number: Mapped[str | None] = mapped_column(EncryptedText("person.id_number"))
    bank_account: Mapped[str | None] = mapped_column(EncryptedText("person.bank_account"))
    erased_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    user: Mapped[User | None] = relationship(lazy="raise")
    seats: Mapped[list[Seat]] = relationship(
        back_populates="person", lazy="raise", order_by="Seat.elected_on, Seat.id"
    )
    incomes: Mapped[list[FixedIncome]] = relationship(lazy="raise", order_by="FixedIncome.from_day")

    @validates("name")
    def _read_name(self, _key: str, name: str) -> str:
        self.sort_name = names.sort_name(name)
        self.initials = names.initials(name)
        self.search_text = names.search_text(name)
        return name


class FixedIncome(Model):
    """Whether a person has a fixed income (固定收入) from a day on, until the next entry."""

    __tablename__ = "fixed_income"
    __table_args__ = (sa.UniqueConstraint("person_id", "from_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    from_day: Mapped[date]
    fixed: Mapped[bool]


class Seat(Model):
    """A deputy's mandate (代表资格) in one congress for one term."""

    __tablename__ = "seat"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "delegation_id", "elected_on"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= elected_on", name="days_in_order"),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="ended_with_a_reason"),
        sa.Index(None, "delegation_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    delegation_id: Mapped[int] = mapped_column(sa.ForeignKey("delegation.id"))
    district: Mapped[str | None] = mapped_column(sa.String(60))
    certificate: Mapped[str | None] = mapped_column(sa.String(30))
    elected_on: Mapped[date]
    election: Mapped[Election] = mapped_column(enum_column(Election))
    newly_elected: Mapped[bool]
    chair: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason))

    person: Mapped[Person] = relationship(back_populates="seats", lazy="raise")
    delegation: Mapped[Delegation] = relationship(lazy="raise")
    suspensions: Mapped[list[Suspension]] = relationship(lazy="raise")
    steps: Mapped[list[SeatStep]] = relationship(
        back_populates="seat", lazy="raise", order_by="SeatStep.id"
    )


class Suspension(Model):
    """Days on which the exercise of a seat was suspended (暂时停止执行代表职务)."""

    __tablename__ = "suspension"
    __table_args__ = (
        sa.UniqueConstraint("seat_id", "from_day"),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    from_day: Mapped[date]
    to_day: Mapped[date | None]


class SeatStep(Model):
    """A dated action on a seat with its announcement: elected, suspended, restored, ended …

    Rows are only ever added; a mistake is taken back by a further row that names it. What the
    seat is now follows from them (`steps.standing`) and is kept in Seat and Suspension.
    """

    __tablename__ = "seat_step"
    __table_args__ = (
        sa.UniqueConstraint("takes_back_id"),
        sa.CheckConstraint("(kind = 'ended') = (reason IS NOT NULL)", name="ended_with_a_reason"),
        sa.CheckConstraint(
            "(kind = 'moved') = (from_delegation_id IS NOT NULL)", name="moved_from_somewhere"
        ),
        sa.CheckConstraint(
            "(kind = 'taken_back') = (takes_back_id IS NOT NULL)", name="takes_back_a_step"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind))
    day: Mapped[date] = mapped_column(index=True)
    reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason))
    from_delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegation.id"))
    to_delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegation.id"))
    takes_back_id: Mapped[int | None] = mapped_column(sa.ForeignKey("seat_step.id"))
    body: Mapped[str | None] = mapped_column(sa.String(80))
    document: Mapped[str | None] = mapped_column(sa.String(60))
    note: Mapped[str | None] = mapped_column(sa.String(200))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(sa.String(60))

    seat: Mapped[Seat] = relationship(back_populates="steps", lazy="raise")
    from_delegation: Mapped[Delegation | None] = relationship(
        lazy="raise", foreign_keys=[from_delegation_id]
    )
    to_delegation: Mapped[Delegation | None] = relationship(
        lazy="raise", foreign_keys=[to_delegation_id]
    )


class IncomeReview(Model):
    """That somebody confirmed in a year whether a person has a fixed income (每年1月核定)."""

    __tablename__ = "income_review"
    __table_args__ = (sa.UniqueConstraint("person_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    year: Mapped[int]
    fixed: Mapped[bool]
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(sa.String(60))


class PersonNote(Model):
    """A remark of staff about a person, shown to those who look after the person."""

    __tablename__ = "person_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(sa.String(60))


class Scope(Model):
    """The congress whose subtree a staff account works in."""

    __tablename__ = "scope"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"), index=True)

    congress: Mapped[Congress] = relationship(lazy="raise")
