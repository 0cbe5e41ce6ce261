"""Seats shared out by size with the largest remainder, each step open to view: pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Share:
    """One delegation's part: *exact* = places × deputies ÷ all deputies, and how it is rounded."""

    deputies: int
    exact: Fraction
    extra: bool

    @property
    def whole(self) -> int:
        """The seats that the exact share holds wholly."""
        return int(self.exact)

    @property
    def remainder(self) -> Fraction:
        """What is left of the exact share; the largest ones get one seat more."""
        return self.exact - self.whole

    @property
    def seats(self) -> int:
        """The seats suggested."""
        return self.whole + self.extra


def by_share(places: int, deputies: Sequence[int]) -> list[Share]:
    """Return the parts of *places* for delegations of so many *deputies*, in their order.

    Largest remainder (Hare–Niemeyer); of equal remainders the larger delegation goes first, then
    the earlier one. No delegation gets more seats than it has deputies.
    """
    everyone = sum(deputies)
    places = min(places, everyone)
    exact = [Fraction(places * count, everyone) if everyone else Fraction(0) for count in deputies]
    rest = places - sum(int(part) for part in exact)
    order = sorted(range(len(deputies)), key=lambda i: (int(exact[i]) - exact[i], -deputies[i], i))
    favoured = set(order[:rest])
    return [
        Share(count, part, index in favoured)
        for index, (count, part) in enumerate(zip(deputies, exact, strict=True))
    ]
