"""Working days that an operator loads, and private calendar feeds."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, inside, readable, secured, seen_further

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KINDS = "'joint_meetings', 'reminders'"

# The official calendar is the country's: everybody reads it, and it is written by whose scope holds the country.
COUNTRY = inside("region_code")

# A feed is seen by who made it, and where its subject stands: by the place, the line, and whose own it is.
FEED_PLACE = inside("region_code", ("authority_code",), ("own_id",))
FEED = f"(owner = {ACTOR} OR {FEED_PLACE})"
# It is made there; what is due for somebody, by himself, wherever that is.
FEED_MADE = f"({FEED_PLACE} OR (kind = 'reminders' AND owner = {ACTOR}))"


def upgrade() -> None:
    _days()
    _feeds()
    for statement in (
        *(each for table in ("working_days", "working_years") for each in secured(table, "true")),
        *(each for table in ("working_days", "working_years") for each in seen_further(table, "true", COUNTRY)),
        *watched("working_days"),
        *watched("working_years"),
        *secured("calendar_feeds", FEED, FEED_MADE),
        *watched("calendar_feeds", masked=("name", "digest", "revoke_reason")),
        *readable("calendar_feed_uses"),
        *seen_further("calendar_feed_uses", "true", f"{ACTOR} = 'system'"),
    ):
        op.execute(statement)


def _days() -> None:
    for table, *columns in (
        (
            "working_days",
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("working", sa.Boolean(), nullable=False),
            sa.Column("name", sa.Text()),
            sa.UniqueConstraint("day", name="uq_working_days_day"),
            sa.CheckConstraint("name <> '' AND source <> ''", name="texts"),
        ),
        (
            "working_years",
            sa.Column("year", sa.SmallInteger(), nullable=False),
            sa.Column("known", sa.Boolean(), nullable=False),
            sa.UniqueConstraint("year", name="uq_working_years_year"),
            sa.CheckConstraint("year BETWEEN 1949 AND 2999", name="year"),
            sa.CheckConstraint("source <> ''", name="source"),
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
            sa.Column("version", sa.Integer(), nullable=False),
            *columns,
            sa.Column("source", sa.Text(), nullable=False),
            sa.Column("entered_by", sa.Text(), nullable=False),
            sa.Column("region_code", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            sa.CheckConstraint("region_code = 0", name="region_code"),
        )


def _feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("own_id", sa.Uuid()),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("revoke_reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("digest", name="uq_calendar_feeds_digest"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
        sa.CheckConstraint("name <> '' AND revoke_reason <> ''", name="texts"),
        sa.CheckConstraint("num_nulls(revoked_at, revoked_by, revoke_reason) IN (0, 3)", name="revoked"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
    )
    op.create_index("ix_calendar_feeds_region_code_id", "calendar_feeds", ["region_code", "id"])
    op.create_index("ix_calendar_feeds_authority_code", "calendar_feeds", ["authority_code", "region_code", "id"])
    for column in ("owner", "subject_id", "own_id"):
        op.create_index(f"ix_calendar_feeds_{column}", "calendar_feeds", [column, "id"])
    op.create_table(
        "calendar_feed_uses",
        sa.Column("feed_id", sa.Uuid(), sa.ForeignKey("calendar_feeds.id"), primary_key=True),
        sa.Column("read_on", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
