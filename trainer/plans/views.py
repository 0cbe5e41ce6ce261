"""Pages of plans: the term's plans, the five-year plan, the plan of a year."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.spreadsheet import download
from trainer.people.models import Term
from trainer.people.queries import Viewer, viewer_of
from trainer.plans import (
    approval_views,
    class_views,
    public_views,
    queries,
    rules,
    service,
    settings_views,
    table,
    table_views,
    wording,
)
from trainer.plans.blueprint import (
    READERS,
    back_to,
    bp,
    load_annual,
    load_five_year,
    not_editable,
    to,
)
from trainer.plans.five_year_forms import (
    SOURCES,
    amount_field,
    emphasis_field,
    five_year_form,
    five_year_values,
    source_field,
)
from trainer.plans.forms import AnnualForm, NewAnnualForm, annual_values, attempt
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.rules import TargetKind

__all__ = ["approval_views", "bp", "class_views", "public_views", "settings_views", "table_views"]


def _term(viewer: Viewer, offered: Sequence[Term]) -> Term:
    """Return the term that the request names among those offered, else answer 404."""
    if "term" not in request.values:
        return queries.default_term(viewer, offered, clock.today()) or abort(404)
    wanted = request.values.get("term", type=int)
    return next((term for term in offered if term.id == wanted), None) or abort(404)


@bp.get("/")
@access(*READERS)
def index() -> ResponseReturnValue:
    """Show the plans of a term, the present one unless asked otherwise."""
    viewer = viewer_of(current_user)
    terms = queries.offered_terms(viewer)
    if not terms:
        return render_template("plans/no_term.html")
    term = _term(viewer, terms)
    plans = queries.plans_of(viewer, term)
    possible = rules.possible_years(term.first_day, term.last_day)
    return render_template(
        "plans/index.html",
        term=term,
        terms=terms,
        own=viewer.congress_id,
        plans=plans,
        more_years=[year for year in possible if year not in plans.years],
        this_year=clock.today().year,
    )


# The five-year plan


@bp.post("/five-year/")
@access(Role.PLANNER)
def new_five_year() -> ResponseReturnValue:
    """Begin the five-year plan of a term."""
    viewer = viewer_of(current_user)
    term = _term(viewer, queries.offered_terms(viewer))
    title = _("Five-year overall training plan (%(term)s)", term=term.name)
    plan = service.create_five_year(term, title=title[:120], by=current_actor())
    flash(_("The draft is made. Write its texts and set its targets."), "success")
    return redirect(to("edit", plan), 303)


def _matrix(plan: FiveYearPlan) -> dict[str, object]:
    """Return what the table of targets needs: kinds, years, values by field name."""
    return {
        "kinds": list(TargetKind),
        "years": rules.plan_years(plan.term.first_day, plan.term.last_day),
        "values": {rules.target_field(t.kind, t.year): t.value for t in plan.targets},
        "target_field": rules.target_field,
        "emphasis_field": emphasis_field,
        "source_field": source_field,
        "amount_field": amount_field,
        "source_rows": range(1, SOURCES + 1),
    }


@bp.get("/five-year/<int:plan_id>")
@access(*READERS)
def five_year(plan_id: int) -> ResponseReturnValue:
    """Show a five-year plan."""
    viewer = viewer_of(current_user)
    plan = load_five_year(plan_id)
    return render_template(
        "plans/five_year.html",
        plan=plan,
        revisions=queries.five_year_revisions(viewer, plan),
        taken=queries.steps_taken(plan) if viewer.sees_all else {},
        **_matrix(plan),
    )


@bp.route("/five-year/<int:plan_id>/edit", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_five_year(plan_id: int) -> ResponseReturnValue:
    """Write the texts and targets of a draft."""
    plan = load_five_year(plan_id)
    if request.method == "GET" and not plan.status.editable:
        return not_editable(plan)
    if "reload" in request.form:
        return redirect(to("edit", plan), 303)
    form = five_year_form(rules.plan_years(plan.term.first_day, plan.term.last_day))(
        data={**five_year_values(plan), "version": plan.version}
    )

    def save() -> None:
        service.update_five_year(
            plan,
            seen=form.seen,
            **{name: getattr(form, name) for name in ("texts", "targets", "emphases", "budget")},
            by=current_actor(),
        )

    status = form.attempt(plan, lambda: five_year_values(plan), save)
    if status == 303:
        return back_to(plan, _("The plan is saved."))
    page = render_template("plans/five_year_edit.html", plan=plan, form=form, **_matrix(plan))
    return page, status


# The plan of a year


@bp.route("/annual/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_annual() -> ResponseReturnValue:
    """Begin the plan of a year, blank or copied from the year before."""
    viewer = viewer_of(current_user)
    term = _term(viewer, queries.offered_terms(viewer))
    free = queries.years_to_plan(viewer, term)
    year = request.args.get("year", next(iter(free), None), type=int)
    if year is None or (request.method == "GET" and year not in free):
        flash(_("There is nothing left to plan here: every year has its plan."), "info")
        return redirect(url_for("plans.index", term=term.id), 303)
    before = queries.plan_to_copy(viewer, term, year - 1)
    whole = queries.five_year_in_force(term.id)
    form = _new_annual_form(year, before, whole)
    made: list[AnnualPlan] = []
    status = attempt(form, lambda: made.append(_make_annual(form, term, year, before, whole)))
    if made:
        return back_to(made[0], _("The draft is made. Complete its table, then submit it."))
    page = render_template(
        "plans/annual_new.html",
        form=form,
        term=term,
        year=year,
        before=before,
        aims=wording.aims_of(whole, year),
    )
    return page, status


def _new_annual_form(
    year: int, before: AnnualPlan | None, whole: FiveYearPlan | None
) -> NewAnnualForm:
    """Return the form with the beginnings that there are, the most useful one chosen."""
    title = _("Deputy training plan of %(year)s", year=year)
    start = "copy" if before else "five_year" if whole else "blank"
    form = NewAnnualForm(data={"start": start, "title": title})
    form.leave_out(copy=before is None, five_year=whole is None)
    return form


def _make_annual(
    form: NewAnnualForm,
    term: Term,
    year: int,
    before: AnnualPlan | None,
    whole: FiveYearPlan | None,
) -> AnnualPlan:
    typed = form.data
    return service.create_annual(
        term,
        year=year,
        title=typed["title"],
        copy_of=before if typed["start"] == "copy" else None,
        preamble=wording.preamble_of(whole, year) if typed["start"] == "five_year" else "",
        by=current_actor(),
    )


@bp.get("/annual/<int:plan_id>")
@access(*READERS)
def annual(plan_id: int) -> ResponseReturnValue:
    """Show the plan of a year with its table."""
    viewer = viewer_of(current_user)
    plan = load_annual(plan_id)
    every, wanted = table.rows(plan), table.requested()
    rows = table.picked(every, wanted)
    return render_template(
        "plans/annual.html",
        plan=plan,
        revisions=queries.annual_revisions(viewer, plan),
        taken=queries.steps_taken(plan) if viewer.sees_all else {},
        every=every,
        rows=rows,
        total=table.sums(rows),
        wanted=wanted,
        heads=wording.headings(),
        aims=wording.aims_of(queries.five_year_in_force(plan.term_id), plan.year),
    )


@bp.get("/annual/<int:plan_id>/excel")
@access(*READERS)
def annual_excel(plan_id: int) -> ResponseReturnValue:
    """Give the table of a year's plan as an Excel file with the official columns."""
    plan = load_annual(plan_id)
    return download(plan.title, table.header(), table.sheet(table.rows(plan)))


@bp.route("/annual/<int:plan_id>/edit", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_annual(plan_id: int) -> ResponseReturnValue:
    """Write title and preamble of a draft."""
    plan = load_annual(plan_id)
    if request.method == "GET" and not plan.status.editable:
        return not_editable(plan)
    if "reload" in request.form:
        return redirect(to("edit", plan), 303)
    form = AnnualForm(data={**annual_values(plan), "version": plan.version})

    def save() -> None:
        values = {name: form.data[name] or "" for name in ("title", "preamble")}
        service.update_annual(plan, seen=form.seen, **values, by=current_actor())

    status = form.attempt(plan, lambda: annual_values(plan), save)
    if status == 303:
        return back_to(plan, _("The plan is saved."))
    return render_template("plans/annual_edit.html", plan=plan, form=form), status
