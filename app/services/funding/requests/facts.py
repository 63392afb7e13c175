"""Frozen values of requests: states, verbs, the one table of what follows what, and which papers each use needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from app.services.access.permissions import Permission
from app.services.funding.facts import Use

EVIDENCE: Final = "spending_evidence"
"""What files and the audit call the papers of a request or of a payment."""


class RequestState(StrEnum):
    """How far a request is."""

    draft = "draft"
    submitted = "submitted"
    approved = "approved"
    rejected = "rejected"
    withdrawn = "withdrawn"
    paid = "paid"  # something has been paid; more may follow, up to the amount
    settled = "settled"  # all of it was paid and accounted for
    closed = "closed"  # ended with a rest that nobody will pay; what was paid is accounted for


class RequestVerb(StrEnum):
    """What is done with a request; the last five are done to one of its payments."""

    change = "change"
    submit = "submit"
    withdraw = "withdraw"
    approve = "approve"
    reject = "reject"
    send_back = "send_back"
    close = "close"
    pay = "pay"
    cancel = "cancel"  # a payment is taken back whole: wrong payee, returned by the bank
    accept = "accept"  # a receipt is accepted, and what was not spent comes back
    give_back = "give_back"  # later, more comes back


class Who(StrEnum):
    """Whose step it is."""

    requester = "requester"
    approver = "approver"
    payer = "payer"


class Step(NamedTuple):
    """From one state by a verb to another, and whose step that is."""

    come_from: RequestState
    verb: RequestVerb
    to: RequestState
    who: Who


S, V, W = RequestState, RequestVerb, Who
STEPS: Final[tuple[Step, ...]] = (
    Step(S.draft, V.change, S.draft, W.requester),
    Step(S.draft, V.submit, S.submitted, W.requester),
    Step(S.draft, V.withdraw, S.withdrawn, W.requester),
    Step(S.submitted, V.withdraw, S.withdrawn, W.requester),
    Step(S.approved, V.withdraw, S.withdrawn, W.requester),
    Step(S.submitted, V.approve, S.submitted, W.approver),
    Step(S.submitted, V.approve, S.approved, W.approver),
    Step(S.submitted, V.reject, S.rejected, W.approver),
    Step(S.submitted, V.send_back, S.draft, W.approver),
    Step(S.approved, V.pay, S.paid, W.payer),
    Step(S.paid, V.pay, S.paid, W.payer),
    Step(S.paid, V.cancel, S.paid, W.payer),
    Step(S.paid, V.cancel, S.approved, W.payer),
    Step(S.paid, V.accept, S.paid, W.payer),
    Step(S.paid, V.accept, S.settled, W.payer),
    Step(S.paid, V.give_back, S.paid, W.payer),
    Step(S.settled, V.give_back, S.settled, W.payer),
    Step(S.closed, V.give_back, S.closed, W.payer),
    Step(S.approved, V.close, S.closed, W.payer),
    Step(S.paid, V.close, S.closed, W.payer),
)
"""All that may follow; the database holds the same table (function spending_request_steps) and refuses the rest."""

PAYABLE: Final = (S.approved, S.paid)
UNDER_WAY: Final = (S.draft, S.submitted, S.approved, S.paid)
"""Neither ended nor accounted for."""


def possible(state: RequestState, verb: RequestVerb) -> bool:
    """Whether a verb leads anywhere from a state."""
    return any(each.come_from is state and each.verb is verb for each in STEPS)


class Decision(StrEnum):
    """What an approver says."""

    approve = "approve"
    reject = "reject"
    send_back = "send_back"


class PaymentState(StrEnum):
    """Whether a payment stands."""

    paid = "paid"
    cancelled = "cancelled"


class ReceiptState(StrEnum):
    """How far a payment is accounted for. That it is overdue is no state: a day says so."""

    none = "none"
    handed_in = "handed_in"
    accepted = "accepted"


class ReceiptVerb(StrEnum):
    """What is done with the account of a payment."""

    hand_in = "hand_in"
    accept = "accept"
    return_receipt = "return_receipt"


class ReceiptStep(NamedTuple):
    """From one state by a verb to another."""

    come_from: ReceiptState
    verb: ReceiptVerb
    to: ReceiptState


R = ReceiptState
RECEIPT_STEPS: Final[tuple[ReceiptStep, ...]] = (
    ReceiptStep(R.none, ReceiptVerb.hand_in, R.handed_in),
    ReceiptStep(R.handed_in, ReceiptVerb.accept, R.accepted),
    ReceiptStep(R.handed_in, ReceiptVerb.return_receipt, R.none),
)
"""As above (function spending_receipt_steps)."""


def leads_to(state: ReceiptState, verb: ReceiptVerb) -> ReceiptState | None:
    """Where a verb leads the account of a payment; None where it leads nowhere."""
    return next((each.to for each in RECEIPT_STEPS if each.come_from is state and each.verb is verb), None)


class Tier(StrEnum):
    """How much it is, by the policy of the day on which it was submitted."""

    small = "small"
    middle = "middle"
    large = "large"


LADDER: Final[Mapping[Tier, tuple[Permission, ...]]] = MappingProxyType(
    {
        Tier.small: (Permission.spending_requests_approve,),
        Tier.middle: (Permission.spending_requests_approve, Permission.spending_requests_approve),
        Tier.large: (Permission.spending_requests_approve, Permission.spending_requests_approve_large),
    }
)
"""Which approvals a request needs, one after another, each by another person, and under which permission."""


class EvidenceKind(StrEnum):
    """What a paper is."""

    plan = "plan"  # 活动方案、培训计划
    invoice = "invoice"  # 发票
    pay_sheet = "pay_sheet"  # 工资发放表
    subsidy_list = "subsidy_list"  # 补贴发放表
    other = "other"


PROVING: Final = (EvidenceKind.invoice, EvidenceKind.pay_sheet, EvidenceKind.subsidy_list)
"""Papers that prove an amount, which they must name."""


class Papers(NamedTuple):
    """Which kinds of papers a use needs: before it is asked for, and when it is accounted for."""

    before: tuple[EvidenceKind, ...]
    after: tuple[EvidenceKind, ...]


E = EvidenceKind
PAPERS: Final[Mapping[Use, Papers]] = MappingProxyType(
    {
        Use.member_education: Papers((E.plan,), (E.invoice,)),
        Use.branch_activities: Papers((E.plan,), (E.invoice,)),
        Use.full_time_pay: Papers((), (E.pay_sheet,)),
        Use.worker_subsidies: Papers((), (E.subsidy_list,)),
    }
)
"""One line a use. Bytes are kept by the files engine; a paper without a file counts for nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request its judgement rests on."""

    id: UUID
    account_id: UUID
    use: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SubmittingFacts:
    """What decides whether a request may be handed in."""

    missing: tuple[EvidenceKind, ...]  # kinds of papers that it lacks
    overdue: int  # payments of the same account whose receipts are late
    amount_fen: int
    available_fen: int
    lately_fen: int  # asked for from the same account for the same use in the last days, without this one


@dataclass(frozen=True, slots=True)
class DecidingFacts:
    """What decides whether somebody may approve or reject."""

    own: bool  # he asked for it
    again: bool  # he approved it already


@dataclass(frozen=True, slots=True)
class PayingFacts:
    """What decides whether somebody may pay."""

    own: bool


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What decides whether the account of a payment does."""

    own: bool  # whoever accepts asked for the money or handed the account in
    missing: tuple[EvidenceKind, ...]
    spent_fen: int
    proven_fen: int  # the papers name, all together


@dataclass(frozen=True, slots=True)
class Account:
    """The account that is to pay, as far as a request needs to know it."""

    id: UUID
    committee_id: UUID
    purse: str
    kind: str
    holder_kind: str
    authority_id: UUID | None
    branch_id: UUID | None  # of an organisation: the branch that covers it
    organization_id: UUID | None
    open: bool
    region_code: int
    region_level: int
    authority_code: int | None
    balance_fen: int
