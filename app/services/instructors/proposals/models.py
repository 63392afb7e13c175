"""The tables of assignment proposals and of their pairs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.instructors.facts import Purpose
from app.services.instructors.proposals.facts import PairState, ProposalState


class Proposal(Base):
    """Whom to send where in a region from a day on, by which numbers, and what came of it with the proof.

    `purpose` is what all are sent for; a proposal of successors (`hand_over_of`) keeps that of each assignment.
    """

    __tablename__ = "assignment_proposals"
    __table_args__ = (
        CheckConstraint(one_of("state", ProposalState), name="state"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint("(purpose IS NULL) = (hand_over_of IS NOT NULL)", name="hand_over_of"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_at"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_by"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_assignment_proposals_region_code_id", "region_code", "id"),
        Index(
            "ix_assignment_proposals_hand_over_of", "hand_over_of", postgresql_where=text("hand_over_of IS NOT NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    title: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    purpose: Mapped[str | None]
    hand_over_of: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    starts_on: Mapped[date]
    state: Mapped[str]
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_by: Mapped[str]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Pair(Base):
    """One organisation or branch of a proposal, and who is to be sent there; nobody where nobody was left.

    `way` and `cost` are metres; both are unknown of a pair put together by hand where nothing was computed. `replaces`
    is the assignment that is handed over, `assignment_id` the one that came of it. The region is the target's.
    """

    __tablename__ = "assignment_proposal_pairs"
    __table_args__ = (
        UniqueConstraint("proposal_id", "turn"),
        CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", name="target"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint(one_of("state", PairState), name="state"),
        CheckConstraint("(state = 'approved') = (assignment_id IS NOT NULL)", name="assignment_id"),
        CheckConstraint("state <> 'approved' OR worker_id IS NOT NULL", name="worker_id"),
        CheckConstraint("way >= 0 AND cost >= 0 AND turn > 0", name="numbers"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_assignment_proposal_pairs_region_code_id", "region_code", "id"),
        *(
            Index(f"ix_assignment_proposal_pairs_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("organization_id", "branch_id", "worker_id", "replaces", "assignment_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("assignment_proposals.id"))
    turn: Mapped[int]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    purpose: Mapped[str]
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("assignments.id"))
    way: Mapped[int | None]
    cost: Mapped[int | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str]
    drop_reason: Mapped[str | None]
    assignment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignments.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
