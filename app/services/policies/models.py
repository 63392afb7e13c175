"""The table of policies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class PolicyRow(Base):
    """One kind's whole policy for a region from a day on, until the next one there. Never changed, never removed.

    `numbers` holds every field as {"value": …, "document": …}, so that an old figure can be made again whatever the
    defaults have become; `number` names the version.
    """

    __tablename__ = "policies"
    __table_args__ = (
        UniqueConstraint("kind", "region_level", "region_code", "valid_from"),
        UniqueConstraint("number"),
        CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    kind: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    numbers: Mapped[dict[str, Any]]
    changed: Mapped[dict[str, Any]]
    reason: Mapped[str]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]
