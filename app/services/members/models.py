"""The tables of members, of their relations by dates, and of transfers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.members.facts import MemberKind, MemberState, TransferState


def one_of(column: str, codes: type[StrEnum]) -> str:
    """The condition that a text column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


class Member(Base):
    """A party member. Phone and identity number stand sealed among the personal values.

    `branch_id` is the branch the relation is with, or was last; without one the relation stands outside the service
    and the member is known by the employer alone. A floating member takes part elsewhere than the relation is:
    `inflow_*` say where, `outflow_*` where the relation stands when that is outside. `since` is the day the present
    relation began, `until` the day it ended here. Region and codes are copied by the database from the branch, else
    from the employer. `corrected` names what an officer has put right: a later push leaves that alone.
    """

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(one_of("kind", MemberKind), name="kind"),
        CheckConstraint(one_of("state", MemberState), name="state"),
        CheckConstraint("branch_id IS NOT NULL OR organization_id IS NOT NULL", name="place"),
        CheckConstraint("kind = 'formal' OR formal_on IS NULL", name="formal_on"),
        CheckConstraint("formal_on >= admitted_on", name="admitted_on"),
        CheckConstraint("(until IS NULL) = (state = 'current') AND until >= since", name="until"),
        CheckConstraint(
            "floating OR num_nonnulls(outflow_branch_name, outflow_authority_code, inflow_branch_id,"
            " inflow_branch_name) = 0",
            name="floating",
        ),
        CheckConstraint("num_nonnulls(inflow_branch_id, inflow_branch_name) < 2", name="inflow"),
        CheckConstraint("inflow_branch_id <> branch_id", name="inflow_branch_id"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_members_region_code_id", "region_code", "id"),
        Index("ix_members_branch_id", "branch_id"),
        Index("ix_members_organization_id", "organization_id"),
        *(
            Index(f"ix_members_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("inflow_branch_id", "outflow_authority_code")
        ),
        Index("ix_members_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    admitted_on: Mapped[date | None]
    formal_on: Mapped[date | None]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    floating: Mapped[bool] = mapped_column(server_default=text("false"))
    outflow_branch_name: Mapped[str | None]
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("authorities.code"))
    inflow_branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    inflow_branch_name: Mapped[str | None]
    inflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    state: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    source: Mapped[str]
    source_time: Mapped[datetime]
    corrected: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class MemberRelation(Base):
    """A member's relation was with a branch from one day until another (exclusive; open while it is).

    Written by the database from the member's own row; it stands where the branch stands.
    """

    __tablename__ = "member_relations"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index("ix_member_relations_member_id", "member_id"),
        Index("ix_member_relations_branch_id", "branch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class MemberTransfer(Base):
    """The transfer of a relation to another branch, or out of the service (`destination`).

    It stands at both ends, and is accepted at the receiving one; then the database moves the member.
    """

    __tablename__ = "member_transfers"
    __table_args__ = (
        CheckConstraint("num_nonnulls(to_branch_id, destination) = 1", name="destination"),
        CheckConstraint(one_of("state", TransferState), name="state"),
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("to_branch_id <> from_branch_id", name="to_branch_id"),
        Index("uq_member_transfers_member_id", "member_id", unique=True, postgresql_where=text("state = 'pending'")),
        Index("ix_member_transfers_region_code_id", "region_code", "id"),
        Index("ix_member_transfers_to_region_code_id", "to_region_code", "id"),
        Index("ix_member_transfers_from_branch_id", "from_branch_id"),
        Index("ix_member_transfers_to_branch_id", "to_branch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(FetchedValue())
    from_branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), FetchedValue())
    to_branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    destination: Mapped[str | None]
    effective_on: Mapped[date]
    reason: Mapped[str]
    state: Mapped[str]
    asked_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    to_region_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    to_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
