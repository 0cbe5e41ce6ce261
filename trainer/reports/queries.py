"""Reading what coverage is reckoned from: seats, classes attended, plans and targets of a term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from trainer.attendance.queries import held_by, participations, under_seat_of
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.people.models import Congress, Delegation, Person, Seat, Suspension, Term
from trainer.people.queries import Viewer, visible_delegations
from trainer.people.rules import Level as CongressLevel
from trainer.people.rules import Span
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.queries import IN_FORCE
from trainer.plans.rules import Figures as Planned
from trainer.plans.rules import TargetKey
from trainer.plans.rules import figures as planned_figures
from trainer.reports.rules import Attended, Level, Mandate

Document = TypeVar("Document", AnnualPlan, FiveYearPlan)


@dataclass(frozen=True)
class Group:
    """A line of the report: a delegation, or a congress below."""

    key: str
    name: str
    level: Level


@dataclass(frozen=True)
class Facts:
    """All that the report of a term is reckoned from, as far as the asker may see it."""

    term: Term
    day: date
    groups: Mapping[str, Group]
    congress_levels: Mapping[Level, CongressLevel]
    mandates: Sequence[Mandate]
    attended: Sequence[Attended]
    classes: Sequence[TrainingClass]


def own_terms(viewer: Viewer) -> list[Term]:
    """Return the terms of the viewer's own congress, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Term)
            .where(Term.congress_id == (viewer.congress_id or -1))
            .options(joinedload(Term.congress))
            .order_by(Term.first_day.desc())
        )
    )


def facts(viewer: Viewer, term: Term, day: date) -> Facts:
    """Return what the report of a term of the viewer's own congress on *day* is reckoned from.

    Ten statements, whatever the rows.
    """
    groups: dict[str, Group] = {}
    levels = {Level.OWN: term.congress.level}
    mandates = _mandates(viewer, term, day, groups, levels)
    by_seat = {each.seat_id: each for each in mandates}
    terms = {each.term_id for each in mandates} | {term.id}
    rows = participations(under_seat_of(*terms), held_by(day))
    attended = [
        Attended(
            by_seat[row.seat_id],
            row.class_id,
            row.class_name,
            row.first_day,
            row.last_day,
            row.outcome.earned,
            row.outcome.completed,
        )
        for row in rows
        if row.outcome.attended and row.seat_id in by_seat
    ]
    classes = _classes(viewer, terms, day, {each.class_id for each in attended})
    return Facts(term, day, groups, levels, mandates, attended, classes)


def _classes(
    viewer: Viewer, terms: set[int], day: date, attended: set[int]
) -> Sequence[TrainingClass]:
    """Return the classes held by *day*: all of the terms; for an officer those of own people."""
    held = db.session.scalars(
        sa.select(TrainingClass)
        .where(TrainingClass.term_id.in_(terms), held_by(day))
        .order_by(TrainingClass.last_day, TrainingClass.id)
    )
    return [each for each in held if viewer.sees_all or each.id in attended]


_SEATS = (
    sa.select(
        Seat.id,
        Seat.person_id,
        Seat.newly_elected,
        Seat.elected_on,
        Seat.ended_on,
        Delegation.id.label("delegation_id"),
        Delegation.name.label("delegation"),
        Delegation.term_id,
        Congress.path,
        Congress.level,
    )
    .join(Delegation, Seat.delegation_id == Delegation.id)
    .join(Term, Delegation.term_id == Term.id)
    .join(Congress, Term.congress_id == Congress.id)
    .order_by(Congress.path, Delegation.position, Delegation.name, Seat.id)
)


def _mandates(
    viewer: Viewer,
    term: Term,
    day: date,
    groups: dict[str, Group],
    levels: dict[Level, CongressLevel],
) -> list[Mandate]:
    """Return the seats of *term* and of the terms of other congresses that run beside it.

    Fills *groups*, the lines they are reported under, in order, and *levels*.
    """
    wanted = sa.and_(_beside(term, day), visible_delegations(viewer))
    rows = db.session.execute(_SEATS.where(wanted)).all()
    below, suspensions = _below(term.congress), _suspensions(wanted)
    found = []
    for row in rows:
        group = _group(term.congress, row.path, row.delegation_id, row.delegation, below)
        groups.setdefault(group.key, group)
        levels.setdefault(group.level, row.level)
        found.append(
            Mandate(
                row.id,
                row.person_id,
                row.term_id,
                group.level,
                group.key,
                row.delegation,
                row.newly_elected,
                row.elected_on,
                row.ended_on,
                tuple(suspensions.get(row.id, ())),
            )
        )
    return found


