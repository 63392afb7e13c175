"""The tables of payment runs: runs, their items, what is owed back, and what of it was taken by which item.

What a line is due, where rows stand, how far a run is and what it comes to are written by the database alone.
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
    Index,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.facts import MOST_FEN, Purse
from app.services.funding.payables.facts import RUN_USES, PayableState, RunState

COUNTS = ("items", "waiting_items", "paid_items", "netted_items", "failed_items", "returned_items", "dropped_items")
SUMS = ("due_fen", "netted_fen", "total_fen", "paid_fen")
USES = f"use IN ({', '.join(repr(str(use)) for use in RUN_USES)})"


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )


class PaymentRun(Base):
    """What one account pays for a closed month and one use. It stands where its account stands.

    Counts and sums are of its items without those dropped; what they come to, and from its approval on how far it is,
    the database writes whenever an item changes. `drawn_up_by`: everybody who computed it.
    """

    __tablename__ = "payment_runs"
    __table_args__ = (
        CheckConstraint("month = date_trunc('month', month)::date", name="month"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(USES, name="use"),
        CheckConstraint(one_of("state", RunState), name="state"),
        CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="approved"),
        CheckConstraint(
            "state NOT IN ('approved', 'paying', 'done') OR approved_by IS NOT NULL", name="approved_first"
        ),
        CheckConstraint("state <> 'draft' OR approved_by IS NULL", name="draft"),
        CheckConstraint("approved_by <> computed_by AND approved_by <> ALL (drawn_up_by)", name="own"),
        CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", name="discard_reason"),
        CheckConstraint("discard_reason <> ''", name="reason"),
        CheckConstraint("state <> 'discarded' OR paid_items = 0", name="discarded"),
        CheckConstraint("state <> 'done' OR waiting_items = 0", name="done"),
        CheckConstraint(f"least({', '.join((*COUNTS, *SUMS))}) >= 0", name="counts"),
        CheckConstraint("total_fen = due_fen - netted_fen AND paid_fen <= total_fen", name="sums"),
        CheckConstraint("elsewhere_items >= 0", name="elsewhere_items"),
        *_placed("payment_runs"),
        Index("ix_payment_runs_committee_id", "committee_id", "month", "id"),
        Index("ix_payment_runs_account_id", "account_id", "month"),
        Index("ix_payment_runs_month_id", "month_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"))
    purse: Mapped[str] = mapped_column(FetchedValue())
    month_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_months.id"))
    month: Mapped[date] = mapped_column(FetchedValue())
    use: Mapped[str]
    budget_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_budget_lines.id"))
    state: Mapped[str]
    computed_by: Mapped[str]
    drawn_up_by: Mapped[list[str]] = mapped_column(ARRAY(Text), FetchedValue())
    computed_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    discard_reason: Mapped[str | None]
    elsewhere_items: Mapped[int]
    items: Mapped[int] = mapped_column(server_default=text("0"))
    waiting_items: Mapped[int] = mapped_column(server_default=text("0"))
    paid_items: Mapped[int] = mapped_column(server_default=text("0"))
    netted_items: Mapped[int] = mapped_column(server_default=text("0"))
    failed_items: Mapped[int] = mapped_column(server_default=text("0"))
    returned_items: Mapped[int] = mapped_column(server_default=text("0"))
    dropped_items: Mapped[int] = mapped_column(server_default=text("0"))
    due_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    netted_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    total_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    paid_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Payable(Base):
    """One line of a closed list in a run: one worker, one amount, paid once.

    A line stands in one run at a time, and says itself what its run is for. `attempt` numbers its payments: a second
    one follows only when the bank returned the first, so that `treatment:ENTITLEMENT:ATTEMPT` is the key of one entry
    in the books, for ever.
    """

    __tablename__ = "payables"
    __table_args__ = (
        Unique("run_id", "position"),
        Index("uq_payables_entitlement_id", "entitlement_id", unique=True, postgresql_where=text("state <> 'dropped'")),
        Unique("entry_id"),
        Unique("reversal_id"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint(one_of("state", PayableState), name="state"),
        CheckConstraint(f"due_fen BETWEEN 1 AND {MOST_FEN} AND netted_fen BETWEEN 0 AND due_fen", name="due_fen"),
        CheckConstraint("amount_fen = due_fen - netted_fen", name="amount_fen"),
        CheckConstraint(
            "CASE state WHEN 'netted' THEN amount_fen = 0 WHEN 'dropped' THEN true ELSE amount_fen > 0 END",
            name="netted",
        ),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("num_nulls(entry_id, paid_on, paid_by) IN (0, 3)", name="paid"),
        CheckConstraint("state <> 'paid' OR (entry_id IS NOT NULL AND reversal_id IS NULL)", name="paid_once"),
        CheckConstraint("state NOT IN ('open', 'netted') OR entry_id IS NULL", name="unpaid"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure"),
        CheckConstraint("num_nulls(reversal_id, returned_on, return_reason) IN (0, 3)", name="returned"),
        CheckConstraint("state <> 'returned' OR reversal_id IS NOT NULL", name="returned_first"),
        CheckConstraint("reversal_id IS NULL OR entry_id IS NOT NULL", name="reversed"),
        CheckConstraint("returned_on >= paid_on", name="returned_on"),
        CheckConstraint("return_reason <> '' AND reference <> '' AND drop_reason <> ''", name="texts"),
        CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL)", name="drop_reason"),
        *_placed("payables"),
        Index("ix_payables_run_id", "run_id", "state", "position"),
        Index("ix_payables_worker_id", "worker_id", "id"),
        Index("ix_payables_entitlement_id", "entitlement_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    run_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("payment_runs.id"))
    position: Mapped[int]
    entitlement_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_entitlements.id"))
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"), FetchedValue())
    role: Mapped[str | None] = mapped_column(FetchedValue())
    due_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    netted_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(SmallInteger)
    entry_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_entries.id"))
    paid_on: Mapped[date | None]
    paid_by: Mapped[str | None]
    reference: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reversal_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_entries.id"))
    returned_on: Mapped[date | None]
    return_reason: Mapped[str | None]
    drop_reason: Mapped[str | None]
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"), FetchedValue())
    purse: Mapped[str] = mapped_column(FetchedValue())
    use: Mapped[str] = mapped_column(FetchedValue())
    month: Mapped[date] = mapped_column(FetchedValue())
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PayableDebt(Base):
    """A closed list's line that takes something back, in the books that take it back: one committee, purse and use.

    `taken_fen` is what items have been lessened by; the database counts it from their rows, and never past what is
    owed.
    """

    __tablename__ = "payable_debts"
    __table_args__ = (
        Unique("entitlement_id"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(USES, name="use"),
        CheckConstraint("month = date_trunc('month', month)::date", name="month"),
        CheckConstraint("owed_fen > 0 AND taken_fen BETWEEN 0 AND owed_fen", name="taken_fen"),
        *_placed("payable_debts"),
        Index("ix_payable_debts_worker_id", "worker_id", "month"),
        Index("ix_payable_debts_committee_id", "committee_id", "month", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    entitlement_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_entitlements.id"))
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"), FetchedValue())
    month: Mapped[date] = mapped_column(FetchedValue())
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    purse: Mapped[str]
    use: Mapped[str]
    owed_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    taken_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PayableNetting(Base):
    """What an item took of a debt. Goes with the item when that is dropped or drawn up anew; never changed."""

    __tablename__ = "payable_nettings"
    __table_args__ = (
        CheckConstraint("fen > 0", name="fen"),
        Index("ix_payable_nettings_debt_id", "debt_id"),
        Index("ix_payable_nettings_region_code", "region_code"),
    )

    payable_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("payables.id"), primary_key=True)
    debt_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("payable_debts.id"), primary_key=True)
    fen: Mapped[int] = mapped_column(BigInteger)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
