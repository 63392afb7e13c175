"""Personal fields kept apart from their rows: sealed when they come, opened when a row is told or worked on."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from anyio import to_thread

from app.core.acts import Act
from app.core.crypto import Vault
from app.services.privacy import repository
from app.services.privacy.contract import Held
from app.services.privacy.repository import Stored

MANY = 500  # values: about five milliseconds
Result = TypeVar("Result")


def place(holder: str, field: str, row_key: str) -> str:
    """Where a value is sealed for, written table.column.row."""
    return f"{holder}.{field}.{row_key}"


async def keep(act: Act, holder: str, rows: Sequence[Held]) -> None:
    """Seal and store the fields of these rows; a field that is None is removed, one that is left out stays."""
    stored = await _off_the_loop(len(rows), _sealed, act.vault, holder, rows)
    await repository.put(act, holder, stored)
    gone = [(row.row_key, field) for row in rows for field, value in row.values.items() if value is None]
    await repository.drop(act, holder, [row for row, _ in gone], [field for _, field in gone])


def _sealed(vault: Vault, holder: str, rows: Sequence[Held]) -> list[Stored]:
    return [
        Stored(
            row_key,
            field,
            region_code,
            *vault.seal(value.encode(), place(holder, field, row_key)),
            *vault.blind(value, f"{holder}.{field}"),
        )
        for row_key, region_code, values in rows
        for field, value in values.items()
        if value is not None
    ]


async def opened(act: Act, holder: str, row_keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """The fields of these rows in clear, by row; rows that hold none are left out. Raises UnknownKey, Damaged."""
    found = await repository.get(act, holder, row_keys)
    return await _off_the_loop(len(found), _opened, act.vault, holder, found)


def _opened(vault: Vault, holder: str, found: Sequence[tuple[str, str, bytes]]) -> dict[str, dict[str, str]]:
    clear: dict[str, dict[str, str]] = {}
    for row_key, field, sealed in found:
        clear.setdefault(row_key, {})[field] = vault.open(sealed, place(holder, field, row_key)).decode()
    return clear


async def _off_the_loop(count: int, work: Callable[..., Result], *given: object) -> Result:
    """A page's few values at once; a chunk's thousands in a thread, so that other requests are not held up."""
    return work(*given) if count <= MANY else await to_thread.run_sync(work, *given)


async def holding(act: Act, holder: str, field: str, value: str) -> list[str]:
    """Keys of the visible rows whose field has exactly this (normalised) value."""
    return await repository.holding(act, holder, field, act.vault.blinds(value, f"{holder}.{field}"))


async def drop(act: Act, holder: str, row_keys: Sequence[str]) -> None:
    """Remove all that these rows hold."""
    await repository.drop(act, holder, row_keys)


async def drop_under(act: Act, holder: str, prefix: str) -> None:
    """Remove all that rows hold whose keys begin like this."""
    await repository.drop_under(act, holder, prefix)
