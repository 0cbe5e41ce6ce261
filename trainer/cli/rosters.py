"""`trainer roster …`: rosters without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from trainer.accounts.audit import SYSTEM
from trainer.cli.transaction import Refusal, transaction
from trainer.core import clock
from trainer.core.database import db
from trainer.people import import_service, importing
from trainer.people.importing import Preview
from trainer.people.matching import Row, Verdict
from trainer.people.models import Congress, Term
from trainer.people.queries import term_on


@click.group()
def roster() -> None:
    """Take in rosters of deputies."""


@roster.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--congress", required=True, help="Code of the congress, for example 630223.")
@click.option(
    "--term",
    help="First year of the term; left out: as the roster tells.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_(*, file: Path, congress: str, term: str | None, dry_run: bool, as_json: bool) -> None:
    """Take in the roster FILE: what is good is taken, what is not is listed with its reason."""
    with transaction():
        place = db.session.scalar(sa.select(Congress).where(Congress.code == congress))
        if place is None:
            raise Refusal(f"There is no congress with the code {congress}.")
        data = file.read_bytes()
        of_term = _term(place, term) if term else importing.term_told(data, place) or _term(place)
        root = place.path.split("/")[0] + "/"
        seen = importing.preview(data, congress=place, term=of_term, path=root)
        if not dry_run:
            kept = import_service.keep(
                name=file.name, data=data, congress=place, term=of_term, by=SYSTEM
            )
            import_service.apply(kept, seen, by=SYSTEM)
    click.echo(json.dumps(_report(seen), ensure_ascii=False) if as_json else _words(seen))


def _term(place: Congress, wanted: str | None = None) -> Term:
    if wanted is None:
        found = term_on(place.id, clock.today())
    else:
        found = next(
            (
                term
                for term in db.session.scalars(sa.select(Term).where(Term.congress_id == place.id))
                if wanted in (str(term.first_day.year), term.name)
            ),
            None,
        )
    if found is None:
        raise Refusal(f"{place.name} has no term {wanted or 'today'}.")
    return found


def _refused(row: Row) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "column": row.column,
        "value": row.value,
        "reason": row.reason % row.params,
    }


def _report(seen: Preview) -> dict[str, Any]:
    counts = seen.counts
    return {
        "new": counts[Verdict.NEW],
        "changed": counts[Verdict.CHANGED],
        "same": counts[Verdict.SAME],
        "refused": [_refused(row) for row in seen.rows if row.verdict is Verdict.REFUSED],
    }


def _words(seen: Preview) -> str:
    counts = seen.counts
    lines = [", ".join(f"{counts[verdict]} {verdict.label.lower()}" for verdict in Verdict)]
    lines += [f"New township: {unit.name}" for unit in seen.units]
    lines += [
        f"More deputies than seats: {crowd.delegation} {crowd.deputies} of {crowd.seats}"
        for crowd in seen.crowded
    ]
    lines += [f"Not read, no header found: {name}" for name in seen.unread]
    for row in seen.rows:
        if row.recognised:
            lines.append(f"{row.sheet} row {row.row}: {row.name} is kept already, a second seat")
        elif row.verdict is Verdict.REFUSED:
            told = _refused(row)
            lines.append(
                f"{row.sheet} row {row.row}, {row.column} “{row.value}”: {told['reason']}".strip()
            )
    return "\n".join(lines)
