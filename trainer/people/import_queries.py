"""Reads of the rosters that were sent, filtered by what the asker may see."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainer.core import workbook
from trainer.core.database import db
from trainer.core.workbook import Cell
from trainer.people.import_models import RosterImport
from trainer.people.models import Congress, Term
from trainer.people.queries import Viewer, in_subtree
from trainer.people.roster import Reading

SHOWN_ROWS = 8


def roster_imports(viewer: Viewer) -> sa.Select[RosterImport]:
    """Return the rosters sent for congresses in the viewer's subtree, the newest first."""
    return (
        sa.select(RosterImport)
        .join(Congress, RosterImport.congress_id == Congress.id)
        .where(in_subtree(viewer))
        .options(contains_eager(RosterImport.congress), joinedload(RosterImport.term))
        .order_by(RosterImport.id.desc())
    )


def roster_import(viewer: Viewer, number: int) -> RosterImport | None:
    """Return one of them."""
    return db.session.scalar(roster_imports(viewer).where(RosterImport.id == number))


def term(viewer: Viewer, number: int) -> Term | None:
    """Return a term of a congress in the viewer's subtree, with the congress."""
    return db.session.scalar(
        sa.select(Term)
        .join(Congress, Term.congress_id == Congress.id)
        .where(in_subtree(viewer), Term.id == number)
        .options(contains_eager(Term.congress))
    )


def first_rows(data: bytes, reading: Reading) -> list[list[Cell]]:
    """Return the first rows of a sheet below its header, as they stand in the file."""
    rows = next(sheet.rows for sheet in workbook.read(data) if sheet.name == reading.sheet)
    return rows[reading.layout.first_row :][:SHOWN_ROWS]
