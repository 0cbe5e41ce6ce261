"""What pages and files show of classes and timetables: ready-made lines for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from trainer.core.language import clock_time, day, label
from trainer.core.spreadsheet import Cell
from trainer.courses import rules, timetable
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus, Half, Lack, SessionKind
from trainer.plans.models import PlannedClass

WHOLE_GRID = 15  # days; of a longer class only the days with sessions are shown
TEACHING = frozenset({SessionKind.LECTURE, SessionKind.ON_SITE})
LIFE = (
    ClassStatus.DRAFT,
    ClassStatus.PUBLISHED,
    ClassStatus.RUNNING,
    ClassStatus.FINISHED,
    ClassStatus.CLOSED,
)


def planned_for(planned: PlannedClass) -> str:
    """Return when and how long a class is planned, as a sentence."""
    first, last = (
        format_date(date(planned.plan.year, month, 1), "LLLL")
        for month in (planned.first_month, planned.last_month)
    )
    months = first if first == last else f"{first}–{last}"
    return str(
        _(
            "Planned for %(months)s %(year)s, %(days)s days.",
            months=months,
            year=planned.plan.year,
            days=plain(planned.days),
        )
    )


def class_header() -> list[str]:
    """Return the head of the Excel list of classes."""
    return [
        _("Class name"),
        _("Run number"),
        _("Mode"),
        _("First day"),
        _("Last day"),
        _("Venue"),
        _("Hosted by"),
        _("Class head"),
        _("Places"),
        _("Taken"),
        _("Status"),
    ]


def class_line(row: TrainingClass, today: date) -> list[Cell]:
    """Return a class as a line of the Excel list."""
    return [
        row.name,
        row.run,
        label(row.mode),
        row.first_day,
        row.last_day,
        row.venue.name if row.venue else None,
        row.host,
        row.head,
        row.capacity,
        row.taken,
        label(row.status_on(today)),
    ]


@dataclass(frozen=True)
class Overview:
    """What the page of a class says beyond its facts."""

    status: ClassStatus
    steps: list[tuple[str, str | None, str]]
    missing: list[Lack]
    sessions: int
    hours: str
    days: int
    today: list[dict[str, Any]]
    over: bool


def overview(
    training_class: TrainingClass, sessions: Sequence[ClassSession], *, today: date
) -> Overview:
    """Return where a class stands; *sessions* are all of its timetable."""
    standing = [s for s in sessions if s.cancelled_at is None]
    status = training_class.status_on(today)
    return Overview(
        status=status,
        steps=_steps(status),
        missing=rules.lacks(
            mode=training_class.mode,
            venue=training_class.venue_id is not None,
            link=bool(training_class.link),
            sessions=len(standing),
        ),
        sessions=len(standing),
        hours=total_hours(standing),
        days=(training_class.last_day - training_class.first_day).days + 1,
        today=[timeline_item(s) for s in standing if s.day == today],
        over=today >= training_class.last_day,
    )


def _steps(status: ClassStatus) -> list[tuple[str, str | None, str]]:
    if status is ClassStatus.CANCELLED:
        return []
    here = LIFE.index(status)
    return [
        (label(one), None, "done" if place < here else "now" if place == here else "todo")
        for place, one in enumerate(LIFE)
    ]


def saved(training_class: TrainingClass) -> str:
    """Return what a planner is told who saved a change of the class."""
    public = training_class.status.public
    return str(_("Saved. Calendars follow by themselves.") if public else _("Saved."))


def where(session: ClassSession) -> str:
    """Return where a session takes place: room and place, as far as they are known."""
    return " ".join(part for part in (session.room and session.room.name, session.place) if part)


def timeline_item(session: ClassSession) -> dict[str, Any]:
    """Return a session as a timeline shows it."""
    return {
        "start": clock_time(session.starts_at),
        "end": clock_time(session.ends_at),
        "title": session.title,
        "kind": label(session.kind) if label(session.kind) != session.title else None,
        "lecturer": session.lecturer.name if session.lecturer else None,
        "place": where(session),
        "hours": plain(session.hours),
    }


def plain(hours: Decimal) -> str:
    """Return class hours without needless zeros, empty for none."""
    return f"{hours.normalize():f}" if hours else ""


def total_hours(sessions: Iterable[ClassSession]) -> str:
    """Return the class hours of *sessions* together."""
    return plain(sum((session.hours for session in sessions), Decimal(0))) or "0"


def grid(
    training_class: TrainingClass,
    sessions: Iterable[ClassSession],
    *,
    may_change: bool,
    today: date,
) -> list[dict[str, Any]]:
    """Return the timetable as `patterns.days` shows it: a row a day, morning to evening.

    A planner finds a link in each empty half-day to put a session there.
    """
    cells: dict[tuple[date, Half], list[dict[str, Any]]] = {}
    for session in sessions:
        cells.setdefault(session.half_day, []).append(_cell(session, may_change=may_change))
    add = _adding(training_class) if may_change else None
    return [
        {
            "label": day(one, "short"),
            "weekday": format_date(one, "EEEE"),
            "now": one == today,
            "parts": [cells.get((one, half)) or ([add(one, half)] if add else []) for half in Half],
        }
        for one in _days(training_class, [one for one, _half in cells])
    ]


def _days(training_class: TrainingClass, used: Iterable[date]) -> list[date]:
    count = (training_class.last_day - training_class.first_day).days + 1
    whole = [training_class.first_day + timedelta(days=n) for n in range(count)]
    return sorted({*used, *(whole if count <= WHOLE_GRID else [])})


def _cell(session: ClassSession, *, may_change: bool) -> dict[str, Any]:
    cancelled = session.cancelled_at is not None
    address = url_for("courses.session", class_id=session.class_id, session_id=session.id)
    return {
        **timeline_item(session),
        "teaching": session.kind in TEACHING and not cancelled,
        "clash": _("cancelled") if cancelled else None,
        "url": address if may_change else None,
    }


def _adding(training_class: TrainingClass) -> Callable[[date, Half], dict[str, Any]]:
    def link(one: date, half: Half) -> dict[str, Any]:
        hidden = escape(f"{day(one, 'short')} {label(half)}")
        text = Markup('{}<span class="hidden-text"> {}</span>')
        return {
            "title": text.format(_("Add"), hidden),
            "add": True,
            "url": url_for(
                "courses.add_session",
                class_id=training_class.id,
                day=one.isoformat(),
                half=half.value,
            ),
        }

    return link


def warnings(sessions: Iterable[ClassSession]) -> list[str]:
    """Return sentences about half-days with more class hours than count."""
    return [
        _(
            "%(day)s %(half)s has %(hours)s class hours; at most %(most)s count in a half-day.",
            day=day(one, "short"),
            half=label(half),
            hours=plain(hours),
            most=plain(rules.MOST_HOURS_A_HALF_DAY),
        )
        for one, half, hours in timetable.overfull(sessions)
    ]


def timetable_header() -> list[str]:
    """Return the head of the timetable as offices print it (课程表)."""
    return [
        _("Day"),
        _("Time"),
        _("Contents"),
        _("Kind of session"),
        _("Lecturer"),
        _("Place"),
        _("Class hours"),
    ]


def timetable_line(session: ClassSession) -> list[str]:
    """Return a session as a line of the printed timetable."""
    lecturer = session.lecturer
    return [
        f"{day(session.starts_at, 'full')}",
        f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}",
        session.title,
        label(session.kind),
        " ".join(part for part in (lecturer.name, lecturer.unit) if part) if lecturer else "",
        where(session),
        plain(session.hours),
    ]


def sheet(
    halves: Iterable[tuple[date, Half, list[ClassSession]]],
) -> list[tuple[str, list[list[str]]]]:
    """Return the days of the printed timetable, each with the lines of its sessions."""
    days: dict[date, list[list[str]]] = {}
    for one, _half, sessions in halves:
        days.setdefault(one, []).extend(timetable_line(session)[1:] for session in sessions)
    return [(day(one, "full"), lines) for one, lines in days.items()]


def source_choices(classes: Iterable[TrainingClass]) -> list[tuple[str, str]]:
    """Return the choices of a class to copy from."""
    lines = [
        (str(one.id), f"{one.numbered_name} {day(one.first_day)}–{day(one.last_day, 'short')}")
        for one in classes
    ]
    return [("", _("Choose a class")), *lines]
