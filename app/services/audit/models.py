"""The tables beside the audit: one seal a row, one signed checkpoint a sealing. Both are only ever appended."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class Seal(Base):
    """The place of an audit row in its day's chain, and its digest there."""

    __tablename__ = "audit_seals"
    __table_args__ = (Index("uq_audit_seals_day_audit_id", "day", "audit_id", unique=True),)

    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    audit_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class Checkpoint(Base):
    """What the chain was at one time. `body` is the text that was signed; each names the digest of the one before."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = (CheckConstraint("kind IN ('sealed', 'retained', 'restored')", name="kind"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
