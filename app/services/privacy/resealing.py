"""Online re-encryption, and the look at the start whether the ring can read the data. A bite at a time, each committed.

Rows are locked only for their bite; those that others hold are left for the next one. Whoever reads meanwhile finds
old values and new ones: the ring opens both, and searches go by every index key.
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.core.acts import SYSTEM, Act, Acts
from app.core.crypto import Damaged, UnfitRing, Vault
from app.services.privacy import repository
from app.services.privacy.contract import SealedColumn

BITE = 500


async def check(act: Act, columns: Sequence[SealedColumn]) -> None:
    """Raise UnfitRing when the data names a key that the ring lacks, or one that does not open what it should."""
    ring = act.vault.ring
    missing: list[str] = []
    for column in columns:
        for key_id in await repository.key_ids(act, column):
            if key_id not in {key.id for key in ring.keys}:
                missing.append(f"values of {column.table} are sealed by key {key_id}, which the key ring lacks")
            else:
                await _opens(act, column, key_id)
        missing += [
            f"values of {column.table} are indexed by index key {index_id}, which the key ring lacks"
            for index_id in await repository.index_ids(act, column)
            if index_id not in {key.id for key in ring.index}
        ]
    if missing:
        raise UnfitRing("The key ring does not fit the database: " + "; ".join(missing) + ".")


async def _opens(act: Act, column: SealedColumn, key_id: int) -> None:
    found = await repository.sample(act, column, key_id)
    if found is None:
        return
    place, sealed = found
    try:
        act.vault.open(sealed, place)
    except Damaged as error:
        raise UnfitRing(
            f"Key {key_id} of the key ring is not the key {key_id} that {column.table} is sealed by."
        ) from error


async def in_use(act: Act, columns: Sequence[SealedColumn]) -> tuple[set[int], set[int]]:
    """Numbers of the sealing keys and of the index keys that the data still needs."""
    keys: set[int] = set()
    index: set[int] = set()
    for column in columns:
        keys |= set(await repository.key_ids(act, column))
        index |= set(await repository.index_ids(act, column))
    return keys, index


async def reseal(
    acts: Acts, columns: Sequence[SealedColumn], bite: int = BITE, told: Callable[[int], None] | None = None
) -> int:
    """Bring all values under the active key and the newest index key; how many. May be stopped anywhere."""
    done = 0
    for column in columns:
        while True:
            async with acts.open(SYSTEM) as act:
                act.vault.refresh()  # by the ring of now: an older one would bring values back under the older key
                found = await _bite(act, column, bite)
            done += found
            if told is not None:
                told(done)
            if found == 0:
                break
    return done


async def _bite(act: Act, column: SealedColumn, limit: int) -> int:
    ring = act.vault.ring
    stale_keys = set(await repository.key_ids(act, column)) - {ring.active}
    stale_indexes = set(await repository.index_ids(act, column)) - {ring.index[-1].id}
    for number, stale in (("key_id", stale_keys), ("index_id", stale_indexes)):
        rows = await repository.outdated(act, column, number, sorted(stale), limit) if stale else []
        if rows:
            await repository.reseal(act, column, [_resealed(act.vault, column, row) for row in rows])
            return len(rows)
    return 0


def _resealed(vault: Vault, column: SealedColumn, row: Any) -> tuple[Any, ...]:
    keys = tuple(row[name] for name in column.keys)
    clear = vault.open(row["sealed"], row["place"])
    sealed = vault.seal(clear, row["place"])
    if column.blind is None:
        return (*keys, *sealed)
    return (*keys, *sealed, *vault.blind(clear.decode(), row["domain"]))
