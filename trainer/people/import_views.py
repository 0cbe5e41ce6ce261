"""Pages on which a planner sends a roster, looks at what it would do, and takes it in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.forms import Form
from trainer.core.listing import PAGE_SIZE, Page, paginate
from trainer.core.spreadsheet import send, workbook_of
from trainer.people import import_files, import_queries, import_service, importing, queries
from trainer.people.blueprint import bp, found, viewer
from trainer.people.import_models import ImportStatus, RosterImport
from trainer.people.importing import Preview
from trainer.people.matching import Row, Verdict
from trainer.people.roster import Column

planner = access(Role.PLANNER)


class RosterForm(Form):
    """A roster file and the term whose deputies it lists."""

    file = FileField(
        _l("Roster"),
        [FileRequired(_l("Choose a file."))],
        description=_l("xlsx, xls, xlsb, ods or csv, up to 20 MB; as it is, nothing to prepare"),
    )
    term = SelectField(
        _l("Congress and term"),
        [InputRequired(_l("Choose the term."))],
        description=_l("A file with a sheet for every township: choose the county."),
    )


def _form() -> RosterForm:
    form = RosterForm()
    terms = db.session.scalars(queries.terms(viewer())).all()
    names = [(str(t.id), f"{t.congress.short_name} {t.name}") for t in terms]
    form.term.choices = [("", "—"), *names]
    today = clock.today()
    present = (t.id for t in terms if t.first_day <= today <= t.last_day)
    if not form.is_submitted():
        form.term.data = request.args.get("term") or str(next(present, ""))
    return form


def _kept(number: int) -> RosterImport:
    return found(import_queries.roster_import(viewer(), number))


def _preview(kept: RosterImport) -> Preview:
    return importing.preview(
        kept.data,
        congress=kept.congress,
        term=kept.term,
        path=str(viewer().path),
        layouts=kept.layouts,
        apart=frozenset((sheet, row) for sheet, row in kept.apart),
    )


def sentence(row: Row) -> str:
    """Return why a row cannot be taken, in the language of the page."""
    return str(_(row.reason, **row.params))


@bp.route("/people/imports/", methods=["GET", "POST"])
@planner
def imports() -> ResponseReturnValue:
    """List the rosters that were sent, and take another one."""
    form = _form()
    if form.validate_on_submit():
        data = form.file.data.read()
        term = found(import_queries.term(viewer(), int(form.data["term"])))
        try:
            importing.read_sheets(data, term.congress_id, {})
        except Invalid as error:
            form.refuse(error)
        else:
            name = form.file.data.filename or _("Roster")
            kept = import_service.keep(
                name=name, data=data, congress=term.congress, term=term, by=current_actor()
            )
            return redirect(url_for("people.roster_import", number=kept.id), 303)
    page = paginate(import_queries.roster_imports(viewer()))
    status = 422 if form.errors else 200
    return render_template("people/imports.html", form=form, page=page), status


@bp.get("/people/imports/<int:number>")
@planner
def roster_import(number: int) -> ResponseReturnValue:
    """Show what a roster would do, or what it did."""
    kept = _kept(number)
    if kept.status is not ImportStatus.READ:
        return render_template("people/import_done.html", kept=kept, verdicts=Verdict)
    seen = _preview(kept)
    asked = request.args.get("show", "")
    rows = [row for row in seen.rows if not asked or row.verdict.value == asked]
    page = _page(rows)
    return render_template(
        "people/import.html", kept=kept, seen=seen, page=page, asked=asked, verdicts=Verdict,
        sentence=sentence,
    )  # fmt: skip


def _page(rows: list[Row]) -> Page[Row]:
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Page(rows[(number - 1) * PAGE_SIZE :][:PAGE_SIZE], number, len(rows))


@bp.route("/people/imports/<int:number>/columns", methods=["GET", "POST"])
@planner
def roster_columns(number: int) -> ResponseReturnValue:
    """Show how each sheet was read with its first rows, and let the planner correct it."""
    kept = _kept(number)
    seen = _preview(kept)
    reading = next((r for r in seen.readings if r.sheet == request.values.get("sheet", "")), None)
    reading = reading or seen.readings[0]
    wrong = ""
    if request.method == "POST":
        chosen = _chosen_columns(sorted(reading.layout.headers))
        wrong = _fault(list(chosen.values()))
        if not wrong:
            import_service.choose_columns(
                kept, reading.sheet, reading.layout, chosen, by=current_actor()
            )
            flash(_("Set; the next file of this shape is read like this too."), "success")
            return redirect(url_for("people.roster_import", number=number), 303)
    first = import_queries.first_rows(kept.data, reading)
    page = render_template(
        "people/import_columns.html", kept=kept, seen=seen, reading=reading, rows=first,
        meanings=Column, wrong=wrong, typed=request.form,
    )  # fmt: skip
    return page, 422 if wrong else 200


def _chosen_columns(indexes: list[int]) -> dict[int, Column]:
    known = {column.value: column for column in Column}
    typed = {index: request.form.get(f"column-{index}", "") for index in indexes}
    return {index: known[value] for index, value in typed.items() if value in known}


def _fault(chosen: list[Column]) -> str:
    if Column.NAME not in chosen:
        return str(_("One column must be the name."))
    if len(chosen) != len(set(chosen)):
        return str(_("Two columns have the same meaning; leave one of them out."))
    return ""


@bp.post("/people/imports/<int:number>/apart")
@planner
def roster_apart(number: int) -> ResponseReturnValue:
    """Say which recognised rows are somebody else of the same name."""
    kept = _kept(number)
    seen = _preview(kept)
    known = {(row.sheet, row.row) for row in seen.rows if row.recognised}
    known |= {(sheet, row) for sheet, row in kept.apart}
    ticked = set(request.form.getlist("apart"))
    apart = {(sheet, row) for sheet, row in known if f"{row}:{sheet}" in ticked}
    import_service.keep_apart(kept, apart, by=current_actor())
    return redirect(url_for("people.roster_import", number=number, show="new"), 303)


@bp.post("/people/imports/<int:number>/apply")
@planner
def roster_apply(number: int) -> ResponseReturnValue:
    """Take in what is good, all or nothing."""
    kept = _kept(number)
    counts = import_service.apply(kept, _preview(kept), by=current_actor())
    text = _(
        "%(new)s new and %(changed)s changed; %(refused)s could not be taken.",
        new=counts[Verdict.NEW],
        changed=counts[Verdict.CHANGED],
        refused=counts[Verdict.REFUSED],
    )
    flash(text, "success")
    return redirect(url_for("people.roster_import", number=number), 303)


@bp.post("/people/imports/<int:number>/undo")
@planner
def roster_undo(number: int) -> ResponseReturnValue:
    """Take back all that a roster did, as long as nothing was built on it."""
    import_service.undo(_kept(number), by=current_actor())
    flash(_("Undone: everything is as it was before this roster."), "success")
    return redirect(url_for("people.roster_import", number=number), 303)


@bp.post("/people/imports/<int:number>/discard")
@planner
def roster_discard(number: int) -> ResponseReturnValue:
    """Throw away a roster that was not taken in."""
    import_service.discard(_kept(number), by=current_actor())
    flash(_("The roster was thrown away; nothing was taken in."), "success")
    return redirect(url_for("people.imports"), 303)


@bp.get("/people/imports/<int:number>/rest.xlsx")
@planner
def roster_rest(number: int) -> Response:
    """Give the rows that could not be taken, each with its reason, to be mended and sent again."""
    kept = _kept(number)
    seen = _preview(kept)
    parts: list[Any] = import_files.refused_rows(
        kept.data, seen.readings, seen.rows, sentence, _("Why it was not taken")
    )
    return send(_("Not taken"), workbook_of(parts or [(None, _("Nothing was refused"), [], [])]))
