"""What stands against erasing a contact."""

from collections.abc import Callable

from app.core.findings import Finding
from app.services.contacts.facts import ErasureFacts
from app.services.contacts.policy import ErasurePolicy

UNLAWFUL = "unlawful"
"""What was processed against the law is erased whoever it is about."""


def kept_by_duty(facts: ErasureFacts, policy: ErasurePolicy) -> Finding | None:
    """Owners and managers of an organisation at work are needed for a statutory duty."""
    kept = facts.organization_at_work and facts.role in policy.kept_roles.value and facts.ground != UNLAWFUL
    return policy.kept_roles.hard("kept_by_duty", str(facts.role)) if kept else None


ERASURE: tuple[Callable[[ErasureFacts, ErasurePolicy], Finding | None], ...] = (kept_by_duty,)
