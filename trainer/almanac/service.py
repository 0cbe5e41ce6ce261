"""Verbs on the almanac: enter, change and delete days."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.rules import LONGEST_ENTRY, DayKind, Yearly, require_yearly
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


def save_rule(
    rule: AlmanacRule,
    *,
    congress_id: int,
    kind: DayKind,
    name: str,
    span: Yearly,
    deadline: bool,
    below: bool,
    by: Actor,
) -> None:
    """Make a yearly rule for a congress, or change one.

    Raises Invalid for days that no calendar has, or for a name that another rule has.
    """
    require_yearly(span, deadline=deadline)
    if deadline and kind is not DayKind.CONGRESS:
        raise Invalid(noop("Only congress sessions have a day they must be held by."), field="kind")
    same = sa.select(AlmanacRule.id).where(
        AlmanacRule.congress_id == congress_id,
        AlmanacRule.kind == kind,
        AlmanacRule.name == name,
        AlmanacRule.id != (rule.id or 0),
    )
    if db.session.scalar(same):
        raise Invalid(noop("This is in the almanac already."), field="name")
    verb = "almanac.update" if rule.id else "almanac.create"
    rule.congress_id, rule.kind, rule.name = congress_id, kind, name
    rule.first_month, rule.first_day = span.first_month, span.first_day
    rule.last_month, rule.last_day = span.last_month, span.last_day
    rule.deadline, rule.below = deadline, below
    db.session.add(rule)
    audit(verb, rule, by=by)


def delete_rule(rule: AlmanacRule, *, by: Actor) -> None:
    """Take a yearly rule out of the almanac; the audit trail keeps what it was."""
    columns = ("name", "first_month", "first_day", "last_month", "last_day")
    was = {"kind": rule.kind.value, **{key: getattr(rule, key) for key in columns}}
    audit("almanac.delete", rule, by=by, before=was, after={})
    db.session.delete(rule)
    db.session.flush()


# What the county's own reports say of every year, offered to a county that has no rules yet.
USUAL: tuple[tuple[DayKind, str, Yearly, bool, bool], ...] = (
    (DayKind.ACTIVITY, noop("Deputy Activity Month"), Yearly(11, 1, 11, 30), False, False),
    (DayKind.CONGRESS, noop("First session of the township"), Yearly(1, 1, 3, 31), True, True),
    (DayKind.CONGRESS, noop("Second session of the township"), Yearly(7, 1, 9, 30), True, True),
)


def add_usual_rules(congress_id: int, *, names: dict[str, str], by: Actor) -> None:
    """Add the usual yearly rules that the congress lacks; *names* are their names by message."""
    for kind, message, span, deadline, below in USUAL:
        name = names[message]
        there = sa.select(AlmanacRule.id).where(
            AlmanacRule.congress_id == congress_id,
            AlmanacRule.kind == kind,
            AlmanacRule.name == name,
        )
        if db.session.scalar(there) is None:
            save_rule(
                AlmanacRule(),
                congress_id=congress_id,
                kind=kind,
                name=name,
                span=span,
                deadline=deadline,
                below=below,
                by=by,
            )
