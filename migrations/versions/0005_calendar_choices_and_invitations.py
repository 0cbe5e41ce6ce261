"""Let owners choose how a feed looks, note when clients look, invite by e-mail."""

import sqlalchemy as sa
from alembic import op

from trainer.core.database import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_KINDS = ("person", "class", "delegation", "congress")
NEW_KINDS = (*OLD_KINDS, "lecturer")
_CASE = (
    "(CASE WHEN kind = 'person' THEN person_id WHEN kind = 'class' THEN class_id"
    " WHEN kind = 'delegation' THEN delegation_id"
)
OLD_OWNER = f"{_CASE} ELSE congress_id END) IS NOT NULL"
NEW_OWNER = f"{_CASE} WHEN kind = 'congress' THEN congress_id ELSE lecturer_id END) IS NOT NULL"
ADDED = (
    "lecturer_id detail alarm cancelled report_in_all_day language sequence_base chosen_at"
    " polled_at polled_by"
).split()


def _words(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _in(column, values):
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _feed(*kinds, owner):
    """Return the table as it is before, with the constraints that SQLite does not tell of."""
    metadata = sa.MetaData()
    for name in ("person", "training_class", "delegation", "congress", "lecturer"):
        sa.Table(name, metadata, sa.Column("id", sa.Integer(), primary_key=True))
    owners = {
        "person_id": "person.id",
        "class_id": "training_class.id",
        "delegation_id": "delegation.id",
        "congress_id": "congress.id",
    }
    if "lecturer" in kinds:
        owners["lecturer_id"] = "lecturer.id"
    columns = [sa.Column(name, sa.Integer(), nullable=True) for name in owners]
    keys = [
        sa.ForeignKeyConstraint([name], [to], name=f"fk_feed_{name}_{to.split('.')[0]}")
        for name, to in owners.items()
    ]
    unique = [sa.UniqueConstraint(name, name=f"uq_feed_{name}") for name in owners]
    return sa.Table(
        "feed",
        metadata,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        *columns,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        *([] if "lecturer" not in kinds else _chosen()),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.CheckConstraint(_in("kind", kinds), name="ck_feed_feedkind"),
        sa.CheckConstraint(owner, name="ck_feed_owner_of_its_kind"),
        *keys,
        *unique,
    )


def _chosen():
    """Return the columns of an owner's choices, with what holds for the feeds there are."""
    return [
        sa.Column("detail", sa.String(30), nullable=False, server_default="sessions"),
        sa.Column("alarm", sa.String(30), nullable=False, server_default="30"),
        sa.Column("cancelled", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("report_in_all_day", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("language", sa.String(2), nullable=False, server_default="zh"),
        sa.Column("sequence_base", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("chosen_at", UTCDateTime(), nullable=True),
        sa.Column("polled_at", UTCDateTime(), nullable=True),
        sa.Column("polled_by", sa.String(30), nullable=False, server_default=""),
    ]


_RETIRED = sa.table(
    "retired_link",
    sa.column("feed_id", sa.Integer()),
    sa.column("version", sa.Integer()),
    sa.column("retired_at", UTCDateTime()),
)


def _take_retired():
    """Take the retired links aside: SQLite makes the table anew that they point to."""
    rows = [dict(row) for row in op.get_bind().execute(sa.select(_RETIRED)).mappings()]
    op.execute(sa.delete(_RETIRED))
    return rows


def upgrade() -> None:
    retired = _take_retired()
    with op.batch_alter_table("feed", copy_from=_feed(*OLD_KINDS, owner=OLD_OWNER)) as batch:
        batch.add_column(sa.Column("lecturer_id", sa.Integer(), nullable=True))
        for column in _chosen():
            batch.add_column(column)
        batch.drop_constraint(op.f("ck_feed_feedkind"), type_="check")
        batch.drop_constraint(op.f("ck_feed_owner_of_its_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_feed_feedkind"), _in("kind", NEW_KINDS))
        batch.create_check_constraint(op.f("ck_feed_owner_of_its_kind"), NEW_OWNER)
        batch.create_check_constraint(op.f("ck_feed_language_known"), "language IN ('zh', 'en')")
        batch.create_check_constraint(op.f("ck_feed_detail"), _in("detail", ("sessions", "days")))
        batch.create_check_constraint(
            op.f("ck_feed_alarm"), _in("alarm", ("none", "15", "30", "60", "120", "1440"))
        )
        batch.create_foreign_key(
            op.f("fk_feed_lecturer_id_lecturer"), "lecturer", ["lecturer_id"], ["id"]
        )
        batch.create_unique_constraint(op.f("uq_feed_lecturer_id"), ["lecturer_id"])
    op.bulk_insert(_RETIRED, retired)
    _event_text("variant")
    _invitations()


def _event_text(*more):
    """Make the store of rendered texts anew: each is made again when it is asked for."""
    op.drop_table("event_text")
    variant = [sa.Column(name, sa.String(12), nullable=False) for name in more]
    op.create_table(
        "event_text",
        sa.Column("session_id", sa.Integer(), nullable=False),
        *variant,
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_event_text_session_id_class_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", *more, name=op.f("pk_event_text")),
    )


def _invitations():
    op.create_table(
        "invitation_address",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_address_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_invitation_address")),
    )
    op.create_table(
        "invitation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column(
            "wish", _words("wish", "none", "accepted", "declined", "tentative"), nullable=False
        ),
        sa.Column("wished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_invitation_sequence_not_negative")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_invitation_session_id_class_session"),
        ),
        sa.PrimaryKeyConstraint("person_id", "session_id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_session_id"), "invitation", ["session_id"])


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("invitation_address")
    _event_text()
    retired = _take_retired()
    lost = sa.text("SELECT id FROM feed WHERE kind = 'lecturer'")
    gone = set(op.get_bind().scalars(lost))
    op.execute("DELETE FROM feed WHERE kind = 'lecturer'")
    with op.batch_alter_table("feed", copy_from=_feed(*NEW_KINDS, owner=NEW_OWNER)) as batch:
        batch.drop_constraint(op.f("ck_feed_feedkind"), type_="check")
        batch.drop_constraint(op.f("ck_feed_owner_of_its_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_feed_feedkind"), _in("kind", OLD_KINDS))
        batch.create_check_constraint(op.f("ck_feed_owner_of_its_kind"), OLD_OWNER)
        batch.drop_constraint(op.f("uq_feed_lecturer_id"), type_="unique")
        batch.drop_constraint(op.f("fk_feed_lecturer_id_lecturer"), type_="foreignkey")
        for name in ADDED:
            batch.drop_column(name)
    op.bulk_insert(_RETIRED, [row for row in retired if row["feed_id"] not in gone])
