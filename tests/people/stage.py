"""A county with two townships A and B, a person in each delegation, and a chair with two seats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tests import factories
from trainer.people.models import Congress, Delegation, Person, Seat, SeatStep, Term
from trainer.people.rules import EndReason, StepKind


@dataclass
class Stage:
    """The rows; names end with where somebody sits: A or B, county (C) or township (T)."""

    county: Congress
    a: Congress
    b: Congress
    past: Term
    term: Term
    term_a: Term
    term_b: Term
    of_a: Delegation
    of_b: Delegation
    units: Delegation
    own_a: Delegation
    own_b: Delegation
    seat_ca: Seat
    seat_cb: Seat
    seat_cu: Seat
    seat_ta: Seat
    seat_tb: Seat
    chair: Person

    @property
    def delegations(self) -> list[Delegation]:
        """All of them."""
        return [self.of_a, self.of_b, self.units, self.own_a, self.own_b]


def _person(name: str, phone: str, **values: object) -> Person:
    person = factories.person(name, phone=phone, **values)
    person.name = name  # the pinyin follows the name
    return person


def build() -> Stage:
    """Put the stage into the database."""
    county = factories.congress("630223", short_name="互助县")
    a = factories.congress("630223001", parent=county, short_name="甲镇")
    b = factories.congress("630223002", parent=county, short_name="乙镇")
    past = factories.term(county, 2011)
    term, term_a, term_b = (factories.term(each) for each in (county, a, b))
    of_a = factories.delegation(term, "甲镇代表团", unit=a)
    of_b = factories.delegation(term, "乙镇代表团", unit=b)
    units = factories.delegation(term, "县直代表团")
    own_a = factories.delegation(term_a, "甲镇代表")
    own_b = factories.delegation(term_b, "乙镇代表")
    for position, each in enumerate((of_a, of_b, units, own_a, own_b), start=1):
        each.position = position
    chair = _person("单小军", "13900000001")
    factories.seat(of_a, chair, newly_elected=False)
    factories.seat(own_a, chair, chair=True)
    return Stage(
        county, a, b, past, term, term_a, term_b, of_a, of_b, units, own_a, own_b,
        seat_ca=factories.seat(of_a, _person("李生梅", "13900000002", ethnicity="汉族")),
        seat_cb=factories.seat(of_b, _person("曾国强", "13900000003")),
        seat_cu=factories.seat(units, _person("仇文海", "13900000004")),
        seat_ta=factories.seat(own_a, _person("尉迟玉", "13900000005")),
        seat_tb=factories.seat(own_b, _person("才让·卓玛", "13900000006")),
        chair=chair,
    )  # fmt: skip


def end(seat: Seat, day: date) -> SeatStep:
    """Let a seat have ended on *day*; return the step that says so."""
    seat.ended_on, seat.end_reason = day, EndReason.RESIGNED
    return factories.seat_step(seat, StepKind.ENDED, day, reason=EndReason.RESIGNED)


def names_in(page: str) -> list[str]:
    """Return the names of the rows of a page's list, in their order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', body)
