"""Batches, their chunks and findings, each dataset's last records, the review queue."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import owned, scoped

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("atomic", sa.Text(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("header", postgresql.JSONB()),
        sa.Column("source_time", INSTANT, nullable=False),
        sa.Column("filename", sa.Text()),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", postgresql.BYTEA(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", postgresql.JSONB()),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
            for name in (
                *("records", "chunks", "chunks_done", "blank_rows"),
                *("created", "updated", "unchanged", "superseded", "rejected", "needs_review"),
            )
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("mode IN ('commit', 'validate')", name="mode"),
        sa.CheckConstraint("atomic IN ('record', 'batch')", name="atomic"),
        sa.CheckConstraint("strategy IN ('upsert', 'create', 'update', 'fill_empty')", name="strategy"),
        sa.CheckConstraint("format IN ('csv', 'ndjson', 'json')", name="format"),
        sa.CheckConstraint("state IN ('waiting', 'processing', 'done', 'failed', 'cancelled')", name="state"),
    )
    op.create_index("ix_batches_owner_id", "batches", ["owner", "id"])
    op.create_index(
        "ix_batches_unfinished", "batches", ["id"], postgresql_where=sa.text("state IN ('waiting', 'processing')")
    )
    op.create_table(
        "batch_chunks",
        sa.Column("batch_id", sa.Uuid(), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("first_line", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("raw", postgresql.BYTEA(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'waiting'")),
        sa.Column("lease_until", INSTANT),
        sa.Column("lease_by", sa.Text()),
        sa.Column("outcomes", postgresql.BYTEA()),
        sa.Column("subjects", postgresql.ARRAY(sa.Uuid())),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'done')", name="state"),
    )
    op.create_table(
        "batch_findings",
        sa.Column("batch_id", sa.Uuid(), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("line", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.CheckConstraint("outcome IN ('rejected', 'needs_review')", name="outcome"),
    )
    op.create_table(
        "dataset_records",
        sa.Column("dataset", sa.Text(), primary_key=True),
        sa.Column("record_key", sa.Text(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("source_time", INSTANT, nullable=False),
        sa.Column("raw_hash", sa.Uuid(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("partner", sa.Text()),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "ix_dataset_records_partner",
        "dataset_records",
        ["partner"],
        postgresql_where=sa.text("partner IS NOT NULL"),
    )
    op.create_index("ix_dataset_records_subject_id", "dataset_records", ["subject_id"])
    op.create_index("ix_dataset_records_dataset_raw_hash", "dataset_records", ["dataset", "raw_hash"])
    op.create_table(
        "review_items",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'open'")),
        sa.Column("decision", postgresql.JSONB()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('open', 'decided')", name="state"),
    )
    op.create_index("uq_review_items_dataset_record_key", "review_items", ["dataset", "record_key"], unique=True)
    op.create_index("ix_review_items_state_id", "review_items", ["state", "id"])
    op.create_index("ix_review_items_subject_id", "review_items", ["subject_id"])
    for statement in (
        # Raw text is written once and read whole: compressing it would cost more than the room it saves.
        "ALTER TABLE batch_chunks ALTER COLUMN raw SET STORAGE EXTERNAL",
        *owned("batches"),
        *owned("batch_chunks"),
        *owned("batch_findings"),
        *scoped("dataset_records"),
        *scoped("review_items"),
        *watched("review_items"),
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
