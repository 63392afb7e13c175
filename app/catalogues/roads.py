"""The register teaches the regions its roads, and what waits for its place is tried again with them."""

import asyncio
from dataclasses import dataclass

from app.catalogues.datasets.registrations import REGISTRATIONS
from app.core.acts import SYSTEM, Acts
from app.services.exchange import waiting_repository as batches
from app.services.exchange.asking_again import Asked, ask_again
from app.services.organizations import address_reads
from app.services.regions import reads as regions
from app.services.regions.facts import PROVINCE, span
from app.services.regions.learning import learner, learnt

ENOUGH = 300_000
"""Organisations of a province to learn from; of more, one in so many is drawn. Keeps the book at about 50 MB."""

NEWS = 2_000
SHARE = 20
"""So many records since the last learning, and one in twenty of the register, are worth learning before the night."""

PLACELESS = ("place_unknown", "place_contradicted")
"""Reasons to wait for a person that better knowledge of roads may answer."""


@dataclass(frozen=True, slots=True)
class Taught:
    """How many counts of roads are kept, and what became of the records that wait for their place."""

    counts: int
    asked: Asked


async def learn_roads(acts: Acts) -> int:
    """Learn every province's roads anew; how many counts are kept. A province at a time, each in its transaction."""
    begun = acts.clock()
    async with acts.open(SYSTEM) as act:
        provinces = [code for code in await regions.states(act) if code]
    kept = 0
    for province in sorted(provinces):
        low, high = span(province, PROVINCE)
        async with acts.open(SYSTEM) as act:
            register = await address_reads.count(act, low, high)
            if not register:
                continue
            teacher = await learner(act)
            async for portion in address_reads.addresses(act, low, high, 1 + register // ENOUGH):
                await asyncio.to_thread(teacher.see_all, portion)  # so that whoever shares the process gets a turn
            kept += await teacher.keep(act)
    async with acts.open(SYSTEM) as act:
        await learnt(act, begun)
    return kept


async def learn_and_place(acts: Acts) -> Taught:
    """Learn all roads anew, then try again what waits for its place."""
    counts = await learn_roads(acts)
    return Taught(counts, await ask_again(acts, REGISTRATIONS, PLACELESS))


async def catch_up(acts: Acts) -> Taught | None:
    """Learn and place when much has come since the last learning and no batch is under way; None: it can wait.

    Never inside a batch, so that what its validation predicted still holds while it goes in.
    """
    async with acts.open(SYSTEM) as act:
        pushed = await batches.pushed_since(act, REGISTRATIONS.name, await regions.learnt_at(act))
        register = await address_reads.about_how_many(act)
    if pushed is None or pushed < max(NEWS, register // SHARE):
        return None
    return await learn_and_place(acts)
