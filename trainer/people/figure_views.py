"""Pages of figures: how a congress stands on a day, what changed, and its structure."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.language import label
from trainer.core.listing import address
from trainer.core.requests import day_argument
from trainer.core.spreadsheet import Cell, Part, download, send, workbook_of
from trainer.core.text import Labelled
from trainer.people import directory, figures, structure
from trainer.people.blueprint import bp, viewer
from trainer.people.directory import Directory
from trainer.people.figures import Change
from trainer.people.rules import StepKind
from trainer.people.structure import Table, Trait

readers = access(Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)
KINDS = [kind for kind in StepKind if kind is not StepKind.TAKEN_BACK]


def _shown() -> Directory:
    return directory.read(viewer(), request.args, clock.today())


def _days(shown: Directory) -> tuple[date, date]:
    """Return the first and last day asked for: else the year so far of the term's day."""
    last = day_argument("to") or shown.day
    first = day_argument("from") or date(last.year, 1, 1)
    return min(first, last), last


def _kind() -> StepKind | None:
    asked = request.args.get("kind")
    return StepKind(asked) if asked in KINDS else None


@bp.get("/people/changes")
@readers
def changes() -> ResponseReturnValue:
    """Count as the announcements do: seats, in office, what went off and came on."""
    shown = _shown()
    first, last = _days(shown)
    found = shown.term and {
        "balance": figures.balance(shown.viewer, shown.term, first - timedelta(days=1), last),
        "changes": figures.changes(shown.viewer, shown.term, first, last, _kind()),
    }
    return render_template(
        "people/changes.html",
        shown=shown,
        first=first,
        last=last,
        kinds=[(kind.value, label(kind)) for kind in KINDS],
        export_url=address(endpoint="people.changes_file"),
        **(found or {}),
    )


@bp.get("/people/changes.xlsx")
@readers
def changes_file() -> ResponseReturnValue:
    """Give the changes as a workbook."""
    shown = _shown()
    first, last = _days(shown)
    found = figures.changes(shown.viewer, shown.term, first, last, _kind()) if shown.term else []
    header = [
        _("Day"),
        _("Change"),
        _("Name"),
        _("Delegation"),
        _("Reason"),
        _("New delegation"),
        _("Announced by"),
        _("Document number"),
        _("Remark"),
    ]
    return download(_("Changes of seats"), header, map(_line, found))


def _line(change: Change) -> list[Cell]:
    return [
        change.day,
        label(change.kind),
        change.person.name,
        change.delegation,
        label(change.reason),
        change.to,
        change.body,
        change.document,
        change.note,
    ]


def _tables(shown: Directory, traits: list[Trait]) -> list[Table]:
    if shown.term is None:
        return []
    known = figures.facts(shown.viewer, shown.term.id, shown.day)
    delegations = [each.id for each in shown.delegations]
    return [structure.table(trait, known, delegations, shown.day) for trait in traits]


@bp.get("/people/structure")
@readers
def structure_page() -> ResponseReturnValue:
    """Show the structure of the deputies in office on a day, by every trait or by one."""
    shown, asked = _shown(), request.args.get("by")
    trait = Trait(asked) if asked in list(Trait) else None
    return render_template(
        "people/structure.html",
        shown=shown,
        trait=trait,
        traits=list(Trait),
        tables=_tables(shown, [trait] if trait else list(Trait)),
        names={each.id: each.name for each in shown.delegations},
        export_url=address(endpoint="people.structure_file", by=None),
    )


@bp.get("/people/structure.xlsx")
@readers
def structure_file() -> ResponseReturnValue:
    """Give the structure as a workbook, a sheet for each trait."""
    shown = _shown()
    title = _("Structure of the deputies")
    names = {each.id: each.name for each in shown.delegations}
    parts = [_sheet(each, names, f"{title} {shown.day}") for each in _tables(shown, list(Trait))]
    return send(title, workbook_of(parts or [(None, title, [], [])]))


def _sheet(of: Table, names: dict[int, str], title: str) -> Part:
    header = [_("Delegation"), _("In office")]
    for value in of.values:
        header += [words(value), f"{words(value)} %"]
    rows = []
    for line in (*of.lines, of.total):
        row: list[Cell] = [names[line.key] if line.key else _("Total"), line.total]
        for count, part in zip(line.counts, line.shares, strict=True):
            row += [count, part]
        rows.append(row)
    return (label(of.trait), title, header, rows)


def words(value: structure.Value) -> str:
    """Return a value of a trait as it is shown: enums by their label, texts as they are."""
    return label(value) if isinstance(value, Labelled) else value


bp.add_app_template_filter(words, "trait_value")
