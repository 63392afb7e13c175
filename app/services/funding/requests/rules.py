"""How requests, decisions, payments and their accounts are judged. All of it is pure."""

from collections.abc import Callable
from typing import Final

from app.core.findings import Cited, Finding
from app.services.funding.requests.facts import (
    DecidingFacts,
    EvidenceKind,
    PayingFacts,
    ReceiptFacts,
    SubmittingFacts,
    Tier,
)
from app.services.funding.requests.policy import PROVEN, SEPARATION, SpendingPolicy

Submitting = Callable[[SubmittingFacts, SpendingPolicy], Finding | None]
Deciding = Callable[[DecidingFacts, SpendingPolicy], Finding | None]
Paying = Callable[[PayingFacts, SpendingPolicy], Finding | None]
Accounting = Callable[[ReceiptFacts, SpendingPolicy], Finding | None]


def plan_there(facts: SubmittingFacts, _: SpendingPolicy) -> Finding | None:
    """Courses and activities are planned before they are paid for."""
    return PROVEN.hard("spending_lacks_plan", False) if EvidenceKind.plan in facts.missing else None


def receipts_first(facts: SubmittingFacts, policy: SpendingPolicy) -> Finding | None:
    """Nothing new while what was paid before is not accounted for (前账不清，后账不借)."""
    late = policy.receipts_first.value and facts.overdue > 0
    return (
        Cited(0, policy.receipts_first.document).departure("spending_receipts_overdue", facts.overdue) if late else None
    )


def money_there(facts: SubmittingFacts, policy: SpendingPolicy) -> Finding | None:
    """Less is there than is asked for; what others may still be paid is not there. Paying is what refuses it."""
    short = facts.available_fen < facts.amount_fen
    document = policy.receipts_first.document
    return Cited(facts.amount_fen, document).advice("spending_short", facts.available_fen) if short else None


def in_one_piece(facts: SubmittingFacts, policy: SpendingPolicy) -> Finding | None:
    """With what was asked for lately for the same use it would need other approvals (化整为零)."""
    together = facts.amount_fen + facts.lately_fen
    if not facts.lately_fen or policy.tier(together) is policy.tier(facts.amount_fen):
        return None
    passed = policy.large_from_fen if policy.tier(together) is Tier.large else policy.small_up_to_fen
    return passed.advice("spending_split", together)


def decided_by_another(facts: DecidingFacts, _: SpendingPolicy) -> Finding | None:
    """Nobody decides on what he asked for."""
    return SEPARATION.hard("spending_own_request", True) if facts.own else None


def by_several(facts: DecidingFacts, _: SpendingPolicy) -> Finding | None:
    """Two approvals are of two people."""
    return SEPARATION.hard("spending_approved_before", True) if facts.again else None


def paid_by_another(facts: PayingFacts, _: SpendingPolicy) -> Finding | None:
    """Nobody pays what he asked for."""
    return SEPARATION.hard("spending_own_payment", True) if facts.own else None


def papers_there(facts: ReceiptFacts, _: SpendingPolicy) -> Finding | None:
    """What was spent is told with the papers that its use needs; nothing spent needs none."""
    lacking = bool(facts.missing) and facts.spent_fen > 0
    return PROVEN.hard("spending_lacks_papers", len(facts.missing)) if lacking else None


def amount_proven(facts: ReceiptFacts, _: SpendingPolicy) -> Finding | None:
    """No more was spent than the papers come to."""
    short = facts.spent_fen > facts.proven_fen
    return Cited(facts.proven_fen, PROVEN.document).hard("spending_unproven", facts.spent_fen) if short else None


def accepted_by_another(facts: ReceiptFacts, _: SpendingPolicy) -> Finding | None:
    """Nobody accepts the account of what he asked for, or handed in."""
    return SEPARATION.hard("spending_own_receipt", True) if facts.own else None


SUBMITTING: Final[tuple[Submitting, ...]] = (plan_there, receipts_first, money_there, in_one_piece)
"""What is looked at when a request is handed in, and told while it waits."""

DECIDING: Final[tuple[Deciding, ...]] = (decided_by_another, by_several)
"""What is looked at when somebody decides."""

PAYING: Final[tuple[Paying, ...]] = (paid_by_another,)
"""What is looked at when somebody pays."""

HANDING_IN: Final[tuple[Accounting, ...]] = (papers_there, amount_proven)
"""What is looked at when a payment is accounted for."""

ACCEPTING: Final[tuple[Accounting, ...]] = (accepted_by_another, papers_there, amount_proven)
"""What is looked at when the account is accepted."""
