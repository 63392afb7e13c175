"""Series of joint meetings and their exceptions."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import inside, secured, seen_further

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# Read by whoever sees the committee's place or line, and by its departments; written by place or line alone.
SEE = inside("region_code", ("authority_code",), ("committee_id",))
WRITE = inside("region_code", ("authority_code",))

TABLES = ("meeting_schedules", "schedule_exceptions")


def upgrade() -> None:
    _schedules()
    _exceptions()
    # One series for a purpose at a time: each has its own rhythm.
    op.execute(
        "ALTER TABLE meeting_schedules ADD CONSTRAINT ex_meeting_schedules_period EXCLUDE USING gist"
        " (committee_id WITH =, purpose WITH =, daterange(first_on, least(ended_on, last_on + 1)) WITH &&)"
    )
    for table in TABLES:
        for statement in (
            f"CREATE TRIGGER {table}_stand_with_committee BEFORE INSERT OR UPDATE OF committee_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
            *secured(table, SEE),
            *seen_further(table, SEE, WRITE),
            *watched(table),
        ):
            op.execute(statement)


def _schedules() -> None:
    op.create_table(
        "meeting_schedules",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rrule", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("dropped", postgresql.ARRAY(sa.Date()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("departures", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('study', 'bulletin', 'supervision')", "purpose"),
        sa.CheckConstraint("title <> '' AND rrule <> '' AND place <> '' AND end_reason <> ''", "texts"),
        sa.CheckConstraint("minutes BETWEEN 10 AND 1440", "minutes"),
        sa.CheckConstraint("shift IN ('next', 'previous', 'nearest', 'none')", "shift"),
        sa.CheckConstraint("last_on >= first_on AND last_on <= first_on + 3653", "last_on"),
        sa.CheckConstraint("ended_on >= first_on", "ended_on"),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", "end_reason"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
    )
    op.create_index("ix_meeting_schedules_region_code_id", "meeting_schedules", ["region_code", "id"])
    op.create_index("ix_meeting_schedules_authority_code", "meeting_schedules", ["authority_code", "region_code", "id"])
    op.create_index("ix_meeting_schedules_committee_id", "meeting_schedules", ["committee_id", "first_on"])


def _exceptions() -> None:
    op.create_table(
        "schedule_exceptions",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), sa.ForeignKey("meeting_schedules.id"), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Date()),
        sa.Column("starts_at", sa.Time()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdraw_reason", sa.Text()),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('cancelled', 'moved', 'added')", "kind"),
        sa.CheckConstraint("(kind = 'moved') = (moved_to IS NOT NULL)", "moved_to"),
        sa.CheckConstraint("kind <> 'cancelled' OR starts_at IS NULL", "starts_at"),
        sa.CheckConstraint("reason <> '' AND withdraw_reason <> ''", "reason"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
    )
    op.create_index(
        "uq_schedule_exceptions_schedule_id_on_day",
        "schedule_exceptions",
        ["schedule_id", "on_day"],
        unique=True,
        postgresql_where=sa.text("withdraw_reason IS NULL"),
    )
    op.create_index("ix_schedule_exceptions_region_code_id", "schedule_exceptions", ["region_code", "id"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
