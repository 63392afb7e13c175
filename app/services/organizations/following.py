"""Organisations follow when the region they stand in is merged into others or divided among them.

Who says where they are, and since when, stays as it was: the map has changed, not anybody's word.
"""

from anyio import to_thread

from app.core.acts import Act
from app.services.exchange import waiting_repository as waiting
from app.services.exchange.waiting_repository import Question
from app.services.organizations import absorbing_repository as rows
from app.services.organizations import address_reads as reads
from app.services.organizations.address_reads import Standing
from app.services.organizations.precedence import REGISTRATIONS
from app.services.regions.facts import span, wire
from app.services.regions.placing import Placer, hints_at
from app.services.regions.succession import Gone, bounds

DIVIDED = "region_divided"


async def follow(act: Act, gone: Gone, places: Placer) -> int:
    """Move the organisations of a region that is no more; how many.

    Each goes to where its address puts it inside the heirs. Where the address does not say, one heir takes it; of
    several none does: it is kept at the region that holds them all, and a person is asked.
    """
    moved = 0
    after = None
    while portion := await reads.standing_in(act, bounds(gone), after):
        after = portion[-1].id
        moved += await _portion(act, gone, places, portion)
    return moved


async def _portion(act: Act, gone: Gone, places: Placer, portion: list[Standing]) -> int:
    found = await to_thread.run_sync(lambda: [_target(gone, places, row) for row in portion])
    changed = [
        {"id": row.id, "region_code": code, "region_level": level, "placed_by": placed_by}
        for row, (code, level, placed_by, _) in zip(portion, found, strict=True)
        if (code, level) != (row.region_code, row.region_level)
    ]
    if changed:
        await rows.update(act, changed)
    asked = [
        Question(row.id, code, level, {"name": row.name, "uscc": row.uscc, "address": row.address})
        for row, (code, level, _, certain) in zip(portion, found, strict=True)
        if not certain
    ]
    if asked:
        heirs = [{"region_code": wire(heir.code), "region_level": heir.level} for heir in gone.heirs]
        await waiting.question(act, REGISTRATIONS, DIVIDED, asked, heirs)
    return len(changed)


def _target(gone: Gone, places: Placer, row: Standing) -> tuple[int, int, str | None, bool]:
    """Code, level, what says so, and whether it is certain."""
    hints = hints_at(places.gazetteers.outline, row.uscc, row.region_code, row.region_level, row.name)
    found = places.place(row.address, hints)
    for heir in gone.heirs:
        low, high = span(heir.code, heir.level)
        if found.level >= heir.level and low <= found.code < high:
            return found.code, found.level, " ".join(found.evidence), True
    return *gone.rest, row.placed_by, len(gone.heirs) == 1
