"""An application as it is shown: with what the rules say of it today, and what the caller may do."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches import repository
from app.services.branches.applications import drafts, reads
from app.services.branches.applications.schemas import ApplicationDetail
from app.services.branches.facts import ApplicationState
from app.services.branches.founding import founding_facts, policy_at
from app.services.branches.policy import BranchPolicy
from app.services.branches.rules import FOUNDING
from app.services.branches.schemas import BranchCreate

S = ApplicationState
OPEN = frozenset({S.applied, S.returned, S.approved})
WHEN: dict[str, frozenset[ApplicationState]] = {
    "update": frozenset({S.applied, S.returned}),
    "resubmit": frozenset({S.returned}),
    "approve": frozenset({S.applied}),
    "return": frozenset({S.applied}),
    "withdraw": OPEN,
    "found": frozenset({S.approved}),
    "file": frozenset({S.founded}),
}
"""In which states each thing can be done."""
DECISIONS = frozenset({"approve", "return"})


async def shown(act: Act, application_id: UUID) -> dict[str, Any]:
    """One application. Raises NotFound.

    `findings` are Finding values, judged without a lock from what the caller sees; None when it is settled, or when he
    does not see all of its organisations.
    """
    row = await reads.one(act, application_id)
    draft = row.pop("draft")
    told = {name: value for name, value in draft.items() if name in ApplicationDetail.model_fields}
    policy = await policy_at(act, (int(row["region_code"]), row["region_level"]))
    findings = await _findings(act, row, draft, policy) if row["state"] in OPEN else None
    return {
        **told,
        **row,
        "findings": findings,
        "policy_version": None if findings is None else policy.version,
        "allowed_actions": await _allowed(act, row),
    }


async def _findings(
    act: Act, row: dict[str, Any], draft: dict[str, Any], policy: BranchPolicy
) -> tuple[Finding, ...] | None:
    organizations = await repository.candidates(act, row["organization_ids"], lock=False)
    if len(organizations) < len(row["organization_ids"]):
        return None
    columns = {name: row[name] for name in drafts.COLUMNS}
    day = row["decided_on"] if row["state"] == S.approved else row["applied_on"]
    asked = BranchCreate.model_validate({**draft, **columns, "founded_on": day})
    return judge(FOUNDING, founding_facts(asked, list(organizations.values()), policy, set()), policy)


async def _allowed(act: Act, row: dict[str, Any]) -> list[dict[str, Any]]:
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [row["branch_id"]])
    superior = await reads.superior(act, row["authority_id"])
    above = superior is not None and act.scope.holds(superior[0], [superior[1]])
    own = row["applied_by"] == act.by.id
    return [
        action(
            name,
            _refusal(act, name, inside=inside and (above or name not in DECISIONS))
            or (None if row["state"] in states else "application_state")
            or ("application_own" if own and name == "approve" else None),
        )
        for name, states in WHEN.items()
    ]


def _refusal(act: Act, name: str, *, inside: bool) -> str | None:
    needed = Permission.branches_approve if name in DECISIONS else Permission.branches_write
    if needed not in act.by.permissions:
        return "permission"
    return None if inside else "outside_scope"
