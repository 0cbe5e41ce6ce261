"""A class with deputies and half-days, and small helps to take its roll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tests import factories
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.attendance.models import Attendance
from trainer.attendance.rules import Mark, Source
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.people.models import Congress, Delegation, Term

TIMES = (("09:00", "12:00"), ("14:30", "17:30"))


@dataclass
class Scene:
    """A county, a class of it, and who is on the class."""

    county: Congress
    term: Term
    planner: User
    training_class: TrainingClass
    delegations: list[Delegation]
    sessions: list[ClassSession]
    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of the class's roll."""
        return f"/classes/{self.training_class.id}/roll"

    def half(self, index: int) -> str:
        """The key of the half-day of a session."""
        day, half = self.sessions[index].half_day
        return f"{day.isoformat()}.{half.value}"

    def fields(self, index: int, *marks: Mark | None, seen: Mark | None = None) -> dict[str, str]:
        """The form of a half-day with *marks* for the deputies in turn."""
        form = {"half": self.half(index)}
        for enrolment, mark in zip(self.enrolments, marks, strict=False):
            form[f"seen-{enrolment.id}"] = seen.value if seen else ""
            if mark is not None:
                form[f"mark-{enrolment.id}"] = mark.value
        return form


def county() -> tuple[Congress, Term]:
    """A county congress and its term from October 2016."""
    congress = factories.congress()
    return congress, factories.term(congress)


def held_class(
    deputies: int = 3,
    half_days: int = 2,
    *,
    delegations: int = 1,
    place: tuple[Congress, Term] | None = None,
    **values: Any,
) -> Scene:
    """A running class of June 2017 with a session in each half-day."""
    congress, term = place or county()
    first = values.get("first_day", date(2017, 6, 5))
    days = (half_days + 1) // 2
    values = {
        "status": ClassStatus.RUNNING,
        "first_day": first,
        "last_day": first + timedelta(max(0, days - 1)),
        "capacity": max(50, deputies),
        **values,
    }
    training_class = factories.training_class(term, **values)
    sessions = [
        factories.class_session(training_class, first + timedelta(n // 2), *TIMES[n % 2])
        for n in range(half_days)
    ]
    groups = [
        factories.delegation(term, f"第{training_class.id}-{n + 1}代表团")
        for n in range(delegations)
    ]
    for n, group in enumerate(groups):
        group.position = n
        factories.quota(training_class, group, seats=deputies)
    scene = Scene(congress, term, factories.user(scope=congress), training_class, groups, sessions)
    for n in range(deputies):
        seat = factories.seat(groups[n * delegations // deputies])
        scene.enrolments.append(factories.enrolment(training_class, seat))
    return scene


def record(enrolment: Enrolment, *marks: tuple[ClassSession, Mark | None]) -> None:
    """Put marks on the roll as if staff had recorded them."""
    for session, mark in marks:
        if mark is not None:
            factories.add(
                Attendance(
                    session_id=session.id,
                    enrolment_id=enrolment.id,
                    mark=mark,
                    source=Source.STAFF,
                    by_name="王海燕",
                    at=clock.now(),
                )
            )


def recorded() -> dict[tuple[int, int], Mark]:
    """All marks in the database by session and enrolment."""
    rows = db.session.execute(
        sa.select(Attendance.session_id, Attendance.enrolment_id, Attendance.mark)
    )
    return {(session, enrolment): mark for session, enrolment, mark in rows}


def officer(of: Congress) -> User:
    """A township officer."""
    return factories.user(Role.TOWNSHIP_OFFICER, scope=of)
