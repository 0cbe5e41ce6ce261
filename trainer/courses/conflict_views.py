"""Pages of conflicts: of a whole year, accepting one, and those of a session being typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.language import label
from trainer.core.spreadsheet import Cell, download
from trainer.courses import accepting, forms, gathering, pages, queries
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.conflicts import Conflict, Slot
from trainer.courses.models import Lecturer, Room, TrainingClass
from trainer.courses.session_forms import session_form
from trainer.people.queries import Viewer
from trainer.plans.rules import Mode


def _asked_year() -> int:
    return request.args.get("year", clock.today().year, type=int)


def _wanted(viewer: Viewer) -> list[Conflict]:
    """Return the conflicts of the year, narrowed to kind and text as the address asks."""
    kind, text = request.args.get("kind", ""), request.args.get("q", "").strip()
    found = gathering.of_year(viewer, _asked_year())
    return [
        one
        for one in found
        if kind in ("", one.clash.value) and text.lower() in pages.sentence(one).lower()
    ]


@bp.get("/conflicts")
@access(Role.PLANNER, Role.AUDITOR)
def conflicts() -> ResponseReturnValue:
    """List the conflicts between all classes of a year."""
    viewer = present_viewer()
    found = _wanted(viewer)
    years = queries.class_years(viewer, today=clock.today())
    return render_template(
        "courses/conflicts.html",
        found=pages.conflict_lines(found),
        names=queries.class_names({key for one in found for key in one.classes}),
        year=_asked_year(),
        years=[(year, year) for year in years],
        kinds=pages.clash_choices(),
        export=url_for("courses.conflicts_file", **request.args.to_dict(flat=False)),  # type: ignore[arg-type]
    )


@bp.get("/conflicts/excel")
@access(Role.PLANNER, Role.AUDITOR)
def conflicts_file() -> ResponseReturnValue:
    """Give the list of conflicts, filtered as it is shown, as an Excel file."""
    found = _wanted(present_viewer())
    names = queries.class_names({key for one in found for key in one.classes})
    header = [_("Class"), _("Conflict"), _("Can be accepted")]
    rows: list[list[Cell]] = [
        [
            "、".join(names[key] for key in one.classes if key in names),
            pages.sentence(one),
            _("no") if one.hard else _("yes"),
        ]
        for one in found
    ]
    return download(f"{_('Conflicts')} {_asked_year()}", header, rows)


@bp.route("/<int:class_id>/timetable/conflicts/<key>", methods=["GET", "POST"])
@access(Role.PLANNER)
def accept_conflict(class_id: int, key: str) -> ResponseReturnValue:
    """Answer for a conflict that can be accepted, with a reason."""
    row = queries.class_to_change(present_viewer(), class_id, lock=request.method == "POST")
    form = forms.AcceptForm()
    found = next((one for one in accepting.judged(row) if one.conflict.key == key), None)
    if form.validate_on_submit():
        accepting.accept(row, key=key, reason=form.data["reason"], by=current_actor())
        flash(_("The conflict is accepted in your name."), "success")
        return redirect(url_for("courses.timetable", class_id=class_id), 303)
    lines = pages.conflict_lines([found.conflict]) if found else []
    page = render_template("courses/accept.html", form=form, training_class=row, lines=lines)
    return page, 422 if form.errors else 200


@bp.post("/<int:class_id>/timetable/conflicts/<key>/take-back")
@access(Role.PLANNER)
def take_back_conflict(class_id: int, key: str) -> ResponseReturnValue:
    """Take an acceptance back."""
    row = queries.class_to_change(present_viewer(), class_id, lock=True)
    accepting.take_back(row, key=key, by=current_actor())
    flash(_("The conflict is open again."), "success")
    return redirect(url_for("courses.timetable", class_id=class_id), 303)


@bp.post("/<int:class_id>/timetable/check")
@access(Role.PLANNER)
def check_session(class_id: int) -> ResponseReturnValue:
    """Say which conflicts the session being typed would have; a part of a page."""
    viewer = present_viewer()
    row = queries.class_for(viewer, class_id)
    form = session_form(viewer, row, {})
    form.validate()
    own = request.args.get("session", type=int)
    slot = _typed(form.data, row, own or -1)
    found = gathering.of_slot(row, slot, instead_of=own) if slot else []
    return render_template("courses/typed_conflicts.html", lines=pages.conflict_lines(found))


def _typed(data: dict[str, Any], row: TrainingClass, key: int) -> Slot | None:
    """Return what is typed so far as a slot, None while day or times are missing."""
    day, start, end = data["day"], data["start"], data["end"]
    if not (day and start and end) or end <= start:
        return None
    lecturer = db.session.get(Lecturer, data["lecturer_id"] or 0)
    room = db.session.get(Room, data["room_id"] or 0)
    return Slot(
        key=key,
        class_id=row.id,
        class_name=row.numbered_name,
        title=data["title"] or (label(data["kind"]) if data["kind"] else ""),
        starts_at=clock.local(clock.at(day, start)),
        ends_at=clock.local(clock.at(day, end)),
        lecturer=(lecturer.id, lecturer.name) if lecturer else None,
        room=(room.id, room.name) if room else None,
        seats=room.seats if room else None,
        kind=data["kind"],
        hours=data["hours"] or Decimal(0),
        stop=data["place"] or "" if row.mode is Mode.DELIVERED else "",
    )
