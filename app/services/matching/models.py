"""The table of proposals which host an organisation sits in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.matching.facts import MatchState

STATES = ", ".join(f"'{state}'" for state in MatchState)


class HostMatch(Base):
    """A proposal that an organisation sits in a host, or what was decided of it; stands where the organisation does."""

    __tablename__ = "host_matches"
    __table_args__ = (
        UniqueConstraint("organization_id", "host_id", name="uq_host_matches_organization_id"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("matched <> '' AND cardinality(reasons) > 0", name="reasons"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_host_matches_region_code_id", "region_code", "id"),
        Index("ix_host_matches_host_id", "host_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("hosts.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    confidence: Mapped[int] = mapped_column(SmallInteger)
    certain: Mapped[bool]
    matched: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
