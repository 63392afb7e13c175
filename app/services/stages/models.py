"""The table of steps that branches took."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.facts import Stage

STAGES = ", ".join(f"'{stage}'" for stage in Stage)


class StageStep(Base):
    """A branch came from one stage to another on a day.

    `checklist` is what was looked at then, item by item, and `policy_version` the numbers it was judged by; both stay
    as they were. `reason` is why what was still missing was let pass, or why the branch went back.
    """

    __tablename__ = "stage_steps"
    __table_args__ = (
        CheckConstraint(f"ARRAY[stage_before, stage] <@ ARRAY[{STAGES}]", name="stages"),
        CheckConstraint("stage_before <> stage", name="step"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_stage_steps_branch_id", "branch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    stage_before: Mapped[str]
    stage: Mapped[str]
    taken_on: Mapped[date]
    taken_by: Mapped[str]
    reason: Mapped[str | None]
    policy_version: Mapped[str]
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
