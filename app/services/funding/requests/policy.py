"""How much needs how many approvals, and until when money is accounted for; each with the document it is taken from.

That whoever asks, decides, pays and accepts are not one person is no number: it is law, and no place may lay down
otherwise.
"""

from dataclasses import dataclass
from datetime import timedelta

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.funding.facts import MOST_FEN
from app.services.funding.requests.facts import Tier
from app.services.policies.facts import PolicyKind
from app.services.treatment.policy import ACCOUNTING

CONTROLS = "《行政事业单位内部控制规范（试行）》（财会〔2012〕21号）：不相容岗位相互分离，大额资金集体决策"
VOUCHERS = "《会计基础工作规范》关于原始凭证的规定"
LONGEST = 366  # days

SEPARATION = Cited(True, ACCOUNTING)
"""Whoever handles a matter does not approve it."""
PROVEN = Cited(True, VOUCHERS)
"""What is booked rests on papers."""


@dataclass(frozen=True, slots=True)
class SpendingPolicy:
    """Amounts in fen. Up to `small_up_to_fen` one approval; from `large_from_fen` on the second one is of those who
    decide on large sums; two in between. `split_days`: what is asked for within them for one use is looked at together.
    """

    version: str
    small_up_to_fen: Cited[int]
    large_from_fen: Cited[int]
    receipt_due_days: Cited[int]
    receipts_first: Cited[bool]  # nothing new while what was paid before is late
    split_days: Cited[int]

    def __post_init__(self) -> None:
        """Raises WrongSpending for amounts out of order or days that cannot be meant."""
        if not 0 <= self.small_up_to_fen.value < self.large_from_fen.value <= MOST_FEN:
            raise WrongSpending("spending_tiers_wrong")
        if not (1 <= self.receipt_due_days.value <= LONGEST and 0 <= self.split_days.value <= LONGEST):
            raise WrongSpending("spending_days_wrong")

    @property
    def receipt_time(self) -> timedelta:
        """How long after a payment its account is due."""
        return timedelta(days=self.receipt_due_days.value)

    def tier(self, amount_fen: int) -> Tier:
        """How much an amount is."""
        if amount_fen <= self.small_up_to_fen.value:
            return Tier.small
        return Tier.large if amount_fen >= self.large_from_fen.value else Tier.middle


class WrongSpending(ValueError):
    """A number out of bounds; `code` is a label of the namespace `line`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.params = {"most": LONGEST}
        super().__init__(code)


DEFAULT = SpendingPolicy(
    version="default-2026",
    small_up_to_fen=Cited(500_000, LOCAL_PRACTICE),
    large_from_fen=Cited(5_000_000, CONTROLS),
    receipt_due_days=Cited(30, LOCAL_PRACTICE),
    receipts_first=Cited(True, LOCAL_PRACTICE),
    split_days=Cited(30, LOCAL_PRACTICE),
)

KIND = PolicyKind("spending", DEFAULT)
