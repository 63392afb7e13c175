"""Who is due what of a year of learning."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.findings import Finding, judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.services.policies import service as policies
from app.services.regions.stated import NATION, lineage, stated
from app.services.training import reads as training
from app.services.training.dues import reads
from app.services.training.dues.schemas import TrainingDueFilters
from app.services.training.facts import Due
from app.services.training.models import Attendance
from app.services.training.policy import KIND, TrainingPolicy
from app.services.training.rules import DUES


async def policy_at(act: Act, place: tuple[int, int], year: int) -> TrainingPolicy:
    """The policy at a place for a year: as it stands today, of a year that is over as it stood on its last day."""
    return (await policies.at(act, KIND, lineage(place), min(act.today, date(year, 12, 31)))).numbers


async def listed(act: Act, filters: TrainingDueFilters, ask: Ask) -> Page:
    """One page of workers with what is due of the year, by the policy of the region asked for.

    That a list of names was read is noted.
    """
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    year = _year(act, filters.year)
    found = await reads.listed(act, filters, year, await policy_at(act, place, year), ask)
    await note(act, "list", Attendance.__tablename__, rows=len(found.rows), what="due")
    return found


async def one(act: Act, worker_id: UUID, year: int | None) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """One worker's year, by the policy of where the worker stands, and what is short of it. Raises NotFound."""
    year = _year(act, year)
    place = await training.place_of(act, worker_id)
    if place is None:
        raise NotFound()
    policy = await policy_at(act, place, year)
    row = await reads.one(act, worker_id, year, policy)
    held = await reads.held(act, worker_id, year)
    due = Due(
        None if row["role"] is None else next(each.role for each in held if each.role == row["role"]),
        row["minutes_due"],
        row["minutes_done"],
        row["sessions_due"],
        row["sessions_done"],
        row["practice_days_due"],
        row["practice_days_done"],
    )
    told = {
        **row,
        "minutes_per_hour": policy.minutes_per_hour.value,
        "roles": [
            {
                "role": each.role,
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
                "hours": policy.hours[each.role].value,
            }
            for each in held
        ],
    }
    return told, judge(DUES, due, policy)


def _year(act: Act, year: int | None) -> int:
    return act.today.year if year is None else year
