"""What the home page shows: what is next, what waits for whom, how far the year's plan is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainer.attendance.roll import Progress, progress
from trainer.attendance.rules import HELD
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.queries import has_status, visible_classes
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.enrolment.queries import visible_enrolments
from trainer.enrolment.rules import HOLDING, EnrolmentStatus
from trainer.people.models import Delegation
from trainer.people.queries import Viewer, visible_delegations
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.queries import plan_in_force, visible_plans
from trainer.plans.rules import Figures as Planned
from trainer.plans.rules import PlanStatus, TargetKind
from trainer.plans.rules import figures as planned_figures
from trainer.reports import queries
from trainer.reports.coverage import year_period
from trainer.reports.rules import Figures, Period, Scope
from trainer.reports.year import Month, months, share_of_year

NEXT_SHOWN = 5
Document = TypeVar("Document", FiveYearPlan, AnnualPlan)


@dataclass(frozen=True)
class Lane:
    """A class over the year: from and to in per cent of the year."""

    training_class: TrainingClass
    start: float
    end: float


@dataclass(frozen=True)
class YearPlan:
    """The plan in force of a year against what was held of it."""

    plan: AnnualPlan | None
    planned: Planned
    held: int
    done: Figures
    months: Sequence[Month]


@dataclass(frozen=True)
class Meters:
    """Coverage on a day, and what the plan aims at for the year (else for the term)."""

    total: Figures
    new_target: Decimal | None
    target: Decimal | None


@dataclass(frozen=True)
class Waiting:
    """What a planner has to do next."""

    drafts: Sequence[TrainingClass] = ()
    nominations: Sequence[tuple[TrainingClass, int]] = ()
    rolls: Sequence[tuple[TrainingClass, Progress]] = ()
    over: Sequence[TrainingClass] = ()
    five_year: Sequence[FiveYearPlan] = ()
    annual: Sequence[AnnualPlan] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing waits."""
        return not any(
            (self.drafts, self.nominations, self.rolls, self.over, self.five_year, self.annual)
        )


@dataclass(frozen=True)
class Home:
    """The home page of those who see classes."""

    today: date
    upcoming: Sequence[TrainingClass]
    lanes: Sequence[Lane] = ()
    waiting: Waiting = field(default_factory=Waiting)
    year: YearPlan | None = None
    meters: Meters | None = None

    @property
    def passed(self) -> float:
        """How much of the year has passed, in per cent."""
        return share_of_year(self.today, self.today.year)


