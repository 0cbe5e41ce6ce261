"""The structure of deputies (代表结构): counts and shares by trait, per delegation. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from trainer.core.text import Labelled, noop
from trainer.people.rules import Sex

MOST_VALUES = 8  # further ones are counted together
EDUCATIONS = ("小学", "初中", "中专", "高中", "大专", "本科", "研究生")


class Trait(Labelled):
    """What deputies are counted by."""

    SEX = "sex", noop("Sex")
    ETHNICITY = "ethnicity", noop("Ethnicity")
    PARTY = "party", noop("Party")
    AGE = "age", noop("Age")
    EDUCATION = "education", noop("Education")
    OCCUPATION = "occupation", noop("Occupation")
    NEW = "new", noop("Newly elected")


class AgeBand(Labelled):
    """Ages as rosters of deputies group them."""

    TO_35 = "to_35", noop("35 and under")
    TO_45 = "to_45", noop("36 to 45")
    TO_55 = "to_55", noop("46 to 55")
    OVER_55 = "over_55", noop("56 and over")


class Newness(Labelled):
    """Whether a deputy sat in the term before."""

    NEW = "new", noop("Newly elected")
    AGAIN = "again", noop("Re-elected")


class Rest(Labelled):
    """Values that are no value."""

    OTHER = "other", noop("Other")
    UNKNOWN = "unknown", noop("Not known")


@dataclass(frozen=True)
class Fact:
    """A deputy in office, as far as it is counted."""

    delegation: int
    sex: Sex | None
    ethnicity: str | None
    party: str | None
    birth: str | None
    education: str | None
    occupation: str | None
    new: bool


def age_on(birth: str | None, day: date) -> int | None:
    """Return the age on *day* of somebody born in a month or on a day (``1975-08``), or None.

    Where only the month is known its first day counts, as personnel files do.
    """
    if not birth:
        return None
    born = date.fromisoformat(birth if len(birth) > 7 else f"{birth}-01")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(age: int | None) -> AgeBand | None:
    """Return the band of an age in years."""
    if age is None:
        return None
    for limit, band in ((35, AgeBand.TO_35), (45, AgeBand.TO_45), (55, AgeBand.TO_55)):
        if age <= limit:
            return band
    return AgeBand.OVER_55


Value = str | Labelled


def value_of(trait: Trait, fact: Fact, day: date) -> Value:
    """Return the value of *trait* by which a deputy is counted."""
    found: Value | None
    if trait is Trait.AGE:
        found = age_band(age_on(fact.birth, day))
    elif trait is Trait.NEW:
        found = Newness.NEW if fact.new else Newness.AGAIN
    else:
        found = getattr(fact, trait.value) or None
    return found or Rest.UNKNOWN


def share(part: int, whole: int) -> Decimal:
    """Return *part* of *whole* in per cent with one place, rounded half up; 0 of nothing."""
    if not whole:
        return Decimal("0.0")
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """The counts of a delegation, or of all, in the order of the table's values."""

    key: int | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many deputies there are."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """Each count's share in per cent."""
        return tuple(share(count, self.total) for count in self.counts)


@dataclass(frozen=True)
class Table:
    """Deputies by one trait: per delegation and, in *total*, all together."""

    trait: Trait
    values: tuple[Value, ...]
    lines: tuple[Line, ...]
    total: Line


def table(trait: Trait, facts: Iterable[Fact], delegations: Sequence[int], day: date) -> Table:
    """Count *facts* by *trait* for each of the *delegations* and in all."""
    counted: defaultdict[int, Counter[Value]] = defaultdict(Counter)
    for fact in facts:
        counted[fact.delegation][value_of(trait, fact, day)] += 1
    everybody: Counter[Value] = sum((counted[each] for each in delegations), Counter())
    order = _ordered(trait, everybody)
    kept = order if len(order) <= MOST_VALUES else order[: MOST_VALUES - 1]
    values = kept if kept == order else [*kept, Rest.OTHER]
    if Rest.UNKNOWN in everybody:
        values = [*values, Rest.UNKNOWN]

    def line(key: int | None, counts: Counter[Value]) -> Line:
        rest = sum(counts[value] for value in order if value not in kept)
        found = (rest if value is Rest.OTHER else counts[value] for value in values)
        return Line(key, tuple(found))

    lines = tuple(line(each, counted[each]) for each in delegations)
    return Table(trait, tuple(values), lines, line(None, everybody))


def _ordered(trait: Trait, counts: Counter[Value]) -> list[Value]:
    """Return the values in their natural order, else the most frequent first."""
    fixed: Sequence[Value] = {
        Trait.SEX: tuple(Sex),
        Trait.AGE: tuple(AgeBand),
        Trait.NEW: tuple(Newness),
    }.get(trait, ())
    if fixed:
        return list(fixed)
    known = [value for value in counts if value is not Rest.UNKNOWN]
    if trait is Trait.EDUCATION:
        place = {name: number for number, name in enumerate(EDUCATIONS)}
        return sorted(known, key=lambda value: (place.get(value, len(place)), value))
    return sorted(known, key=lambda value: (-counts[value], value))
