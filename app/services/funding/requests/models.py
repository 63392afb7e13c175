"""The tables of requests, of what was decided and paid, and of the papers.

Where a row stands and whose it is are its account's, copied by the database. Of an organisation's account the branch is
the one that covered the organisation when the request was drawn up.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.facts import MOST_FEN, HolderKind, Purse, Use
from app.services.funding.requests.facts import (
    PROVING,
    Decision,
    EvidenceKind,
    PaymentState,
    ReceiptState,
    RequestState,
    Tier,
)


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
        Index(f"ix_{table}_branch_id", "branch_id", "id", postgresql_where=text("branch_id IS NOT NULL")),
    )


class SpendingRequest(Base):
    """Somebody asks for money of one account for one use.

    `round` counts how often it was handed in; `tier`, `steps_needed` and `policy_version` are those of the last time,
    `steps_taken` the approvals of this round. `paid_fen` is what its standing payments come to, `returned_fen` what of
    that came back; that both are so is asked when a transaction commits. `departures` are findings that were let pass,
    each with the reason.
    """

    __tablename__ = "spending_requests"
    __table_args__ = (
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("holder_kind", HolderKind), name="holder_kind"),
        CheckConstraint("holder_kind <> 'organization' OR purse = 'enterprise_levy'", name="levy"),
        CheckConstraint(one_of("use", Use), name="use"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name="paid_fen"),
        CheckConstraint("returned_fen BETWEEN 0 AND paid_fen", name="returned_fen"),
        CheckConstraint("title <> '' AND reason <> ''", name="title"),
        CheckConstraint(one_of("state", RequestState), name="state"),
        CheckConstraint(one_of("tier", Tier), name="tier"),
        CheckConstraint("(round = 0) = (tier IS NULL)", name="round"),
        CheckConstraint(
            "num_nulls(tier, steps_needed, policy_version, submitted_on) IN (0, 4) AND steps_needed BETWEEN 1 AND 2",
            name="submitted",
        ),
        CheckConstraint("steps_taken BETWEEN 0 AND coalesce(steps_needed, 0)", name="steps_taken"),
        CheckConstraint(
            "state NOT IN ('approved', 'paid', 'settled', 'closed')"
            " OR (steps_taken = steps_needed AND approved_on IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("state NOT IN ('draft', 'submitted', 'rejected') OR paid_fen = 0", name="unpaid"),
        CheckConstraint("state <> 'settled' OR paid_fen = amount_fen", name="settled"),
        CheckConstraint(
            "(state IN ('rejected', 'withdrawn', 'settled', 'closed')) = (ended_on IS NOT NULL)", name="ended_on"
        ),
        *_placed("spending_requests"),
        Index("ix_spending_requests_account_id", "account_id", "use", "submitted_on"),
        Index("ix_spending_requests_committee_id", "committee_id", "year", "id"),
        Index("ix_spending_requests_created_at", "created_at", "id"),
        *(
            Index(f"ix_spending_requests_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("organization_id", "authority_id", "budget_line_id")
        ),
        Index(
            "ix_spending_requests_submitted",
            "region_code",
            "submitted_on",
            "id",
            postgresql_where=text("state = 'submitted'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    purse: Mapped[str] = mapped_column(FetchedValue())
    holder_kind: Mapped[str] = mapped_column(FetchedValue())
    authority_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"), FetchedValue())
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("organizations.id"), FetchedValue())
    use: Mapped[str]
    budget_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_budget_lines.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    reason: Mapped[str]
    payee: Mapped[str | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    returned_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    round: Mapped[int] = mapped_column(SmallInteger)
    tier: Mapped[str | None]
    steps_needed: Mapped[int | None] = mapped_column(SmallInteger)
    steps_taken: Mapped[int] = mapped_column(SmallInteger)
    policy_version: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    requested_by: Mapped[str]
    submitted_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class SpendingApproval(Base):
    """What one approver decided: appended, never changed. `step` is the approval's number in its round; nobody decides
    on his own request, nor approves twice in a round.
    """

    __tablename__ = "spending_approvals"
    __table_args__ = (
        Unique("request_id", "request_version"),
        CheckConstraint(one_of("decision", Decision), name="decision"),
        CheckConstraint("round > 0 AND step BETWEEN 1 AND 2", name="step"),
        CheckConstraint('"by" <> requested_by', name="own"),
        CheckConstraint("note <> '' AND (decision = 'approve' OR note IS NOT NULL)", name="note"),
        Index(
            "uq_spending_approvals_step",
            "request_id",
            "round",
            "step",
            unique=True,
            postgresql_where=text("decision = 'approve'"),
        ),
        Index(
            "uq_spending_approvals_by",
            "request_id",
            "round",
            "by",
            unique=True,
            postgresql_where=text("decision = 'approve'"),
        ),
        *_placed("spending_approvals"),
        Index("ix_spending_approvals_committee_id", "committee_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("spending_requests.id"))
    request_version: Mapped[int]
    round: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[int] = mapped_column(SmallInteger)
    decision: Mapped[str]
    permission: Mapped[str]
    by: Mapped[str]
    requested_by: Mapped[str] = mapped_column(FetchedValue())
    at: Mapped[datetime]
    note: Mapped[str | None]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class SpendingPayment(Base):
    """One payment of an approved request, with the entry that books what of it stands. What it is for is the request's,
    copied by the database: it stays as it was approved.

    `business_key` names the deed for ever: another one under the same key is refused. When part comes back the first
    entry is reversed and what was spent is booked anew, so that `entry_id` is always the one that stands; of a
    cancelled payment, or of one that came back whole, the one that was reversed.
    """

    __tablename__ = "spending_payments"
    __table_args__ = (
        Unique("committee_id", "business_key"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("use", Use), name="use"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint("returned_fen BETWEEN 0 AND amount_fen", name="returned_fen"),
        CheckConstraint("payee <> '' AND business_key <> ''", name="payee"),
        CheckConstraint(one_of("state", PaymentState), name="state"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancel_reason"),
        CheckConstraint("state = 'paid' OR receipt_state = 'none'", name="cancelled"),
        CheckConstraint(one_of("receipt_state", ReceiptState), name="receipt_state"),
        CheckConstraint(
            "(receipt_state = 'none') = (receipt_by IS NULL) AND num_nulls(receipt_by, receipt_on, receipt_fen)"
            " IN (0, 3)",
            name="receipt",
        ),
        CheckConstraint("receipt_fen BETWEEN 0 AND amount_fen", name="receipt_fen"),
        CheckConstraint(
            "(receipt_state = 'accepted') = (accepted_by IS NOT NULL)"
            " AND num_nulls(accepted_by, accepted_on) IN (0, 2)",
            name="accepted",
        ),
        CheckConstraint("accepted_by <> receipt_by AND accepted_by <> requested_by", name="own"),
        CheckConstraint("receipt_state <> 'accepted' OR returned_fen >= amount_fen - receipt_fen", name="unspent"),
        CheckConstraint("returned_fen = 0 OR receipt_state = 'accepted'", name="returned"),
        CheckConstraint("receipt_due_on >= paid_on", name="receipt_due_on"),
        *_placed("spending_payments"),
        Index("ix_spending_payments_request_id", "request_id", "id"),
        Index("ix_spending_payments_entry_id", "entry_id"),
        Index("ix_spending_payments_account_id", "account_id", "receipt_due_on"),
        Index("ix_spending_payments_paid_on", "paid_on", "id"),
        Index(
            "ix_spending_payments_due",
            "region_code",
            "receipt_due_on",
            "id",
            postgresql_where=text("receipt_state <> 'accepted' AND state = 'paid'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("spending_requests.id"))
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"), FetchedValue())
    purse: Mapped[str] = mapped_column(FetchedValue())
    use: Mapped[str] = mapped_column(FetchedValue())
    title: Mapped[str] = mapped_column(FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    returned_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[date]
    payee: Mapped[str]
    reference: Mapped[str | None]
    business_key: Mapped[str]
    entry_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_entries.id"))
    state: Mapped[str]
    cancel_reason: Mapped[str | None]
    paid_by: Mapped[str]
    requested_by: Mapped[str] = mapped_column(FetchedValue())
    receipt_state: Mapped[str]
    receipt_due_on: Mapped[date]
    receipt_by: Mapped[str | None]
    receipt_on: Mapped[date | None]
    receipt_fen: Mapped[int | None] = mapped_column(BigInteger)
    receipt_note: Mapped[str | None]
    accepted_by: Mapped[str | None]
    accepted_on: Mapped[date | None]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class SpendingEvidence(Base):
    """One paper: of the request, or of one of its payments. Its files are the engine's; an invoice is used once in a
    committee's books.
    """

    __tablename__ = "spending_evidence"
    __table_args__ = (
        CheckConstraint(one_of("kind", EvidenceKind), name="kind"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint(
            f"kind NOT IN ({', '.join(repr(str(kind)) for kind in PROVING)}) OR amount_fen IS NOT NULL", name="proving"
        ),
        CheckConstraint("kind <> 'invoice' OR number IS NOT NULL", name="invoice"),
        Index(
            "uq_spending_evidence_number",
            "committee_id",
            "number",
            unique=True,
            postgresql_where=text("kind = 'invoice'"),
        ),
        *_placed("spending_evidence"),
        Index("ix_spending_evidence_request_id", "request_id", "id"),
        Index("ix_spending_evidence_payment_id", "payment_id", postgresql_where=text("payment_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("spending_requests.id"))
    payment_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("spending_payments.id"))
    kind: Mapped[str]
    title: Mapped[str]
    number: Mapped[str | None]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    dated_on: Mapped[date | None]
    brought_by: Mapped[str]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
