"""No proposal of dates breaks a hard rule, whatever the year: looked at day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.courses.dates import Closed, Want, Year, judge, propose

FIRST, LAST = date(2017, 3, 1), date(2017, 6, 30)
DAY = timedelta(days=1)


def days_of(first: date, last: date) -> set[date]:
    return {first + n * DAY for n in range((last - first).days + 1)}


def test_the_best_week_is_in_the_planned_month_and_off_the_weekend() -> None:
    holiday = Closed(date(2017, 5, 1), date(2017, 5, 3), "劳动节")
    tender = Closed(date(2017, 5, 8), date(2017, 5, 12), "春播")
    want = Want(1, "赴外班", 5, 5, 5, "县代表")
    [found] = propose([want], Year(FIRST, LAST, [holiday], [tender])) or []
    assert (found.best.start, found.best.cost) == (date(2017, 5, 15), 0)
    told = {one.start: [reason.text for reason in one.worse] for one in found.others}
    weekend = "takes %(days)s days of a weekend"
    assert told[date(2017, 5, 4)] == ["has %(days)s days in %(why)s", weekend]
    assert judge(want, date(2017, 5, 3), Year(FIRST, LAST, [holiday])).against[0].params == (
        ("why", "劳动节"),
    )


def test_the_same_people_twice_are_kept_apart_and_months_filled_evenly() -> None:
    wants = [Want(n, f"班{n}", 2, 4, 6, "县代表") for n in range(3)]
    found = propose(wants, Year(FIRST, LAST, gap=14)) or []
    assert sorted(one.best.start.month for one in found) == [4, 5, 6]


def test_too_much_has_no_answer() -> None:
    wants = [Want(n, f"班{n}", 6, 3, 6, "县代表") for n in range(6)]
    assert propose(wants, Year(FIRST, LAST, gap=30)) is None


spans = st.tuples(st.integers(0, 110), st.integers(0, 9))
audiences = st.sampled_from(["县代表", "乡镇主席"])
closings = st.builds(
    lambda span, audience: Closed(FIRST + span[0] * DAY, FIRST + sum(span) * DAY, "会", audience),
    spans,
    st.sampled_from(["", "县代表", "乡镇主席"]),
)
helds = st.builds(
    lambda span, audience: Closed(FIRST + span[0] * DAY, FIRST + sum(span) * DAY, "班", audience),
    spans,
    audiences,
)
some_wants = st.lists(
    st.tuples(st.integers(1, 6), st.integers(3, 6), audiences), min_size=1, max_size=4
)


@settings(max_examples=25, deadline=None)
@given(
    some_wants,
    st.lists(closings, max_size=3),
    st.lists(helds, max_size=2),
    st.integers(0, 20),
)
def test_no_proposal_breaks_a_hard_rule(
    raw: list[tuple[int, int, str]], closed: list[Closed], held: list[Closed], gap: int
) -> None:
    wants = [Want(n, f"班{n}", days, month, month, who) for n, (days, month, who) in enumerate(raw)]
    found = propose(wants, Year(FIRST, LAST, closed, (), held, gap))
    if found is None:
        return
    taken = {one.want.key: days_of(one.best.start, one.best.end) for one in found}
    for want in wants:
        assert len(taken[want.key]) == want.days
        assert taken[want.key] <= days_of(FIRST, LAST)
        assert not taken[want.key] & _forbidden(want, closed, held, gap)
    for one, other in combinations(wants, 2):
        if one.audience == other.audience:
            wide = days_of(min(taken[one.key]) - gap * DAY, max(taken[one.key]) + gap * DAY)
            assert not taken[other.key] & wide


def _forbidden(want: Want, closed: list[Closed], held: list[Closed], gap: int) -> set[date]:
    days: set[date] = set()
    for shut in closed:
        if shut.audience in ("", want.audience):
            days |= days_of(shut.first_day, shut.last_day)
    for other in held:
        if other.audience == want.audience:
            days |= days_of(other.first_day - gap * DAY, other.last_day + gap * DAY)
    return days
