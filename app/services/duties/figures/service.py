"""How each figure about workers is read: what the indicators' catalogue hands to whoever appraises."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.services.assessment.contract import Figures, Period, Read
from app.services.duties.figures import reads
from app.services.duties.figures.facts import WorkerFigure
from app.services.policies import service as policies
from app.services.policies.facts import InForce
from app.services.regions.stated import lineage
from app.services.workers.policy import DEFAULT, KIND, WorkerPolicy


def reading(figure: WorkerFigure) -> Read:
    """How a figure is read that needs nothing but what was done."""

    async def read(act: Act, ids: Sequence[UUID], period: Period) -> Figures:
        return await reads.told(act, figure, ids, period) if ids else {}

    return read


async def visits_due_met(act: Act, ids: Sequence[UUID], period: Period) -> Figures:
    """Of the spans in which a visit was due, the share that saw one: by the policy of each worker's own region."""
    places = await reads.places(act, ids)
    if not places:
        return {}
    laid_down = (await policies.laid_down(act, KIND)).values()
    days = {place: max(1, _at(laid_down, place, period.last).visit_days.value) for place in set(places.values())}
    seen = [each for each in ids if each in places]
    due = [days[places[each]] for each in seen]
    return await reads.told(act, WorkerFigure.visits_due_met_percent, seen, period, due)


def _at(laid_down: Iterable[InForce[WorkerPolicy]], place: tuple[int, int], day: date) -> WorkerPolicy:
    """The policy in force at a place on a day, of all that were laid down: the newest one of the deepest region."""
    chain = set(lineage(place))
    binding = [
        each
        for each in laid_down
        if (each.region_code, each.region_level) in chain and each.valid_from is not None and each.valid_from <= day
    ]
    found = max(binding, key=lambda each: (each.region_level, each.valid_from), default=None)
    return DEFAULT if found is None else found.numbers
