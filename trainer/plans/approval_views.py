"""What happens to both kinds of plan: submit, send back, adopt, publish, amend, compare."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.word import send
from trainer.people.queries import Viewer, viewer_of
from trainer.plans import comparison, documents, queries, service, wording
from trainer.plans.blueprint import (
    READERS,
    back_to,
    for_both,
    load,
)
from trainer.plans.forms import AdoptForm, ReturnForm, attempt
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan
from trainer.plans.public_views import word_of
from trainer.plans.rules import PlanKind, PlanStatus


@for_both("/submit", "POST")
@access(Role.PLANNER)
def submit(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Hand a draft in."""
    plan = load(kind, plan_id)
    service.submit(plan, by=current_actor())
    return back_to(plan, _("The plan is submitted. Record its adoption after the meeting."))


def _awaits_meeting(plan: Plan) -> ResponseReturnValue | None:
    """Send who opens a form about the meeting for a plan that is not submitted to its page."""
    if request.method == "POST" or plan.status is PlanStatus.SUBMITTED:
        return None
    return back_to(plan, _("This plan is not waiting for a meeting."), "info")


@for_both("/return", "GET", "POST")
@access(Role.PLANNER)
def send_back(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Give a submitted plan back with a reason."""
    plan = load(kind, plan_id)
    if elsewhere := _awaits_meeting(plan):
        return elsewhere
    form = ReturnForm()
    status = attempt(
        form, lambda: service.send_back(plan, reason=form.data["reason"], by=current_actor())
    )
    if status == 303:
        return back_to(plan, _("The plan is a draft again."))
    return render_template("plans/send_back.html", plan=plan, form=form), status


@for_both("/adopt", "GET", "POST")
@access(Role.PLANNER)
def adopt(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Record the adoption of a submitted plan."""
    plan = load(kind, plan_id)
    if elsewhere := _awaits_meeting(plan):
        return elsewhere
    form = AdoptForm()

    def save() -> None:
        service.adopt(
            plan,
            meeting=form.data["meeting"],
            on=form.data["adopted_on"],
            number=form.data["document_number"],
            by=current_actor(),
        )

    status = attempt(form, save)
    if status == 303:
        return back_to(plan, _("The adoption is recorded. The plan is in force and frozen."))
    return render_template("plans/adopt.html", plan=plan, form=form), status


@for_both("/publish", "POST")
@access(Role.PLANNER)
def publish(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Open an adopted plan to townships and deputies."""
    plan = load(kind, plan_id)
    service.publish(plan, by=current_actor())
    return back_to(plan, _("The plan is published. Townships and deputies can read it now."))


@for_both("/amend", "POST")
@access(Role.PLANNER)
def amend(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Begin the next revision of an adopted plan."""
    draft = service.amend(load(kind, plan_id), by=current_actor())
    return back_to(
        draft,
        _("Revision %(number)s is a draft. The old one stays in force.", number=draft.revision),
    )


@for_both("/delete", "POST")
@access(Role.PLANNER)
def delete(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Delete a draft revision."""
    plan = load(kind, plan_id)
    service.discard(plan, by=current_actor())
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("plans.index", term=plan.term_id), 303)


@for_both("/close", "POST")
@access(Role.PLANNER)
def close(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Close the year of a plan; a five-year plan has no year to close."""
    plan = load(kind, plan_id)
    if not isinstance(plan, AnnualPlan):
        abort(404)
    service.close_year(plan, by=current_actor())
    return back_to(plan, _("The year is closed. Its plan is not changed any more."))


@for_both("/word", "GET")
@access(*READERS)
def word(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Give a plan as an official paper in Word."""
    return word_of(load(kind, plan_id))


@for_both("/compare", "GET")
@access(*READERS)
def compare(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Show what differs between a revision and another one, the one before unless asked."""
    plan, other, rows = _compared(kind, plan_id)
    return render_template(
        "plans/compare.html",
        plan=plan,
        other=other,
        revisions=rows,
        texts=comparison.changes(wording.texts_of(other), wording.texts_of(plan)),
        **vars(_table_changes(other, plan)),
    )


@for_both("/compare/word", "GET")
@access(*READERS)
def compare_word(kind: PlanKind, plan_id: int) -> ResponseReturnValue:
    """Give what differs between two revisions as a Word file with tracked changes."""
    plan, other, _rows = _compared(kind, plan_id)
    found = _table_changes(other, plan)
    data = documents.comparison(
        other,
        plan,
        texts=comparison.changes(wording.texts_of(other), wording.texts_of(plan)),
        targets=found.targets,
        lines=found.lines,
        author=documents.issuer(plan),
        at=clock.now(),
    )
    numbers = {"old": other.revision, "new": plan.revision}
    return send(f"{plan.title} {_('From revision %(old)s to revision %(new)s', **numbers)}", data)


def _compared(kind: PlanKind, plan_id: int) -> tuple[Plan, Plan, tuple[Plan, ...]]:
    """Return a plan, the revision it is compared with, and all revisions, the newest first."""
    viewer = viewer_of(current_user)
    plan = load(kind, plan_id)
    rows = _revisions(viewer, plan)
    wanted = request.args.get("with", type=int)
    earlier = [row.id for row in rows if row.revision < plan.revision]
    other_id = wanted if wanted in [row.id for row in rows] else next(iter(earlier), plan.id)
    return plan, load(kind, other_id), rows


def _revisions(viewer: Viewer, plan: Plan) -> tuple[Plan, ...]:
    if isinstance(plan, AnnualPlan):
        return queries.annual_revisions(viewer, plan).rows
    return queries.five_year_revisions(viewer, plan).rows


@dataclass(frozen=True)
class Differences:
    """What differs in the targets and in the planned classes of two revisions."""

    targets: tuple[comparison.Change, ...] = ()
    lines: tuple[comparison.LineChange, ...] = ()
    reordered: bool = False


def _table_changes(old: Plan, new: Plan) -> Differences:
    """Return what differs in the planned classes or in the targets."""
    if isinstance(old, FiveYearPlan) and isinstance(new, FiveYearPlan):
        return Differences(comparison.changes(wording.targets_of(old), wording.targets_of(new)))
    before, after = _lines(old), _lines(new)
    name = wording.headings()["name"]
    lines = comparison.line_changes(before, after, name)
    return Differences((), lines, comparison.reordered(before, after))


def _lines(plan: Plan) -> dict[int, dict[str, str]]:
    heads = wording.headings()
    classes = plan.classes if isinstance(plan, AnnualPlan) else ()
    return {
        row.line: {heads[name]: text for name, text in wording.cells(row).items()}
        for row in classes
    }
