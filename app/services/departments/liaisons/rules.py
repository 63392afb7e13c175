"""What stands against erasing a liaison."""

from collections.abc import Callable

from app.core.findings import Finding
from app.services.departments.facts import ErasureFacts
from app.services.departments.liaisons.policy import ErasurePolicy

UNLAWFUL = "unlawful"
"""What was processed against the law is erased whoever it is about."""


def liaison_current(facts: ErasureFacts, policy: ErasurePolicy) -> Finding | None:
    """Who speaks for a department is needed for its part in the joint meeting."""
    kept = facts.current and policy.kept_while_current.value and facts.ground != UNLAWFUL
    return policy.kept_while_current.hard("liaison_current", "current") if kept else None


ERASURE: tuple[Callable[[ErasureFacts, ErasurePolicy], Finding | None], ...] = (liaison_current,)
