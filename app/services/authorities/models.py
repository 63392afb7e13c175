"""The tables of authorities: the bodies, who sits in a work committee, and what one handed over to another."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.authorities.facts import AuthorityKind, Duty

DUTIES = ", ".join(f"'{duty}'" for duty in Duty)
KINDS = ", ".join(f"'{kind}'" for kind in AuthorityKind)


class Authority(Base):
    """A superior party body. `code` is its place in the party's own order, `region_code` the place it answers for.

    `industries` are the prefixes of GB/T 4754 codes whose organisations a department's line takes care of; none where
    it is no industry's. `founding_document` is the paper that set it up (文号), of a work committee above all.
    """

    __tablename__ = "authorities"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("code BETWEEN 1000000000000 AND 999999999999999", name="code"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("dissolved_on >= founded_on", name="dissolved_on"),
        Index("ix_authorities_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    code: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    name: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    industries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    founding_document: Mapped[str | None]
    founded_on: Mapped[date | None]
    dissolved_on: Mapped[date | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class AuthorityHandover(Base):
    """One authority's branches handed to another on a day, with the record of it; the dated affiliations refer to it.

    `branches` is how many there were, `dissolved` whether the first one ended with it.
    """

    __tablename__ = "authority_handovers"
    __table_args__ = (
        CheckConstraint("successor_id <> authority_id", name="successor_id"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("branches >= 0", name="branches"),
        Index("ix_authority_handovers_authority_id", "authority_id"),
        Index("ix_authority_handovers_successor_id", "successor_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger)
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    successor_code: Mapped[int] = mapped_column(BigInteger)
    handed_on: Mapped[date]
    reason: Mapped[str]
    document: Mapped[str | None]
    handed_by: Mapped[str | None]
    received_by: Mapped[str | None]
    handed_items: Mapped[str | None]
    handover_note: Mapped[str | None]
    branches: Mapped[int]
    dissolved: Mapped[bool]
    region_code: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class CommitteeSeat(Base):
    """A department's seat in a work committee by dates. The holder is told by the post, never by name."""

    __tablename__ = "committee_seats"
    __table_args__ = (
        CheckConstraint(f"duty IN ({DUTIES})", name="duty"),
        CheckConstraint("department_name <> '' AND post <> ''", name="names"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index("ix_committee_seats_authority_id", "authority_id", "valid_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger)
    department: Mapped[str]
    department_name: Mapped[str]
    duty: Mapped[str]
    post: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
