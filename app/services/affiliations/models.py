"""The table of affiliations: under whom a branch stands, and stood."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.facts import ManagementMode

MODES = ", ".join(f"'{mode}'" for mode in ManagementMode)


class Affiliation(Base):
    """A branch stands under an authority, managed in a mode, from one day until another (open: still).

    The database writes these rows from the branch itself, so that none is without one; what was said of a transfer
    (the hand-over's day, the bodies that gave and received, what was handed over) comes with it. `line_code` is the
    code of the authority the branch stands under now: who manages it sees where it came from. `handover_id` names the
    hand-over of a whole authority that it was part of.
    """

    __tablename__ = "affiliations"
    __table_args__ = (
        CheckConstraint(f"management_mode IN ({MODES})", name="management_mode"),
        CheckConstraint("outflow_authority_code IS NULL OR management_mode = 'dual'", name="outflow_authority_code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index("ix_affiliations_region_code_id", "region_code", "id"),
        Index("ix_affiliations_authority_code", "authority_code", "region_code", "id"),
        Index("ix_affiliations_authority_id", "authority_id"),
        Index("ix_affiliations_line_code", "line_code", "region_code", "id"),
        Index(
            "ix_affiliations_outflow_authority_code",
            "outflow_authority_code",
            postgresql_where=text("outflow_authority_code IS NOT NULL"),
        ),
        Index("ix_affiliations_handover_id", "handover_id", postgresql_where=text("handover_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger)
    management_mode: Mapped[str]
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("authorities.code"))
    line_code: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    reason: Mapped[str | None]
    handed_on: Mapped[date | None]
    handed_by: Mapped[str | None]
    received_by: Mapped[str | None]
    handed_items: Mapped[str | None]
    handover_note: Mapped[str | None]
    handover_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority_handovers.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
