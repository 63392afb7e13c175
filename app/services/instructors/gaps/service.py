"""Somebody in charge: where nobody is, and whose time ends soon."""

from app.core.acts import Act
from app.core.history import note
from app.core.pagination import Ask, Page
from app.services.branches.facts import months_after
from app.services.instructors.gaps import reads
from app.services.instructors.gaps.schemas import GapFilters
from app.services.instructors.judging import policy_at
from app.services.regions.stated import NATION, stated

GAPS = "staffing_gaps"
"""What the audit calls a list of them: there are names in it."""


async def listed(act: Act, filters: GapFilters, ask: Ask) -> Page:
    """One page of gaps; that it was read is noted. What is soon is set by the policy of the region asked for, else the
    country's.
    """
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    soon = months_after(act.today, (await policy_at(act, place)).ending_soon_months.value)
    found = await reads.listed(act, filters, soon, ask)
    await note(act, "list", GAPS, rows=len(found.rows))
    return found
