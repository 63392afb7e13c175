"""From a grant to an actor: what somebody may do, and where, under one grant at a time."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID

from app.core.acts import Act, Actor, Scope
from app.core.errors import FieldError, Forbidden
from app.services.access.facts import Held, Holding, chosen
from app.services.access.permissions import ROLES, Permission

EVERY_DATASET = "*"
PUSH_ONLY = frozenset({str(Permission.batches_write)})

Widening = Callable[[Act, frozenset[UUID]], Awaitable[frozenset[UUID]]]
"""What is somebody's own today by what a grant names, more or less; the nouns know, and hand it in by role."""


class GrantUnclear(Forbidden):
    """Several grants hold and none was named, or one that is not the caller's. `errors` lists those to choose from."""

    slug = "grant_unclear"


class NoGrant(Forbidden):
    """Signed in, and nothing is granted today."""

    slug = "no_grant"


def scope_of(holding: Holding) -> Scope:
    """Where a grant holds."""
    return Scope(holding.ranges, holding.lines, holding.subjects)


async def widened(act: Act, held: Held, by_role: Mapping[str, Widening]) -> Held:
    """What is held, where the own objects of each grant are what the nouns say today."""
    holdings = []
    for holding in held.holdings:
        today = by_role.get(holding.role)
        if today is not None and holding.subjects:
            holding = replace(holding, subjects=await today(act, holding.subjects))  # noqa: PLW2901  (the same, today)
        holdings.append(holding)
    return replace(held, holdings=tuple(holdings))


def under(held: Held, wanted: UUID | None) -> tuple[Holding, Actor]:
    """The grant to act under, and the actor it makes. Raises NoGrant, GrantUnclear."""
    if not held.holdings:
        raise NoGrant()
    holding = chosen(held.holdings, wanted)
    if holding is None:
        raise GrantUnclear(
            errors=tuple(
                FieldError("/Liangxin-Grant", "grant_choice", {"grant": str(each.id), "role": each.role})
                for each in held.holdings
            )
        )
    permissions = frozenset(str(permission) for permission in ROLES[holding.role])
    return holding, Actor(held.subject, held.name, permissions, scope_of(holding), holding.datasets)


def pushing(held: Held, grant: UUID, dataset: str) -> Actor:
    """The actor of a push-only token: one dataset of one grant, and nothing is read. Raises NoGrant."""
    holding = chosen(held.holdings, grant)
    if holding is None or holding.datasets.isdisjoint({EVERY_DATASET, dataset}):
        raise NoGrant()
    return Actor(held.subject, held.name, PUSH_ONLY, scope_of(holding), frozenset({dataset}))
