"""One firm's levy: shown as a statement, settled by somebody who did not compute it, or set aside."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, refuse_hard
from app.core.findings import Finding, judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.levies import reads, repository
from app.services.funding.levies.basis import basis
from app.services.funding.levies.computing import computed
from app.services.funding.levies.facts import Booked, Found, LevyState, RatioSource
from app.services.funding.levies.models import Levy
from app.services.funding.levies.policy import LevyPolicy
from app.services.funding.levies.rules import SETTLING, TELLING, LevyFacts
from app.services.funding.levies.schemas import LevySettle
from app.services.funding.levies.service import policy_at
from app.services.organizations.kinds import Kind

S = LevyState
P = Permission
WHEN: dict[str, tuple[Permission, frozenset[LevyState]]] = {
    "compute": (P.levies_write, frozenset({S.planned})),
    "set_aside": (P.funding_write, frozenset({S.planned})),
    "settle": (P.funding_approve, frozenset({S.planned})),
    "discard": (P.levies_write, frozenset({S.planned})),
}
"""Who can do each thing, and in which states."""


async def shown(act: Act, levy_id: UUID) -> dict[str, Any]:
    """One levy with its basis, what the rules say and what the caller may do. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, levy_id)
    policy, found, outdated = await _now(act, row)
    booked = await reads.booked(act, row["organization_id"], row["year"])
    facts = _facts(act, row, found, booked, outdated=outdated)
    findings: tuple[Finding, ...] = () if row["state"] == S.discarded else judge(TELLING, facts, policy)
    return {
        **row,
        "basis": basis(row, found, booked),
        "findings": findings,
        "allowed_actions": [action(name, _refusal(act, row, name, outdated=outdated)) for name in WHEN],
    }


async def _now(act: Act, row: dict[str, Any]) -> tuple[LevyPolicy, Found | None, bool]:
    """The policy of the levy's committee, what is known of the firm, and whether it would come to something else."""
    body = await repository.body(act, row["committee_id"])
    place = (int(row["region_code"]), row["region_level"]) if body is None else body.place
    policy = await policy_at(act, place, row["year"])
    if body is None or row["state"] == S.discarded:
        return policy, None, False
    found = await repository.firms(act, body, row["year"], policy.member_basis.value, [row["organization_id"]])
    if not found:
        return policy, None, False
    told = repository.told(computed(found[0].firm, policy), policy.version)
    return policy, found[0], row["state"] == S.planned and not repository.same(row, told)


def _facts(act: Act, row: dict[str, Any], found: Found | None, booked: Booked, *, outdated: bool) -> LevyFacts:
    settled = row["state"] == S.settled
    return LevyFacts(
        kind=Kind(row["kind"]) if found is None or settled else found.firm.kind,
        payroll_fen=row["payroll_fen"],
        reported_fen=None if found is None else found.reported_fen,
        staff=row["staff"],
        ratio_permyriad=row["ratio_permyriad"],
        ratio_source=RatioSource(row["ratio_source"]),
        limit_fen=row["limit_fen"],
        planned_fen=row["planned_fen"],
        set_aside_fen=row["set_aside_fen"] if settled else booked.set_aside_fen,
        spent_fen=row["spent_fen"] if settled else booked.spent_fen,
        outdated=outdated,
        own=act.by.id in row["drawn_by"],
        year_over=act.today >= date(row["year"] + 1, 1, 1),
    )


def in_office(act: Act, row: dict[str, Any]) -> bool:
    """Whether a row of a firm stands where the caller is in office."""
    line = row["authority_code"]
    return act.scope.holds(int(row["region_code"]), [] if line is None else [int(line)])


def _refusal(act: Act, row: dict[str, Any], name: str, *, outdated: bool) -> str | None:
    permission, states = WHEN[name]
    if permission not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    if row["state"] not in states:
        return f"levy_{row['state']}"
    if name != "settle":
        return None
    if act.today < date(row["year"] + 1, 1, 1):
        return "levy_year_not_over"
    if row["payroll_fen"] is None:
        return "levy_payroll_missing"
    if outdated:
        return "levy_outdated"
    return "levy_own_computation" if act.by.id in row["drawn_by"] else None


async def settle(act: Act, levy_id: UUID, expected: int, wish: LevySettle) -> None:
    """Freeze a levy with what the books say: from here on whatever comes is an adjustment.

    Nothing is posted in the firm's accounts meanwhile. Raises NotFound, StaleVersion, Forbidden; Conflict for one that
    is not planned, or that would be computed otherwise now; RuleViolation for whoever computed it, before the year is
    over, without a payroll, and for a departure without a reason.
    """
    row = await _planned(act, levy_id, expected)
    await repository.hold(act, row.organization_id)
    told = await reads.one(act, levy_id)
    policy, found, outdated = await _now(act, told)
    booked = await reads.booked(act, row.organization_id, row.year)
    findings = refuse_hard(judge(SETTLING, _facts(act, told, found, booked, outdated=outdated), policy))
    if outdated:
        raise Conflict(errors=(FieldError("", "levy_outdated"),))
    departing = require_reason(findings, wish.departure_reason)
    row.departures = recorded(act, departing, policy, wish.departure_reason)
    row.document = wish.document
    row.state, row.settled_by, row.settled_on = S.settled, act.by.id, act.today
    await repository.save(act, row)


async def discard(act: Act, levy_id: UUID, expected: int, reason: str) -> None:
    """Set a planned levy aside: the firm's year is free for another, of another committee too.

    Raises NotFound, StaleVersion, Forbidden; Conflict for one that is not planned or that money was set aside for.
    """
    row = await _planned(act, levy_id, expected)
    if await repository.has_set_asides(act, row.id):
        raise Conflict(errors=(FieldError("", "levy_has_set_asides"),))
    row.state, row.discard_reason = S.discarded, reason
    await repository.save(act, row)


async def _planned(act: Act, levy_id: UUID, expected: int) -> Levy:
    row = await claim(act, Levy, levy_id, expected)
    if not act.scope.holds(row.region_code, [] if row.authority_code is None else [row.authority_code]):
        raise Forbidden(reason="scope")
    if row.state != S.planned:
        raise Conflict(errors=(FieldError("", f"levy_{row.state}"),))
    return row
