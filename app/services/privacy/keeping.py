"""Personal fields kept apart from their rows: sealed when they come, opened when a row is told or worked on."""

from collections.abc import Sequence

from app.core.acts import Act
from app.services.privacy import repository
from app.services.privacy.contract import Held
from app.services.privacy.repository import Stored


def place(holder: str, field: str, row_key: str) -> str:
    """Where a value is sealed for, written table.column.row."""
    return f"{holder}.{field}.{row_key}"


async def keep(act: Act, holder: str, rows: Sequence[Held]) -> None:
    """Seal and store the fields of these rows; a field that is None is removed, one that is left out stays."""
    stored: list[Stored] = []
    gone: list[tuple[str, str]] = []
    for row_key, region_code, values in rows:
        for field, value in values.items():
            if value is None:
                gone.append((row_key, field))
                continue
            sealed = act.vault.seal(value.encode(), place(holder, field, row_key))
            blind = act.vault.blind(value, f"{holder}.{field}")
            stored.append(Stored(row_key, field, region_code, *sealed, *blind))
    await repository.put(act, holder, stored)
    await repository.drop(act, holder, [row for row, _ in gone], [field for _, field in gone])


async def opened(act: Act, holder: str, row_keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """The fields of these rows in clear, by row; rows that hold none are left out. Raises UnknownKey, Damaged."""
    found: dict[str, dict[str, str]] = {}
    for row_key, field, sealed in await repository.get(act, holder, row_keys):
        clear = act.vault.open(sealed, place(holder, field, row_key)).decode()
        found.setdefault(row_key, {})[field] = clear
    return found


async def holding(act: Act, holder: str, field: str, value: str) -> list[str]:
    """Keys of the visible rows whose field has exactly this (normalised) value."""
    return await repository.holding(act, holder, field, act.vault.blinds(value, f"{holder}.{field}"))


async def drop(act: Act, holder: str, row_keys: Sequence[str]) -> None:
    """Remove all that these rows hold."""
    await repository.drop(act, holder, row_keys)


async def drop_under(act: Act, holder: str, prefix: str) -> None:
    """Remove all that rows hold whose keys begin like this."""
    await repository.drop_under(act, holder, prefix)
