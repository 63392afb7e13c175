"""What is refused when a grant is given."""

from app.core.findings import Finding
from app.services.access.facts import GrantFacts
from app.services.access.permissions import ADMINISTRATORS
from app.services.access.policy import AccessPolicy


def administrators_apart(facts: GrantFacts, policy: AccessPolicy) -> Finding | None:
    """System, security and audit administration lie in different hands."""
    if facts.role not in ADMINISTRATORS:
        return None
    roles = {facts.role, *facts.others} & ADMINISTRATORS
    limit = policy.administrator_roles
    return limit.hard("administrators_apart", len(roles)) if len(roles) > limit.value else None


def nobody_grants_to_himself(facts: GrantFacts, policy: AccessPolicy) -> Finding | None:
    """Whoever grants is not the one who gets."""
    return policy.own_grants.hard("own_grant", 1) if facts.granter == facts.subject else None


GRANTING = (administrators_apart, nobody_grants_to_himself)
