"""What is asked before somebody is given a role or keeps one for longer, and what stands against erasing a worker."""

from collections.abc import Callable

from app.core.findings import Finding
from app.services.workers.facts import ErasureFacts, RoleFacts, WorkerRole
from app.services.workers.policy import ErasurePolicy, WorkerPolicy

UNLAWFUL = "unlawful"
"""What was processed against the law is erased whoever it is about."""


def instructor_is_formal(facts: RoleFacts, policy: WorkerPolicy) -> Finding | None:
    """Only a formal member is sent as an instructor; who is not known to be one is none."""
    asked = policy.instructor_formal
    wrong = asked.value and facts.role is WorkerRole.instructor and facts.formal is not True
    return asked.hard("instructor_not_formal", facts.formal) if wrong else None


def instructor_term_is_usual(facts: RoleFacts, policy: WorkerPolicy) -> Finding | None:
    """An instructor is normally sent for two years; longer is for the sending body to approve."""
    usual = policy.instructor_term_months
    longer = facts.months is not None and facts.months > usual.value
    return usual.departure("instructor_term_long", facts.months) if longer else None


def holds_few_roles(facts: RoleFacts, policy: WorkerPolicy) -> Finding | None:
    """Somebody with several roles at once has less time for each."""
    usual = policy.roles_at_once
    held = facts.others + 1
    return usual.advice("worker_several_roles", held) if held > usual.value else None


ROLE: tuple[Callable[[RoleFacts, WorkerPolicy], Finding | None], ...] = (
    instructor_is_formal,
    instructor_term_is_usual,
    holds_few_roles,
)


def current_kept(facts: ErasureFacts, policy: ErasurePolicy) -> Finding | None:
    """A worker stands in the register for as long as the work lasts."""
    kept = facts.state in policy.kept_states.value and facts.ground != UNLAWFUL
    return policy.kept_states.hard("current_worker_kept", str(facts.state)) if kept else None


ERASURE: tuple[Callable[[ErasureFacts, ErasurePolicy], Finding | None], ...] = (current_kept,)
