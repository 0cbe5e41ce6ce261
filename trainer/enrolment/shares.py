"""Seats shared out by size with the largest remainder, each step open to view: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Share:
    """One delegation's part: *exact* = places × deputies ÷ all deputies, and how it is rounded.

    *kept* is the number of seats that it keeps in any case, when its share would be less.
    """

    deputies: int
    exact: Fraction
    extra: bool
    kept: int | None = None

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
        return self.whole + self.extra if self.kept is None else self.kept


def by_share(
    places: int, deputies: Sequence[int], at_least: Sequence[int] | None = None
) -> list[Share]:
    """Return the parts of *places* for delegations of so many *deputies*, in their order.

    Largest remainder (Hare–Niemeyer); of equal remainders the larger delegation goes first, then
    the earlier one. No delegation gets more seats than it has deputies. Who would get fewer than
    *at_least* keeps these, and the others share what is left.
    """
    kept: dict[int, int] = {}
    while True:
        shares = _shared(places, deputies, kept)
        short = {
            index: least
            for index, least in enumerate(at_least or ())
            if index not in kept and shares[index].seats < least
        }
        if not short:
            return shares
        kept |= short


def _shared(places: int, deputies: Sequence[int], kept: Mapping[int, int]) -> list[Share]:
    sharing = [index for index in range(len(deputies)) if index not in kept]
    everyone = sum(deputies[index] for index in sharing)
    left = max(0, min(places - sum(kept.values()), everyone))
    exact = {
        i: Fraction(left * deputies[i], everyone) if everyone else Fraction(0) for i in sharing
    }
    order = sorted(sharing, key=lambda i: (int(exact[i]) - exact[i], -deputies[i], i))
    favoured = set(order[: left - sum(int(part) for part in exact.values())])
    return [
        Share(count, exact.get(index, Fraction(0)), index in favoured, kept.get(index))
        for index, count in enumerate(deputies)
    ]
