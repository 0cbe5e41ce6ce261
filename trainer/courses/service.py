"""Verbs on classes: create, edit, publish, start, finish, close, cancel, delete."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainer.accounts.audit import Actor, audit, changes
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses import accepting, queries, resources, rules, timetable
from trainer.courses.changes import of_class, touch_class, touch_sessions, write
from trainer.courses.extra_models import Acceptance, Material
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.people.models import Term
from trainer.people.queries import term_on
from trainer.plans.models import PlannedClass
from trainer.plans.queries import plan_in_force, year_closed
from trainer.plans.rules import Mode


@dataclass(frozen=True)
class ClassFacts:
    """What a planner enters about a class; *new_venue* is the name of a venue not yet listed."""

    name: str
    mode: Mode
    first_day: date
    last_day: date
    capacity: int
    run: int = 1
    venue_id: int | None = None
    new_venue: str = ""
    host: str = ""
    organiser: str = ""
    approval: str = ""
    head: str = ""
    head_phone: str = ""
    gathering: str = ""
    bring: str = ""
    link: str = ""
    nominate_by: date | None = None


def facts_of(training_class: TrainingClass) -> ClassFacts:
    """Return what is known of a class as it is saved."""
    names = [one.name for one in fields(ClassFacts) if one.name != "new_venue"]
    return ClassFacts(**{name: getattr(training_class, name) for name in names})


def _require_facts(facts: ClassFacts) -> None:
    rules.require_days(facts.first_day, facts.last_day)
    if facts.nominate_by and facts.nominate_by > facts.first_day:
        raise Invalid(noop("Nominations must end before the class begins."), field="nominate_by")


def create_class(
    *, facts: ClassFacts, planned: PlannedClass | None = None, congress_id: int, by: Actor
) -> TrainingClass:
    """Make a class in draft: a run of *planned*, or outside the plan with a named approval.

    *planned* comes with its plan; *congress_id* is whose class it is when it is not planned.
    Raises Refused when the plan is not in force or all planned runs are made, Invalid for a run
    number that is taken, days without a term, or no approval.
    """
    _require_facts(facts)
    term = None
    if planned is not None:
        _require_run(planned, facts.run)
        term = planned.plan.term
    else:
        term = _term_outside_plan(facts, congress_id)
    if year_closed(term.id, facts.first_day.year):
        raise Refused(noop("The year is closed; no further class of it is made."))
    training_class = TrainingClass(
        congress_id=term.congress_id,
        term_id=term.id,
        planned_class_id=planned.id if planned else None,
        **_columns(facts, term.congress_id, by=by),
    )
    db.session.add(training_class)
    audit("class.create", training_class, by=by)
    return training_class


def _columns(facts: ClassFacts, congress_id: int, *, by: Actor) -> dict[str, object]:
    values = asdict(facts)
    new_venue = values.pop("new_venue")
    if new_venue:
        if facts.venue_id:
            raise Invalid(noop("Choose a venue or name a new one, not both."), field="new_venue")
        values["venue_id"] = resources.venue_named(new_venue, congress_id=congress_id, by=by).id
    return values


def _require_run(planned: PlannedClass, run: int) -> None:
    """Raise unless *run* may be made; of two planners the second waits, then sees the first."""
    db.session.execute(
        sa.select(PlannedClass.id).where(PlannedClass.id == planned.id).with_for_update()
    )
    require_runs_left(planned)
    _require_number(planned.id, run)


def require_runs_left(planned: PlannedClass) -> None:
    """Raise Refused unless the plan of *planned* is in force and has a run not yet made."""
    plan = plan_in_force(planned.plan.term_id, planned.plan.year)
    if plan is None or plan.id != planned.plan_id:
        raise Refused(noop("This plan is not in force. Make classes from the adopted plan."))
    runs = queries.runs_of(planned.id)
    live = sum(status is not ClassStatus.CANCELLED for _, status in runs)
    rules.require_run(live=live, planned=planned.runs)


def _require_number(planned_id: int, run: int) -> None:
    if run in [number for number, _ in queries.runs_of(planned_id)]:
        raise Invalid(noop("There is a run %(run)s already."), field="run", run=run)


def _term_outside_plan(facts: ClassFacts, congress_id: int) -> Term:
    if not facts.approval:
        raise Invalid(
            noop("A class outside the plan needs an approval: name the meeting or document."),
            field="approval",
        )
    term = term_on(congress_id, facts.first_day)
    if term is None or facts.first_day > term.last_day:
        raise Invalid(
            noop("No term of the congress holds this day. Enter the term first."),
            field="first_day",
        )
    return term


def edit_class(
    training_class: TrainingClass, *, facts: ClassFacts, move_sessions: bool = True, by: Actor
) -> None:
    """Change what is known of a class; its sessions move along with the first day when asked.

    Raises Refused when the class is over, Invalid when sessions would lie outside the days, the
    run number is taken, or fewer places are left than seats are taken.
    """
    rules.require_editable(training_class.status)
    _require_facts(facts)
    _require_still_true(training_class, facts)
    shift = facts.first_day - training_class.first_day
    values = _columns(facts, training_class.congress_id, by=by)
    write(training_class, values)
    before, after = changes(training_class)
    if not after:
        return
    audit("class.edit", training_class, by=by, before=before, after=after)
    moved = bool(shift) and move_sessions and timetable.move(training_class, by=shift)
    timetable.require_within_days(training_class)
    if moved or rules.SHOWN_OF_CLASS & set(after):
        _show_change(training_class)
    elif {"first_day", "last_day"} & set(after):  # calendars of a year show the class as a whole
        touch_class(training_class.id)


def _require_still_true(training_class: TrainingClass, facts: ClassFacts) -> None:
    if facts.capacity < training_class.taken:
        raise Invalid(
            noop("%(taken)s seats are taken already."), field="capacity", taken=training_class.taken
        )
    planned_id = training_class.planned_class_id
    if planned_id is not None:
        if facts.run != training_class.run:
            _require_number(planned_id, facts.run)
    elif not facts.approval:
        raise Invalid(
            noop("A class outside the plan needs an approval: name the meeting or document."),
            field="approval",
        )


def _show_change(training_class: TrainingClass) -> None:
    """Make the calendars notice a change of the class, one without sessions too."""
    touch_class(training_class.id)
    touch_sessions(of_class(training_class.id))


def missing(training_class: TrainingClass) -> list[rules.Lack]:
    """Return what the class lacks before it can be published."""
    sessions = db.session.scalar(
        sa.select(sa.func.count(ClassSession.id)).where(
            ClassSession.class_id == training_class.id, ClassSession.cancelled_at.is_(None)
        )
    )
    return rules.lacks(
        mode=training_class.mode,
        venue=training_class.venue_id is not None,
        link=bool(training_class.link),
        host=bool(training_class.host),
        sessions=sessions or 0,
    )


def publish(training_class: TrainingClass, *, by: Actor) -> None:
    """Show a draft to townships, deputies and calendars.

    Raises Refused while facts are missing, or a conflict is neither solved nor accepted.
    """
    rules.require_draft(training_class.status)
    rules.require_publishable(missing(training_class))
    accepting.require_clear(training_class)
    training_class.published_at = training_class.changed_at = clock.now()
    _step(training_class, ClassStatus.PUBLISHED, "class.publish", by=by)


def start(training_class: TrainingClass, *, by: Actor) -> None:
    """Begin a published class by hand.

    Needed only to begin early: a published class whose first day has come counts as running
    without it, see `rules.status_on`.
    """
    _step(training_class, ClassStatus.RUNNING, "class.start", by=by)


def finish(training_class: TrainingClass, *, by: Actor) -> None:
    """End a running class; one that began by itself on its first day is started on the way.

    Raises Refused before its last day.
    """
    today = clock.today()
    rules.require_step(training_class.status_on(today), ClassStatus.FINISHED)
    rules.require_over(training_class.last_day, today)
    if training_class.status is ClassStatus.PUBLISHED:
        start(training_class, by=by)
    _step(training_class, ClassStatus.FINISHED, "class.finish", by=by)


def close(training_class: TrainingClass, *, by: Actor) -> None:
    """Close the file of a finished class: nothing of it is changed any more."""
    _step(training_class, ClassStatus.CLOSED, "class.close", by=by)


def cancel(training_class: TrainingClass, *, reason: str, by: Actor) -> None:
    """Call a class off with a reason; all its sessions are cancelled and calendars say so."""
    rules.require_step(training_class.status, ClassStatus.CANCELLED)
    if not reason:
        raise Invalid(noop("Say why the class is cancelled."), field="reason")
    training_class.reason = reason
    _step(training_class, ClassStatus.CANCELLED, "class.cancel", by=by)
    db.session.execute(
        sa.update(ClassSession)
        .where(of_class(training_class.id), ClassSession.cancelled_at.is_(None))
        .values(cancelled_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )
    _show_change(training_class)


def _step(training_class: TrainingClass, new: ClassStatus, verb: str, *, by: Actor) -> None:
    rules.require_step(training_class.status, new)
    training_class.status = new
    audit(verb, training_class, by=by)


def delete_draft(training_class: TrainingClass, *, by: Actor) -> None:
    """Delete a class that nobody has seen yet, with its timetable.

    Raises Refused when it was published, or when seats or deputies hang on it.
    """
    if training_class.status.public:
        raise Refused(noop("The class was published; cancel it instead."))
    audit("class.delete", training_class, by=by, before={"name": training_class.name}, after={})
    try:
        with db.session.begin_nested():
            for row, which in (
                (Acceptance, Acceptance.class_id == training_class.id),
                (Material, Material.class_id == training_class.id),
                (ClassSession, of_class(training_class.id)),
                (TrainingClass, TrainingClass.id == training_class.id),
            ):
                db.session.execute(sa.delete(row).where(which))
    except IntegrityError as error:
        raise Refused(
            noop("Seats or deputies are entered for this class. Take them off, or cancel it.")
        ) from error
