"""Reads of the almanac: the State Council's word on each day, with what staff entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import HOLIDAYS, Day, judge
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


def entries(congress_id: int, first: date, last: date) -> Sequence[AlmanacEntry]:
    """Return what was entered for a congress, and for those above it, between two days."""
    path = db.session.scalar(sa.select(Congress.path).where(Congress.id == congress_id)) or ""
    codes = path.split("/")[:-1]
    above = ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
    return db.session.scalars(
        sa.select(AlmanacEntry)
        .join(AlmanacEntry.congress)
        .where(
            Congress.path.in_(above), AlmanacEntry.first_day <= last, AlmanacEntry.last_day >= first
        )
        .options(joinedload(AlmanacEntry.congress))
        .order_by(AlmanacEntry.first_day, AlmanacEntry.kind, AlmanacEntry.id)
    ).all()


def days(congress_id: int, first: date, last: date) -> list[Day]:
    """Return each day from *first* to *last* as it is for a congress; two statements."""
    return judged(entries(congress_id, first, last), first, last)


def judged(entered: Sequence[AlmanacEntry], first: date, last: date) -> list[Day]:
    """Return each day from *first* to *last* in the light of these entries."""
    number = (last - first).days + 1
    return [_judged(entered, first + timedelta(days=offset)) for offset in range(number)]


def _judged(entered: Sequence[AlmanacEntry], day: date) -> Day:
    own = [entry for entry in entered if entry.first_day <= day <= entry.last_day]
    kinds = frozenset(entry.kind for entry in own)
    word, holiday = official(day)
    working, known = judge(day, official=word, entered=kinds)
    return Day(day, working, known, holiday, kinds, tuple(entry.name for entry in own))


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
