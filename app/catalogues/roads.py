"""The register teaches the regions its roads: which region a road, building or zone is in."""

import asyncio

from app.core.acts import SYSTEM, Acts
from app.services.organizations import address_reads
from app.services.regions import reads as regions
from app.services.regions.facts import PROVINCE, span
from app.services.regions.learning import learner

ENOUGH = 300_000
"""Organisations of a province to learn from; of more, one in so many is drawn. Keeps the book at about 50 MB."""


async def learn_roads(acts: Acts) -> int:
    """Learn every province's roads anew; how many counts are kept. A province at a time, each in its transaction."""
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
    return kept
