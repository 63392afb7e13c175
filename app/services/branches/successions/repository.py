"""Successions set-wise: what ends, what goes over, and the record of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from app.core.acts import Act
from app.services.branches.facts import SuccessionKind
from app.services.branches.models import Branch, BranchOrganization, BranchSuccession
from app.services.branches.repository import candidates

Ids = ARRAY(PgUUID(as_uuid=True))


@dataclass(frozen=True, slots=True)
class Held:
    """An organisation that a branch covers on the day or later."""

    branch_id: UUID
    organization_id: UUID
    valid_from: date


async def held(act: Act, branches: Iterable[UUID], day: date) -> list[Held]:
    """What branches cover on a day or later, as far as the caller sees it; the organisations are locked."""
    link = BranchOrganization
    query = (
        select(link.branch_id, link.organization_id, link.valid_from)
        .where(link.branch_id.in_(sorted(branches)), or_(link.valid_to.is_(None), link.valid_to > day))
        .order_by(link.organization_id, link.valid_from)
    )
    found = [Held(*row) for row in await act.session.execute(query)]
    await candidates(act, [each.organization_id for each in found])
    return found


async def release(act: Act, links: Sequence[Held], day: date, reason: str) -> None:
    """End the links by which branches cover these organisations, in one statement."""
    link = BranchOrganization
    await act.session.execute(
        update(link)
        .where(
            link.branch_id.in_(sorted({each.branch_id for each in links})),
            link.organization_id.in_(sorted({each.organization_id for each in links})),
            or_(link.valid_to.is_(None), link.valid_to > day),
        )
        .values(valid_to=day, end_reason=reason, version=link.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )


async def children(act: Act, branches: Iterable[UUID]) -> list[Branch]:
    """The branches that stand and belong to one of these, locked."""
    query = (
        select(Branch)
        .where(Branch.parent_id.in_(sorted(branches)), Branch.dissolved_on.is_(None))
        .order_by(Branch.id)
        .with_for_update(key_share=True)
    )
    return list(await act.session.scalars(query))


async def divide_members(act: Act, branch: UUID, heirs: Mapping[UUID, UUID], rest: UUID | None, day: date) -> int:
    """Members of a branch go with their employer, by `heirs`; the others to `rest`, or stay. How many went."""
    moved = func.divide_members(
        branch, literal(list(heirs), Ids), literal(list(heirs.values()), Ids), cast(rest, PgUUID), day, type_=Integer
    )
    return int(await act.session.scalar(select(moved)) or 0)


async def members_of_branches(act: Act, branches: Sequence[UUID]) -> tuple[int, int]:
    """Formal and probationary members of branches together, as they are told."""
    query = select(
        func.coalesce(func.sum(Branch.formal_members), 0), func.coalesce(func.sum(Branch.probationary_members), 0)
    ).where(Branch.id.in_(branches))
    formal, probationary = (await act.session.execute(query)).one()
    return int(formal), int(probationary)


async def read_again(act: Act, branch: Branch) -> None:
    """A claimed branch whose members the database has counted meanwhile."""
    await act.session.refresh(branch, ["formal_members", "probationary_members", "version"])


async def keep_roll(act: Act, branches: Sequence[UUID], day: date) -> None:
    """Heirs of branches whose rolls were complete have complete rolls; the database counts them."""
    if branches:
        await act.session.execute(
            update(Branch)
            .where(Branch.id.in_(branches), Branch.roll_kept_since.is_(None))
            .values(roll_kept_since=day)
            .execution_options(synchronize_session=False)
        )


async def record(act: Act, kind: SuccessionKind, pairs: Sequence[tuple[UUID, UUID]], day: date, reason: str) -> None:
    """Keep who came of whom, as (predecessor, successor)."""
    rows: list[dict[str, Any]] = [
        {
            "version": 1,
            "predecessor_id": gone,
            "successor_id": heir,
            "kind": kind,
            "succeeded_on": day,
            "reason": reason,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for gone, heir in pairs
    ]
    await act.session.execute(insert(BranchSuccession), rows)
