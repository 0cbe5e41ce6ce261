"""The whole table of a year's plan on one page: typed like a spreadsheet, or read from a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import DomainError, Invalid
from trainer.core.text import noop
from trainer.plans import grid, service, wording
from trainer.plans.blueprint import back_to, bp, load_annual, not_editable
from trainer.plans.grid import FilePreview, GridRow
from trainer.plans.lines import StaleLines
from trainer.plans.models import AnnualPlan
from trainer.plans.reading import CELLS

MORE_ROWS = 5


def _page(
    plan: AnnualPlan,
    rows: Sequence[GridRow],
    *,
    status: int = 200,
    refusal: str = "",
    preview: FilePreview | None = None,
    file_error: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "plans/table_edit.html",
        plan=plan,
        rows=rows,
        cells=CELLS,
        heads=wording.cell_heads(),
        modes=list(wording.mode_labels()),
        refusal=refusal,
        preview=preview,
        file_error=file_error,
        states=grid.RowState,
        empty=GridRow("new", dict.fromkeys(CELLS, "")),
    )
    return page, status


@bp.route("/annual/<int:plan_id>/table", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_table(plan_id: int) -> ResponseReturnValue:
    """Type the whole table of a draft."""
    plan = load_annual(plan_id)
    if request.method == "GET":
        return _page(plan, grid.of_plan(plan)) if plan.status.editable else not_editable(plan)
    rows = grid.of_form(request.form)
    if "more" in request.form:
        return _page(plan, [*rows, *grid.blank_rows(_highest(rows), MORE_ROWS)])
    if not grid.check(rows, plan):
        return _page(plan, rows, status=422)
    return _saved(plan, rows)


def _highest(rows: Sequence[GridRow]) -> int:
    numbers = [int(row.key[1:]) for row in rows if row.key[1:].isdecimal()]
    return max(numbers, default=0)


def _saved(plan: AnnualPlan, rows: Sequence[GridRow]) -> ResponseReturnValue:
    """Save *rows* and go to the plan, or show them again with what stands in the way."""
    try:
        saved = service.save_table(
            plan, typed=grid.typed(rows), deleted=grid.deleted(rows), by=current_actor()
        )
    except StaleLines as stale:
        db.session.expire(plan, ["classes"])
        grid.show_conflict(rows, load_annual(plan.id), stale.ids)
        return _page(plan, rows, status=stale.status, refusal=grid.sentence(stale))
    except DomainError as error:
        return _page(plan, rows, status=error.status, refusal=grid.sentence(error))
    message = _(
        "The table is saved: %(added)s added, %(changed)s changed, %(deleted)s deleted.",
        **vars(saved),
    )
    return back_to(plan, message, anchor="table")


@bp.post("/annual/<int:plan_id>/table/file")
@access(Role.PLANNER)
def import_table(plan_id: int) -> ResponseReturnValue:
    """Show what an Excel file would make of the table; saving it is the next step."""
    plan = load_annual(plan_id)
    if not plan.status.editable:
        return not_editable(plan)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(noop("Choose a file first."), field="file")
        preview = grid.of_file(sent.read(), plan, whole=request.form.get("whole") == "1")
    except Invalid as error:
        refused = grid.sentence(error)
        return _page(plan, grid.of_plan(plan), status=error.status, file_error=refused)
    flash(_("Nothing is saved yet: check the rows, then save the table."), "info")
    return _page(plan, preview.rows, preview=preview)
