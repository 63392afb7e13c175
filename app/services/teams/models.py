"""The tables of terms and posts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.facts import Election
from app.services.branches.models import one_of
from app.services.teams.facts import EndKind, PostRole
from app.services.workers.facts import SelectionChannel


class Term(Base):
    """A team's time in office: from one day until another (exclusive; open while it is in office).

    One team at a time. `due_on` is the day by which the next one is chosen; `extended_to` a later one that was
    approved. Where it stands and whom it belongs to are the branch's, copied by the database and moved with it.
    """

    __tablename__ = "terms"
    __table_args__ = (
        Unique("id", "branch_id"),  # what posts refers to
        Unique("branch_id", "number"),
        CheckConstraint(one_of("election", Election), name="election"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("chosen_on <= valid_from", name="chosen_on"),
        CheckConstraint("due_on > valid_from", name="due_on"),
        CheckConstraint("extended_to > due_on", name="extended_to"),
        CheckConstraint(one_of("end_kind", EndKind), name="end_kind"),
        CheckConstraint("(valid_to IS NULL) = (end_kind IS NULL)", name="ended"),
        CheckConstraint("end_kind <> 'ended' OR end_reason IS NOT NULL", name="end_reason"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_terms_region_code_id", "region_code", "id"),
        Index("ix_terms_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    election: Mapped[str]
    chosen_on: Mapped[date]
    valid_from: Mapped[date]
    due_on: Mapped[date]
    extended_to: Mapped[date | None]
    valid_to: Mapped[date | None]
    end_kind: Mapped[str | None]
    end_reason: Mapped[str | None]
    approval_document: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Post(Base):
    """Somebody in a team, from one day until another.

    Who stands on a roll here is named by `member_id` alone; `holder_name` is for others, and what was stated of them.
    Both are null once a member has been erased. `worker_id` is the same person as a party worker, found or made by the
    database, which keeps the name here as it is there. A branch has one secretary at a time.
    """

    __tablename__ = "posts"
    __table_args__ = (
        ForeignKeyConstraint(["term_id", "branch_id"], ["terms.id", "terms.branch_id"]),
        CheckConstraint(one_of("role", PostRole), name="role"),
        CheckConstraint(one_of("selection_channel", SelectionChannel), name="selection_channel"),
        CheckConstraint("num_nonnulls(member_id, holder_name) <= 1", name="holder"),
        CheckConstraint("holder_name <> ''", name="holder_name"),
        CheckConstraint(one_of("end_kind", EndKind), name="end_kind"),
        CheckConstraint("(valid_to IS NULL) = (end_kind IS NULL)", name="ended"),
        CheckConstraint("end_kind <> 'ended' OR end_reason IS NOT NULL", name="end_reason"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_posts_term_id", "term_id"),
        Index("ix_posts_branch_id", "branch_id"),
        Index("ix_posts_member_id", "member_id", postgresql_where=text("member_id IS NOT NULL")),
        Index("ix_posts_worker_id", "worker_id", postgresql_where=text("worker_id IS NOT NULL")),
        Index("ix_posts_region_code_id", "region_code", "id"),
        Index("ix_posts_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    term_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"), FetchedValue())
    holder_name: Mapped[str | None]
    stated_formal: Mapped[bool | None]
    role: Mapped[str]
    selection_channel: Mapped[str]
    qualifications: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_kind: Mapped[str | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
