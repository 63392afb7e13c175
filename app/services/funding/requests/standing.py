"""Where requests and what they have stand: who is in office there, whose they are, and what a list of them asks."""

from collections.abc import Sequence
from typing import Any

from app.core.acts import Act
from app.services.access.permissions import Permission
from app.services.funding.requests.policy import KIND, SpendingPolicy
from app.services.policies import service as policies
from app.services.policies.facts import InForce
from app.services.regions.stated import lineage

P = Permission


async def policy_at(act: Act, place: tuple[int, int]) -> InForce[SpendingPolicy]:
    """The policy of spending in force at a place today."""
    return await policies.at(act, KIND, lineage(place), act.today)


HANDLING = frozenset(
    {P.spending_requests_write, P.spending_requests_approve, P.funding_post, P.funding_approve, P.audit_read}
)
"""Who handles money, or audits it, knows who was paid: it may be a person. Whoever looks at results does not."""


def knows_payees(act: Act) -> bool:
    """Whether the caller is told who is paid."""
    return not HANDLING.isdisjoint(act.by.permissions)


def of_office(act: Act, row: Any) -> bool:
    """Whether a row (its columns by name) stands where the caller is in office, by place or line."""
    return act.scope.holds(int(row["region_code"]), [int(row["authority_code"])])


def within_reach(act: Act, row: Any) -> bool:
    """Whether the caller writes there: in office, or for the branch itself."""
    return of_office(act, row) or act.scope.holds(-1, ids=[row["branch_id"]])


def columns_of(entity: Any, names: Sequence[str] = ("region_code", "authority_code", "branch_id")) -> dict[str, Any]:
    """An entity's columns by name, as a row has them."""
    return {name: getattr(entity, name) for name in names}