def _beside(term: Term, day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a Term row is *term*, or another congress's beside it by *day*.

    Of each other congress that is the latest term begun by then, if it overlaps *term*.
    """
    newer = aliased(Term)
    replaced = sa.exists().where(
        newer.congress_id == Term.congress_id,
        newer.first_day > Term.first_day,
        newer.first_day <= day,
    )
    beside = sa.and_(
        Term.congress_id != term.congress_id,
        Term.first_day <= day,
        Term.last_day >= term.first_day,
        ~replaced,
    )
    return sa.or_(Term.id == term.id, beside)


def _below(root: Congress) -> dict[str, Congress]:
    """Return the congresses right below *root* by their path."""
    rows = db.session.scalars(sa.select(Congress).where(Congress.parent_id == root.id))
    return {each.path: each for each in rows}


def _group(
    root: Congress, path: str, delegation_id: int, delegation: str, below: Mapping[str, Congress]
) -> Group:
    if path == root.path:
        return Group(f"d{delegation_id}", delegation, Level.OWN)
    if path.startswith(root.path):
        child = below[root.path + path.removeprefix(root.path).split("/")[0] + "/"]
        return Group(f"c{child.id}", child.short_name, Level.BELOW)
    return Group(f"d{delegation_id}", delegation, Level.ABOVE)


def _suspensions(wanted: sa.ColumnElement[bool]) -> dict[int, list[Span]]:
    rows = db.session.execute(
        sa.select(Suspension.seat_id, Suspension.from_day, Suspension.to_day)
        .join(Seat, Suspension.seat_id == Seat.id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .where(wanted)
    )
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for seat_id, from_day, to_day in rows:
        found[seat_id].append(Span(from_day, to_day))
    return found


def names(person_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return name and pinyin of persons by id."""
    rows = db.session.execute(
        sa.select(Person.id, Person.name, Person.sort_name).where(Person.id.in_(person_ids))
    )
    return {row.id: (row.name, row.sort_name) for row in rows}


def planned_years(term: Term, day: date) -> dict[int, Planned]:
    """Return the sums of the annual plans of a term by year, as they stood on *day*."""
    plans = db.session.scalars(
        sa.select(AnnualPlan)
        .where(AnnualPlan.term_id == term.id, AnnualPlan.status.in_(IN_FORCE))
        .options(selectinload(AnnualPlan.classes))
        .order_by(AnnualPlan.year, AnnualPlan.revision)
    ).all()
    of_year = {year: [p for p in plans if p.year == year] for year in {p.year for p in plans}}
    return {
        year: planned_figures(in_force_on(rows, day).classes)
        for year, rows in sorted(of_year.items())
    }


def five_year_plan(term: Term, day: date) -> FiveYearPlan | None:
    """Return the revision of the five-year plan that holds on *day*, with its targets."""
    plans = db.session.scalars(
        sa.select(FiveYearPlan)
        .where(FiveYearPlan.term_id == term.id, FiveYearPlan.status.in_(IN_FORCE))
        .options(selectinload(FiveYearPlan.targets))
        .order_by(FiveYearPlan.revision)
    ).all()
    return in_force_on(plans, day) if plans else None


def targets(term: Term, day: date) -> dict[TargetKey, Decimal]:
    """Return the targets of a term that hold on *day*, by kind and year (None: the whole term)."""
    plan = five_year_plan(term, day)
    return {(row.kind, row.year): row.value for row in plan.targets} if plan else {}


def in_force_on(rows: Sequence[Document], day: date) -> Document:
    """Return of adopted revisions in order the last that was adopted by *day*, else the first.

    Before anything was adopted the first plan is what a day is measured by.
    """
    adopted = [row for row in rows if row.adopted_on and row.adopted_on <= day]
    return adopted[-1] if adopted else rows[0]
