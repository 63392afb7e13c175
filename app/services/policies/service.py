"""Laying down policies, and finding the one that holds at a place on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid, NotFound
from app.services.policies import reads, repository, wire
from app.services.policies.facts import Chain, InForce, Numbers, PolicyKind, WrongNumbers
from app.services.policies.schemas import PolicyCreate

P = TypeVar("P", bound=Numbers)
Kinds = Mapping[str, PolicyKind[Any]]


async def at(act: Act, kind: PolicyKind[P], chain: Chain, day: date) -> InForce[P]:
    """The policy in force: the newest one of the deepest region that laid one down, else the shipped default."""
    row = await reads.in_force(act, kind.name, chain, day)
    if row is None:
        return InForce(kind.default, None, 0, 0, None)
    numbers = wire.read(kind.default, row.numbers, f"{kind.name}-{row.number}")
    return InForce(numbers, str(row.id), row.region_code, row.region_level, row.valid_from)


async def laid_down(act: Act, kind: PolicyKind[P]) -> dict[int, InForce[P]]:
    """Every version of a kind that was laid down anywhere, by its number: for what asks for many places and days."""
    return {
        row.number: InForce(
            wire.read(kind.default, row.numbers, f"{kind.name}-{row.number}"),
            str(row.id),
            row.region_code,
            row.region_level,
            row.valid_from,
        )
        for row in await reads.laid_down(act, kind.name)
    }


def changed(current: P, numbers: Mapping[str, Mapping[str, Any]], pointer: str) -> P:
    """The policy with other numbers. Raises Invalid, naming each unfit field under the pointer."""
    try:
        return wire.with_changes(current, {name: dict(number) for name, number in numbers.items()})
    except WrongNumbers as refused:
        raise Invalid(
            errors=tuple(
                FieldError(f"{pointer}/{name}/value", code, params) for name, (code, params) in refused.wrong.items()
            )
        ) from refused


async def lay_down(act: Act, kinds: Kinds, draft: PolicyCreate, chain: Chain, span: tuple[int, int]) -> dict[str, Any]:
    """Lay down a policy for the first region of the chain, whose codes are `span`.

    Raises Invalid for an unknown kind or unfit numbers, Forbidden for a region not wholly inside the caller's scope.
    """
    kind = kinds.get(draft.kind)
    if kind is None:
        raise Invalid(errors=(FieldError("/kind", "policy_kind_unknown", {"allowed": ", ".join(kinds)}),))
    if not act.scope.covers(*span):
        raise Forbidden(reason="scope")
    told = {name: number.model_dump() for name, number in draft.numbers.items()}
    now = (await at(act, kind, chain, draft.valid_from)).numbers
    policy = changed(now, told, "/numbers")
    policy_id = await repository.lay_down(
        act, kind.name, chain[0], draft.valid_from, wire.written(policy), told, draft.reason
    )
    return await one(act, policy_id)


async def one(act: Act, policy_id: UUID) -> dict[str, Any]:
    """One policy. Raises NotFound."""
    row = await reads.one(act, policy_id)
    if row is None:
        raise NotFound()
    return row


async def told_in_force(act: Act, kinds: Kinds, name: str, chain: Chain, day: date) -> dict[str, Any]:
    """The policy in force, whole, for readers. Raises Invalid for an unknown kind."""
    kind = kinds.get(name)
    if kind is None:
        raise Invalid(errors=(FieldError("/kind", "policy_kind_unknown", {"allowed": ", ".join(kinds)}),))
    found = await at(act, kind, chain, day)
    return {
        "kind": name,
        "policy_version": found.numbers.version,
        "id": found.id,
        "region_code": f"{found.region_code:012d}",
        "region_level": found.region_level,
        "valid_from": found.valid_from,
        "numbers": wire.written(found.numbers),
    }
