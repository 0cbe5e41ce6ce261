"""Record the steps of seats, close terms, review incomes, keep notes, search by one column."""

import sqlalchemy as sa
from alembic import op

from trainer.core.database import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("elected", "moved", "suspended", "restored", "ended", "taken_back")
REASONS = ("resigned", "moved", "recalled", "died", "rights_lost", "absent")

_CLOSED = "(SELECT closed_on FROM term WHERE id = {term}) IS NOT NULL"
_TERM_OF = "(SELECT term_id FROM delegation WHERE id = {delegation})"
_DELEGATION_OF = "(SELECT delegation_id FROM seat WHERE id = {row}.seat_id)"
# Whose seat it was may still be put right (two records of one person); nothing else.
_SEAT_COLUMNS = (
    "delegation_id, district, certificate, elected_on, election, newly_elected, chair,"
    " ended_on, end_reason"
)
# A document number may be added later, once; the rest of a step stays as it was recorded.
_STEP_COLUMNS = "kind, day, reason, from_delegation_id, to_delegation_id, takes_back_id, body, note, at, by_name"


def _term(table: str, row: str) -> str:
    """Return SQL for the term that a row of *table* belongs to."""
    if table == "delegation":
        return f"{row}.term_id"
    place = f"{row}.delegation_id" if table == "seat" else _DELEGATION_OF.format(row=row)
    return _TERM_OF.format(delegation=place)


_FROZEN = {
    "seat": {"INSERT": "", "UPDATE": f"OF {_SEAT_COLUMNS}", "DELETE": ""},
    "suspension": {"INSERT": "", "UPDATE": "", "DELETE": ""},
    "seat_step": {"INSERT": ""},
    "delegation": {"INSERT": "", "UPDATE": "", "DELETE": ""},
}
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Return (name, event, table, condition, message) of every trigger."""
    frozen = [
        (
            f"{table}_of_closed_term_{event.lower()}",
            f"{event} {columns}".strip(),
            table,
            " OR ".join(_CLOSED.format(term=_term(table, row)) for row in _ROWS[event]),
            "this term is closed",
        )
        for table, events in _FROZEN.items()
        for event, columns in events.items()
    ]
    closed = "OLD.closed_on IS NOT NULL"
    return [
        *frozen,
        ("term_closed_update", "UPDATE", "term", closed, "this term is closed"),
        ("term_closed_delete", "DELETE", "term", closed, "this term is closed"),
        (
            "seat_step_no_update",
            f"UPDATE OF {_STEP_COLUMNS}",
            "seat_step",
            "1 = 1",
            "steps of seats are append-only",
        ),
        (
            "seat_step_document_once",
            "UPDATE OF document",
            "seat_step",
            "OLD.document IS NOT NULL",
            "steps of seats are append-only",
        ),
        ("seat_step_no_delete", "DELETE", "seat_step", "1 = 1", "steps of seats are append-only"),
    ]


def _guard() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, event, table, condition, message in _rules():
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {condition} THEN"
            f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _unguard() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _event, table, _condition, _message in _rules():
        if sqlite:
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")


def _steps_of_what_was_recorded() -> None:
    """Give seats that were ended or suspended before the steps that say so."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    day_after = "date(to_day, '+1 day')" if sqlite else "to_day + 1"
    for kind, seat, day, reason, source in (
        ("suspended", "seat_id", "from_day", "NULL", "suspension"),
        ("restored", "seat_id", day_after, "NULL", "suspension WHERE to_day IS NOT NULL"),
        ("ended", "id", "ended_on", "end_reason", "seat WHERE ended_on IS NOT NULL"),
    ):
        op.execute(
            "INSERT INTO seat_step (seat_id, kind, day, reason, at, by_name)"  # noqa: S608  (constants)
            f" SELECT {seat}, '{kind}', {day}, {reason},"
            f" CURRENT_TIMESTAMP, 'trainer' FROM {source} ORDER BY {seat}"
        )


def _of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "seat_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("kind", _of(KINDS, "stepkind"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", _of(REASONS, "endreason"), nullable=True),
        sa.Column("from_delegation_id", sa.Integer(), nullable=True),
        sa.Column("to_delegation_id", sa.Integer(), nullable=True),
        sa.Column("takes_back_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(length=80), nullable=True),
        sa.Column("document", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(kind = 'ended') = (reason IS NOT NULL)", name=op.f("ck_seat_step_ended_with_a_reason")
        ),
        sa.CheckConstraint(
            "(kind = 'moved') = (from_delegation_id IS NOT NULL)",
            name=op.f("ck_seat_step_moved_from_somewhere"),
        ),
        sa.CheckConstraint(
            "(kind = 'taken_back') = (takes_back_id IS NOT NULL)",
            name=op.f("ck_seat_step_takes_back_a_step"),
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_step_seat_id_seat")),
        sa.ForeignKeyConstraint(
            ["from_delegation_id"],
            ["delegation.id"],
            name=op.f("fk_seat_step_from_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["to_delegation_id"],
            ["delegation.id"],
            name=op.f("fk_seat_step_to_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["takes_back_id"],
            ["seat_step.id"],
            name=op.f("fk_seat_step_takes_back_id_seat_step"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_step")),
        sa.UniqueConstraint("takes_back_id", name=op.f("uq_seat_step_takes_back_id")),
    )
    op.create_index(op.f("ix_seat_step_seat_id"), "seat_step", ["seat_id"])
    op.create_index(op.f("ix_seat_step_day"), "seat_step", ["day"])
    op.create_table(
        "income_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_income_review_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_review")),
        sa.UniqueConstraint("person_id", "year", name=op.f("uq_income_review_person_id_year")),
    )
    op.create_table(
        "person_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_note_person_id_person")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_person_note_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_note")),
    )
    op.create_index(op.f("ix_person_note_person_id"), "person_note", ["person_id"])
    op.add_column("term", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("term", sa.Column("closed_by", sa.String(length=60), nullable=True))
    op.add_column("term", sa.Column("former_name", sa.String(length=80), nullable=True))
    op.add_column("term", sa.Column("former_short_name", sa.String(length=30), nullable=True))
    op.add_column("person", sa.Column("id_number", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("bank_account", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("erased_on", sa.Date(), nullable=True))
    op.add_column(
        "person",
        sa.Column("search_text", sa.String(length=240), nullable=False, server_default=""),
    )
    op.execute(
        "UPDATE person SET search_text ="
        " name || '|' || replace(sort_name, ' ', '') || '|' || initials"
    )
    _steps_of_what_was_recorded()
    _guard()


def downgrade() -> None:
    _unguard()
    op.drop_table("person_note")
    op.drop_table("income_review")
    op.drop_table("seat_step")
    op.drop_column("person", "search_text")
    for column in ("erased_on", "bank_account", "id_number"):
        op.drop_column("person", column)
    for column in ("former_short_name", "former_name", "closed_by", "closed_on"):
        op.drop_column("term", column)
