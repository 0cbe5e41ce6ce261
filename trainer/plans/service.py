"""Verbs on plans: create, write, submit, adopt, publish, amend.

Every verb locks what it changes, so that a plan cannot be adopted while somebody is still
writing in it; *seen* is the version the user opened, and a newer one raises Stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from trainer.accounts.audit import SYSTEM, Actor, audit, changes
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import Model, db
from trainer.core.errors import Invalid, Refused, Stale
from trainer.core.text import noop
from trainer.people.models import Congress, Scope, Term
from trainer.plans import rules
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan, PlannedClass, Target
from trainer.plans.rules import ClassLine, PlanStatus, TargetKey, TargetKind


def _require_planner(term_id: int, by: Actor) -> None:
    """Raise Refused unless *by* plans for the congress of the term (or is the command line)."""
    if by == SYSTEM:
        return
    scope = sa.select(Congress.path).join(Scope, Scope.congress_id == Congress.id)
    path = sa.select(Congress.path).join(Term, Term.congress_id == Congress.id)
    root = db.session.scalar(scope.where(Scope.user_id == (by.user_id or -1)))
    place = db.session.scalar(path.where(Term.id == term_id))
    if by.role is not Role.PLANNER or not root or not place or not place.startswith(root):
        raise Refused(noop("Only a planner of this congress may change its plans."))


def _hold(row: Model) -> None:
    """Lock *row* and read it anew, as whoever had it before has left it."""
    columns = [attribute.key for attribute in sa.inspect(row, raiseerr=True).mapper.column_attrs]
    try:
        db.session.refresh(row, columns, with_for_update=True)
    except sa.exc.InvalidRequestError as error:
        raise Refused(noop("Somebody has deleted this meanwhile.")) from error


def _open(plan: Plan, by: Actor) -> None:
    """Lock *plan* for writing in it; raises Refused unless *by* may and it is a draft."""
    _require_planner(plan.term_id, by)
    _hold(plan)
    rules.require_editable(plan.status)


def _require_seen(row: Plan | PlannedClass, seen: int | None) -> None:
    if row.version != seen:
        raise Stale(noop("Somebody has saved this meanwhile."))


def line_of(row: PlannedClass) -> ClassLine:
    """Return what a planned class says, apart from its place in a plan."""
    return ClassLine(**{field.name: getattr(row, field.name) for field in fields(ClassLine)})


def _classes(plan_id: int) -> list[PlannedClass]:
    return list(
        db.session.scalars(
            sa.select(PlannedClass)
            .where(PlannedClass.plan_id == plan_id)
            .order_by(PlannedClass.position, PlannedClass.id)
        )
    )


def _targets(plan_id: int) -> dict[TargetKey, Target]:
    rows = db.session.scalars(sa.select(Target).where(Target.plan_id == plan_id))
    return {(row.kind, row.year): row for row in rows}


# Creating


def create_five_year(term: Term, *, title: str, by: Actor) -> FiveYearPlan:
    """Begin the five-year plan of *term* as an empty draft; a term has one."""
    _require_planner(term.id, by)
    _hold(term)
    if db.session.scalar(sa.select(sa.exists().where(FiveYearPlan.term_id == term.id))):
        raise Refused(noop("This term has its five-year plan already."))
    plan = FiveYearPlan(term_id=term.id, revision=1, title=title)
    db.session.add(plan)
    audit("plan.create", plan, by=by)
    return plan


def create_annual(
    term: Term, *, year: int, title: str, copy_of: AnnualPlan | None = None, by: Actor
) -> AnnualPlan:
    """Begin the plan of *year* as a draft, blank or with the text and table of *copy_of*.

    Raises Invalid for a year outside the term or one that has its plan already.
    """
    _require_planner(term.id, by)
    if year not in rules.possible_years(term.first_day, term.last_day):
        raise Invalid(noop("This year does not belong to the term."), field="year")
    _hold(term)
    same = sa.exists().where(AnnualPlan.term_id == term.id, AnnualPlan.year == year)
    if db.session.scalar(sa.select(same)):
        raise Invalid(noop("This year has its plan already."), field="year")
    plan = AnnualPlan(
        term_id=term.id,
        year=year,
        revision=1,
        title=title,
        preamble=copy_of.preamble if copy_of else "",
        classes=[
            PlannedClass(line=number, position=number, **asdict(line_of(row)))
            for number, row in enumerate(_classes(copy_of.id) if copy_of else (), start=1)
        ],
    )
    db.session.add(plan)
    audit("plan.create", plan, by=by)
    return plan


# Writing in a draft


def update_five_year(
    plan: FiveYearPlan,
    *,
    seen: int | None,
    texts: Mapping[str, str],
    targets: Mapping[TargetKey, Decimal],
    by: Actor,
) -> None:
    """Write title, purpose, principles and measures, and replace all targets by *targets*.

    Raises Invalid for an impossible target, named by `rules.target_field`.
    """
    _open(plan, by)
    _require_seen(plan, seen)
    term = db.session.get_one(Term, plan.term_id)
    years = {None, *rules.plan_years(term.first_day, term.last_day)}
    for (kind, year), value in targets.items():
        rules.require_target(kind, year, value)
        if year not in years:
            raise Invalid(
                noop("This year does not belong to the term."), field=rules.target_field(kind, year)
            )
    for name in ("title", "purpose", "principles", "measures"):
        setattr(plan, name, texts[name])
    before, after = changes(plan)
    flag_modified(plan, "title")  # the version grows although only targets may change
    audit("plan.change", plan, by=by, before=before, after=after)
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


def update_annual(
    plan: AnnualPlan, *, seen: int | None, title: str, preamble: str, by: Actor
) -> None:
    """Write title and preamble of an annual plan."""
    _open(plan, by)
    _require_seen(plan, seen)
    plan.title, plan.preamble = title, preamble
    audit("plan.change", plan, by=by)


def add_class(plan: AnnualPlan, *, line: ClassLine, by: Actor) -> PlannedClass:
    """Add a line at the foot of the table; its line number was never used in this year."""
    _open(plan, by)
    rules.require_line(line)
    of_year = sa.select(AnnualPlan.id).where(
        AnnualPlan.term_id == plan.term_id, AnnualPlan.year == plan.year
    )
    used = sa.select(sa.func.max(PlannedClass.line)).where(PlannedClass.plan_id.in_(of_year))
    last = sa.select(sa.func.max(PlannedClass.position)).where(PlannedClass.plan_id == plan.id)
    row = PlannedClass(
        plan_id=plan.id,
        line=(db.session.scalar(used) or 0) + 1,
        position=(db.session.scalar(last) or 0) + 1,
        **asdict(line),
    )
    db.session.add(row)
    audit("planned_class.create", row, by=by)
    return row


def _open_line(row: PlannedClass, by: Actor) -> None:
    _open(db.session.get_one(AnnualPlan, row.plan_id), by)
    _hold(row)


def update_class(row: PlannedClass, *, seen: int | None, line: ClassLine, by: Actor) -> None:
    """Write all columns of a planned class."""
    _open_line(row, by)
    _require_seen(row, seen)
    rules.require_line(line)
    for name, value in asdict(line).items():
        setattr(row, name, value)
    audit("planned_class.change", row, by=by)


def delete_class(row: PlannedClass, *, by: Actor) -> None:
    """Take a line out of the draft; earlier revisions keep theirs."""
    _open_line(row, by)
    before = {field.key: getattr(row, field.key) for field in sa.inspect(PlannedClass).column_attrs}
    plain = {key: str(value) for key, value in before.items() if value not in ("", None)}
    audit("planned_class.delete", row, by=by, before=plain, after={})
    db.session.delete(row)
    db.session.flush()
    _number(_classes(row.plan_id))


def move_class(row: PlannedClass, *, up: bool, by: Actor) -> None:
    """Let a line change places with the one above or below; at the end it stays."""
    _open_line(row, by)
    rows = _classes(row.plan_id)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    _number(rows)
    audit(
        "planned_class.move",
        row,
        by=by,
        before={"position": place + 1},
        after={"position": other + 1},
    )


def _number(rows: list[PlannedClass]) -> None:
    """Number *rows* from 1, leaving their versions: moving is no conflict with writing."""
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            db.session.execute(
                sa.update(PlannedClass).where(PlannedClass.id == row.id).values(position=position)
            )


# From draft to published


def _step(plan: Plan, new: PlanStatus, by: Actor) -> None:
    """Lock *plan* and raise Refused unless *by* may take it to *new*."""
    _require_planner(plan.term_id, by)
    _hold(plan)
    rules.require_step(plan.status, new)


def submit(plan: Plan, *, by: Actor) -> None:
    """Hand a draft in for adoption; it must have something in its table."""
    _step(plan, PlanStatus.SUBMITTED, by)
    if isinstance(plan, AnnualPlan) and not _classes(plan.id):
        raise Refused(noop("Add at least one planned class before you submit the plan."))
    if isinstance(plan, FiveYearPlan) and not _targets(plan.id):
        raise Refused(noop("Set at least one target before you submit the plan."))
    plan.status, plan.returned_because = PlanStatus.SUBMITTED, None
    audit("plan.submit", plan, by=by)


def send_back(plan: Plan, *, reason: str, by: Actor) -> None:
    """Give a submitted plan back to be changed, with the reason."""
    _step(plan, PlanStatus.DRAFT, by)
    if not reason:
        raise Invalid(noop("Say what has to be changed."), field="reason")
    plan.status, plan.returned_because = PlanStatus.DRAFT, reason
    audit("plan.return", plan, by=by)


def adopt(plan: Plan, *, meeting: str, on: date, number: str | None = None, by: Actor) -> None:
    """Record that *meeting* adopted a submitted plan on a day; from then on it is frozen.

    *number* is the document number, when it has got one.
    """
    _step(plan, PlanStatus.ADOPTED, by)
    if not meeting:
        raise Invalid(noop("Please fill this in."), field="meeting")
    rules.require_adoption_day(on, today=clock.today(), earlier=_adopted_before(plan))
    plan.document_number = rules.document_number(number) if number else None
    plan.meeting, plan.adopted_on, plan.status = meeting, on, PlanStatus.ADOPTED
    audit("plan.adopt", plan, by=by)


def _adoptions(plan: Plan) -> dict[int, date | None]:
    """Return the adoption day of each revision of the document that *plan* is one of."""
    model = type(plan)
    query = sa.select(model.revision, model.adopted_on).where(model.term_id == plan.term_id)
    if isinstance(plan, AnnualPlan):
        query = query.where(AnnualPlan.year == plan.year)
    return dict(db.session.execute(query).all())


def _adopted_before(plan: Plan) -> date | None:
    earlier = (day for number, day in _adoptions(plan).items() if number < plan.revision)
    return max((day for day in earlier if day), default=None)


def publish(plan: Plan, *, by: Actor) -> None:
    """Open an adopted plan to townships and deputies."""
    _step(plan, PlanStatus.PUBLISHED, by)
    plan.status = PlanStatus.PUBLISHED
    audit("plan.publish", plan, by=by)


def amend(plan: Plan, *, by: Actor) -> Plan:
    """Begin the next revision of an adopted plan as a draft with the same text and lines.

    Raises Refused unless *plan* is adopted and the newest revision.
    """
    _require_planner(plan.term_id, by)
    _hold(db.session.get_one(Term, plan.term_id))
    _hold(plan)
    if not plan.status.in_force:
        raise Refused(noop("Only an adopted plan is amended; a draft is simply changed."))
    if max(_adoptions(plan)) > plan.revision:
        raise Refused(noop("There is a newer revision already; go on with that one."))
    draft = _next_annual(plan) if isinstance(plan, AnnualPlan) else _next_five_year(plan)
    db.session.add(draft)
    audit("plan.amend", draft, by=by)
    return draft


def _next_annual(plan: AnnualPlan) -> AnnualPlan:
    return AnnualPlan(
        term_id=plan.term_id,
        year=plan.year,
        revision=plan.revision + 1,
        title=plan.title,
        preamble=plan.preamble,
        classes=[
            PlannedClass(line=row.line, position=row.position, **asdict(line_of(row)))
            for row in _classes(plan.id)
        ],
    )


def _next_five_year(plan: FiveYearPlan) -> FiveYearPlan:
    return FiveYearPlan(
        term_id=plan.term_id,
        revision=plan.revision + 1,
        title=plan.title,
        purpose=plan.purpose,
        principles=plan.principles,
        measures=plan.measures,
        targets=[
            Target(kind=row.kind, year=row.year, value=row.value)
            for row in _targets(plan.id).values()
        ],
    )


def discard(plan: Plan, *, by: Actor) -> None:
    """Delete a draft revision with all that is in it; what was adopted is never deleted."""
    _open(plan, by)
    audit("plan.delete", plan, by=by, before={"title": plan.title}, after={})
    db.session.delete(plan)
    db.session.flush()
