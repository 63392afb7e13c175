"""The tables of levies: payrolls by year, filed ratios, levies, set-asides, and what was adjusted after a settlement.

Where a row stands is where the firm stands, copied by the database: `branch_id` is the branch that covers the firm,
`authority_code` that branch's line. The database itself takes from the books what was set aside and spent when a levy
is settled, and writes an adjustment whenever a payroll, a set-aside or a spending of a settled year changes.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Text, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.facts import MOST_FEN
from app.services.funding.levies.facts import AdjustmentCause, LevyState, PayrollSource, RatioState, SetAsideState

YEAR = "year BETWEEN 2012 AND 2200"


def _stands(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(
            f"ix_{table}_authority_code",
            "authority_code",
            "region_code",
            "id",
            postgresql_where=text("authority_code IS NOT NULL"),
        ),
        Index(f"ix_{table}_branch_id", "branch_id", "id", postgresql_where=text("branch_id IS NOT NULL")),
    )


class OrganizationPayroll(Base):
    """A firm's wages of a year, with the average staff. NULL: nobody has said.

    `payroll_fen` and `staff` are what counts, said by `source` at `said_at`; `reported_*` is what partners said last:
    it differs where an officer has entered another figure by a `document`.
    """

    __tablename__ = "organization_payrolls"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(
            f"payroll_fen BETWEEN 0 AND {MOST_FEN} AND reported_fen BETWEEN 0 AND {MOST_FEN}", name="payroll_fen"
        ),
        CheckConstraint("staff >= 0 AND reported_staff >= 0", name="staff"),
        CheckConstraint(one_of("source", PayrollSource), name="source"),
        CheckConstraint("(source = 'officer') = (document IS NOT NULL) AND document <> ''", name="document"),
        Unique("organization_id", "year", name="uq_organization_payrolls_organization_id"),
        *_stands("organization_payrolls"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organizations.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    payroll_fen: Mapped[int | None] = mapped_column(BigInteger)
    staff: Mapped[int | None]
    source: Mapped[str]
    said_at: Mapped[datetime]
    reported_fen: Mapped[int | None] = mapped_column(BigInteger)
    reported_staff: Mapped[int | None]
    reported_at: Mapped[datetime | None]
    document: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class LevyRatio(Base):
    """A ratio that a firm filed for a year, in ten-thousandths of its payroll. It is withdrawn, never changed."""

    __tablename__ = "funding_levy_ratios"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint("permyriad BETWEEN 1 AND 10000", name="permyriad"),
        CheckConstraint("document <> '' AND reason <> ''", name="texts"),
        CheckConstraint(one_of("state", RatioState), name="state"),
        CheckConstraint("(state = 'withdrawn') = (reason IS NOT NULL)", name="reason"),
        Index(
            "uq_funding_levy_ratios_organization_id",
            "organization_id",
            "year",
            unique=True,
            postgresql_where=text("state = 'filed'"),
        ),
        *_stands("funding_levy_ratios"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organizations.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    permyriad: Mapped[int] = mapped_column(SmallInteger)
    document: Mapped[str]
    filed_on: Mapped[date]
    filed_by: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Levy(Base):
    """A firm's levy of a year: what is planned, what may be deducted at most, and, settled, what was.

    `policy` are the numbers it was computed by with what they cite; `drawn_by` all who computed it: none of them
    settles it. The four last amounts are NULL until then. `adjustments` counts what came after.
    """

    __tablename__ = "funding_levies"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("state", LevyState), name="state"),
        CheckConstraint("kind <> 'state_owned'", name="kind"),
        CheckConstraint("organization_name <> '' AND document <> '' AND discard_reason <> ''", name="texts"),
        CheckConstraint(f"payroll_fen BETWEEN 0 AND {MOST_FEN} AND staff >= 0 AND members >= 0", name="numbers"),
        CheckConstraint(
            "limit_permyriad BETWEEN 0 AND 10000 AND ratio_permyriad BETWEEN 1 AND 10000", name="permyriad"
        ),
        CheckConstraint(
            "CASE ratio_source WHEN 'filed' THEN num_nonnulls(ratio_permyriad, ratio_id) = 2 AND band IS NULL"
            " WHEN 'band' THEN num_nonnulls(ratio_permyriad, band) = 2 AND ratio_id IS NULL"
            " WHEN 'default' THEN ratio_permyriad IS NOT NULL AND num_nonnulls(ratio_id, band) = 0"
            " WHEN 'none' THEN num_nonnulls(ratio_permyriad, ratio_id, band) = 0 ELSE false END",
            name="ratio",
        ),
        CheckConstraint("limit_fen IS NOT DISTINCT FROM payroll_fen * limit_permyriad / 10000", name="limit_fen"),
        CheckConstraint("planned_fen IS NOT DISTINCT FROM payroll_fen * ratio_permyriad / 10000", name="planned_fen"),
        CheckConstraint(
            "num_nonnulls(settled_by, settled_on, set_aside_fen, spent_fen, deductible_fen, above_fen)"
            " = CASE state WHEN 'settled' THEN 6 ELSE 0 END",
            name="settled",
        ),
        CheckConstraint("state <> 'settled' OR payroll_fen IS NOT NULL", name="payroll_known"),
        CheckConstraint("settled_on >= make_date(year + 1, 1, 1)", name="year_over"),
        CheckConstraint(
            "set_aside_fen >= 0 AND spent_fen >= 0 AND deductible_fen = least(spent_fen, limit_fen)"
            " AND above_fen = spent_fen - deductible_fen",
            name="deductible_fen",
        ),
        CheckConstraint("adjustments >= 0 AND (adjustments = 0 OR state = 'settled')", name="adjustments"),
        CheckConstraint("computed_by = ANY (drawn_by)", name="drawn_by"),
        CheckConstraint("NOT settled_by = ANY (drawn_by)", name="settled_by_another"),
        CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", name="discarded"),
        Index(
            "uq_funding_levies_organization_id",
            "organization_id",
            "year",
            unique=True,
            postgresql_where=text("state <> 'discarded'"),
        ),
        Index("ix_funding_levies_committee_id", "committee_id", "year", "id"),
        *_stands("funding_levies"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    organization_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organizations.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    organization_name: Mapped[str]
    uscc: Mapped[str | None]
    kind: Mapped[str]
    staff: Mapped[int | None]
    members: Mapped[int | None]
    payroll_fen: Mapped[int | None] = mapped_column(BigInteger)
    payroll_source: Mapped[str | None]
    payroll_said_at: Mapped[datetime | None]
    ratio_permyriad: Mapped[int | None] = mapped_column(SmallInteger)
    ratio_source: Mapped[str]
    ratio_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_levy_ratios.id"))
    band: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    limit_permyriad: Mapped[int] = mapped_column(SmallInteger)
    limit_fen: Mapped[int | None] = mapped_column(BigInteger)
    planned_fen: Mapped[int | None] = mapped_column(BigInteger)
    set_aside_fen: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(for_update=True))
    spent_fen: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(for_update=True))
    deductible_fen: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(for_update=True))
    above_fen: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(for_update=True))
    adjustments: Mapped[int] = mapped_column(SmallInteger)
    policy_version: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    drawn_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    settled_by: Mapped[str | None]
    settled_on: Mapped[date | None]
    document: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    discard_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class LevySetAside(Base):
    """Money that a firm put aside for a year's levy, as its entry in the books says. The database says when it is taken
    back.
    """

    __tablename__ = "funding_levy_set_asides"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint("business_key <> '' AND text <> '' AND reference <> ''", name="texts"),
        CheckConstraint(one_of("state", SetAsideState), name="state"),
        CheckConstraint(
            "num_nonnulls(reversal_id, reversed_on) = CASE state WHEN 'reversed' THEN 2 ELSE 0 END", name="reversed"
        ),
        CheckConstraint("booked_on >= make_date(year, 1, 1)", name="booked_on"),
        Unique("committee_id", "business_key", name="uq_funding_levy_set_asides_business_key"),
        Unique("entry_id", name="uq_funding_levy_set_asides_entry_id"),
        Index("ix_funding_levy_set_asides_levy_id", "levy_id", "id"),
        Index("ix_funding_levy_set_asides_committee_id", "committee_id", "year", "id"),
        *_stands("funding_levy_set_asides"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    levy_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_levies.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    organization_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organizations.id"), FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    booked_on: Mapped[date]
    business_key: Mapped[str]
    text: Mapped[str]
    reference: Mapped[str | None]
    entry_id: Mapped[UUID]
    posted_by: Mapped[str]
    state: Mapped[str]
    reversal_id: Mapped[UUID | None]
    reversed_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class LevyAdjustment(Base):
    """What a settled levy would have said, had it been known: what stood before and after. Written by the database."""

    __tablename__ = "funding_levy_adjustments"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("cause", AdjustmentCause), name="cause"),
        CheckConstraint("(cause = 'payroll') = (entry_id IS NULL)", name="entry_id"),
        CheckConstraint("turn > 0", name="turn"),
        Unique("levy_id", "turn", name="uq_funding_levy_adjustments_turn"),
        *_stands("funding_levy_adjustments"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    levy_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_levies.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    organization_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organizations.id"), FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    turn: Mapped[int] = mapped_column(SmallInteger)
    cause: Mapped[str]
    entry_id: Mapped[UUID | None]
    why: Mapped[str]
    payroll_before_fen: Mapped[int] = mapped_column(BigInteger)
    payroll_after_fen: Mapped[int] = mapped_column(BigInteger)
    limit_before_fen: Mapped[int] = mapped_column(BigInteger)
    limit_after_fen: Mapped[int] = mapped_column(BigInteger)
    set_aside_before_fen: Mapped[int] = mapped_column(BigInteger)
    set_aside_after_fen: Mapped[int] = mapped_column(BigInteger)
    spent_before_fen: Mapped[int] = mapped_column(BigInteger)
    spent_after_fen: Mapped[int] = mapped_column(BigInteger)
    deductible_before_fen: Mapped[int] = mapped_column(BigInteger)
    deductible_after_fen: Mapped[int] = mapped_column(BigInteger)
    above_before_fen: Mapped[int] = mapped_column(BigInteger)
    above_after_fen: Mapped[int] = mapped_column(BigInteger)
    recorded_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
