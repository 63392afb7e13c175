"""What every noun leaves behind: history, audit, outbox; and answers kept for idempotency keys."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.rowsecurity import append_only, owned, scoped, secured

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("row", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_history_subject_subject_id_recorded_to", "history", ["subject", "subject_id", "recorded_to"])
    op.create_table(
        "audit",
        sa.Column(
            "day",
            sa.Date(),
            primary_key=True,
            server_default=sa.text("((now() AT TIME ZONE 'Asia/Shanghai')::date)"),
        ),
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("(pg_current_xact_id()::text::bigint)"),
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("origin", sa.Text()),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid())),
        sa.Column("region_lo", sa.BigInteger()),
        sa.Column("region_hi", sa.BigInteger()),
        sa.Column("why", sa.Text()),
        sa.Column("detail", postgresql.JSONB()),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("ix_audit_transaction", "audit", ["transaction"])
    op.create_index("ix_audit_at_id", "audit", ["at", "id"])
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("(pg_current_xact_id()::text::bigint)"),
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("region_lo", sa.BigInteger(), nullable=False),
        sa.Column("region_hi", sa.BigInteger(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", postgresql.JSONB()),
        sa.Column("body", postgresql.BYTEA()),
    )
    for statement in (
        *scoped("history"),
        *append_only("audit"),
        # Rows of days without a partition of their own (migration 0012 makes those): a write is never refused for it.
        "CREATE TABLE audit_rest PARTITION OF audit DEFAULT",
        *secured("audit_rest", "false"),
        "REVOKE ALL ON audit_rest FROM liangxin_app, liangxin_reader",
        *append_only("outbox"),
        *owned("idempotency_keys"),
        "REVOKE UPDATE, DELETE, TRUNCATE ON history FROM liangxin_app",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
