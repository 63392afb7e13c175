"""A body's branches, all together, are handed to another one: when a department takes the work over, say."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, Severity, judge
from app.services.affiliations import reads, repository
from app.services.affiliations.policy import KIND, AffiliationPolicy
from app.services.affiliations.rules import TRANSFER
from app.services.affiliations.schemas import HandOver
from app.services.affiliations.transferring import days_wrong, facts_of, told
from app.services.authorities.models import Authority, AuthorityHandover
from app.services.authorities.service import ended, owned
from app.services.branches.facts import ManagementMode
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.branches.models import Branch
from app.services.policies import service as policies
from app.services.regions.stated import lineage

Departing = dict[tuple[Finding, ...], list[UUID]]


async def hand_over(act: Act, authority_id: UUID, expected: int, order: HandOver) -> dict[str, Any]:
    """Bring all branches that stand under a body under its successor from a day on, and end the body where so ordered.

    Each branch gets its dated affiliation; the record of the whole is kept and named by them. Raises NotFound,
    Forbidden, StaleVersion; Conflict for a body that has ended or has branches beyond the caller's scope; Invalid for a
    wrong day or successor; RuleViolation and DepartureUnapproved as a transfer does.
    """
    authority = await owned(act, authority_id, expected)
    if authority.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "authority_dissolved"),))
    successor = await repository.superior(act, order.successor_id)
    branches = await repository.under(act, authority_id)
    errors = days_wrong(order.on, order, await repository.began(act, [branch.id for branch in branches]), act.today)
    if successor is None:
        errors.append(FieldError("/successor_id", "reference_unknown"))
    elif successor.id == authority.id:
        errors.append(FieldError("/successor_id", "authority_own_successor"))
    if errors or successor is None:
        raise Invalid(errors=tuple(errors))
    if not all(act.scope.holds(branch.region_code, [successor.code], [branch.id]) for branch in branches):
        raise Forbidden(reason="scope")
    handover = await repository.keep(act, _record(act, authority, successor, order, len(branches)))
    if await repository.branches_of(act, authority_id) != len(branches):
        raise Conflict(errors=(FieldError("", "authority_branches_beyond_scope"),))
    chain = lineage((authority.region_code, authority.region_level))
    policy = (await policies.at(act, KIND, chain, act.today)).numbers
    groups = _judged(branches, successor, order, policy)
    said = {**told(order, order.reason, order.on), "handover_id": str(handover.id)}
    values = _values(successor, order)
    for departing, ids in groups.items():
        let_pass = recorded(act, departing, policy, order.departure_reason)
        await repository.hand_over(act, ids, values, let_pass, order.on, said)
    if order.dissolve:
        await ended(act, authority, order.on, order.reason, "/on")
    return await reads.handover(act, handover.id)


def _record(act: Act, authority: Authority, successor: Authority, order: HandOver, branches: int) -> AuthorityHandover:
    return AuthorityHandover(
        version=1,
        authority_id=authority.id,
        authority_code=authority.code,
        successor_id=successor.id,
        successor_code=successor.code,
        handed_on=order.on,
        reason=order.reason,
        document=order.document,
        handed_by=order.handed_by,
        received_by=order.received_by,
        handed_items=order.handed_items,
        handover_note=order.handover_note,
        branches=branches,
        dissolved=order.dissolve,
        region_code=authority.region_code,
        created_at=act.now,
        recorded_at=act.now,
    )


def _judged(branches: list[Branch], successor: Authority, order: HandOver, policy: AffiliationPolicy) -> Departing:
    """The branches by what departs for each of them. Raises RuleViolation, DepartureUnapproved, each finding once."""
    groups: Departing = defaultdict(list)
    for branch in branches:
        mode = order.management_mode or ManagementMode(branch.management_mode)
        outflow = mode is ManagementMode.dual and branch.outflow_authority_code is not None
        findings = judge(TRANSFER, facts_of(successor, mode, branch, order.on, outflow), policy)
        groups[findings].append(branch.id)
    every = tuple(dict.fromkeys(finding for findings in groups for finding in findings))
    require_reason(refuse_hard(every), order.departure_reason)
    return {
        tuple(finding for finding in findings if finding.severity is Severity.departure): ids
        for findings, ids in groups.items()
    }


def _values(successor: Authority, order: HandOver) -> dict[str, Any]:
    """What changes of each branch; only dual management has a body at the place of origin."""
    values: dict[str, Any] = {"authority_id": successor.id}
    if order.management_mode is not None:
        values["management_mode"] = order.management_mode
        if order.management_mode is not ManagementMode.dual:
            values["outflow_authority_code"] = None
    return values
