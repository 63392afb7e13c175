"""The tables of budgets: what was planned by line, what was changed in it, and what was executed by which entry.

`region_code`, `region_level` and `authority_code` are the committee's, copied by the database, and go along when the
committee moves. The database holds what the amounts rest on: a line's amount is what was approved first plus what
approved adjustments changed, and what is executed is the sum of the line's executions.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.budgets.facts import AdjustmentState, BudgetState
from app.services.funding.facts import FIRST_YEAR, MOST_FEN, Purse, Use

YEAR = f"year BETWEEN {FIRST_YEAR} AND 2200"
# Whoever drew up a part of it does not approve it.
APPROVED = "num_nonnulls(approved_by, approved_on) = CASE state WHEN 'approved' THEN 2 ELSE 0 END"
BY_ANOTHER = "approved_by <> drafted_by AND approved_by <> ALL (drawn_up_by)"
DISCARDED = "(state = 'discarded') = (discard_reason IS NOT NULL) AND discard_reason <> ''"


def _stands(table: str, *, listed: bool = True) -> tuple[CheckConstraint | Index, ...]:
    """`listed`: there is a list of them; the others are read by their line or adjustment alone."""
    places = (
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        *(places if listed else ()),
    )


class Budget(Base):
    """What a committee plans to spend of a purse in a year. `edition` is 0 before the approval, then counts on.

    `drawn_up_by` is everybody who wrote in the draft; the database adds whoever changes it. `departures` are what was
    let pass at the approval, with the reasons.
    """

    __tablename__ = "funding_budgets"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("state", BudgetState), name="state"),
        CheckConstraint("(state = 'approved') = (edition > 0) AND edition >= 0", name="edition"),
        CheckConstraint("title <> '' AND document <> ''", name="texts"),
        CheckConstraint(APPROVED, name="approved"),
        CheckConstraint(BY_ANOTHER, name="approved_by_another"),
        CheckConstraint(DISCARDED, name="discarded"),
        Unique("id", "committee_id", "purse", "year"),
        Index(
            "uq_funding_budgets_committee_id",
            "committee_id",
            "year",
            "purse",
            unique=True,
            postgresql_where=text("state <> 'discarded'"),
        ),
        *_stands("funding_budgets"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    purse: Mapped[str]
    state: Mapped[str]
    edition: Mapped[int]
    title: Mapped[str]
    document: Mapped[str | None]
    drafted_by: Mapped[str]
    drawn_up_by: Mapped[list[str]] = mapped_column(ARRAY(Text), FetchedValue(), FetchedValue(for_update=True))
    approved_by: Mapped[str | None]
    approved_on: Mapped[date | None]
    discard_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BudgetLine(Base):
    """An amount for one use; without a use it is the reserve, which nothing is spent from.

    `original_fen` is what was approved first (0 for a line that an adjustment brought), `amount_fen` what stands now.
    """

    __tablename__ = "funding_budget_lines"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("use", Use), name="use"),
        CheckConstraint("title <> '' AND basis <> ''", name="texts"),
        CheckConstraint(f"original_fen BETWEEN 0 AND {MOST_FEN}", name="original_fen"),
        CheckConstraint(f"amount_fen BETWEEN 0 AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint("executed_fen BETWEEN 0 AND amount_fen", name="executed_fen"),
        CheckConstraint("use IS NOT NULL OR executed_fen = 0", name="reserve"),
        ForeignKeyConstraint(
            ["budget_id", "committee_id", "purse", "year"],
            ["funding_budgets.id", "funding_budgets.committee_id", "funding_budgets.purse", "funding_budgets.year"],
            name="fk_funding_budget_lines_budget_id",
        ),
        Unique("budget_id", "use", "title", postgresql_nulls_not_distinct=True),
        Unique("id", "budget_id", name="uq_funding_budget_lines_of_budget"),
        Unique("id", "committee_id", "purse", "year", name="uq_funding_budget_lines_of_purse"),
        Index("ix_funding_budget_lines_committee_id", "committee_id", "year"),
        *_stands("funding_budget_lines"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    budget_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    purse: Mapped[str] = mapped_column(Text, FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    position: Mapped[int] = mapped_column(SmallInteger)
    use: Mapped[str | None]
    title: Mapped[str]
    basis: Mapped[str | None]
    original_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    executed_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BudgetAdjustment(Base):
    """What is to be changed in an approved budget, line by line. Approved, it is the budget's next edition."""

    __tablename__ = "funding_budget_adjustments"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("state", AdjustmentState), name="state"),
        CheckConstraint("(state = 'approved') = (edition IS NOT NULL) AND edition > 1", name="edition"),
        CheckConstraint("reason <> '' AND document <> ''", name="texts"),
        CheckConstraint(APPROVED, name="approved"),
        CheckConstraint(BY_ANOTHER, name="approved_by_another"),
        CheckConstraint(DISCARDED, name="discarded"),
        ForeignKeyConstraint(
            ["budget_id", "committee_id", "purse", "year"],
            ["funding_budgets.id", "funding_budgets.committee_id", "funding_budgets.purse", "funding_budgets.year"],
            name="fk_funding_budget_adjustments_budget_id",
        ),
        Unique("budget_id", "edition"),
        Unique("id", "budget_id", name="uq_funding_budget_adjustments_of_budget"),
        Index("ix_funding_budget_adjustments_budget_id", "budget_id", "id"),
        Index("ix_funding_budget_adjustments_committee_id", "committee_id", "year"),
        *_stands("funding_budget_adjustments"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    budget_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    purse: Mapped[str] = mapped_column(Text, FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    state: Mapped[str]
    edition: Mapped[int | None]
    reason: Mapped[str]
    document: Mapped[str | None]
    drafted_by: Mapped[str]
    drawn_up_by: Mapped[list[str]] = mapped_column(ARRAY(Text), FetchedValue(), FetchedValue(for_update=True))
    approved_by: Mapped[str | None]
    approved_on: Mapped[date | None]
    discard_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BudgetAdjustmentLine(Base):
    """By how much one line is changed. `title` and `use` tell of a line that is to come; it is linked when it has."""

    __tablename__ = "funding_budget_adjustment_lines"
    __table_args__ = (
        CheckConstraint(f"delta_fen <> 0 AND delta_fen BETWEEN -{MOST_FEN} AND {MOST_FEN}", name="delta_fen"),
        CheckConstraint(one_of("use", Use), name="use"),
        CheckConstraint("title <> '' AND basis <> ''", name="texts"),
        CheckConstraint("budget_line_id IS NOT NULL OR (title IS NOT NULL AND delta_fen > 0)", name="line"),
        ForeignKeyConstraint(
            ["adjustment_id", "budget_id"],
            ["funding_budget_adjustments.id", "funding_budget_adjustments.budget_id"],
            name="fk_funding_budget_adjustment_lines_adjustment_id",
        ),
        ForeignKeyConstraint(
            ["budget_line_id", "budget_id"],
            ["funding_budget_lines.id", "funding_budget_lines.budget_id"],
            name="fk_funding_budget_adjustment_lines_budget_line_id",
        ),
        Unique("adjustment_id", "budget_line_id"),
        Index("ix_funding_budget_adjustment_lines_budget_line_id", "budget_line_id"),
        Index("ix_funding_budget_adjustment_lines_committee_id", "committee_id"),
        *_stands("funding_budget_adjustment_lines", listed=False),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    adjustment_id: Mapped[UUID]
    budget_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    position: Mapped[int] = mapped_column(SmallInteger)
    budget_line_id: Mapped[UUID | None]
    use: Mapped[str | None]
    title: Mapped[str | None]
    basis: Mapped[str | None]
    delta_fen: Mapped[int] = mapped_column(BigInteger)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BudgetExecution(Base):
    """What one entry of the books took of a line (+), or gave back to it (-). Appended, never changed."""

    __tablename__ = "funding_budget_executions"
    __table_args__ = (
        CheckConstraint(f"amount_fen <> 0 AND amount_fen BETWEEN -{MOST_FEN} AND {MOST_FEN}", name="amount_fen"),
        ForeignKeyConstraint(
            ["budget_line_id", "committee_id", "purse", "year"],
            [
                "funding_budget_lines.id",
                "funding_budget_lines.committee_id",
                "funding_budget_lines.purse",
                "funding_budget_lines.year",
            ],
            name="fk_funding_budget_executions_budget_line_id",
        ),
        ForeignKeyConstraint(
            ["entry_id", "committee_id", "purse"],
            ["funding_entries.id", "funding_entries.committee_id", "funding_entries.purse"],
            name="fk_funding_budget_executions_entry_id",
        ),
        Unique("entry_id", "budget_line_id"),
        Index("ix_funding_budget_executions_budget_line_id", "budget_line_id", "booked_on", "id"),
        Index("ix_funding_budget_executions_committee_id", "committee_id", "year"),
        *_stands("funding_budget_executions", listed=False),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    budget_line_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    purse: Mapped[str] = mapped_column(Text, FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    booked_on: Mapped[date] = mapped_column(Date, FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    taken_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    recorded_at: Mapped[datetime]
