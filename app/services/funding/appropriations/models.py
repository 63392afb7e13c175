"""The tables of appropriations, of their lines, and of brand projects.

`region_code`, `region_level` and `authority_code` are the committee's, copied by the database, and go along when the
committee moves. Lines and projects have the branch's place beside it: `place_*` and `line_code`, the code of the
authority that manages it, by which the branch's own side sees them.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.appropriations.facts import COMPUTED, AppropriationState, ItemKind, ProjectState
from app.services.funding.facts import Purse

YEAR = "year BETWEEN 2012 AND 2200"
GIVEN = "state IN ('approved', 'posted') AND amount_fen > 0"
OF_PURSE = ("committee_id", "purse", "year")
KINDS = ", ".join(f"'{kind}'" for kind in COMPUTED)


def _stands(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
        Index(f"ix_{table}_committee_id", "committee_id", "year", "id"),
    )


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("place_level BETWEEN 0 AND 5", name="place_level"),
        CheckConstraint("place_code BETWEEN 0 AND 999999999999", name="place_code"),
        Index(f"ix_{table}_place_code", "place_code", "id"),
        Index(f"ix_{table}_line_code", "line_code", "id"),
        Index(f"ix_{table}_branch_id", "branch_id", "year", "id"),
    )


class FundingAppropriation(Base):
    """What a committee gives its branches at once, from one purse: drawn up, approved by another, posted.

    `facts_on` is the day of the members counted; `policy` the numbers it was computed by with what they cite, as they
    stood then. `due_fen` is what the rules asked for, `wished_fen` what there was to be shared out where that was less,
    `total_fen` the sum of the lines. `drawn_by` are all who had a hand in it: none of them approves it. `left_out` are
    the branches without a line, and why.
    """

    __tablename__ = "funding_appropriations"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint("purse <> 'enterprise_levy'", name="levy"),
        CheckConstraint(one_of("state", AppropriationState), name="state"),
        CheckConstraint("title <> '' AND document <> '' AND reason <> ''", name="texts"),
        CheckConstraint(f"kinds <@ ARRAY[{KINDS}] AND cardinality(kinds) > 0", name="kinds"),
        CheckConstraint(
            "due_fen >= 0 AND total_fen >= 0 AND wished_fen > 0 AND branches >= 0 AND lines >= 0", name="amounts"
        ),
        CheckConstraint("state IN ('draft', 'discarded') OR total_fen > 0", name="total"),
        CheckConstraint("computed_by = ANY (drawn_by)", name="drawn_by"),
        CheckConstraint("NOT approved_by = ANY (drawn_by)", name="approved_by_another"),
        CheckConstraint(
            "CASE state WHEN 'draft' THEN num_nonnulls(approved_by, approved_on) = 0"
            " WHEN 'discarded' THEN num_nonnulls(approved_by, approved_on) IN (0, 2)"
            " ELSE num_nonnulls(approved_by, approved_on) = 2 END",
            name="approved",
        ),
        CheckConstraint(
            "num_nonnulls(posted_by, booked_on, entry_id)"
            " = CASE WHEN state IN ('posted', 'reversed') THEN 3 ELSE 0 END",
            name="posted",
        ),
        CheckConstraint(
            "num_nonnulls(reversed_by, reversed_on) = CASE state WHEN 'reversed' THEN 2 ELSE 0 END"
            " AND (reversal_id IS NULL OR state = 'reversed')",
            name="reversed",
        ),
        CheckConstraint("(state IN ('discarded', 'reversed')) = (reason IS NOT NULL)", name="reason"),
        ForeignKeyConstraint(
            ["budget_line_id", *OF_PURSE],
            ["funding_budget_lines.id", *(f"funding_budget_lines.{column}" for column in OF_PURSE)],
            name="fk_funding_appropriations_budget_line_id",
        ),
        *(
            ForeignKeyConstraint(
                [column, "committee_id", "purse"],
                [f"funding_entries.{of}" for of in ("id", "committee_id", "purse")],
                name=f"fk_funding_appropriations_{column}",
            )
            for column in ("entry_id", "reversal_id")
        ),
        *_stands("funding_appropriations"),
        Index("uq_funding_appropriations_entry_id", "entry_id", unique=True),
        Index(
            "ix_funding_appropriations_budget_line_id",
            "budget_line_id",
            postgresql_where=text("budget_line_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    purse: Mapped[str]
    budget_line_id: Mapped[UUID | None] = mapped_column(Uuid)
    title: Mapped[str]
    document: Mapped[str | None]
    state: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    facts_on: Mapped[date]
    wished_fen: Mapped[int | None] = mapped_column(BigInteger)
    due_fen: Mapped[int] = mapped_column(BigInteger)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    branches: Mapped[int]
    lines: Mapped[int]
    drawn_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    policy_version: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    approved_by: Mapped[str | None]
    approved_on: Mapped[date | None]
    posted_by: Mapped[str | None]
    booked_on: Mapped[date | None]
    entry_id: Mapped[UUID | None] = mapped_column(Uuid)
    reversed_by: Mapped[str | None]
    reversed_on: Mapped[date | None]
    reversal_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class FundingBrandProject(Base):
    """A brand project that a branch asks money for. `departures` are what was let pass, with the reasons."""

    __tablename__ = "funding_brand_projects"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("state", ProjectState), name="state"),
        CheckConstraint("title <> '' AND purpose <> '' AND decision_reason <> '' AND document <> ''", name="texts"),
        CheckConstraint("asked_fen > 0", name="asked_fen"),
        CheckConstraint("approved_fen > 0 AND approved_fen <= asked_fen", name="approved_fen"),
        CheckConstraint("(state IN ('approved', 'appropriated')) = (approved_fen IS NOT NULL)", name="approved"),
        CheckConstraint("decided_by <> asked_by", name="decided_by_another"),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_on)"
            " = CASE WHEN state IN ('approved', 'appropriated', 'refused') THEN 2 ELSE 0 END",
            name="decided",
        ),
        CheckConstraint("state NOT IN ('refused', 'withdrawn') OR decision_reason IS NOT NULL", name="decision_reason"),
        *_stands("funding_brand_projects"),
        *_placed("funding_brand_projects"),
        Index(
            "uq_funding_brand_projects_title",
            "branch_id",
            "year",
            "title",
            unique=True,
            postgresql_where=text("state NOT IN ('refused', 'withdrawn')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    branch_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("branches.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    purpose: Mapped[str]
    document: Mapped[str | None]
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    approved_fen: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str]
    asked_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    place_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    place_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    line_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class FundingAppropriationItem(Base):
    """What one branch is given for one reason, with how it was computed. It bears its appropriation's state and day.

    The founding grant is given once for ever; by members a branch has one line a year and `turn`, each later turn a
    supplement to what it has had; a project is paid out once. The database holds all three among what is approved or
    posted. `branch_name` is the name as it was.
    """

    __tablename__ = "funding_appropriation_items"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("state", AppropriationState), name="state"),
        CheckConstraint(one_of("kind", ItemKind), name="kind"),
        CheckConstraint("branch_name <> '' AND reason <> ''", name="texts"),
        CheckConstraint("granted_fen >= 0 AND due_fen >= granted_fen AND turn > 0 AND members > 0", name="numbers"),
        CheckConstraint(
            "CASE kind WHEN 'adjustment' THEN amount_fen <> 0 AND due_fen = 0"
            " ELSE amount_fen BETWEEN 0 AND due_fen - granted_fen END",
            name="amount_fen",
        ),
        CheckConstraint("(kind = 'per_member') = (members IS NOT NULL)", name="members"),
        CheckConstraint("(kind = 'brand_project') = (project_id IS NOT NULL)", name="project_id"),
        CheckConstraint("(kind = 'adjustment') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(state IN ('posted', 'reversed')) = (booked_on IS NOT NULL)", name="booked_on"),
        *_stands("funding_appropriation_items"),
        *_placed("funding_appropriation_items"),
        Index(
            "uq_funding_appropriation_items_line",
            "appropriation_id",
            "kind",
            "branch_id",
            "project_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("kind <> 'adjustment'"),
        ),
        Index("ix_funding_appropriation_items_appropriation_id", "appropriation_id", "id"),
        Index(
            "uq_funding_appropriation_items_founding",
            "branch_id",
            unique=True,
            postgresql_where=text(f"kind = 'founding' AND {GIVEN}"),
        ),
        Index(
            "uq_funding_appropriation_items_per_member",
            "branch_id",
            "year",
            "turn",
            unique=True,
            postgresql_where=text(f"kind = 'per_member' AND {GIVEN}"),
        ),
        Index(
            "uq_funding_appropriation_items_project_id",
            "project_id",
            unique=True,
            postgresql_where=text(f"kind = 'brand_project' AND {GIVEN}"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    appropriation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_appropriations.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    purse: Mapped[str] = mapped_column(FetchedValue())
    state: Mapped[str] = mapped_column(FetchedValue())
    booked_on: Mapped[date | None] = mapped_column(FetchedValue())
    kind: Mapped[str]
    branch_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("branches.id"))
    branch_name: Mapped[str]
    project_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_brand_projects.id"))
    turn: Mapped[int] = mapped_column(SmallInteger)
    members: Mapped[int | None]
    due_fen: Mapped[int] = mapped_column(BigInteger)
    granted_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None]
    entered_by: Mapped[str]
    place_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    place_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    line_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
