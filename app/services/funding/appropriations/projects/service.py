"""What can be done with a brand project: ask, put otherwise, withdraw; approve or refuse by another."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.appropriations import reads as rooms
from app.services.funding.appropriations.facts import ProjectState
from app.services.funding.appropriations.models import FundingBrandProject
from app.services.funding.appropriations.policy import KIND, AppropriationPolicy
from app.services.funding.appropriations.projects import reads, repository
from app.services.funding.appropriations.projects.schemas import (
    BrandProjectApprove,
    BrandProjectCreate,
    BrandProjectUpdate,
)
from app.services.funding.appropriations.rules import DECIDING, ProjectFacts, decided_by_another
from app.services.funding.appropriations.service import standing
from app.services.funding.appropriations.wording import yuan
from app.services.policies import service as policies
from app.services.regions.stated import lineage

S = ProjectState
P = Permission
WHEN: dict[str, tuple[Permission, bool]] = {
    "update": (P.spending_requests_write, True),
    "withdraw": (P.spending_requests_write, True),
    "approve": (P.funding_approve, False),
    "refuse": (P.funding_approve, False),
}
"""Who can do each thing while nobody has decided, and whether it is for whoever asked alone (else for all but him)."""


async def _policy(act: Act, row: Any) -> AppropriationPolicy:
    place = (int(row["region_code"]), row["region_level"])
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def shown(act: Act, project_id: UUID) -> dict[str, Any]:
    """One project with what stands against approving all that was asked. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, project_id)
    policy = await _policy(act, row)
    findings: tuple[Finding, ...] = ()
    if row["state"] == S.asked:
        facts = await _facts(act, row, row["asked_fen"])
        findings = judge(DECIDING, facts, policy)
    return {
        **row,
        "ceiling_fen": policy.brand_project_most_fen.value,
        "findings": findings,
        "policy_version": policy.version,
        "allowed_actions": [action(name, _refusal(act, row, name)) for name in WHEN],
    }


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    permission, own = WHEN[name]
    if permission not in act.by.permissions:
        return "permission"
    office = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])])
    if not own and not office:
        return "outside_scope"
    if row["state"] != S.asked:
        return f"brand_project_{row['state']}"
    if own:
        return None if row["asked_by"] == act.by.id else "brand_project_of_another"
    return "brand_project_own" if row["asked_by"] == act.by.id else None


async def _facts(act: Act, row: Any, approved_fen: int) -> ProjectFacts:
    others = await reads.others(act, row["branch_id"], row["year"], row["id"])
    return ProjectFacts(row["asked_by"] == act.by.id, approved_fen, others)


async def create(act: Act, draft: BrandProjectCreate) -> UUID:
    """Ask a committee for money for a branch's project.

    Raises Invalid for a committee or branch that is not to be seen or has ended, or a branch elsewhere; Forbidden for
    a branch of which the caller only knows; Taken for the same project of the branch and year.
    """
    branch = await rooms.branch(act, draft.branch_id)
    if branch is None:
        raise Invalid(errors=(FieldError("/branch_id", "reference_unknown"),))
    _, place, line_code = branch
    if not act.scope.holds(place, [line_code], [draft.branch_id]):
        raise Forbidden(reason="scope")
    asked = await rooms.asked(act, draft.committee_id, draft.branch_id)
    if asked is None and await rooms.body(act, draft.committee_id) is not None:
        raise Invalid(errors=(FieldError("/branch_id", "appropriation_branch_elsewhere"),))
    standing(asked, act.today)
    row = FundingBrandProject(
        version=1,
        committee_id=draft.committee_id,
        branch_id=draft.branch_id,
        year=draft.year,
        title=draft.title,
        purpose=draft.purpose,
        asked_fen=draft.asked_fen,
        state=S.asked,
        asked_by=act.by.id,
        departures=[],
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, row)
    return row.id


async def update(act: Act, project_id: UUID, expected: int, change: BrandProjectUpdate) -> None:
    """Put what is asked for otherwise. Raises NotFound, StaleVersion; Forbidden for whoever did not ask for it;
    Conflict once it is decided.
    """
    row = await _own(act, project_id, expected)
    for name in change.model_fields_set - {"currency"}:
        setattr(row, name, getattr(change, name))
    await repository.save(act, row)


async def withdraw(act: Act, project_id: UUID, expected: int, reason: str) -> None:
    """Ask for it no longer. Raises as `update`."""
    row = await _own(act, project_id, expected)
    row.state, row.decision_reason = S.withdrawn, reason
    await repository.save(act, row)


async def approve(act: Act, project_id: UUID, expected: int, wish: BrandProjectApprove) -> None:
    """Somebody else than who asked says how much is given: the next proposal of the year has it.

    Raises NotFound, StaleVersion, Forbidden; Conflict once it is decided; Invalid for more than was asked;
    RuleViolation for one's own, above the ceiling, or a departure without a reason.
    """
    row = await _in_office(act, project_id, expected)
    if wish.approved_fen > row.asked_fen:
        told = {"asked": yuan(row.asked_fen)}
        raise Invalid(errors=(FieldError("/approved_fen", "brand_project_more_than_asked", told),))
    policy = await _policy(act, vars(row))
    findings = refuse_hard(judge(DECIDING, await _facts(act, vars(row), wish.approved_fen), policy))
    departing = require_reason(findings, wish.departure_reason)
    row.departures = recorded(act, departing, policy, wish.departure_reason)
    row.state, row.approved_fen, row.document = S.approved, wish.approved_fen, wish.document
    row.decided_by, row.decided_on = act.by.id, act.today
    await repository.save(act, row)


async def refuse(act: Act, project_id: UUID, expected: int, reason: str) -> None:
    """Say that nothing is given for it. Raises as `approve`; whoever asked withdraws it instead."""
    row = await _in_office(act, project_id, expected)
    facts = await _facts(act, vars(row), row.asked_fen)
    refuse_hard(judge((decided_by_another,), facts, await _policy(act, vars(row))))
    row.state, row.decision_reason = S.refused, reason
    row.decided_by, row.decided_on = act.by.id, act.today
    await repository.save(act, row)


async def _asked(act: Act, project_id: UUID, expected: int) -> FundingBrandProject:
    row = await claim(act, FundingBrandProject, project_id, expected)
    if row.state != S.asked:
        raise Conflict(errors=(FieldError("", f"brand_project_{row.state}"),))
    return row


async def _own(act: Act, project_id: UUID, expected: int) -> FundingBrandProject:
    row = await _asked(act, project_id, expected)
    if row.asked_by != act.by.id:
        raise Forbidden(reason="brand_project")
    return row


async def _in_office(act: Act, project_id: UUID, expected: int) -> FundingBrandProject:
    row = await _asked(act, project_id, expected)
    if not act.scope.holds(row.region_code, [row.authority_code]):
        raise Forbidden(reason="scope")
    return row
