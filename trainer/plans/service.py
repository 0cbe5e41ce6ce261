"""Verbs on plans: create, write; those on lines and from draft to published stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from trainer.accounts.audit import Actor, audit, changes
from trainer.almanac.queries import days
from trainer.almanac.rules import DayKind
from trainer.core import settings
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people.models import Term
from trainer.plans import queries, rules
from trainer.plans.approval import adopt, amend, close_year, discard, publish, send_back, submit
from trainer.plans.lines import (
    add_class,
    classes_of,
    delete_class,
    line_of,
    move_class,
    save_table,
    update_class,
)
from trainer.plans.locking import hold, note_author, open_draft, require_planner, require_seen
from trainer.plans.models import AnnualPlan, Budget, Emphasis, FiveYearPlan, PlannedClass, Target
from trainer.plans.moving import moved_line
from trainer.plans.rules import ClassLine, PlanSettings, TargetKey, TargetKind

__all__ = [
    "add_class",
    "adopt",
    "amend",
    "close_year",
    "delete_class",
    "discard",
    "line_of",
    "move_class",
    "publish",
    "save_table",
    "send_back",
    "submit",
    "update_class",
]


def _targets(plan_id: int) -> dict[TargetKey, Target]:
    rows = db.session.scalars(sa.select(Target).where(Target.plan_id == plan_id))
    return {(row.kind, row.year): row for row in rows}


# Creating


def create_five_year(term: Term, *, title: str, by: Actor) -> FiveYearPlan:
    """Begin the five-year plan of *term* as an empty draft; a term has one."""
    require_planner(term.id, by)
    hold(term)
    if db.session.scalar(sa.select(sa.exists().where(FiveYearPlan.term_id == term.id))):
        raise Refused(noop("This term has its five-year plan already."))
    plan = FiveYearPlan(term_id=term.id, revision=1, title=title)
    db.session.add(plan)
    audit("plan.create", plan, by=by)
    note_author(plan, by)
    return plan


def create_annual(
    term: Term,
    *,
    year: int,
    title: str,
    copy_of: AnnualPlan | None = None,
    preamble: str = "",
    by: Actor,
) -> AnnualPlan:
    """Begin the plan of *year* as a draft, blank or with the text and table of *copy_of*.

    What is copied keeps week and weekday; a run that would fall on days off or on a session of
    the congress is moved (see `moving.moved_start`). Raises Invalid for a year outside the term or
    one that has its plan already.
    """
    require_planner(term.id, by)
    if year not in rules.possible_years(term.first_day, term.last_day):
        raise Invalid(noop("This year does not belong to the term."), field="year")
    hold(term)
    same = sa.exists().where(AnnualPlan.term_id == term.id, AnnualPlan.year == year)
    if db.session.scalar(sa.select(same)):
        raise Invalid(noop("This year has its plan already."), field="year")
    plan = AnnualPlan(
        term_id=term.id,
        year=year,
        revision=1,
        title=title,
        preamble=copy_of.preamble if copy_of else preamble,
        classes=[
            PlannedClass(line=number, position=number, **asdict(line))
            for number, line in enumerate(_copied(copy_of, term, year), start=1)
        ],
    )
    db.session.add(plan)
    audit("plan.create", plan, by=by)
    note_author(plan, by)
    return plan


def _copied(plan: AnnualPlan | None, term: Term, year: int) -> list[ClassLine]:
    """Return the lines of *plan* with their dates moved into *year*."""
    if plan is None:
        return []
    around = days(term.congress_id, date(year - 1, 12, 1), date(year + 1, 1, 31))
    taken = {day.day for day in around if day.day_off or DayKind.CONGRESS in day.kinds}
    return [moved_line(line_of(row), year, taken=taken) for row in classes_of(plan.id)]


# Writing in a draft


def update_five_year(
    plan: FiveYearPlan,
    *,
    seen: int | None,
    texts: Mapping[str, str],
    targets: Mapping[TargetKey, Decimal],
    emphases: Mapping[int, str] | None = None,
    budget: Mapping[tuple[str, int], Decimal] | None = None,
    by: Actor,
) -> None:
    """Write the *texts* named (of `rules.TEXTS`), and replace all targets by *targets*.

    *emphases* are the years' chief concerns, *budget* yuan by source and year; None leaves them.
    Raises Invalid for an impossible target, named by `rules.target_field`.
    """
    open_draft(plan, by)
    require_seen(plan, seen)
    term = db.session.get_one(Term, plan.term_id)
    years = {None, *rules.plan_years(term.first_day, term.last_day)}
    for (kind, year), value in targets.items():
        rules.require_target(kind, year, value)
        if year not in years:
            raise Invalid(
                noop("This year does not belong to the term."), field=rules.target_field(kind, year)
            )
    for name in rules.TEXTS:
        setattr(plan, name, texts.get(name, getattr(plan, name)))
    before, after = changes(plan)
    flag_modified(plan, "title")  # the version grows although only targets may change
    audit("plan.change", plan, by=by, before=before, after=after)
    if emphases is not None:
        _replace_emphases(plan, emphases, by)
    if budget is not None:
        _replace_budget(plan, budget, by)
    rows = _targets(plan.id)
    for kind in TargetKind:
        mine = {year: row for (of, year), row in rows.items() if of is kind}
        wanted = {year: value for (of, year), value in targets.items() if of is kind}
        _replace_targets(plan, kind, mine, wanted, by)


def _replace_targets(
    plan: FiveYearPlan,
    kind: TargetKind,
    rows: Mapping[int | None, Target],
    values: Mapping[int | None, Decimal],
    by: Actor,
) -> None:
    """Make the *rows* of a kind equal to *values* by year, and tell the trail what changed."""
    old = {year: row.value for year, row in rows.items()}
    changed = [year for year in {**old, **values} if old.get(year) != values.get(year)]
    for year in changed:
        if year not in rows:
            db.session.add(Target(plan_id=plan.id, kind=kind, year=year, value=values[year]))
        elif year not in values:
            db.session.delete(rows[year])
        else:
            rows[year].value = values[year]
    if changed:
        said = [
            {str(year or "term_id"): str(of[year]) for year in changed if year in of}
            for of in (old, values)
        ]
        before, after = {"value": said[0]}, {"kind": kind.value, "value": said[1]}
        audit("target.change", Target, by=by, before=before, after=after, name=plan.title)


def _replace_emphases(plan: FiveYearPlan, wanted: Mapping[int, str], by: Actor) -> None:
    """Make what the years are chiefly for equal to *wanted*, and tell the trail what changed."""
    rows = db.session.scalars(sa.select(Emphasis).where(Emphasis.plan_id == plan.id)).all()
    old = {row.year: row.text for row in rows}
    new = {year: text for year, text in wanted.items() if text}
    if old == new:
        return
    db.session.execute(sa.delete(Emphasis).where(Emphasis.plan_id == plan.id))
    db.session.add_all(Emphasis(plan_id=plan.id, year=year, text=new[year]) for year in new)
    before, after = ({"value": {str(y): of[y] for y in sorted(of)}} for of in (old, new))
    audit("emphasis.change", Emphasis, by=by, before=before, after=after, name=plan.title)


def _replace_budget(
    plan: FiveYearPlan, wanted: Mapping[tuple[str, int], Decimal], by: Actor
) -> None:
    """Make the budget by source and year equal to *wanted*, and tell the trail what changed."""
    rows = db.session.scalars(sa.select(Budget).where(Budget.plan_id == plan.id)).all()
    old = {(row.source, row.year): row.amount for row in rows}
    if old == dict(wanted):
        return
    db.session.execute(sa.delete(Budget).where(Budget.plan_id == plan.id))
    db.session.add_all(
        Budget(plan_id=plan.id, source=source, year=year, amount=amount)
        for (source, year), amount in wanted.items()
    )
    before, after = (
        {"value": {f"{source} {year}": str(of[source, year]) for source, year in sorted(of)}}
        for of in (old, dict(wanted))
    )
    audit("plan_budget.change", Budget, by=by, before=before, after=after, name=plan.title)


def update_annual(
    plan: AnnualPlan, *, seen: int | None, title: str, preamble: str, by: Actor
) -> None:
    """Write title and preamble of an annual plan."""
    open_draft(plan, by)
    require_seen(plan, seen)
    plan.title, plan.preamble = title, preamble
    audit("plan.change", plan, by=by)


def save_settings(congress_id: int, wanted: PlanSettings, *, by: Actor) -> None:
    """Keep how the committee of a congress plans; the trail has what it was before."""
    if wanted.at_once < 1:
        raise Invalid(noop("Write a number greater than 0."), field="at_once")
    before = queries.plan_settings(congress_id)
    if before == wanted:
        return
    settings.put(queries.settings_key(congress_id), asdict(wanted))
    audit(
        "plan.settings",
        settings.Setting,
        by=by,
        before={"value": asdict(before)},
        after={"value": asdict(wanted)},
        name=queries.settings_key(congress_id),
    )
