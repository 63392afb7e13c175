"""Sealed personal values of all nouns, and the ledger of what has been erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class PersonalValue(Base):
    """One field of one row, sealed for the place holder.field.row_key. `blind` finds equal values within a domain.

    They stand apart from their rows: so no list, history or audit row can hold one by accident.
    """

    __tablename__ = "personal_values"
    __table_args__ = (
        Index("ix_personal_values_blind_holder_field", "blind", "holder", "field"),
        Index("ix_personal_values_key_id", "key_id"),
        Index("ix_personal_values_index_id", "index_id"),
    )

    holder: Mapped[str] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    region_code: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[bytes] = mapped_column(BYTEA)
    key_id: Mapped[int]
    blind: Mapped[bytes] = mapped_column(BYTEA)
    index_id: Mapped[int]


class Erasure(Base):
    """One row that has been erased, by its id alone. Kept for ever, and beside the database too: a restored backup
    brings back what was erased, and the ledger takes it away again."""

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint(
            "ground IN ('purpose_achieved', 'consent_withdrawn', 'unlawful', 'retention_over')", name="ground"
        ),
        Index("uq_erasures_holder_row_id", "holder", "row_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    holder: Mapped[str]
    row_id: Mapped[UUID]
    region_code: Mapped[int] = mapped_column(BigInteger)
    ground: Mapped[str]
    why: Mapped[str]
    erased_at: Mapped[datetime]
    erased_by: Mapped[str]
