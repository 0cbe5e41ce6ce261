"""Add parts of plans, their authors, dated runs, closed years, and yearly rules of the almanac."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DAY_KINDS = ("holiday", "make_up", "congress", "local", "busy")
AUDIENCES = ("own_new", "own", "below_new", "below", "everybody", "part")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _plain_kinds(*values: str) -> None:
    """Let calendar days have *values* as their kinds."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("almanac_entry") as batch:
        batch.drop_constraint("daykind", type_="check")
        batch.create_check_constraint("daykind", f"kind IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "almanac_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("daykind", *DAY_KINDS, "activity"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Boolean(), nullable=False),
        sa.Column("below", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12", name=op.f("ck_almanac_rule_first_month_of_year")
        ),
        sa.CheckConstraint(
            "last_month BETWEEN 1 AND 12", name=op.f("ck_almanac_rule_last_month_of_year")
        ),
        sa.CheckConstraint(
            "first_day BETWEEN 1 AND 31", name=op.f("ck_almanac_rule_first_day_of_month")
        ),
        sa.CheckConstraint(
            "last_day BETWEEN 1 AND 31", name=op.f("ck_almanac_rule_last_day_of_month")
        ),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_almanac_rule_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_almanac_rule")),
        sa.UniqueConstraint(
            "congress_id", "kind", "name", name=op.f("uq_almanac_rule_congress_id_kind_name")
        ),
    )
    op.create_table(
        "emphasis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["five_year_plan.id"], name=op.f("fk_emphasis_plan_id_five_year_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emphasis")),
        sa.UniqueConstraint("plan_id", "year", name=op.f("uq_emphasis_plan_id_year")),
    )
    op.create_table(
        "plan_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_plan_budget_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["five_year_plan.id"], name=op.f("fk_plan_budget_plan_id_five_year_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_budget")),
        sa.UniqueConstraint(
            "plan_id", "source", "year", name=op.f("uq_plan_budget_plan_id_source_year")
        ),
    )
    op.create_table(
        "plan_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("five_year_plan_id", sa.Integer(), nullable=True),
        sa.Column("annual_plan_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(five_year_plan_id IS NULL) <> (annual_plan_id IS NULL)",
            name=op.f("ck_plan_author_of_one_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["five_year_plan_id"],
            ["five_year_plan.id"],
            name=op.f("fk_plan_author_five_year_plan_id_five_year_plan"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["annual_plan_id"],
            ["annual_plan.id"],
            name=op.f("fk_plan_author_annual_plan_id_annual_plan"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_plan_author_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_author")),
        sa.UniqueConstraint(
            "five_year_plan_id", "user_id", name=op.f("uq_plan_author_five_year_plan_id_user_id")
        ),
        sa.UniqueConstraint(
            "annual_plan_id", "user_id", name=op.f("uq_plan_author_annual_plan_id_user_id")
        ),
    )
    _plain_kinds(*DAY_KINDS, "activity")
    with op.batch_alter_table("five_year_plan") as batch:
        for name in ("themes", "bodies"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("five_year_plan") as batch:
        for name in ("themes", "bodies"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("annual_plan") as batch:
        batch.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            "closed_in_force", "closed_on IS NULL OR status IN ('adopted', 'published')"
        )
    with op.batch_alter_table("planned_class") as batch:
        batch.add_column(sa.Column("starts", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("whom", _enum("audience", *AUDIENCES), nullable=True))
    with op.batch_alter_table("planned_class") as batch:
        batch.alter_column("starts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("planned_class") as batch:
        batch.drop_constraint("audience", type_="check")
        batch.drop_column("whom")
        batch.drop_column("starts")
    with op.batch_alter_table("annual_plan") as batch:
        batch.drop_constraint("closed_in_force", type_="check")
        batch.drop_column("closed_on")
    with op.batch_alter_table("five_year_plan") as batch:
        batch.drop_column("bodies")
        batch.drop_column("themes")
    op.execute("DELETE FROM almanac_entry WHERE kind = 'activity'")
    _plain_kinds(*DAY_KINDS)
    op.drop_table("plan_author")
    op.drop_table("plan_budget")
    op.drop_table("emphasis")
    op.drop_table("almanac_rule")
