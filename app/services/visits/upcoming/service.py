"""When each instructor is due somewhere next."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.services.regions.stated import NATION, stated
from app.services.visits.service import policy_at
from app.services.visits.upcoming import reads


async def next_due(act: Act, workers: Sequence[UUID], region: str | None, level: int | None = None) -> dict[UUID, date]:
    """By worker, the next day on which a visit is due, as far as the caller sees the assignments.

    How often one goes is set by the policy of the region asked for, else the country's, as in the list of dues.
    """
    place = NATION if region is None else stated(region, level, "/region")
    return await reads.next_due(act, workers, (await policy_at(act, place)).visit_days.value)
