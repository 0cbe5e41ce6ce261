"""Create all tables."""

import sqlalchemy as sa
from alembic import op

from trainer.core.database import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The audit trail is append-only: the database itself refuses to change or delete a line.
APPEND_ONLY = {
    "sqlite": (
        """
        CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
        """,
        """
        CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION audit_event_append_only() RETURNS trigger AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_event_subject_kind_subject_id"),
            ["subject_kind", "subject_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_event_user_id_at"), ["user_id", "at"], unique=False
        )

    op.create_table(
        "congress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "nation",
                "province",
                "city",
                "county",
                "township",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short_name", sa.String(length=30), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_congress_not_own_parent")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["congress.id"], name=op.f("fk_congress_parent_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_congress")),
        sa.UniqueConstraint("code", name=op.f("uq_congress_code")),
        sa.UniqueConstraint("path", name=op.f("uq_congress_path")),
    )
    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_congress_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "planner",
                "township_officer",
                "administrator",
                "auditor",
                "deputy",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("link_revoked", sa.Boolean(), nullable=False),
        sa.Column("link_failures", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("locale IN ('zh', 'en')", name=op.f("ck_user_locale_known")),
        sa.CheckConstraint(
            "role <> 'deputy' OR password_hash IS NULL", name=op.f("ck_user_deputy_no_password")
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_user_failures_not_negative")),
        sa.CheckConstraint("link_failures >= 0", name=op.f("ck_user_link_failures_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    op.create_table(
        "almanac_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "holiday",
                "make_up",
                "congress",
                "local",
                "busy",
                name="daykind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_almanac_entry_days_in_order")),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_almanac_entry_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_almanac_entry")),
        sa.UniqueConstraint(
            "congress_id",
            "kind",
            "first_day",
            "name",
            name=op.f("uq_almanac_entry_congress_id_kind_first_day_name"),
        ),
    )
    op.create_table(
        "hours_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("most_a_half_day", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("leave_divisor", sa.Integer(), nullable=False),
        sa.CheckConstraint("leave_divisor > 0", name=op.f("ck_hours_rule_leave_divisor_positive")),
        sa.CheckConstraint(
            "most_a_half_day > 0", name=op.f("ck_hours_rule_most_a_half_day_positive")
        ),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_hours_rule_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_rule")),
        sa.UniqueConstraint(
            "congress_id", "from_day", name=op.f("uq_hours_rule_congress_id_from_day")
        ),
    )
    op.create_table(
        "lecturer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column(
            "rank",
            sa.Enum(
                "other",
                "associate",
                "full",
                "academician",
                name="rank",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_lecturer_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer")),
        sa.UniqueConstraint(
            "congress_id", "name", "unit", name=op.f("uq_lecturer_congress_id_name_unit")
        ),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sort_name", sa.String(length=120), nullable=False),
        sa.Column("initials", sa.String(length=30), nullable=False),
        sa.Column(
            "sex",
            sa.Enum(
                "female", "male", name="sex", native_enum=False, create_constraint=True, length=30
            ),
            nullable=True,
        ),
        sa.Column("ethnicity", sa.String(length=20), nullable=True),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("party", sa.String(length=30), nullable=True),
        sa.Column("education", sa.String(length=30), nullable=True),
        sa.Column("occupation", sa.String(length=40), nullable=True),
        sa.Column("post", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_person_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("user_id", name=op.f("uq_person_user_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_sort_name_id"), ["sort_name", "id"], unique=False
        )

    op.create_table(
        "roster_shape",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_roster_shape_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shape")),
        sa.UniqueConstraint("congress_id", "shape", name=op.f("uq_roster_shape_congress_id_shape")),
    )
    op.create_table(
        "scope",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_scope_congress_id_congress")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_scope_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_scope")),
    )
    with op.batch_alter_table("scope", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scope_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day < last_day", name=op.f("ck_term_days_in_order")),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_term_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("congress_id", "first_day", name=op.f("uq_term_congress_id_first_day")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_venue_congress_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("congress_id", "name", name=op.f("uq_venue_congress_id_name")),
    )
    op.create_table(
        "annual_plan",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("preamble", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "adopted",
                "published",
                name="planstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("meeting", sa.String(length=120), nullable=True),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("returned_because", sa.String(length=400), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('adopted', 'published') OR adopted_on IS NOT NULL",
            name=op.f("ck_annual_plan_adopted_with_date"),
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_annual_plan_term_id_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_plan")),
        sa.UniqueConstraint(
            "term_id", "year", "revision", name=op.f("uq_annual_plan_term_id_year_revision")
        ),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_delegation_seats_not_negative")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_delegation_term_id_term")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["congress.id"], name=op.f("fk_delegation_unit_id_congress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("term_id", "name", name=op.f("uq_delegation_term_id_name")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "five_year_plan",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("principles", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "adopted",
                "published",
                name="planstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("meeting", sa.String(length=120), nullable=True),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("returned_because", sa.String(length=400), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('adopted', 'published') OR adopted_on IS NOT NULL",
            name=op.f("ck_five_year_plan_adopted_with_date"),
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_five_year_plan_term_id_term")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_five_year_plan")),
        sa.UniqueConstraint("term_id", "revision", name=op.f("uq_five_year_plan_term_id_revision")),
    )
    op.create_table(
        "fixed_income",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_fixed_income_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixed_income")),
        sa.UniqueConstraint(
            "person_id", "from_day", name=op.f("uq_fixed_income_person_id_from_day")
        ),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_room_seats_positive")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_room_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("venue_id", "name", name=op.f("uq_room_venue_id_name")),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "read",
                "applied",
                "undone",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("layouts", sa.JSON(), nullable=False),
        sa.Column("apart", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("sent_by", sa.String(length=60), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_roster_import_congress_id_congress")
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_roster_import_term_id_term")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roster_import_congress_id"), ["congress_id"], unique=False
        )

    op.create_table(
        "planned_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("audience", sa.String(length=120), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "gathered",
                "off_site",
                "delivered",
                "online",
                "meeting",
                "guest",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("organiser", sa.String(length=80), nullable=False),
        sa.Column("budget", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("budget_source", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=60), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_planned_class_budget_not_negative")),
        sa.CheckConstraint("days > 0", name=op.f("ck_planned_class_days_positive")),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12",
            name=op.f("ck_planned_class_months_in_order"),
        ),
        sa.CheckConstraint("persons > 0", name=op.f("ck_planned_class_persons_positive")),
        sa.CheckConstraint("runs > 0", name=op.f("ck_planned_class_runs_positive")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["annual_plan.id"], name=op.f("fk_planned_class_plan_id_annual_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_class")),
        sa.UniqueConstraint("plan_id", "line", name=op.f("uq_planned_class_plan_id_line")),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("certificate", sa.String(length=30), nullable=True),
        sa.Column("elected_on", sa.Date(), nullable=False),
        sa.Column(
            "election",
            sa.Enum(
                "general",
                "by_election",
                name="election",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("newly_elected", sa.Boolean(), nullable=False),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "resigned",
                "moved",
                "recalled",
                "died",
                "rights_lost",
                "absent",
                name="endreason",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL)", name=op.f("ck_seat_ended_with_a_reason")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= elected_on", name=op.f("ck_seat_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_seat_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_seat_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint(
            "person_id",
            "delegation_id",
            "elected_on",
            name=op.f("uq_seat_person_id_delegation_id_elected_on"),
        ),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seat_delegation_id_person_id"),
            ["delegation_id", "person_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_seat_person_id"), ["person_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new_coverage",
                "coverage",
                "hours",
                "classes",
                "person_times",
                "people",
                "satisfaction",
                "cost",
                name="targetkind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("value", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_target_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["five_year_plan.id"], name=op.f("fk_target_plan_id_five_year_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("plan_id", "kind", "year", name=op.f("uq_target_plan_id_kind_year")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(
            "uq_target_plan_id_kind_whole_term",
            ["plan_id", "kind"],
            unique=True,
            sqlite_where=sa.text("year IS NULL"),
            postgresql_where=sa.text("year IS NULL"),
        )

    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "to_day IS NULL OR to_day >= from_day", name=op.f("ck_suspension_days_in_order")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_suspension_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        sa.UniqueConstraint("seat_id", "from_day", name=op.f("uq_suspension_seat_id_from_day")),
    )
    op.create_table(
        "training_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("planned_class_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "gathered",
                "off_site",
                "delivered",
                "online",
                "meeting",
                "guest",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "running",
                "finished",
                "closed",
                "cancelled",
                name="classstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("organiser", sa.String(length=80), nullable=False),
        sa.Column("approval", sa.String(length=200), nullable=False),
        sa.Column("head", sa.String(length=60), nullable=False),
        sa.Column("head_phone", sa.String(length=20), nullable=False),
        sa.Column("gathering", sa.String(length=200), nullable=False),
        sa.Column("bring", sa.String(length=400), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("nominate_by", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "planned_class_id IS NOT NULL OR approval <> ''",
            name=op.f("ck_training_class_planned_or_approved"),
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR reason <> ''",
            name=op.f("ck_training_class_cancelled_with_reason"),
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_training_class_capacity_positive")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_training_class_days_in_order")),
        sa.CheckConstraint("run > 0", name=op.f("ck_training_class_run_positive")),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND capacity", name=op.f("ck_training_class_taken_within_capacity")
        ),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_training_class_congress_id_congress")
        ),
        sa.ForeignKeyConstraint(
            ["planned_class_id"],
            ["planned_class.id"],
            name=op.f("fk_training_class_planned_class_id_planned_class"),
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_training_class_term_id_term")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_training_class_venue_id_venue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
        sa.UniqueConstraint(
            "planned_class_id", "run", name=op.f("uq_training_class_planned_class_id_run")
        ),
    )
    with op.batch_alter_table("training_class", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_class_congress_id_first_day"),
            ["congress_id", "first_day"],
            unique=False,
        )

    op.create_table(
        "class_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "report_in",
                "opening",
                "lecture",
                "on_site",
                "discussion",
                "exchange",
                "closing",
                "travel",
                "other",
                name="sessionkind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("lecturer_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("hours", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_class_session_hours_not_negative")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_class_session_times_in_order")),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
            name=op.f("fk_class_session_class_id_training_class"),
        ),
        sa.ForeignKeyConstraint(
            ["lecturer_id"], ["lecturer.id"], name=op.f("fk_class_session_lecturer_id_lecturer")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_class_session_room_id_room")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_session")),
    )
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_class_session_class_id_cancelled_at"),
            ["class_id", "cancelled_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_class_session_class_id_starts_at"),
            ["class_id", "starts_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_class_session_lecturer_id_starts_at"),
            ["lecturer_id", "starts_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_class_session_room_id_starts_at"), ["room_id", "starts_at"], unique=False
        )

    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "class",
                "delegation",
                "congress",
                name="feedkind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("congress_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN kind = 'person' THEN person_id WHEN kind = 'class' THEN class_id WHEN kind = 'delegation' THEN delegation_id ELSE congress_id END) IS NOT NULL",
            name=op.f("ck_feed_owner_of_its_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_feed_class_id_training_class")
        ),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_feed_congress_id_congress")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_feed_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("class_id", name=op.f("uq_feed_class_id")),
        sa.UniqueConstraint("congress_id", name=op.f("uq_feed_congress_id")),
        sa.UniqueConstraint("delegation_id", name=op.f("uq_feed_delegation_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_feed_person_id")),
    )
    op.create_table(
        "seat_quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND seats", name=op.f("ck_seat_quota_taken_within_seats")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_seat_quota_class_id_training_class")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegation.id"],
            name=op.f("fk_seat_quota_delegation_id_delegation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_quota")),
        sa.UniqueConstraint(
            "class_id", "delegation_id", name=op.f("uq_seat_quota_class_id_delegation_id")
        ),
    )
    with op.batch_alter_table("seat_quota", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seat_quota_delegation_id"), ["delegation_id"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "nominated",
                "confirmed",
                "waitlisted",
                "declined",
                "withdrawn",
                "replaced",
                name="enrolmentstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'replaced') = (replaced_by_id IS NOT NULL)",
            name=op.f("ck_enrolment_replaced_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id", "delegation_id"],
            ["seat_quota.class_id", "seat_quota.delegation_id"],
            name=op.f("fk_enrolment_class_id_delegation_id_seat_quota"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_enrolment_class_id_training_class")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_enrolment_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["enrolment.id"], name=op.f("fk_enrolment_replaced_by_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_enrolment_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("class_id", "person_id", name=op.f("uq_enrolment_class_id_person_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolment_class_id_status"), ["class_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_enrolment_delegation_id_class_id"),
            ["delegation_id", "class_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_enrolment_person_id_status"), ["person_id", "status"], unique=False
        )

    op.create_table(
        "event_text",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_event_text_session_id_class_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_event_text")),
    )
    op.create_table(
        "retired_link",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name=op.f("fk_retired_link_feed_id_feed")
        ),
        sa.PrimaryKeyConstraint("feed_id", "version", name=op.f("pk_retired_link")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "present",
                "late",
                "left_early",
                "excused",
                "absent",
                name="mark",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "qr",
                "staff",
                "paper",
                "import",
                "api",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_attendance_by_id_user")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_attendance_session_id_class_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "session_id", "enrolment_id", name=op.f("uq_attendance_session_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_enrolment_id_session_id_mark"),
            ["enrolment_id", "session_id", "mark"],
            unique=False,
        )

    op.create_table(
        "enrolment_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "nominated",
                "confirmed",
                "waitlisted",
                "declined",
                "withdrawn",
                "replaced",
                name="enrolmentstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_step_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["enrolment.id"], name=op.f("fk_enrolment_step_other_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_enrolment_step_seat_id_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_step")),
    )
    with op.batch_alter_table("enrolment_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolment_step_enrolment_id"), ["enrolment_id"], unique=False
        )

    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("enrolment_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_step_enrolment_id"))

    op.drop_table("enrolment_step")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_enrolment_id_session_id_mark"))

    op.drop_table("attendance")
    op.drop_table("retired_link")
    op.drop_table("event_text")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_person_id_status"))
        batch_op.drop_index(batch_op.f("ix_enrolment_delegation_id_class_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_class_id_status"))

    op.drop_table("enrolment")
    with op.batch_alter_table("seat_quota", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_quota_delegation_id"))

    op.drop_table("seat_quota")
    op.drop_table("feed")
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_session_room_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_class_session_lecturer_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_class_session_class_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_class_session_class_id_cancelled_at"))

    op.drop_table("class_session")
    with op.batch_alter_table("training_class", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_class_congress_id_first_day"))

    op.drop_table("training_class")
    op.drop_table("suspension")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_target_plan_id_kind_whole_term",
            sqlite_where=sa.text("year IS NULL"),
            postgresql_where=sa.text("year IS NULL"),
        )

    op.drop_table("target")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_person_id"))
        batch_op.drop_index(batch_op.f("ix_seat_delegation_id_person_id"))

    op.drop_table("seat")
    op.drop_table("planned_class")
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_import_congress_id"))

    op.drop_table("roster_import")
    op.drop_table("room")
    op.drop_table("fixed_income")
    op.drop_table("five_year_plan")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_unit_id"))

    op.drop_table("delegation")
    op.drop_table("annual_plan")
    op.drop_table("venue")
    op.drop_table("term")
    with op.batch_alter_table("scope", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scope_congress_id"))

    op.drop_table("scope")
    op.drop_table("roster_shape")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_sort_name_id"))
        batch_op.drop_index(batch_op.f("ix_person_phone"))

    op.drop_table("person")
    op.drop_table("lecturer")
    op.drop_table("hours_rule")
    op.drop_table("almanac_entry")
    op.drop_table("user")
    op.drop_table("setting")
    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_congress_parent_id"))

    op.drop_table("congress")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_user_id_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_subject_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))

    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_append_only()")