def _classes(viewer: Viewer, today: date) -> Sequence[TrainingClass]:
    """Return the visible classes of this year, and those that are not over."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    not_over = TrainingClass.status.not_in((*HELD, ClassStatus.CANCELLED))
    of_year = sa.and_(TrainingClass.first_day <= last, TrainingClass.last_day >= first)
    return db.session.scalars(
        sa.select(TrainingClass)
        .where(visible_classes(viewer), sa.or_(of_year, not_over))
        .options(joinedload(TrainingClass.venue))
        .order_by(TrainingClass.first_day, TrainingClass.id)
    ).all()


def _upcoming(classes: Sequence[TrainingClass], today: date) -> list[TrainingClass]:
    open_states = (ClassStatus.PUBLISHED, ClassStatus.RUNNING)
    found = [c for c in classes if c.status_on(today) in open_states]
    return found[:NEXT_SHOWN]


def _lanes(classes: Sequence[TrainingClass], year: int) -> list[Lane]:
    return [
        Lane(c, share_of_year(c.first_day, year), share_of_year(c.last_day + timedelta(1), year))
        for c in classes
        if c.status is not ClassStatus.CANCELLED and c.first_day.year <= year <= c.last_day.year
    ]


def home(viewer: Viewer, today: date) -> Home:
    """Return the home page of a planner or auditor; a fixed number of statements."""
    classes = _classes(viewer, today)
    terms = [term for term in queries.own_terms(viewer) if term.first_day <= today]
    year = meters = None
    if terms:
        facts = queries.facts(viewer, terms[0], today)
        everybody = Scope(facts.mandates, facts.attended)
        meters = _meters(facts, everybody)
        year = _year(facts, everybody)
    return Home(
        today=today,
        upcoming=_upcoming(classes, today),
        lanes=_lanes(classes, today.year),
        waiting=_waiting(viewer, classes, today),
        year=year,
        meters=meters,
    )


def _meters(facts: queries.Facts, everybody: Scope) -> Meters:
    targets = queries.targets(facts.term, facts.day)

    def aim(kind: TargetKind) -> Decimal | None:
        return targets.get((kind, facts.day.year), targets.get((kind, None)))

    total = everybody.figures(Period(facts.day))
    return Meters(total, aim(TargetKind.NEW_COVERAGE), aim(TargetKind.COVERAGE))


def _year(facts: queries.Facts, everybody: Scope) -> YearPlan:
    year = facts.day.year
    plan = plan_in_force(facts.term.id, year)
    lines = plan.classes if plan else []
    held = [c for c in facts.classes if c.last_day.year == year]
    return YearPlan(
        plan=plan,
        planned=planned_figures(lines),
        held=len(held),
        done=everybody.figures(year_period(year, facts.day)),
        months=months(
            ((line.first_month, line.last_month, line.runs) for line in lines),
            (max(c.first_day, date(year, 1, 1)) for c in held),
        ),
    )


def _waiting(viewer: Viewer, classes: Sequence[TrainingClass], today: date) -> Waiting:
    running = [c for c in classes if c.status_on(today) is ClassStatus.RUNNING]
    far = progress([c.id for c in running], viewer)
    nominated = _nominated(viewer)
    return Waiting(
        drafts=[c for c in classes if c.status is ClassStatus.DRAFT],
        nominations=[(c, nominated[c.id]) for c in classes if c.id in nominated],
        rolls=[(c, far[c.id]) for c in running if far[c.id].overdue],
        over=[c for c in running if c.last_day < today and not far[c.id].overdue],
        five_year=_submitted(viewer, FiveYearPlan),
        annual=_submitted(viewer, AnnualPlan),
    )


def _nominated(viewer: Viewer) -> dict[int, int]:
    """Return how many deputies wait to be confirmed, by class."""
    rows = db.session.execute(
        sa.select(Enrolment.class_id, sa.func.count())
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            visible_classes(viewer),
            TrainingClass.status.in_((ClassStatus.PUBLISHED, ClassStatus.RUNNING)),
            Enrolment.status == EnrolmentStatus.NOMINATED,
        )
        .group_by(Enrolment.class_id)
    )
    return dict(rows.all())


def _submitted(viewer: Viewer, model: type[Document]) -> Sequence[Document]:
    return db.session.scalars(
        sa.select(model)
        .where(visible_plans(viewer, model), model.status == PlanStatus.SUBMITTED)
        .order_by(model.id)
    ).all()


@dataclass(frozen=True)
class OpenClass:
    """A class to which a township may nominate, and the seats it has left there."""

    training_class: TrainingClass
    free: int


@dataclass(frozen=True)
class OwnPeople:
    """A coming class with the township's people on it."""

    training_class: TrainingClass
    enrolments: Sequence[Enrolment]


@dataclass(frozen=True)
class OfficerHome:
    """The home page of a township officer."""

    today: date
    open_classes: Sequence[OpenClass]
    own_people: Sequence[OwnPeople]


def officer_home(viewer: Viewer, today: date) -> OfficerHome:
    """Return where the township may nominate and who goes next; two statements."""
    return OfficerHome(today, _open_classes(viewer, today), _own_people(viewer, today))


def _open_classes(viewer: Viewer, today: date) -> list[OpenClass]:
    rows = db.session.execute(
        sa.select(TrainingClass, sa.func.sum(SeatQuota.seats - SeatQuota.taken))
        .join(SeatQuota, SeatQuota.class_id == TrainingClass.id)
        .join(Delegation, SeatQuota.delegation_id == Delegation.id)
        .where(
            visible_classes(viewer),
            visible_delegations(viewer),
            has_status(ClassStatus.PUBLISHED, today=today),
            sa.or_(TrainingClass.nominate_by.is_(None), TrainingClass.nominate_by >= today),
        )
        .group_by(TrainingClass.id)
        .having(sa.func.sum(SeatQuota.seats) > 0)
        .order_by(TrainingClass.first_day, TrainingClass.id)
    )
    return [OpenClass(training_class, free) for training_class, free in rows]


def _own_people(viewer: Viewer, today: date) -> list[OwnPeople]:
    rows = db.session.scalars(
        sa.select(Enrolment)
        .join(Enrolment.training_class)
        .join(Enrolment.person)
        .where(
            visible_enrolments(viewer),
            Enrolment.status.in_((*HOLDING, EnrolmentStatus.WAITLISTED)),
            TrainingClass.status.in_((ClassStatus.PUBLISHED, ClassStatus.RUNNING)),
            TrainingClass.last_day >= today,
        )
        .options(contains_eager(Enrolment.training_class), contains_eager(Enrolment.person))
        .order_by(TrainingClass.first_day, TrainingClass.id, Enrolment.id)
    )
    found: dict[int, list[Enrolment]] = {}
    for row in rows:
        found.setdefault(row.class_id, []).append(row)
    return [OwnPeople(each[0].training_class, each) for each in found.values()]
