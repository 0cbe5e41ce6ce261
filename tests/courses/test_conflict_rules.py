"""Finding who or what is booked twice, compared with trying all pairs."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trainer.core.clock import LOCAL
from trainer.courses.conflicts import Clash, Slot
from trainer.courses.finding import clashes

DAY = datetime(2017, 6, 5, tzinfo=LOCAL)


def slot(key: int, start: float, end: float, class_id: int = 1, **values: Any) -> Slot:
    return Slot(
        key=key,
        class_id=class_id,
        class_name=f"班{class_id}",
        title=f"课{key}",
        starts_at=DAY + timedelta(hours=start),
        ends_at=DAY + timedelta(hours=end),
        **values,
    )


def found(*slots: Slot) -> list[tuple[Clash, int | None, int | None]]:
    return [(one.clash, one.one.key, one.other.key) for one in clashes(slots)]


WANG, HALL = (7, "王教授"), (9, "报告厅")


def test_slots_that_touch_do_not_clash() -> None:
    assert found(slot(1, 9, 12), slot(2, 12, 14), slot(3, 8, 9)) == []


def test_two_sessions_of_a_class_clash_once_whatever_else_they_share() -> None:
    pair = slot(1, 9, 12, lecturer=WANG, room=HALL), slot(2, 11, 13, lecturer=WANG, room=HALL)
    assert found(*pair) == [(Clash.CLASS, 1, 2)]


def test_a_lecturer_and_a_room_in_two_classes() -> None:
    pair = (
        slot(1, 9, 12, 1, lecturer=WANG, room=HALL),
        slot(2, 9, 12, 2, lecturer=WANG, room=HALL),
    )
    assert found(*pair) == [(Clash.LECTURER, 1, 2), (Clash.ROOM, 1, 2)]


def test_a_long_slot_clashes_with_all_within_it() -> None:
    slots = slot(1, 8, 18), slot(2, 9, 10), slot(3, 11, 12)
    assert found(*slots) == [(Clash.CLASS, 1, 2), (Clash.CLASS, 1, 3)]


def test_the_sentence_names_both_sides() -> None:
    own, other = slot(1, 9, 12, 1, lecturer=WANG), slot(2, 11, 13, 2, lecturer=WANG)
    [clash] = clashes([other, own])
    assert clash.clash.label % clash.seen_from([own]) == (
        "王教授 cannot teach “课1” (2017-06-05 09:00–12:00) and “课2” in 班2"
        " (2017-06-05 11:00–13:00) at once. Choose another time or lecturer."
    )
    assert clash.seen_from([other])["own"] == "课2"


def shares(one: Slot, other: Slot) -> set[Clash]:
    if one.class_id == other.class_id:
        return {Clash.CLASS}
    same = {Clash.LECTURER: (one.lecturer, other.lecturer), Clash.ROOM: (one.room, other.room)}
    return {clash for clash, (mine, theirs) in same.items() if mine and mine == theirs}


slots = st.builds(
    lambda key, start, length, class_id, lecturer, room: slot(
        key,
        start,
        start + length,
        class_id,
        **({"lecturer": (lecturer, "a")} if lecturer else {}),
        **({"room": (room, "b")} if room else {}),
    ),
    st.integers(1, 10**6),
    st.integers(0, 12),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 3),
)


@given(st.lists(slots, max_size=12, unique_by=lambda s: s.key))
def test_the_same_as_trying_all_pairs(many: list[Slot]) -> None:
    brute = {
        (clash, frozenset((one.key, other.key)))
        for one, other in combinations(many, 2)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for clash in shares(one, other)
    }
    quick = [(one.clash, frozenset((one.one.key, one.other.key))) for one in clashes(many)]
    assert set(quick) == brute
    assert len(quick) == len(brute)
