"""Any order of nominations, confirmations, withdrawals and replacements keeps the books right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.enrolment.stage import PLANNER, build
from trainer.core.database import db
from trainer.core.errors import DomainError
from trainer.courses.models import TrainingClass
from trainer.enrolment import queries, service
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.enrolment.rules import ENROLMENT_STEPS, EnrolmentStatus

PEOPLE = 7
number = st.integers(0, 10_000)
which = st.integers(0, 1)


def _snapshot() -> list[Any]:
    """Return everything that enrolments are made of, as stored."""
    db.session.flush()
    tables = (Enrolment, EnrolmentStep, SeatQuota, TrainingClass)
    return [db.session.execute(sa.select(kind.__table__).order_by("id")).all() for kind in tables]


class Classes(RuleBasedStateMachine):
    """Two classes on the same days; the first person has two seats."""

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.stage = build(seats=2, capacity=2)
        other = factories.training_class(
            self.stage.term, name="另一班", capacity=3, first_day=date(2017, 6, 9)
        )
        factories.quota(other, self.stage.weiyuan, seats=1)
        factories.quota(other, self.stage.danma, seats=3)
        self.classes = [self.stage.training_class, other]
        delegations = (self.stage.weiyuan, self.stage.danma)
        self.seats = [self.stage.seat(delegations[n % 2]) for n in range(PEOPLE)]
        self.seats.append(self.stage.second_seat(self.stage.danma, self.seats[0].person))
        self.steps: list[Any] = []
        self.acted: TrainingClass | None = None

    def teardown(self) -> None:
        """Leave nothing behind for the next run."""
        db.session.rollback()
        db.session.expunge_all()

    def _do(self, act: Callable[[], object], training_class: TrainingClass) -> None:
        """Run a verb; a refusal must change nothing."""
        before = _snapshot()
        self.acted = training_class
        try:
            act()
        except DomainError:
            self.acted = None
            assert _snapshot() == before

    def _row(self, n: int) -> Enrolment | None:
        rows = db.session.scalars(sa.select(Enrolment).order_by(Enrolment.id)).all()
        return rows[n % len(rows)] if rows else None

    @rule(n=number, c=which, wait=st.booleans())
    def nominate(self, n: int, c: int, wait: bool) -> None:
        seat, to = self.seats[n % len(self.seats)], self.classes[c]
        self._do(lambda: service.nominate(to, seat, wait=wait, by=PLANNER), to)

    @rule(chosen=st.lists(st.integers(0, PEOPLE), max_size=4), c=which, wait=st.booleans())
    def nominate_several(self, chosen: list[int], c: int, wait: bool) -> None:
        seats, to = [self.seats[n] for n in chosen], self.classes[c]
        self._do(lambda: service.nominate_all(to, seats, wait=wait, by=PLANNER), to)

    @rule(n=number, verb=st.sampled_from(["confirm", "decline", "withdraw"]))
    def step(self, n: int, verb: str) -> None:
        row = self._row(n)
        if row is None:
            return
        values: dict[str, Any] = {} if verb == "confirm" else {"reason": "因病"}
        act: Callable[..., object] = getattr(service, verb)
        to = next(one for one in self.classes if one.id == row.class_id)
        self._do(lambda: act(row, by=PLANNER, **values), to)

    @rule(n=number, m=number)
    def replace(self, n: int, m: int) -> None:
        row, seat = self._row(n), self.seats[m % len(self.seats)]
        if row is not None:
            to = next(one for one in self.classes if one.id == row.class_id)
            self._do(lambda: service.replace(row, seat, reason="因病", by=PLANNER), to)

    @rule(c=which, first=st.integers(0, 4), second=st.integers(0, 4))
    def set_quotas(self, c: int, first: int, second: int) -> None:
        seats = {self.stage.weiyuan.id: first, self.stage.danma.id: second}
        to = self.classes[c]
        self._do(lambda: service.set_quotas(to, seats, by=PLANNER), to)

    @rule(c=which)
    def enlarge(self, c: int) -> None:
        to = self.classes[c]
        to.capacity = min(6, to.capacity + 1)
        db.session.flush()
        self._do(lambda: service.move_up(to, by=PLANNER), to)

    @invariant()
    def counters_are_the_counted_rows(self) -> None:
        rows = db.session.execute(
            sa.select(Enrolment.class_id, Enrolment.delegation_id, Enrolment.status)
        ).all()
        held = [row for row in rows if row.status.holds_seat]
        by_class = Counter(row.class_id for row in held)
        by_quota = Counter((row.class_id, row.delegation_id) for row in held)
        for one in db.session.execute(
            sa.select(TrainingClass.id, TrainingClass.taken, TrainingClass.capacity)
        ):
            assert one.taken == by_class[one.id] <= one.capacity
        for quota in db.session.execute(sa.select(SeatQuota.__table__)):
            assert quota.taken == by_quota[quota.class_id, quota.delegation_id] <= quota.seats

    @invariant()
    def nobody_is_on_both_classes(self) -> None:
        rows = db.session.scalars(sa.select(Enrolment)).all()
        most = Counter(row.person_id for row in rows if row.status.holds_seat).most_common(1)
        assert most == [] or most[0][1] == 1

    @invariant()
    def the_history_is_whole_and_only_grows(self) -> None:
        steps = db.session.execute(
            sa.select(EnrolmentStep.__table__).order_by(EnrolmentStep.id)
        ).all()
        assert steps[: len(self.steps)] == self.steps
        self.steps = list(steps)
        for row in db.session.scalars(sa.select(Enrolment)):
            path = [EnrolmentStatus(step.status) for step in steps if step.enrolment_id == row.id]
            assert path[0] in (EnrolmentStatus.NOMINATED, EnrolmentStatus.WAITLISTED)
            assert all(new in ENROLMENT_STEPS[old] for old, new in pairwise(path))
            assert path[-1] is row.status

    @invariant()
    def nobody_waits_for_a_seat_that_is_free(self) -> None:
        if self.acted is None:
            return
        to = self.acted
        rows = db.session.execute(
            sa.select(SeatQuota.delegation_id, SeatQuota.seats - SeatQuota.taken).where(
                SeatQuota.class_id == to.id
            )
        )
        free = {delegation: seats for delegation, seats in rows}  # noqa: C416
        waiting = queries.waiting(to)
        busy = queries.engaged(to, (row.person_id for row in waiting))
        ready = [r for r in waiting if r.person_id not in busy and free[r.delegation_id] > 0]
        assert to.taken == to.capacity or ready == []


@pytest.mark.usefixtures("app")
def test_the_books_are_right_whatever_happens() -> None:
    run_state_machine_as_test(
        Classes,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
