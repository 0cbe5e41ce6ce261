"""What other features read of enrolments, filtered by who asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import factories
from tests.conftest import counted_queries
from tests.enrolment.stage import PLANNER, Stage, build
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.rules import ClassStatus
from trainer.enrolment import queries, service
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.queries import viewer_of

pytestmark = pytest.mark.usefixtures("app")


def _names(user: User, stage: Stage) -> list[str]:
    rows = db.session.scalars(queries.enrolments(viewer_of(user), stage.training_class))
    return sorted(row.person.name for row in rows)


def _users(stage: Stage, deputy: Any) -> dict[str, User]:
    return {
        "planner": stage.planner,
        "auditor": factories.user(Role.AUDITOR, scope=stage.county),
        "officer": stage.officer,
        "neighbour": stage.neighbour,
        "stranger": factories.user(Role.PLANNER, scope=factories.congress("630224")),
        "administrator": factories.user(Role.ADMINISTRATOR, scope=stage.county),
        "unscoped": factories.user(Role.PLANNER),
        "deputy": factories.deputy_user(deputy),
        "nobody": factories.user(Role.DEPUTY),
    }


@pytest.mark.parametrize("status", [ClassStatus.PUBLISHED, ClassStatus.DRAFT])
def test_who_sees_which_enrolments_and_seats(status: ClassStatus) -> None:
    stage = build(status=status)
    li, zhao = stage.seat(name="李生梅"), stage.seat(stage.danma, "赵海燕")
    service.nominate_all(stage.training_class, [li, zhao], by=PLANNER)
    public = status is ClassStatus.PUBLISHED
    users = _users(stage, zhao.person)
    assert {who: _names(user, stage) for who, user in users.items()} == {
        "planner": ["李生梅", "赵海燕"],
        "auditor": ["李生梅", "赵海燕"],
        "officer": ["李生梅"] if public else [],
        "neighbour": ["赵海燕"] if public else [],
        "stranger": [],
        "administrator": [],
        "unscoped": [],
        "deputy": ["赵海燕"] if public else [],
        "nobody": [],
    }
    seats = {
        who: [
            line.delegation.name for line in queries.quotas(viewer_of(user), stage.training_class)
        ]
        for who, user in users.items()
    }
    assert seats == {
        "planner": ["威远镇代表团", "丹麻镇代表团"],
        "auditor": ["威远镇代表团", "丹麻镇代表团"],
        "officer": ["威远镇代表团"],
        "neighbour": ["丹麻镇代表团"],
        **{who: [] for who in ("stranger", "administrator", "unscoped", "deputy", "nobody")},
    }


def test_the_figures_of_a_delegation_count_only_who_holds_a_seat() -> None:
    stage = build(seats=3)
    people = [
        factories.person("甲", sex="female", ethnicity="土族"),
        factories.person("乙", sex="male", ethnicity="汉族"),
        factories.person("丙", sex="female", ethnicity=None),
    ]
    for who in people:
        service.nominate(stage.training_class, stage.second_seat(stage.weiyuan, who), by=PLANNER)
    gone = service.nominate(stage.training_class, stage.seat(stage.danma), by=PLANNER)
    service.withdraw(gone, reason="因病", by=PLANNER)
    service.nominate(stage.training_class, stage.seat(), wait=True, by=PLANNER)
    lines = queries.quotas(viewer_of(stage.planner), stage.training_class)
    assert [(x.seats, x.taken, x.free, x.new, x.women, x.minorities, x.waiting) for x in lines] == [
        (3, 3, 0, 3, 2, 1, 1),
        (1, 0, 1, 0, 0, 0, 0),
    ]


def test_the_classes_of_a_person() -> None:
    stage = build()
    seat, noise = stage.seat(), stage.seat()
    service.nominate_all(stage.training_class, [seat, noise], by=PLANNER)
    kinds = [
        ("十月班", ClassStatus.FINISHED, EnrolmentStatus.CONFIRMED, date(2017, 10, 1)),
        ("三月班", ClassStatus.CANCELLED, EnrolmentStatus.NOMINATED, date(2017, 3, 1)),
        ("草稿班", ClassStatus.DRAFT, EnrolmentStatus.CONFIRMED, date(2017, 11, 1)),
        ("候补班", ClassStatus.PUBLISHED, EnrolmentStatus.WAITLISTED, date(2017, 12, 1)),
        ("退出班", ClassStatus.PUBLISHED, EnrolmentStatus.WITHDRAWN, date(2017, 9, 1)),
    ]
    for name, status, state, day in kinds:
        one = factories.training_class(
            stage.term, name=name, status=status, first_day=day, last_day=day, reason="因故"
        )
        factories.quota(one, stage.weiyuan)
        factories.enrolment(one, seat, state)
    classes = db.session.scalars(queries.enrolled_classes(seat.person_id)).all()
    assert [one.name for one in classes] == ["三月班", "县级人大代表赴外培训班", "十月班"]
    rows = db.session.scalars(queries.enrolments_of(seat.person_id)).all()
    assert [(row.training_class.name, row.status.value) for row in rows] == [
        ("三月班", "nominated"),
        ("县级人大代表赴外培训班", "nominated"),
        ("退出班", "withdrawn"),
        ("十月班", "confirmed"),
        ("候补班", "waitlisted"),
    ]


def test_statements_do_not_grow_with_the_rows() -> None:
    stage = build(seats=40)
    viewer = viewer_of(stage.planner)
    reads = (
        lambda: queries.quotas(viewer, stage.training_class),
        lambda: db.session.scalars(queries.enrolments(viewer, stage.training_class)).all(),
        lambda: queries.candidates(viewer, stage.training_class, stage.weiyuan.id),
        lambda: queries.entitled(stage.training_class),
        lambda: queries.waiting(stage.training_class),
    )

    def count() -> list[int]:
        found = []
        for read in reads:
            with counted_queries() as statements:
                read()
            found.append(len(statements))
        return found

    service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    first = count()
    service.nominate_all(stage.training_class, [stage.seat() for _ in range(30)], by=PLANNER)
    assert first == count() == [1, 1, 3, 1, 1]
