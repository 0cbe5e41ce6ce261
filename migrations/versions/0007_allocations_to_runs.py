"""Keep allocations to runs, with the demands on them."""

import sqlalchemy as sa
from alembic import op

from trainer.core.database import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_class_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "reckoning",
                "optimal",
                "best",
                "impossible",
                "nothing",
                "applied",
                "undone",
                name="allocationstate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("had", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("conflict", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_allocation_seconds_positive")),
        sa.ForeignKeyConstraint(
            ["planned_class_id"],
            ["planned_class.id"],
            name=op.f("fk_allocation_planned_class_id_planned_class"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_planned_class_id"), "allocation", ["planned_class_id"])
    op.create_index(op.f("ix_allocation_state"), "allocation", ["state"])

    op.create_table(
        "allocation_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_class_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pin",
                "goes",
                "stays",
                "cannot",
                "wish",
                "apart",
                "together",
                "liking",
                "least",
                name="rulekind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column(
            "trait",
            sa.Enum(
                "anybody",
                "new",
                "women",
                "minorities",
                name="trait",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(kind = 'least') = (number IS NOT NULL)",
            name=op.f("ck_allocation_rule_least_has_a_number"),
        ),
        sa.CheckConstraint(
            "(kind = 'least') = (trait IS NOT NULL)",
            name=op.f("ck_allocation_rule_least_of_a_trait"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('least', 'cannot', 'wish', 'pin') OR class_id IS NOT NULL",
            name=op.f("ck_allocation_rule_about_a_run"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
            name=op.f("fk_allocation_rule_class_id_training_class"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_class_id"],
            ["planned_class.id"],
            name=op.f("fk_allocation_rule_planned_class_id_planned_class"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_rule")),
    )
    op.create_index(
        op.f("ix_allocation_rule_planned_class_id"), "allocation_rule", ["planned_class_id"]
    )

    op.create_table(
        "allocation_rule_person",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_allocation_rule_person_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["allocation_rule.id"],
            name=op.f("fk_allocation_rule_person_rule_id_allocation_rule"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule_id", "person_id", name=op.f("pk_allocation_rule_person")),
    )
    op.create_index(
        op.f("ix_allocation_rule_person_person_id"), "allocation_rule_person", ["person_id"]
    )


def downgrade() -> None:
    for table in ("allocation_rule_person", "allocation_rule", "allocation"):
        op.drop_table(table)
