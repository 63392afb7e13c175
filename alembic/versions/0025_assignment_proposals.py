"""Proposals of whom to send where."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import scoped

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PURPOSES = "'guide_formation', 'guide_branch', 'work_coverage'"


def upgrade() -> None:
    _proposals()
    _pairs()
    for table in ("assignment_proposals", "assignment_proposal_pairs"):
        for statement in (*scoped(table), *watched(table)):
            op.execute(statement)


def _region() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _proposals() -> None:
    op.create_table(
        "assignment_proposals",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("purpose", sa.Text()),
        sa.Column("hand_over_of", sa.Uuid(), sa.ForeignKey("workers.id")),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("computed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("closing_reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('computed', 'edited', 'approved', 'discarded')", "state"),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", "purpose"),
        sa.CheckConstraint("(purpose IS NULL) = (hand_over_of IS NOT NULL)", "hand_over_of"),
        sa.CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", "approved_at"),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", "approved_by"),
        *_region(),
    )
    op.create_index("ix_assignment_proposals_region_code_id", "assignment_proposals", ["region_code", "id"])
    op.create_index(
        "ix_assignment_proposals_hand_over_of",
        "assignment_proposals",
        ["hand_over_of"],
        postgresql_where=sa.text("hand_over_of IS NOT NULL"),
    )


def _pairs() -> None:
    op.create_table(
        "assignment_proposal_pairs",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("assignment_proposals.id"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id")),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Uuid(), sa.ForeignKey("assignments.id")),
        sa.Column("way", sa.Integer()),
        sa.Column("cost", sa.Integer()),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drop_reason", sa.Text()),
        sa.Column("assignment_id", sa.Uuid(), sa.ForeignKey("assignments.id")),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("proposal_id", "turn"),
        sa.CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", "target"),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", "purpose"),
        sa.CheckConstraint("state IN ('proposed', 'edited', 'dropped', 'approved', 'outdated')", "state"),
        sa.CheckConstraint("(state = 'approved') = (assignment_id IS NOT NULL)", "assignment_id"),
        sa.CheckConstraint("state <> 'approved' OR worker_id IS NOT NULL", "worker_id"),
        sa.CheckConstraint("way >= 0 AND cost >= 0 AND turn > 0", "numbers"),
        *_region(),
    )
    op.create_index("ix_assignment_proposal_pairs_region_code_id", "assignment_proposal_pairs", ["region_code", "id"])
    for column in ("organization_id", "branch_id", "worker_id", "replaces", "assignment_id"):
        op.create_index(
            f"ix_assignment_proposal_pairs_{column}",
            "assignment_proposal_pairs",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
