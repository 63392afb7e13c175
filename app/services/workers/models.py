"""The tables of party workers and of their roles."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    FetchedValue,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    and_,
    case,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.members.facts import MemberKind, MemberState
from app.services.members.models import Member
from app.services.workers.facts import Background, RoleEnd, SelectionChannel, WorkerRole, WorkerState


class Worker(Base):
    """A party worker. Phone and identity number stand sealed among the personal values.

    Who stands on a roll here is named by `member_id` alone; `name` and `stated_formal` are of others. An erased one has
    neither, so that what rests on the row still adds up. `since` is the first day as a party worker here, `until` the
    first day no more. Region and authority are of the body that keeps the worker; one who was named for a post
    (`source` posts) goes along with the branch. `corrected` names what an officer has put right: a later push leaves
    that alone.
    """

    __tablename__ = "workers"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("num_nonnulls(member_id, name) <= 1", name="person"),
        CheckConstraint("NOT erased OR num_nonnulls(member_id, name) = 0", name="erased"),
        CheckConstraint(one_of("background", Background), name="background"),
        CheckConstraint(one_of("state", WorkerState), name="state"),
        CheckConstraint("(until IS NULL) = (state = 'current') AND until >= since", name="until"),
        CheckConstraint("(home_region_code IS NULL) = (home_region_level IS NULL)", name="home_region"),
        CheckConstraint("home_region_level BETWEEN 0 AND 5", name="home_region_level"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(
            "uq_workers_member_id",
            "member_id",
            unique=True,
            postgresql_where=text("member_id IS NOT NULL AND state = 'current'"),
        ),
        Index("ix_workers_member_id", "member_id", postgresql_where=text("member_id IS NOT NULL")),
        Index("ix_workers_region_code_id", "region_code", "id"),
        Index("ix_workers_authority_code", "authority_code", "region_code", "id"),
        Index("ix_workers_home_region_code", "home_region_code", postgresql_where=text("home_region_code IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str | None]
    stated_formal: Mapped[bool | None]
    erased: Mapped[bool] = mapped_column(server_default=text("false"))
    background: Mapped[str | None]
    sending_body: Mapped[str | None]
    qualifications: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    industries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    home_region_code: Mapped[int | None] = mapped_column(BigInteger)
    home_region_level: Mapped[int | None] = mapped_column(SmallInteger)
    full_time: Mapped[bool] = mapped_column(server_default=text("false"))
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    state: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str]
    source_time: Mapped[datetime]
    corrected: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class WorkerRoleHeld(Base):
    """A worker holds a role from one day until another (exclusive; of an instructor always set: the end of the term).

    `end_kind` tells an end that has been entered from one that was set beforehand. Secretaries, deputies and committee
    members have `post_id`: the row follows the post, whoever writes that. Region and codes are the branch's, else the
    organisation's, else the worker's, copied by the database and moved with them.
    """

    __tablename__ = "worker_roles"
    __table_args__ = (
        CheckConstraint(one_of("role", WorkerRole), name="role"),
        CheckConstraint(one_of("selection_channel", SelectionChannel), name="selection_channel"),
        CheckConstraint(one_of("end_kind", RoleEnd), name="end_kind"),
        CheckConstraint("end_kind IS NULL OR valid_to IS NOT NULL", name="ended"),
        CheckConstraint(
            "(role IN ('secretary', 'deputy_secretary', 'committee_member')) = (post_id IS NOT NULL)", name="post_id"
        ),
        CheckConstraint("num_nonnulls(branch_id, organization_id) <= 1", name="place"),
        CheckConstraint("post_id IS NULL OR branch_id IS NOT NULL", name="branch_id"),
        CheckConstraint(
            "role <> 'instructor' OR (valid_to IS NOT NULL AND num_nonnulls(branch_id, organization_id) = 0)",
            name="instructor",
        ),
        CheckConstraint("role <> 'liaison' OR organization_id IS NOT NULL", name="liaison"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("uq_worker_roles_post_id", "post_id", unique=True),
        Index("ix_worker_roles_worker_id", "worker_id"),
        Index("ix_worker_roles_region_code_id", "region_code", "id"),
        Index("ix_worker_roles_authority_code", "authority_code", "region_code", "id"),
        Index("ix_worker_roles_role", "role", "region_code", "id"),
        *(
            Index(f"ix_worker_roles_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("branch_id", "organization_id", "outflow_authority_code")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    role: Mapped[str]
    selection_channel: Mapped[str]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"))
    full_time: Mapped[bool] = mapped_column(server_default=text("false"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_kind: Mapped[str | None]
    end_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    outflow_authority_code: Mapped[int | None] = mapped_column(
        BigInteger, FetchedValue(), FetchedValue(for_update=True)
    )
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


FORMAL: ColumnElement[bool | None] = case(
    (Worker.member_id.is_(None), Worker.stated_formal),
    else_=and_(Member.kind == MemberKind.formal, Member.state == MemberState.current),
)
"""Whether a worker is a formal member: by the roll (Member joined), as far as the caller sees it, else as stated."""
