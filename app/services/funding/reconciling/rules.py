"""What refuses that a statement is settled, and what is worth knowing of it."""

from dataclasses import dataclass

from app.core.findings import Finding
from app.services.funding.reconciling.policy import ReconciliationPolicy


@dataclass(frozen=True, slots=True)
class SettlingFacts:
    """Whether whoever settles brought the statement or decided on its lines; days of what is open the longest."""

    own: bool
    oldest_days: int


def settled_by_another(facts: SettlingFacts, policy: ReconciliationPolicy) -> Finding | None:
    """Nobody settles what he brought or decided on."""
    return policy.settled_by_another.hard("own_reconciliation", 1) if facts.own else None


def long_open(facts: SettlingFacts, policy: ReconciliationPolicy) -> Finding | None:
    """An item that nobody has cleared for long is asked about."""
    late = facts.oldest_days > policy.long_open_days.value
    return policy.long_open_days.advice("reconciliation_long_open", facts.oldest_days) if late else None


SETTLING = (settled_by_another, long_open)
WORTH_KNOWING = (long_open,)
