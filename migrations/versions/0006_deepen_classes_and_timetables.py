"""Postpone classes; presiders, absences, fee ceilings, templates, materials, accepted conflicts."""

import sqlalchemy as sa
from alembic import op

from trainer.core.database import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATUSES = ("draft", "published", "running", "finished", "closed", "postponed", "cancelled")
HALVES = ("morning", "afternoon", "evening")
RANKS = ("other", "associate", "full", "academician")
# Names and texts of the two checks of training_class that change, before and after.
CHECKS = {
    "ck_training_class_classstatus": tuple(
        "status IN ("
        + ", ".join(f"'{one}'" for one in STATUSES if with_postponed or one != "postponed")
        + ")"
        for with_postponed in (False, True)
    ),
    "ck_training_class_cancelled_with_reason": (
        "status <> 'cancelled' OR reason <> ''",
        "status NOT IN ('cancelled', 'postponed') OR reason <> ''",
    ),
}


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _change_checks(old: int, new: int) -> None:
    for name, texts in CHECKS.items():
        if op.get_bind().dialect.name == "sqlite":
            _rewrite(texts[old], texts[new])
        else:
            op.drop_constraint(op.f(name), "training_class", type_="check")
            op.create_check_constraint(op.f(name), "training_class", texts[new])


def _rewrite(old: str, new: str) -> None:
    """Change the text of a check in place.

    Rebuilding the table would drop it while others refer to it. For changes that leave the rows
    as they are, SQLite's documentation (ALTER TABLE, section 7) gives this way.
    """
    connection = op.get_bind()
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'training_class' AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new},
    )
    assert changed.rowcount == 1, f"no such check: {old}"
    connection.execute(sa.text(f"PRAGMA schema_version = {int(version) + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))


def upgrade() -> None:
    _change_checks(0, 1)
    op.add_column("training_class", sa.Column("postponed_at", UTCDateTime(), nullable=True))
    op.add_column(
        "class_session",
        sa.Column("presider", sa.String(length=60), nullable=False, server_default=""),
    )
    op.create_table(
        "lecturer_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecturer_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("half", _enum("half", *HALVES), nullable=True),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_lecturer_absence_days_in_order")),
        sa.ForeignKeyConstraint(
            ["lecturer_id"], ["lecturer.id"], name=op.f("fk_lecturer_absence_lecturer_id_lecturer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer_absence")),
    )
    op.create_index(
        op.f("ix_lecturer_absence_lecturer_id_first_day"),
        "lecturer_absence",
        ["lecturer_id", "first_day"],
    )
    op.create_table(
        "fee_ceiling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("rank", _enum("rank", *RANKS), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("yuan", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.CheckConstraint("yuan >= 0", name=op.f("ck_fee_ceiling_yuan_not_negative")),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_fee_ceiling_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_ceiling")),
        sa.UniqueConstraint(
            "congress_id", "rank", "from_day", name=op.f("uq_fee_ceiling_congress_id_rank_from_day")
        ),
    )
    op.create_table(
        "timetable_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_timetable_template_days_positive")),
        sa.ForeignKeyConstraint(
            ["congress_id"],
            ["congress.id"],
            name=op.f("fk_timetable_template_congress_id_congress"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_template")),
        sa.UniqueConstraint(
            "congress_id", "name", name=op.f("uq_timetable_template_congress_id_name")
        ),
    )
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_material_size_positive")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_material_class_id_training_class")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_material_session_id_class_session"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("class_id", "digest", name=op.f("uq_material_class_id_digest")),
    )
    op.create_index(op.f("ix_material_session_id"), "material", ["session_id"])
    op.create_table(
        "conflict_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_conflict_acceptance_with_reason")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_conflict_acceptance_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
            name=op.f("fk_conflict_acceptance_class_id_training_class"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_acceptance")),
        sa.UniqueConstraint("class_id", "key", name=op.f("uq_conflict_acceptance_class_id_key")),
    )


def downgrade() -> None:
    op.drop_table("conflict_acceptance")
    op.drop_index(op.f("ix_material_session_id"), table_name="material")
    op.drop_table("material")
    op.drop_table("timetable_template")
    op.drop_table("fee_ceiling")
    op.drop_index(op.f("ix_lecturer_absence_lecturer_id_first_day"), table_name="lecturer_absence")
    op.drop_table("lecturer_absence")
    op.drop_column("class_session", "presider")
    op.drop_column("training_class", "postponed_at")
    op.execute("UPDATE training_class SET status = 'published' WHERE status = 'postponed'")
    _change_checks(1, 0)
