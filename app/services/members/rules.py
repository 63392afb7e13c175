"""What stands against taking a probationary member in full, and against erasing a member."""

from collections.abc import Callable

from app.core.findings import Finding
from app.services.branches.facts import whole_months
from app.services.members.facts import ConfirmationFacts, ErasureFacts
from app.services.members.policy import ErasurePolicy, MemberPolicy

UNLAWFUL = "unlawful"
"""What was processed against the law is erased whoever it is about."""


def probation_too_short(facts: ConfirmationFacts, policy: MemberPolicy) -> Finding | None:
    """A probation lasts a year, counted from the day of admission."""
    if facts.admitted_on is None:
        return None
    months = whole_months(facts.admitted_on, facts.formal_on)
    limit = policy.probation_months
    return limit.departure("probation_too_short", months) if months < limit.value else None


def admission_unknown(facts: ConfirmationFacts, policy: MemberPolicy) -> Finding | None:
    """Without the day of admission nobody can tell how long the probation was."""
    return policy.probation_months.departure("admission_unknown", None) if facts.admitted_on is None else None


CONFIRMATION: tuple[Callable[[ConfirmationFacts, MemberPolicy], Finding | None], ...] = (
    probation_too_short,
    admission_unknown,
)


def current_kept(facts: ErasureFacts, policy: ErasurePolicy) -> Finding | None:
    """A current member stands on the roll for as long as he is one."""
    kept = facts.state in policy.kept_states.value and facts.ground != UNLAWFUL
    return policy.kept_states.hard("current_member_kept", str(facts.state)) if kept else None


ERASURE: tuple[Callable[[ErasureFacts, ErasurePolicy], Finding | None], ...] = (current_kept,)
