"""Loading the example county into an empty database, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from trainer.accounts import service
from trainer.accounts.audit import SYSTEM
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.rules import DayKind
from trainer.almanac.service import USUAL, add_usual_rules
from trainer.cli.demo import classes, people, plans
from trainer.cli.demo.people import SEED
from trainer.cli.demo.persons import People
from trainer.core import clock, settings
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.text import noop
from trainer.courses.rules import ClassStatus
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Congress, Person, Scope
from trainer.plans.models import PlannedClass

USUAL_NAMES = ("人大代表活动月", "乡镇人代会第一次会议", "乡镇人代会第二次会议")
FIRST_CYCLE = date(2016, 10, 1)
EXAMPLE = "example"  # the setting that tells pages that the persons are made up


@dataclass(frozen=True)
class Account:
    """How to sign in to the example, printed once."""

    role: Role
    login: str
    password: str


@dataclass(frozen=True)
class Loaded:
    """What was loaded and how to sign in."""

    accounts: list[Account]
    deputy: User
    deputy_digits: str


def is_empty() -> bool:
    """Tell whether the database holds neither accounts nor congresses."""
    return not any(
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (User, Congress)
    )


def cycle_start(day: date) -> date:
    """Return the first day of the five-year cycle that holds *day*, the second one at least."""
    year = FIRST_CYCLE.year + 5 * ((day.year - FIRST_CYCLE.year) // 5)
    start = FIRST_CYCLE.replace(year=year)
    held = start if start <= day else start.replace(year=year - 5)
    return max(held, FIRST_CYCLE.replace(year=FIRST_CYCLE.year + 5))


def load() -> Loaded:
    """Load the example county; raises Refused unless the database is empty."""
    if not is_empty():
        raise Refused(noop("The database is not empty: the example goes into an empty one only."))
    today = clock.today()
    root, townships = people.congresses()
    makers = People(SEED)
    past = people.elect(root, townships, makers, FIRST_CYCLE, [])
    people.vacate_and_fill(past, makers, date(2017, 7, 20), date(2017, 9, 20))
    present = people.elect(root, townships, makers, cycle_start(today), past.humans)
    venues, teachers = classes.places(root.id), classes.lecturers(root.id)
    random = Random(SEED)  # noqa: S311  (an example, not a secret)
    _year_2017(classes.Builder(past, venues, teachers, random))
    running = _present(classes.Builder(present, venues, teachers, random), today)
    _almanac(root, townships)
    _yearly(root)
    settings.put(EXAMPLE, value=True)
    return _accounts(root, townships, running)


def _off_site(planned: list[PlannedClass]) -> PlannedClass:
    return next(line for line in planned if line.name == plans.OFF_SITE)


def _year_2017(builder: classes.Builder) -> None:
    classes.five_year_plan(builder.rows, date(2017, 2, 20))
    plan = classes.annual_plan(builder.rows, 2017, date(2017, 2, 20))
    seen: set[int] = set()
    for run, first in enumerate((date(2017, 6, 5), date(2017, 9, 11)), start=1):
        held = builder.off_site(_off_site(plan.classes), run, first, ClassStatus.FINISHED)
        made = builder.enrol(held, besides=seen)
        builder.replace_one(held, made, seen)
        builder.roll(held, made, clock.now())


def _present(builder: classes.Builder, today: date) -> list[Person]:
    """Make the present term's plans and classes; return the participants of today's class."""
    rows = builder.rows
    start = rows.county.first_day
    adopted = min(today, max(start, date(today.year, 2, 20)))
    classes.five_year_plan(rows, adopted)
    coming_on = today + timedelta(days=24)
    by_year = {
        year: classes.annual_plan(rows, year, adopted).classes
        for year in sorted({today.year, coming_on.year})
    }
    if today.year + 1 not in by_year and today.year + 1 < rows.county.last_day.year:
        classes.annual_plan(rows, today.year + 1, None)
    seen: set[int] = set()
    last_month = max(start, today - timedelta(days=38))
    finished = builder.off_site(_off_site(by_year[today.year]), 1, last_month, ClassStatus.FINISHED)
    made = builder.enrol(finished, besides=seen)
    builder.replace_one(finished, made, seen)
    builder.roll(finished, made, clock.now())
    running = builder.gathered(
        by_year[today.year][0], today - timedelta(days=1), ClassStatus.RUNNING
    )
    here = builder.enrol(running, besides=seen)
    builder.roll(running, here, clock.now())
    run = 2 if coming_on.year == today.year else 1
    coming = builder.off_site(
        _off_site(by_year[coming_on.year]), run, coming_on, ClassStatus.PUBLISHED
    )
    builder.enrol(coming, besides=seen, status=EnrolmentStatus.NOMINATED, share=0.6)
    here_ids = {row.person_id for row in here}
    return [seat.person for seat in rows.seats if seat.person_id in here_ids]


def _almanac(root: Congress, townships: list[Congress]) -> None:
    entries = [
        (
            root,
            DayKind.CONGRESS,
            "县人民代表大会会议（示例）",
            date(2017, 2, 14),
            date(2017, 2, 17),
        ),
        (root, DayKind.LOCAL, "土族安昭纳顿节（示例）", date(2017, 9, 2), date(2017, 9, 3)),
    ]
    for township in townships:
        first, second = date(2017, 3, 21), date(2017, 9, 21)
        entries.append(
            (
                township,
                DayKind.CONGRESS,
                f"{township.short_name}人代会第一次会议（示例）",
                first,
                first,
            )
        )
        entries.append(
            (
                township,
                DayKind.CONGRESS,
                f"{township.short_name}人代会第二次会议（示例）",
                second,
                second,
            )
        )
    db.session.add_all(
        AlmanacEntry(congress_id=of.id, kind=kind, name=name, first_day=first, last_day=last)
        for of, kind, name, first, last in entries
    )


def _yearly(root: Congress) -> None:
    """Make what comes back every year: Deputy Activity Month, township sessions, busy weeks."""
    usual = {
        message: name for (_kind, message, *_rest), name in zip(USUAL, USUAL_NAMES, strict=True)
    }
    add_usual_rules(root.id, names=usual, by=SYSTEM)
    db.session.add_all(
        AlmanacRule(
            congress_id=root.id,
            kind=DayKind.BUSY,
            name=name,
            first_month=first[0],
            first_day=first[1],
            last_month=last[0],
            last_day=last[1],
        )
        for name, first, last in (
            ("春播（示例）", (4, 1), (4, 20)),
            ("秋收（示例）", (8, 10), (9, 5)),
        )
    )


def _accounts(root: Congress, townships: list[Congress], present: list[Person]) -> Loaded:
    staff = [
        (Role.PLANNER, "planner", classes.STAFF_NAME, root),
        (Role.PLANNER, "planner2", "王芳", root),
        (Role.TOWNSHIP_OFFICER, "officer01", f"{townships[0].short_name}人大专干", townships[0]),
        (Role.AUDITOR, "auditor", "审计员", root),
        (Role.ADMINISTRATOR, "admin", "系统管理员", root),
    ]
    shown = [_account(*line) for line in staff]
    for number, township in enumerate(townships[1:], start=2):
        officer = f"{township.short_name}人大专干"
        _account(Role.TOWNSHIP_OFFICER, f"officer{number:02d}", officer, township)
    users = [_deputy(person) for person in present]
    digits = (present[0].phone or "")[-4:]
    return Loaded(shown, users[0], digits)


def _account(role: Role, login: str, name: str, congress: Congress) -> Account:
    password = service.make_password()
    user = service.create_user(login=login, name=name, role=role, password=password, by=SYSTEM)
    db.session.add(Scope(user_id=user.id, congress_id=congress.id))
    return Account(role, login, password)


def _deputy(person: Person) -> User:
    user = service.create_user(
        login=f"deputy{person.id}", name=person.name, role=Role.DEPUTY, by=SYSTEM
    )
    person.user_id = user.id
    service.renew_link(user, by=SYSTEM)
    return user
