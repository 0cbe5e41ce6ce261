"""Seats by share of deputies, with the largest remainder."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.enrolment.shares import Share, by_share


def test_the_largest_remainders_get_the_seats_left_over() -> None:
    # 10 × 7/20 = 3.5, 10 × 8/20 = 4, 10 × 5/20 = 2.5: one seat is left, for the larger of the two.
    assert by_share(10, [7, 8, 5]) == [
        Share(7, Fraction(7, 2), extra=True),
        Share(8, Fraction(4), extra=False),
        Share(5, Fraction(5, 2), extra=False),
    ]


def test_the_steps_can_be_read() -> None:
    share = by_share(10, [7, 8, 5])[0]
    assert (share.whole, share.remainder, share.seats) == (3, Fraction(1, 2), 4)


@pytest.mark.parametrize(
    ("places", "deputies", "seats"),
    [
        (50, [10, 10], [10, 10]),  # never more than there are deputies
        (3, [5, 5, 5, 5], [1, 1, 1, 0]),  # of equals the earlier ones
        (5, [0, 3, 0], [0, 3, 0]),
        (5, [0, 0], [0, 0]),
        (0, [4, 2], [0, 0]),
        (5, [], []),
    ],
)
def test_edges(places: int, deputies: list[int], seats: list[int]) -> None:
    assert [share.seats for share in by_share(places, deputies)] == seats


@given(st.integers(0, 500), st.lists(st.integers(0, 60), max_size=40))
def test_all_places_are_given_and_nobody_is_off_by_a_seat(places: int, deputies: list[int]) -> None:
    shares = by_share(places, deputies)
    assert sum(share.seats for share in shares) == min(places, sum(deputies))
    assert all(abs(share.seats - share.exact) < 1 for share in shares)
    assert all(share.seats <= share.deputies for share in shares)
    # A larger delegation never gets fewer seats.
    pairs = sorted((share.deputies, share.seats) for share in shares)
    assert [seats for _, seats in pairs] == sorted(share.seats for share in shares)


def test_who_has_more_taken_than_its_share_keeps_them_and_the_others_share_the_rest() -> None:
    shares = by_share(10, [7, 8, 5], [5, 0, 0])
    assert [(share.seats, share.kept) for share in shares] == [(5, 5), (3, None), (2, None)]
    assert shares[1].exact == Fraction(5 * 8, 13)


@given(st.integers(0, 100), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_what_is_taken_is_kept(places: int, lines: list[tuple[int, int]]) -> None:
    deputies = [count for count, _ in lines]
    taken = [min(line) for line in lines]
    seats = [share.seats for share in by_share(places, deputies, taken)]
    assert all(taken[n] <= seats[n] <= deputies[n] for n in range(len(lines)))
    assert sum(seats) == min(max(places, sum(taken)), sum(deputies))
