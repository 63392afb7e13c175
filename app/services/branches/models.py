"""The tables of branches and of what they cover."""

from datetime import date, datetime
from enum import StrEnum
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
    Uuid,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.facts import (
    ApplicationState,
    Election,
    FormationMode,
    Level,
    ManagementMode,
    Stage,
    SuccessionKind,
    TermKind,
)


def one_of(column: str, codes: type[StrEnum]) -> str:
    """The condition that a text column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


class Branch(Base):
    """A party organisation in the two-new field.

    It always stands under an authority, whose code the database copies into `authority_code`, so that a line is a range
    of branches. Of one under dual management `outflow_authority_code` names the body at the members' place of origin.
    `departures` are the findings that were let pass, each with the reason, who let it pass and when. The formation mode
    does not change: a branch formed in another way is another branch. A temporary or project branch has a planned end,
    `ends_on`; it stands until it is dissolved all the same. `succeeded`: others went on where it ended.
    """

    __tablename__ = "branches"
    __table_args__ = (
        Unique("id", "formation_mode"),  # what branch_organizations refers to
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("formation_mode", FormationMode), name="formation_mode"),
        CheckConstraint(one_of("management_mode", ManagementMode), name="management_mode"),
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("formal_members >= 0 AND probationary_members >= 0", name="members"),
        CheckConstraint("roll_kept_since >= founded_on", name="roll_kept_since"),
        CheckConstraint("parent_id <> id", name="parent_id"),
        CheckConstraint("dissolved_on >= founded_on", name="dissolved_on"),
        CheckConstraint("(dissolved_on IS NULL) = (dissolution_reason IS NULL)", name="dissolution_reason"),
        CheckConstraint(one_of("term_kind", TermKind), name="term_kind"),
        CheckConstraint("(term_kind = 'regular') = (ends_on IS NULL)", name="ends_on"),
        CheckConstraint("ends_on > founded_on", name="term"),
        CheckConstraint("approved_on <= founded_on", name="approved_on"),
        CheckConstraint("filed_on >= founded_on", name="filed_on"),
        CheckConstraint("NOT succeeded OR dissolved_on IS NOT NULL", name="succeeded"),
        Index("ix_branches_region_code_id", "region_code", "id"),
        Index("ix_branches_authority_id", "authority_id"),
        Index("ix_branches_authority_code", "authority_code", "region_code", "id"),
        Index(
            "ix_branches_outflow_authority_code",
            "outflow_authority_code",
            "region_code",
            "id",
            postgresql_where=text("outflow_authority_code IS NOT NULL"),
        ),
        CheckConstraint("outflow_authority_code IS NULL OR management_mode = 'dual'", name="outflow_authority_code"),
        Index("ix_branches_host_id", "host_id", postgresql_where=text("host_id IS NOT NULL")),
        Index("ix_branches_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_branches_ends_on", "ends_on", postgresql_where=text("ends_on IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    name: Mapped[str]
    level: Mapped[str]
    formation_mode: Mapped[str]
    management_mode: Mapped[str]
    stage: Mapped[str]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("authorities.code"))
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("hosts.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    term_kind: Mapped[str] = mapped_column(server_default=text("'regular'"))
    ends_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    founded_on: Mapped[date]
    filed_on: Mapped[date | None]
    succeeded: Mapped[bool] = mapped_column(server_default=text("false"))
    dissolved_on: Mapped[date | None]
    dissolution_reason: Mapped[str | None]
    formal_members: Mapped[int]
    probationary_members: Mapped[int]
    roll_kept_since: Mapped[date | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BranchOrganization(Base):
    """A branch covers an organisation from one day until another (exclusive; open while it stands).

    An organisation is covered by one branch at a time. `region_code` is the organisation's and follows it when it
    moves; `formation_mode` is the branch's, held equal by the foreign key, so that coverage can be told from this row
    alone, also by those who do not see the branch. The two codes are the branch's too, copied by the database. Where a
    committee has branches of its own under it, the committee covers the organisation.
    """

    __tablename__ = "branch_organizations"
    __table_args__ = (
        ForeignKeyConstraint(["branch_id", "formation_mode"], ["branches.id", "branches.formation_mode"]),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index("ix_branch_organizations_branch_id", "branch_id"),
        Index("ix_branch_organizations_organization_id", "organization_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    branch_id: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    outflow_authority_code: Mapped[int | None] = mapped_column(
        BigInteger, FetchedValue(), FetchedValue(for_update=True)
    )
    formation_mode: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BranchApplication(Base):
    """An application for a branch, from the day it is made until the branch is founded and filed.

    `draft` is what was applied for, as a founding takes it, without what stands in columns of its own. `applied_by` and
    `decided_by` are who entered it and who decided, for nobody approves what is his own. It stays with the authority
    that decided, whatever becomes of the branch.
    """

    __tablename__ = "branch_applications"
    __table_args__ = (
        CheckConstraint(one_of("state", ApplicationState), name="state"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("due_on >= applied_on", name="due_on"),
        CheckConstraint("decided_on >= applied_on", name="decided_on"),
        CheckConstraint("(decided_on IS NULL) = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint(
            "state NOT IN ('approved', 'returned', 'founded', 'filed') OR decided_on IS NOT NULL", name="decided"
        ),
        CheckConstraint(one_of("election", Election), name="election"),
        CheckConstraint("(state IN ('founded', 'filed')) = (branch_id IS NOT NULL)", name="branch_id"),
        CheckConstraint("(branch_id IS NULL) = (founded_on IS NULL)", name="founded_on"),
        CheckConstraint("(branch_id IS NULL) = (election IS NULL)", name="elected"),
        CheckConstraint("(state = 'filed') = (filed_on IS NOT NULL)", name="filed_on"),
        Index("ix_branch_applications_region_code_id", "region_code", "id"),
        Index("ix_branch_applications_authority_code", "authority_code", "region_code", "id"),
        Index("ix_branch_applications_authority_id", "authority_id"),
        Index("ix_branch_applications_due_on", "due_on", postgresql_where=text("state = 'applied'")),
        Index(
            "ix_branch_applications_branch_id",
            "branch_id",
            unique=True,
            postgresql_where=text("branch_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    state: Mapped[str]
    name: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB)
    organization_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    applied_by: Mapped[str]
    applied_on: Mapped[date]
    due_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    election: Mapped[str | None]
    founded_on: Mapped[date | None]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    filed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BranchSuccession(Base):
    """One branch came of another: by a merger, a split, or because it is formed in another way now.

    The four codes are those of the two branches and follow them, so that it is seen from both ends.
    """

    __tablename__ = "branch_successions"
    __table_args__ = (
        Unique("predecessor_id", "successor_id"),
        CheckConstraint(one_of("kind", SuccessionKind), name="kind"),
        CheckConstraint("predecessor_id <> successor_id", name="ends"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_branch_successions_successor_id", "successor_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[str]
    succeeded_on: Mapped[date]
    reason: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    successor_region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    successor_authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
