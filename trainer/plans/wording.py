"""Months, amounts and the cells of the plan's table in the words of the page's language."""

from __future__ import annotations

from decimal import Decimal

from babel.dates import get_month_names
from flask_babel import gettext as _

from trainer.core.language import label, present_locale
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.rules import COLUMNS, Figures, Mode, TargetKind, target_field


def number(value: Decimal | int) -> str:
    """Return a number as people write it: 2.5, 12000."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def yuan(value: Decimal | int) -> str:
    """Return an amount with its thousands apart: 120,000 or 120,000.50."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def month(value: int) -> str:
    """Return the short name of a month."""
    return str(get_month_names("abbreviated", locale=present_locale())[value])


def month_options() -> list[tuple[int, str]]:
    """Return the twelve months to choose from."""
    return [(value, month(value)) for value in range(1, 13)]


def mode_options() -> list[tuple[str, str]]:
    """Return the modes to choose from."""
    return [(mode.value, label(mode)) for mode in Mode]


def months(first: int, last: int) -> str:
    """Return when a planned class is held: 5月, 5–9月; May, May–Sep."""
    if first == last:
        return month(first)
    return f"{first}–{month(last)}" if present_locale() == "zh" else f"{month(first)}–{month(last)}"


def figure(kind: TargetKind, value: Decimal | None) -> str:
    """Return a target's figure: rates with their sign, amounts without their unit."""
    if value is None:
        return ""
    if kind.rate:
        return f"{number(value)}%"
    return number(value) if kind is TargetKind.HOURS else yuan(value)


def unit(kind: TargetKind) -> str:
    """Return the unit that is not said by the name of a target already."""
    return str(_("yuan")) if kind is TargetKind.COST else ""


def budget(planned: PlannedClass) -> str:
    """Return the official column 经费预算及来源: the amount, then where it comes from."""
    amount = str(_("%(amount)s yuan", amount=yuan(planned.budget))) if planned.budget else ""
    if amount and planned.budget_source:
        return str(_("%(amount)s (%(source)s)", amount=amount, source=planned.budget_source))
    return amount or planned.budget_source


def cells(planned: PlannedClass) -> dict[str, str]:
    """Return the text of each official column (see `rules.COLUMNS`) of one line."""
    special = {
        "persons": number(planned.persons),
        "runs": number(planned.runs),
        "time": months(planned.first_month, planned.last_month),
        "days": number(planned.days),
        "mode": label(planned.mode),
        "budget": budget(planned),
    }
    return {name: special[name] if name in special else getattr(planned, name) for name in COLUMNS}


def headings() -> dict[str, str]:
    """Return the heads of the official columns."""
    return {name: _(text) for name, text in COLUMNS.items()}


def sums(total: Figures) -> dict[str, str | int]:
    """Return the cells of the line of sums; persons add up to person-times, which it says."""
    return {
        "name": _("Total"),
        "persons": _("%(count)s person-times", count=total.person_times),
        "runs": total.runs,
        "budget": _("%(amount)s yuan", amount=yuan(total.budget)),
    }


def texts_of(plan: FiveYearPlan | AnnualPlan) -> dict[str, str]:
    """Return the texts of a plan by their labels."""
    if isinstance(plan, AnnualPlan):
        return {_("Title"): plan.title, _("Preamble"): plan.preamble}
    return {
        _("Title"): plan.title,
        _("Purpose"): plan.purpose,
        _("Principles"): plan.principles,
        _("Measures"): plan.measures,
    }


def targets_of(plan: FiveYearPlan) -> dict[str, str]:
    """Return the targets of a plan by what they are for, in the order of the table."""
    rows = sorted(plan.targets, key=lambda row: (list(TargetKind).index(row.kind), row.year or 0))
    return {
        target_name(row.kind, row.year): f"{figure(row.kind, row.value)} {unit(row.kind)}".strip()
        for row in rows
    }


def target_name(kind: TargetKind, year: int | None) -> str:
    """Return what a target is for: its kind and its year, or the whole term."""
    when = year or _("whole term")
    return str(_("%(target)s, %(when)s", target=label(kind), when=when))


def target_values(plan: FiveYearPlan) -> dict[str, Decimal]:
    """Return the targets of a plan by the names of their form fields."""
    return {target_field(row.kind, row.year): row.value for row in plan.targets}
