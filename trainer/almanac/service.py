"""Verbs on the almanac: enter, change and delete days."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import LONGEST_ENTRY, DayKind
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.text import noop


def save_entry(
    entry: AlmanacEntry,
    *,
    congress_id: int,
    kind: DayKind,
    name: str,
    first_day: date,
    last_day: date,
    by: Actor,
) -> None:
    """Enter days for a congress, or change what was entered.

    Raises Invalid when the days are out of order, too many, or entered already.
    """
    if last_day < first_day:
        raise Invalid(noop("The last day is before the first day."), field="last_day")
    if (last_day - first_day).days >= LONGEST_ENTRY:
        raise Invalid(noop("One entry holds at most a year."), field="last_day")
    same = sa.select(AlmanacEntry.id).where(
        AlmanacEntry.congress_id == congress_id,
        AlmanacEntry.kind == kind,
        AlmanacEntry.first_day == first_day,
        AlmanacEntry.name == name,
        AlmanacEntry.id != (entry.id or 0),
    )
    if db.session.scalar(same):
        raise Invalid(noop("This is in the almanac already."), field="name")
    verb = "almanac.update" if entry.id else "almanac.create"
    entry.congress_id, entry.kind, entry.name = congress_id, kind, name
    entry.first_day, entry.last_day = first_day, last_day
    db.session.add(entry)
    audit(verb, entry, by=by)


def delete_entry(entry: AlmanacEntry, *, by: Actor) -> None:
    """Take days out of the almanac; the audit trail keeps what they were."""
    was = {
        "kind": entry.kind.value,
        "name": entry.name,
        "first_day": str(entry.first_day),
        "last_day": str(entry.last_day),
    }
    audit("almanac.delete", entry, by=by, before=was, after={})
    db.session.delete(entry)
    db.session.flush()
