"""Reads of the almanac: the State Council's word on each day, with what staff entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.rules import HOLIDAYS, Day, DayKind, Spell, Yearly, held_within, judge
from trainer.core.database import db
from trainer.people.models import Congress
from trainer.people.queries import Viewer, in_subtree


def official(day: date) -> tuple[bool | None, str]:
    """Return whether the State Council lets people work on *day*, and the holiday it is for.

    None stands for a year whose notice this program does not know.
    """
    try:
        _off, holiday = chinese_calendar.get_holiday_detail(day)
        return chinese_calendar.is_workday(day), HOLIDAYS.get(holiday or "", holiday or "")
    except NotImplementedError:
        return None, ""


def official_known(year: int) -> bool:
    """Tell whether the State Council's notice for *year* is known."""
    return official(date(year, 1, 1))[0] is not None


def _above(congress_id: int) -> list[str]:
    """Return the paths of a congress and of those above it."""
    path = db.session.scalar(sa.select(Congress.path).where(Congress.id == congress_id)) or ""
    codes = path.split("/")[:-1]
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def entries(congress_id: int, first: date, last: date) -> Sequence[AlmanacEntry]:
    """Return what was entered for a congress, and for those above it, between two days."""
    return _entries(Congress.path.in_(_above(congress_id)), first, last)


def _entries(
    wanted: sa.ColumnElement[bool], first: date, last: date, *more: sa.ColumnElement[bool]
) -> Sequence[AlmanacEntry]:
    return db.session.scalars(
        sa.select(AlmanacEntry)
        .join(AlmanacEntry.congress)
        .where(wanted, AlmanacEntry.first_day <= last, AlmanacEntry.last_day >= first, *more)
        .options(joinedload(AlmanacEntry.congress))
        .order_by(AlmanacEntry.first_day, AlmanacEntry.kind, AlmanacEntry.id)
    ).all()


def yearly_rules(congress_id: int) -> Sequence[AlmanacRule]:
    """Return the yearly rules that hold for a congress: its own, and those from above.

    A rule for the congresses below holds for those right below the one that made it; who made it
    sees it too.
    """
    parent = sa.select(Congress.parent_id).where(Congress.id == congress_id).scalar_subquery()
    return db.session.scalars(
        sa.select(AlmanacRule)
        .join(AlmanacRule.congress)
        .where(
            sa.or_(
                AlmanacRule.congress_id == congress_id,
                sa.and_(Congress.path.in_(_above(congress_id)), ~AlmanacRule.below),
                sa.and_(AlmanacRule.congress_id == parent, AlmanacRule.below),
            )
        )
        .options(joinedload(AlmanacRule.congress))
        .order_by(AlmanacRule.first_month, AlmanacRule.first_day, AlmanacRule.id)
    ).all()


def _spans(rows: Sequence[AlmanacRule], congress_id: int, first: date, last: date) -> list[Spell]:
    """Return the days that yearly rules give a congress; deadlines give none."""
    return [
        Spell(rule.kind, rule.name, *span)
        for rule in rows
        if not rule.deadline and not (rule.below and rule.congress_id == congress_id)
        for span in yearly_of(rule).between(first, last)
    ]


def yearly_of(rule: AlmanacRule) -> Yearly:
    """Return the days that a rule names."""
    return Yearly(rule.first_month, rule.first_day, rule.last_month, rule.last_day)


def spell_of(entry: AlmanacEntry) -> Spell:
    """Return the days that were entered."""
    return Spell(entry.kind, entry.name, entry.first_day, entry.last_day)


def spells(congress_id: int, first: date, last: date) -> list[Spell]:
    """Return what was entered for a congress, and what yearly rules give it, between two days."""
    entered = [spell_of(entry) for entry in entries(congress_id, first, last)]
    return [*entered, *_spans(yearly_rules(congress_id), congress_id, first, last)]


def days(congress_id: int, first: date, last: date) -> list[Day]:
    """Return each day from *first* to *last* as it is for a congress; four statements."""
    return judged(spells(congress_id, first, last), first, last)


def judged(entered: Sequence[Spell], first: date, last: date) -> list[Day]:
    """Return each day from *first* to *last* in the light of these spells."""
    number = (last - first).days + 1
    return [_judged(entered, first + timedelta(days=offset)) for offset in range(number)]


def _judged(entered: Sequence[Spell], day: date) -> Day:
    own = [spell for spell in entered if spell.first_day <= day <= spell.last_day]
    kinds = frozenset(spell.kind for spell in own)
    word, holiday = official(day)
    working, known = judge(day, official=word, entered=kinds)
    return Day(day, working, known, holiday, kinds, tuple(spell.name for spell in own))


@dataclass(frozen=True)
class SessionBelow:
    """A session of a congress below, with that congress."""

    congress: Congress
    spell: Spell


def sessions_below(congress: Congress, first: date, last: date) -> list[SessionBelow]:
    """Return the congress sessions entered for the congresses below one, between two days."""
    below = Congress.path.startswith(congress.path, autoescape=True) & (Congress.id != congress.id)
    rows = _entries(below, first, last, AlmanacEntry.kind == DayKind.CONGRESS)
    return [SessionBelow(row.congress, spell_of(row)) for row in rows]


@dataclass(frozen=True)
class Due:
    """A session that a rule asks for by a day, and which congresses have none entered by then."""

    name: str
    first: date
    last: date
    missing: Sequence[Congress]
    asked: int


def dues(congress: Congress, year: int) -> list[Due]:
    """Return what the deadlines of *year* ask of a congress and of those right below it."""
    rows = [row for row in yearly_rules(congress.id) if row.deadline]
    if not rows:
        return []
    first, last = date(year, 1, 1), date(year, 12, 31)
    below = db.session.scalars(
        sa.select(Congress).where(Congress.parent_id == congress.id).order_by(Congress.path)
    ).all()
    held: dict[int, list[Spell]] = {}
    for session in sessions_below(congress, first, last):
        held.setdefault(session.congress.id, []).append(session.spell)
    for entry in entries(congress.id, first, last):
        held.setdefault(entry.congress_id, []).append(spell_of(entry))
    found = []
    for row in rows:
        begin, end = yearly_of(row).in_year(year)
        asked = below if row.below and row.congress_id == congress.id else [congress]
        missing = [c for c in asked if not held_within(held.get(c.id, ()), begin, end)]
        found.append(Due(row.name, begin, end, missing, len(asked)))
    return found


def rule(viewer: Viewer, rule_id: int) -> AlmanacRule | None:
    """Return a yearly rule of the viewer's own subtree, with its congress."""
    return db.session.scalar(
        sa.select(AlmanacRule)
        .join(AlmanacRule.congress)
        .where(AlmanacRule.id == rule_id, in_subtree(viewer))
        .options(joinedload(AlmanacRule.congress))
    )


def is_working_day(congress_id: int, day: date) -> bool:
    """Tell whether people work on *day* in a congress; for an unknown year Monday to Friday."""
    return days(congress_id, day, day)[0].working


def entry(viewer: Viewer, entry_id: int) -> AlmanacEntry | None:
    """Return an entry of the viewer's own subtree, with its congress."""
    return db.session.scalar(
        sa.select(AlmanacEntry)
        .join(AlmanacEntry.congress)
        .where(AlmanacEntry.id == entry_id, in_subtree(viewer))
        .options(joinedload(AlmanacEntry.congress))
    )
