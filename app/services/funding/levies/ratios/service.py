"""Filing a ratio for a year, and withdrawing it. What is planned by it is computed anew; what is settled stays."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.levies import firms
from app.services.funding.levies import reads as levies
from app.services.funding.levies import repository as rows
from app.services.funding.levies.facts import RatioState
from app.services.funding.levies.models import LevyRatio
from app.services.funding.levies.ratios import reads
from app.services.funding.levies.ratios.schemas import RatioCreate
from app.services.funding.levies.rules import FILING, LevyFacts
from app.services.funding.levies.service import policy_at
from app.services.funding.levies.settling import in_office


async def shown(act: Act, ratio_id: UUID) -> dict[str, Any]:
    """One filing with what the caller may do. Raises NotFound."""
    row = await reads.one(act, ratio_id)
    return {**row, "allowed_actions": [action("withdraw", await _refusal(act, row))]}


async def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if Permission.levies_write not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    if row["state"] == RatioState.withdrawn:
        return "levy_ratio_withdrawn"
    return "levy_settled" if await levies.settled(act, row["organization_id"], row["year"]) else None


async def create(act: Act, draft: RatioCreate) -> UUID:
    """Enter a firm's filing. Raises Invalid, Forbidden; Conflict for a settled year; Taken where one holds;
    RuleViolation for a firm that is not ours, and for a ratio above the limit without a reason.
    """
    firm = await firms.standing(act, draft.organization_id)
    if draft.filed_on > act.today:
        raise Invalid(errors=(FieldError("/filed_on", "day_future"),))
    if draft.year > act.today.year + 1:
        raise Invalid(errors=(FieldError("/year", "levy_year_future"),))
    policy = await policy_at(act, (firm.region_code, firm.region_level), draft.year)
    facts = LevyFacts(firm.kind, ratio_permyriad=draft.permyriad)
    departing = require_reason(refuse_hard(judge(FILING, facts, policy)), draft.departure_reason)
    await _unsettled(act, firm.id, draft.year)
    row = LevyRatio(
        version=1,
        organization_id=firm.id,
        year=draft.year,
        permyriad=draft.permyriad,
        document=draft.document,
        filed_on=draft.filed_on,
        filed_by=act.by.id,
        state=RatioState.filed,
        departures=recorded(act, departing, policy, draft.departure_reason),
        created_at=act.now,
        recorded_at=act.now,
    )
    await rows.enter(act, row)
    return row.id


async def withdraw(act: Act, ratio_id: UUID, expected: int, reason: str) -> None:
    """Withdraw a filing; another may be entered. Raises NotFound, StaleVersion, Forbidden; Conflict for one that is
    withdrawn, or whose year is settled.
    """
    row = await claim(act, LevyRatio, ratio_id, expected)
    if not act.scope.holds(row.region_code, [] if row.authority_code is None else [row.authority_code]):
        raise Forbidden(reason="scope")
    if row.state == RatioState.withdrawn:
        raise Conflict(errors=(FieldError("", "levy_ratio_withdrawn"),))
    await _unsettled(act, row.organization_id, row.year)
    row.state, row.reason = RatioState.withdrawn, reason
    await rows.save(act, row)


async def _unsettled(act: Act, organization_id: UUID, year: int) -> None:
    if await levies.settled(act, organization_id, year):
        raise Conflict(errors=(FieldError("/year", "levy_settled"),))
