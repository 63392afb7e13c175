"""How budgets are executed against the time of their year, by the policy of budgets."""

from typing import Any

from app.core.acts import Act
from app.core.pagination import Ask, Page
from app.services.funding.budgets.execution import reads
from app.services.funding.budgets.execution.schemas import ExecutionFilters, TotalFilters
from app.services.funding.budgets.judging import execution, paced, policy_at
from app.services.funding.budgets.policy import BudgetPolicy
from app.services.regions.stated import NATION, stated


async def lines(act: Act, filters: ExecutionFilters, ask: Ask) -> Page:
    """One page of lines, each against its time by the policy of where it stands."""
    found = await reads.lines(act, filters, ask)
    laid_down: dict[tuple[int, int], BudgetPolicy] = {}
    for row in found.rows:
        at = (int(row["region_code"]), row["region_level"])
        if at not in laid_down:
            laid_down[at] = await policy_at(act, at)
        row.update(_told(act, row, filters, laid_down[at]))
    return found


async def totals(act: Act, filters: TotalFilters, ask: Ask) -> Page:
    """One page of sums, each against its time by the policy of the region that is asked about."""
    found = await reads.totals(act, filters, ask)
    at = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    policy = await policy_at(act, at)
    for row in found.rows:
        row.update(_told(act, row, filters, policy))
    return found


def _told(
    act: Act, row: dict[str, Any], filters: ExecutionFilters | TotalFilters, policy: BudgetPolicy
) -> dict[str, Any]:
    on = act.today if filters.on is None else min(filters.on, act.today)
    return paced(execution(row, on), policy)[0]
