"""Conflicts of a class that somebody answers for, and what still stands in its way."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainer.accounts.audit import Actor, audit
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses import gathering
from trainer.courses.conflicts import Conflict
from trainer.courses.extra_models import Acceptance
from trainer.courses.models import TrainingClass


@dataclass(frozen=True)
class Judged:
    """A conflict, and who accepted it, None while nobody did."""

    conflict: Conflict
    acceptance: Acceptance | None

    @property
    def open(self) -> bool:
        """Whether it stands in the way: a hard one always does."""
        return self.conflict.hard or self.acceptance is None


def judged(training_class: TrainingClass) -> list[Judged]:
    """Return the conflicts of a class as they are now, each with its acceptance."""
    return with_acceptances(training_class, gathering.of_class(training_class))


def with_acceptances(training_class: TrainingClass, conflicts: list[Conflict]) -> list[Judged]:
    """Return *conflicts* of a class, each with its acceptance; those that are open first."""
    accepted = {
        row.key: row
        for row in db.session.scalars(
            sa.select(Acceptance).where(Acceptance.class_id == training_class.id)
        )
    }
    found = [Judged(one, None if one.hard else accepted.get(one.key)) for one in conflicts]
    return sorted(found, key=lambda one: not one.open)


def accept(training_class: TrainingClass, *, key: str, reason: str, by: Actor) -> Acceptance:
    """Answer for a soft conflict by name and reason.

    Raises Refused for one that is gone, changed, hard, or accepted already; Invalid without a
    reason.
    """
    found = next((one for one in judged(training_class) if one.conflict.key == key), None)
    if found is None:
        raise Refused(noop("This conflict is gone or has changed. Look at the timetable again."))
    if found.conflict.hard:
        raise Refused(noop("This conflict cannot be accepted; it must be solved."))
    if not reason:
        raise Invalid(noop("Say why the conflict is accepted."), field="reason")
    row = Acceptance(
        class_id=training_class.id, key=key, reason=reason, by_id=by.user_id, by_name=by.name
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise Refused(noop("This conflict is accepted already.")) from error
    said = {"conflict": found.conflict.clash.value, "reason": reason}
    audit("conflict.accept", training_class, by=by, before={}, after=said)
    return row


def take_back(training_class: TrainingClass, *, key: str, by: Actor) -> None:
    """Take an acceptance back; raises Refused when there is none."""
    row = db.session.scalar(
        sa.select(Acceptance).where(Acceptance.class_id == training_class.id, Acceptance.key == key)
    )
    if row is None:
        raise Refused(noop("This conflict is not accepted."))
    said = {"conflict": key.partition(":")[0], "reason": row.reason}
    db.session.delete(row)
    audit("conflict.take_back", training_class, by=by, before=said, after={})


def require_clear(training_class: TrainingClass, *, soft: bool = True) -> None:
    """Raise Refused while a conflict is hard or, with *soft*, nobody has answered for it."""
    still = [one for one in judged(training_class) if one.conflict.hard or (soft and one.open)]
    if still:
        raise Refused(
            noop(
                "%(count)s conflicts stand in the way: solve them in the timetable, or accept "
                "those that can be accepted."
            ),
            count=len(still),
        )
