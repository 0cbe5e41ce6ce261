"""Months, amounts and the cells of the plan's table in the words of the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from babel.dates import get_month_names
from flask_babel import gettext as _

from trainer.core.language import day, label, present_locale
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.reading import CELLS
from trainer.plans.rules import COLUMNS, ClassLine, Figures, Mode, TargetKind, target_field


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


def time(planned: PlannedClass | ClassLine) -> str:
    """Return when a class is held, as `reading.read_time` reads it: 5–9月（6月5日、9月11日）."""
    span = months(planned.first_month, planned.last_month)
    if not planned.starts:
        return span
    chinese, listed = present_locale() == "zh", dates(planned.starts)
    own = {start.month for start in planned.starts}
    if (min(own), max(own)) == (planned.first_month, planned.last_month):
        return listed
    return f"{span}（{listed}）" if chinese else f"{span} ({listed})"


def dates(days: Iterable[date]) -> str:
    """Return days of one year as people list them: 6月5日、9月11日."""
    return ("、" if present_locale() == "zh" else ", ").join(day(one, "short") for one in days)


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
        "time": time(planned),
        "days": number(planned.days),
        "mode": label(planned.mode),
        "budget": budget(planned),
    }
    return {name: special[name] if name in special else getattr(planned, name) for name in COLUMNS}


def headings() -> dict[str, str]:
    """Return the heads of the official columns."""
    return {name: _(text) for name, text in COLUMNS.items()}


def typed_cells(planned: PlannedClass | ClassLine) -> dict[str, str]:
    """Return the cells of one line as they are typed (see `reading.CELLS`)."""
    special = {
        "persons": number(planned.persons),
        "runs": number(planned.runs),
        "time": time(planned),
        "days": number(planned.days),
        "mode": label(planned.mode),
        "budget": number(planned.budget) if planned.budget else "",
    }
    return {name: special[name] if name in special else getattr(planned, name) for name in CELLS}


def mode_labels() -> dict[str, Mode]:
    """Return the modes by their words in the page's language."""
    return {label(mode): mode for mode in Mode}


def cell_heads() -> dict[str, str]:
    """Return the heads of the cells as they are typed."""
    return {
        **headings(),
        "budget": _("Budget (yuan)"),
        "budget_source": _("Source of the budget"),
    }


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
        _("Themes"): plan.themes,
        **{_("Emphasis of %(year)s", year=row.year): row.text for row in plan.emphases},
        _("Measures"): plan.measures,
        _("Responsible bodies"): plan.bodies,
    }


def targets_of(plan: FiveYearPlan) -> dict[str, str]:
    """Return the targets of a plan by what they are for, in the order of the table."""
    rows = sorted(plan.targets, key=lambda row: (list(TargetKind).index(row.kind), row.year or 0))
    said = {
        target_name(row.kind, row.year): f"{figure(row.kind, row.value)} {unit(row.kind)}".strip()
        for row in rows
    }
    for row in plan.budgets:
        amount = _("%(amount)s yuan", amount=yuan(row.amount))
        said[_("Budget %(year)s: %(source)s", year=row.year, source=row.source)] = amount
    return said


def target_name(kind: TargetKind, year: int | None) -> str:
    """Return what a target is for: its kind and its year, or the whole term."""
    when = year or _("whole term")
    return str(_("%(target)s, %(when)s", target=label(kind), when=when))


def target_values(plan: FiveYearPlan) -> dict[str, Decimal]:
    """Return the targets of a plan by the names of their form fields."""
    return {target_field(row.kind, row.year): row.value for row in plan.targets}


def aims_of(plan: FiveYearPlan | None, year: int) -> dict[TargetKind, str]:
    """Return the targets that the five-year plan sets for a year, in words."""
    rows = [row for row in (plan.targets if plan else ()) if row.year == year]
    rows.sort(key=lambda row: list(TargetKind).index(row.kind))
    return {row.kind: f"{figure(row.kind, row.value)} {unit(row.kind)}".strip() for row in rows}


def preamble_of(plan: FiveYearPlan | None, year: int) -> str:
    """Return what the five-year plan says of a year, as the preamble of its plan."""
    if plan is None:
        return ""
    emphasis = [row.text for row in plan.emphases if row.year == year]
    aims = aims_of(plan, year)
    said = [_("This plan carries out “%(title)s”.", title=plan.title)]
    if emphasis:
        said.append(_("Emphasis of the year: %(text)s", text=emphasis[0]))
    if aims:
        said.append(_("Targets of the year:"))
        said += [f"- {label(kind)} {text}" for kind, text in aims.items()]
    return "\n".join(said)
