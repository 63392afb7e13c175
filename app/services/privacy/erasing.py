"""Erasing rows about persons, and the ledger that takes them away again after a restore."""

from collections.abc import Sequence
from uuid import UUID

from app.core.acts import Act
from app.core.errors import NotFound, refuse_hard
from app.core.history import note
from app.services.privacy import repository
from app.services.privacy.contract import Holder
from app.services.privacy.facts import Ground


async def erase(act: Act, holder: Holder, row_id: UUID, ground: Ground, why: str) -> None:
    """Erase one row where the law allows, enter it into the ledger, leave an audit row. Raises NotFound, RuleViolation.

    Raw chunks of pushed batches are sealed, and expire by themselves; they are not searched.
    """
    standing = await holder.standing(act, [row_id])
    if not standing:
        raise NotFound()
    refuse_hard(await holder.kept(act, row_id, ground))
    await holder.erase(act, [row_id])
    region = standing[0].region_code
    await repository.enter(act, [(None, holder.name, row_id, region, ground, why, act.now, act.by.id)])
    await note(act, "erase", holder.name, why=why, id=str(row_id), ground=ground)


async def erase_outlived(act: Act, holder: Holder, ids: Sequence[UUID], policy: str) -> int:
    """Erase rows whose time is over, with entries in the ledger and one audit row; how many there were."""
    standing = await holder.standing(act, ids)
    if not standing:
        return 0
    await holder.erase(act, [row.id for row in standing])
    why = f"retention {policy}"
    await repository.enter(
        act,
        [(None, holder.name, row.id, row.region_code, "retention_over", why, act.now, act.by.id) for row in standing],
    )
    await note(act, "erase", holder.name, why=why, ids=[str(row.id) for row in standing], ground="retention_over")
    return len(standing)


async def forget(act: Act, table: str, rows: Sequence[tuple[UUID, str]]) -> None:
    """Remove the sealed values and the earlier versions of rows (id, key of sealed values) that have been deleted."""
    await repository.drop(act, table, [row_key for _, row_key in rows])
    await repository.forget(act, table, [row_id for row_id, _ in rows])
