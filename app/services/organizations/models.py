"""The register: one row an organisation, with the facts that coverage rests on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.organizations.facts import (
    PROBATIONARY,
    RELATION,
    WORKING,
    CoverageMode,
    Status,
    UncoveredReason,
    sql_expression,
)
from app.services.organizations.kinds import Kind
from app.services.regions.coordinates import ALLOWED

COUNTS = (
    "staff",
    "payroll_fen",
    "revenue_fen",
    "registered_capital_fen",
    "formal_members_working",
    "formal_members_relation",
    "probationary_members",
    "counted_working",
    "counted_relation",
    "counted_probationary",
)
ENDED = (Status.closed, Status.revoked)
WHOLE_REGION = (
    "region_code % CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000"
    " WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END = 0"
)


class KindSource(StrEnum):
    """Who says what kind an organisation is."""

    derived = "derived"
    officer = "officer"


def one_of(column: str, codes: type[StrEnum]) -> str:
    """The condition that a text column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


class Organization(Base):
    """A two-new organisation, or a body of the register that is kept apart from them.

    Valid time: established_on, status_since, closed_on. Recorded time: recorded_at, and the history table.
    Money is fen. NULL in a fact means that nobody has told. `covered_by` is the branch that covers it today and
    `line_code` that branch's authority: by them a line and a branch's secretary see it. refresh_facts keeps them, and
    `has_instructor` and `kept_liaison`, whether one kept here is there today, and the counts of members kept here:
    `counted_*`, NULL when nobody was ever entered, and `roll_kept`, whether that branch says its roll is complete.
    `members_*` are the counts that hold, of what was reported and what is counted.
    Coordinates are micro-degrees on WGS-84; `datum` says what they were told in (see regions/coordinates).
    """

    __tablename__ = "organizations"
    __table_args__ = (
        UniqueConstraint("uscc"),
        CheckConstraint(one_of("kind", Kind), "kind"),
        CheckConstraint(one_of("kind_source", KindSource), "kind_source"),
        CheckConstraint(one_of("status", Status), "status"),
        CheckConstraint(one_of("coverage_mode", CoverageMode), "coverage_mode"),
        CheckConstraint(one_of("uncovered_reason", UncoveredReason), "uncovered_reason"),
        CheckConstraint("uscc ~ '^[0-9A-HJ-NP-RTUWXY][0-9]{7}[0-9A-HJ-NP-RTUWXY]{10}$'", "uscc"),
        CheckConstraint("name <> '' AND name_key <> ''", "name"),
        CheckConstraint("region_level BETWEEN 0 AND 5 AND region_code BETWEEN 0 AND 999999999999", "region"),
        CheckConstraint(WHOLE_REGION, "region_level"),
        CheckConstraint("closed_on >= established_on", "dates"),
        CheckConstraint(ALLOWED, "coordinates"),
        CheckConstraint(f"least({', '.join(COUNTS)}) >= 0", "counts"),
        # The register's one way round: pages in order of region, and (with the key included, and what the policy reads)
        # counts and conditions on facts from the index alone.
        Index(None, "region_code", "id", postgresql_include=["facts_key", "line_code", "covered_by"]),
        *(
            Index(
                f"ix_organizations_{column}",
                column,
                "region_code",
                "id",
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("covered_by", "line_code")
        ),
        # Few have members entered by name; what was reported of them is compared with these.
        Index("ix_organizations_counted", "region_code", "id", postgresql_where=text("counted_working IS NOT NULL")),
        Index(None, "name_key", postgresql_using="hash"),
        Index(None, "name_bigrams", postgresql_using="gin"),
        Index(None, "registration_number", postgresql_where=text("registration_number IS NOT NULL")),
        Index(None, "host_id", postgresql_where=text("host_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    uscc: Mapped[str | None]
    registration_number: Mapped[str | None]
    name: Mapped[str]
    name_key: Mapped[str]
    name_sort: Mapped[str]
    name_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kind: Mapped[str] = mapped_column(server_default=text("'unclassified'"))
    kind_source: Mapped[str] = mapped_column(server_default=text("'derived'"))
    registered_type: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'operating'"))
    status_since: Mapped[date | None]
    established_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    placed_by: Mapped[str | None]
    address: Mapped[str | None]
    longitude_e6: Mapped[int | None]
    latitude_e6: Mapped[int | None]
    datum: Mapped[str | None]
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("hosts.id"))
    industry: Mapped[str | None]
    fixed_premises: Mapped[bool | None]
    staff: Mapped[int | None]
    payroll_fen: Mapped[int | None] = mapped_column(BigInteger)
    revenue_fen: Mapped[int | None] = mapped_column(BigInteger)
    registered_capital_fen: Mapped[int | None] = mapped_column(BigInteger)
    business_scope: Mapped[str | None]
    above_scale_reported: Mapped[bool | None]
    formal_members_working: Mapped[int | None]
    formal_members_relation: Mapped[int | None]
    probationary_members: Mapped[int | None]
    counted_working: Mapped[int | None]
    counted_relation: Mapped[int | None]
    counted_probationary: Mapped[int | None]
    roll_kept: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    members_working: Mapped[int | None] = mapped_column(Computed(WORKING.number_sql(), persisted=True))
    members_relation: Mapped[int | None] = mapped_column(Computed(RELATION.number_sql(), persisted=True))
    members_probationary: Mapped[int | None] = mapped_column(Computed(PROBATIONARY.number_sql(), persisted=True))
    has_union: Mapped[bool | None]
    has_youth_league: Mapped[bool | None]
    has_womens_organisation: Mapped[bool | None]
    in_federation: Mapped[bool | None]
    has_liaison: Mapped[bool | None]
    kept_liaison: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    community_leads: Mapped[bool | None]
    has_instructor: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    coverage_mode: Mapped[str] = mapped_column(server_default=text("'none'"))
    covered_by: Mapped[UUID | None]
    line_code: Mapped[int | None] = mapped_column(BigInteger)
    uncovered_reason: Mapped[str | None]
    facts_key: Mapped[int] = mapped_column(BigInteger, Computed(sql_expression(), persisted=True))
    provenance: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
