"""A whole list at once: pure, one pass over the workers of a region."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.services.treatment.entitling import again, basis, entitle
from app.services.treatment.facts import Bands, Month
from app.services.treatment.months.facts import Changed, Difference, Kept, Line
from app.services.treatment.schemes import Schemes

Frozen = Callable[[tuple[int, ...]], Schemes]
"""The schemes that were known when a list was made, by their numbers."""


def lines(
    workers: Sequence[Kept],
    bands: Mapping[UUID, Bands],
    changed: Mapping[UUID, Sequence[Changed]],
    month: Month,
    schemes: Schemes,
    frozen: Frozen,
) -> list[Line]:
    """A line for everybody who held a role in the month, or for whom a closed month comes to something else now."""
    found = []
    for worker in workers:
        told = bands.get(worker.id, ())
        rests_on = basis(worker.periods, told, month)
        differences = tuple(
            difference
            for each in changed.get(worker.id, ())
            if (difference := _difference(worker, each, told, frozen)).fen != 0
        )
        if rests_on.periods or differences:
            own = entitle(rests_on.periods, rests_on.bands, month, schemes)
            found.append(Line(worker, own, rests_on, differences))
    return found


def _difference(worker: Kept, changed: Changed, bands: Bands, frozen: Frozen) -> Difference:
    now = again(worker.periods, changed.basis, bands, changed.month, frozen(changed.known))
    return Difference(changed.month, changed.listed_fen, now)


def figures(found: Sequence[Line], elsewhere: int) -> dict[str, Any]:
    """The sums of a list. `elsewhere`: workers of the region who stand in another list of the month."""
    return {
        "workers": len(found),
        "own_fen": sum(line.own.amount_fen for line in found),
        "differences_fen": sum(line.differences_fen for line in found),
        "due_fen": sum(line.due_fen for line in found if line.due_fen > 0),
        "owed_back_fen": -sum(line.due_fen for line in found if line.due_fen < 0),
        "due": sum(line.due_fen > 0 for line in found),
        "owed_back": sum(line.due_fen < 0 for line in found),
        "differences": sum(len(line.differences) for line in found),
        "without_scheme": sum(bool(line.own.unpaid) for line in found),
        "listed_elsewhere": elsewhere,
    }
