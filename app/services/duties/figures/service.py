"""How each figure about workers is read: what the indicators' catalogue hands to whoever appraises."""

from collections.abc import Sequence
from uuid import UUID

from app.core.acts import Act
from app.services.assessment.contract import Figures, Period, Read
from app.services.duties.figures import reads
from app.services.duties.figures.facts import WorkerFigure
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.workers.policy import KIND


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
    days = {}
    for place in sorted(set(places.values())):
        policy = (await policies.at(act, KIND, lineage(place), period.last)).numbers
        days[place] = max(1, policy.visit_days.value)
    seen = [each for each in ids if each in places]
    due = [days[places[each]] for each in seen]
    return await reads.told(act, WorkerFigure.visits_due_met_percent, seen, period, due)
