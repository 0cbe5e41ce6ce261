"""Columns and lines of the Excel files of reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask_babel import gettext as _

from trainer.attendance.figures import percent
from trainer.core.language import label
from trainer.core.spreadsheet import Cell
from trainer.plans.rules import TargetKind
from trainer.reports.coverage import PersonLine, Report, TimesLine
from trainer.reports.queries import Facts
from trainer.reports.rules import Figures, Kind, Level, Period
from trainer.reports.targets import Row
from trainer.reports.untrained import Line


def level_name(facts: Facts, level: Level) -> str:
    """Return whose deputies a level is, as County deputies."""
    return str(_("%(level)s deputies", level=label(facts.congress_levels[level])))


def coverage_header() -> list[str]:
    """Return the columns of coverage by delegation."""
    return [
        _("Level"),
        _("Delegation or township"),
        _("In office"),
        _("Newly elected"),
        _("Newly elected and trained"),
        _("Coverage of newly elected deputies") + " (%)",
        _("Trained"),
        _("Coverage of all deputies in office") + " (%)",
        _("Distinct people"),
        _("Person-times"),
        _("Hours per deputy"),
    ]


def _figures(figures: Figures) -> list[Cell]:
    return [
        figures.in_office,
        figures.new,
        figures.new_trained,
        percent(figures.new_trained, figures.new),
        figures.trained,
        percent(figures.trained, figures.in_office),
        figures.people,
        figures.person_times,
        round(figures.average_hours, 1),
    ]


def coverage_lines(report: Report) -> Iterator[list[Cell]]:
    """Return a line for each delegation and township, each level and everybody."""
    for level in Level:
        for line in report.lines[level]:
            yield [level_name(report.facts, level), line.name, *_figures(line.figures)]
    for total in report.levels:
        name = level_name(report.facts, Level(total.key))
        yield [name, _("Total"), *_figures(total.figures)]
    yield [_("All, each person once"), _("Total"), *_figures(report.total)]


def years_header() -> list[str]:
    """Return the columns of plan and actual by year."""
    return [
        _("Year"),
        _("Classes planned"),
        _("Classes held"),
        _("Person-times planned"),
        _("Person-times"),
        _("Distinct people"),
        _("Coverage of newly elected deputies") + " (%)",
        _("Target"),
        _("Coverage of all deputies in office") + " (%)",
        _("Target"),
        _("Hours per deputy"),
        _("Target"),
    ]


def years_lines(report: Report) -> Iterator[list[Cell]]:
    """Return a line for each year of the term."""
    for line in report.years:
        planned, figures = line.planned, line.figures
        yield [
            line.year,
            planned.runs if planned else None,
            line.classes if figures else None,
            planned.person_times if planned else None,
            figures.person_times if figures else None,
            figures.people if figures else None,
            percent(figures.new_trained, figures.new) if figures else None,
            line.targets.get(TargetKind.NEW_COVERAGE),
            percent(figures.trained, figures.in_office) if figures else None,
            line.targets.get(TargetKind.COVERAGE),
            round(figures.average_hours, 1) if figures else None,
            line.targets.get(TargetKind.HOURS),
        ]


def people_title(kind: Kind, where: str, period: Period) -> str:
    """Return the name of a list of people."""
    parts = [label(kind), where, str(period.last)]
    return " ".join(part for part in parts if part)


def people_header() -> list[str]:
    """Return the columns of a list of deputies."""
    return [
        _("Name"),
        _("Delegation"),
        _("Newly elected"),
        _("In office"),
        _("Classes completed"),
        _("Class hours"),
    ]


def people_lines(rows: Iterable[PersonLine]) -> Iterator[list[Cell]]:
    """Return a line for each deputy."""
    for row in rows:
        yield [
            row.name,
            row.delegations,
            _("yes") if row.new else _("no"),
            _("yes") if row.in_office else _("no"),
            row.completed,
            row.hours,
        ]


def times_header() -> list[str]:
    """Return the columns of a list of person-times."""
    return [
        _("Class"),
        _("First day"),
        _("Name"),
        _("Delegation"),
        _("Class hours"),
        _("Completed"),
    ]


def times_lines(rows: Iterable[TimesLine]) -> Iterator[list[Cell]]:
    """Return a line for each deputy on each class."""
    for row in rows:
        yield [
            row.class_name,
            row.first_day,
            row.name,
            row.delegation,
            row.hours,
            _("yes") if row.completed else _("no"),
        ]


def targets_header(report: Report) -> list[str]:
    """Return the columns of planned against actual: two for each year and for the term."""
    years = [*(str(line.year) for line in report.years), _("Whole term")]
    heads = [[f"{year} {_('Target')}", f"{year} {_('Actual')}"] for year in years]
    return [_("Target"), *(head for pair in heads for head in pair)]


def targets_lines(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """Return a line for each target."""
    for row in rows:
        pairs = [[cell.target, _rounded(cell.actual)] for cell in row.cells]
        yield [label(row.kind), *(value for pair in pairs for value in pair)]


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 2)


def untrained_header() -> list[str]:
    """Return the columns of the list of those who are not yet trained."""
    return [
        _("Name"),
        _("Delegation"),
        _("Sex"),
        _("People"),
        _("Occupation"),
        _("Newly elected"),
        _("In sight"),
        _("Class"),
        _("First day"),
    ]


def untrained_lines(rows: Iterable[Line]) -> Iterator[list[Cell]]:
    """Return a line for each deputy not yet trained."""
    for row in rows:
        yield [
            row.name,
            row.delegations,
            label(row.sex),
            row.people,
            row.occupation,
            _("yes") if row.new else _("no"),
            label(row.prospect),
            row.seat.numbered_name if row.seat else None,
            row.seat.first_day if row.seat else None,
        ]
