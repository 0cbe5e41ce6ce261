"""How figures of attendance are written: class hours and shares."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


def class_hours(value: Decimal) -> str:
    """Return class hours with at most one decimal: 20, 3.5."""
    text = str(value.quantize(TENTH, ROUND_HALF_UP))
    return text.removesuffix(".0")


def percent(part: int, whole: int) -> Decimal | None:
    """Return *part* of *whole* in per cent to one decimal, None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(TENTH, ROUND_HALF_UP)


def share(part: int, whole: int) -> str:
    """Return *part* of *whole* as 93.5%, a dash of nothing; 100% only when it is all."""
    rate = percent(part, whole)
    if rate is None:
        return "–"
    if rate == 100 and part < whole:
        rate = Decimal("99.9")
    return f"{rate}%".replace(".0%", "%")
