"""What pages and files show of classes and timetables: ready-made lines for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import flash, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from trainer.core.language import clock_time, day, label
from trainer.core.spreadsheet import Cell
from trainer.courses import rules
from trainer.courses.accepting import Judged
from trainer.courses.conflicts import Clash, Conflict
from trainer.courses.dates import Reason
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus, Half, Lack, SessionKind
from trainer.courses.runs import Kept
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
            host=bool(training_class.host),
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
    here = LIFE.index(ClassStatus.PUBLISHED if status is ClassStatus.POSTPONED else status)
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
            "day": one.isoformat(),
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
        "id": session.id,
        "movable": may_change and not cancelled,
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


def sentence(conflict: Conflict) -> str:
    """Return what a conflict says in the reader's language."""
    said = dict(conflict.params)
    if conflict.clash in (Clash.DAY_OFF, Clash.MAKE_UP) and said["note"]:
        holiday = said["note"]
        said["note"] = _(holiday)  # official holidays have names in the catalogue
    return str(_(conflict.clash.label, **said))


def because(reason: Reason) -> str:
    """Return a reason of a solver in the reader's language."""
    said = {name: _(text) if name == "why" and text else text for name, text in reason.params}
    return str(_(reason.text, **said))


def conflict_lines(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Return conflicts as pages list them."""
    return [
        {"text": sentence(one), "hard": one.hard, "key": one.key, "classes": one.classes}
        for one in conflicts
    ]


def judged_lines(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """Return the conflicts of a class as its timetable lists them, with who accepted them."""
    return [
        {**conflict_lines([one.conflict])[0], "open": one.open, "acceptance": one.acceptance}
        for one in judged
    ]


def clash_choices() -> list[tuple[str, str]]:
    """Return the kinds of conflicts to choose from."""
    names = {
        Clash.CLASS: _("Two sessions at once"),
        Clash.LECTURER: _("Lecturer"),
        Clash.ROOM: _("Room"),
        Clash.AWAY: _("Lecturer away"),
        Clash.OUTSIDE: _("Outside the days"),
        Clash.ARRIVAL: _("Arrival after the opening"),
        Clash.PEOPLE: _("People in two places"),
        Clash.OWN_CONGRESS: _("Own congress in session"),
        Clash.CONGRESS: _("Congress of participants in session"),
        Clash.SMALL: _("Room too small"),
        Clash.DAY_OFF: _("Holiday"),
        Clash.MAKE_UP: _("Make-up working day"),
        Clash.HOURS: _("Too many class hours"),
        Clash.LUNCH: _("No lunch"),
    }
    return [(clash.value, names[clash]) for clash in Clash]


def size(count: int) -> str:
    """Return a file size as people read it."""
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{-(-count // 1024)} KB"


def timetable_header() -> list[str]:
    """Return the head of the timetable as offices print it (课程表)."""
    return [
        _("Day"),
        _("Time"),
        _("Contents"),
        _("Kind of session"),
        _("Lecturer and post"),
        _("Place"),
        _("Presider"),
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
        session.presider,
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


def tell_kept(kept: Kept) -> None:
    """Say in which runs a change was made too, and in which it was refused and why."""
    if kept.done:
        names = "、".join(str(_("run %(run)s", run=run.run)) for run in kept.done)
        flash(_("Changed in %(runs)s too.", runs=names), "success")
    for run, error in kept.refused:
        why = _(error.message, **error.params)
        flash(_("Run %(run)s stays as it is: %(why)s", run=run.run, why=why), "warning")


def wall(sessions: Iterable[ClassSession], *, today: date) -> list[dict[str, Any]]:
    """Return the days as the page for the wall shows them: each a list of sessions."""
    days: dict[date, list[dict[str, Any]]] = {}
    for session in sessions:
        days.setdefault(session.day, []).append(timeline_item(session))
    return [
        {"label": day(one, "full"), "now": one == today, "items": items}
        for one, items in days.items()
    ]


def merge_days(table: Any, sessions: Sequence[ClassSession]) -> None:
    """Merge the cells of one day in the first column of a Word table, its header aside."""
    first = 0
    for index in range(1, len(sessions) + 1):
        if index < len(sessions) and sessions[index].day == sessions[first].day:
            table.cell(index + 1, 0).text = ""
            continue
        if index - first > 1:
            table.cell(first + 1, 0).merge(table.cell(index, 0))
        first = index
