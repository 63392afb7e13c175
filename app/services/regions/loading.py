"""Loading the shipped regions into the database: a province at a time, each in its own transaction.

Running it again changes nothing where the files have not changed; after a kill it goes on with the next province.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.acts import SYSTEM, Acts
from app.services.regions import reads, repository, shipped
from app.services.regions.facts import COUNTRY, Entry

COUNTRY_NAME: Final = "全国"

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: entries written, and entries that stood already."""

    written: int
    unchanged: int


async def load(acts: Acts, progress: Progress | None = None, provinces: Sequence[str] | None = None) -> Loaded:
    """Load the shipped regions and retired regions.

    ``provinces`` are two-digit codes ("33"); None means all. ``progress`` hears of every province. Raises
    FileNotFoundError for a province that does not ship.
    """
    wanted = [int(code) * 10**10 for code in provinces] if provinces is not None else list(shipped.provinces())
    sizes = {province: shipped.size(province) for province in wanted}
    total, written, unchanged = sum(sizes.values()), 0, 0
    async with acts.open(SYSTEM) as act:
        standing = {code: state.fingerprint for code, state in (await reads.states(act)).items()}
    await _country(acts, standing)
    for province in wanted:
        mark = shipped.fingerprint(province)
        if standing.get(province) == mark:
            unchanged += sizes[province]
        else:
            rows = await asyncio.to_thread(_rows, province)
            async with acts.open(SYSTEM) as act:
                await repository.put_shipped(act, province, rows, sizes[province], mark)
            written += sizes[province]
        if progress is not None:
            progress(written + unchanged, total)
    return Loaded(written, unchanged)


def _rows(province: int) -> bytes:
    return repository.staged(shipped.entries(province), "shipped")


async def _country(acts: Acts, standing: dict[int, str]) -> None:
    mark = shipped.retired_fingerprint()
    if standing.get(0) == mark:
        return
    country = repository.staged([Entry(0, COUNTRY, COUNTRY_NAME, 0, 0)], "shipped")
    retired = await asyncio.to_thread(shipped.retired)
    async with acts.open(SYSTEM) as act:
        await repository.put_shipped(act, 0, country, 1, mark)
        await repository.put_retired(act, retired, mark)
