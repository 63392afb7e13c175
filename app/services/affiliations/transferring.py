"""A branch comes under another superior body, or is managed in another way, from a day on."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.services.affiliations import repository
from app.services.affiliations.facts import TransferFacts
from app.services.affiliations.policy import KIND, AffiliationPolicy
from app.services.affiliations.rules import TRANSFER
from app.services.affiliations.schemas import HandingOver, Transfer
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.models import Authority
from app.services.branches.facts import ManagementMode
from app.services.branches.failures import require_reason
from app.services.branches.founding import outflow_code, outflow_wrong, recorded
from app.services.branches.models import Branch
from app.services.policies import service as policies
from app.services.regions.facts import span
from app.services.regions.stated import lineage


async def transfer(act: Act, branch_id: UUID, expected: int, change: Transfer) -> None:
    """Bring a branch under another body or mode. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion; Conflict for a dissolved branch; Invalid for a wrong day or what may not
    be referred to; RuleViolation where the branch would be outside a superior body, DepartureUnapproved for a departure
    without a reason.
    """
    branch = await claim(act, Branch, branch_id, expected)
    if branch.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "branch_dissolved"),))
    wanted = {
        "authority_id": change.authority_id,
        "management_mode": change.management_mode,
        "outflow_authority_code": outflow_code(change.outflow_authority_code),
    }
    changed = {name: value for name, value in wanted.items() if value != getattr(branch, name)}
    if not changed:
        return
    superior = await repository.superior(act, change.authority_id)
    began = await repository.began(act, [branch.id])
    errors = [
        *days_wrong(change.on, change, began, act.today),
        *outflow_wrong(change.outflow_authority_code, change.management_mode),
    ]
    if superior is None:
        errors.append(FieldError("/authority_id", "reference_unknown"))
    if errors or superior is None:
        raise Invalid(errors=tuple(errors))
    policy = await policy_at(act, branch)
    facts = facts_of(superior, change.management_mode, branch, change.on, wanted["outflow_authority_code"] is not None)
    departing = require_reason(refuse_hard(judge(TRANSFER, facts, policy)), change.departure_reason)
    if not act.scope.holds(branch.region_code, [superior.code], [branch.id]):
        raise Forbidden(reason="scope")  # by line it would leave the caller's own, and could not be called back
    if departing:
        changed["departures"] = [*branch.departures, *recorded(act, departing, policy, change.departure_reason)]
    await repository.stand_under(act, branch, changed, change.on, told(change, change.reason, change.on))


def days_wrong(on: date, said: HandingOver, began: date | None, today: date) -> list[FieldError]:
    """What is wrong with the first day, and with the day of the hand-over: after today, or before the present began."""
    errors = []
    if on > today:
        errors.append(FieldError("/on", "day_future"))
    elif began is not None and on < began:
        errors.append(FieldError("/on", "day_too_early", {"earliest": began.isoformat()}))
    if said.handed_on is not None and said.handed_on > today:
        errors.append(FieldError("/handed_on", "day_future"))
    return errors


def facts_of(superior: Authority, mode: ManagementMode, branch: Branch, on: date, outflow: bool) -> TransferFacts:
    """What the rules ask about a branch under a body from a day on."""
    founded, dissolved = superior.founded_on, superior.dissolved_on
    low, high = span(superior.region_code, superior.region_level)
    return TransferFacts(
        mode=mode,
        kind=AuthorityKind(superior.kind),
        stands=(founded is None or founded <= on) and dissolved is None,
        holds=low <= branch.region_code < high,
        outflow=outflow,
    )


async def policy_at(act: Act, branch: Branch) -> AffiliationPolicy:
    """The policy in force where the branch sits, today: what is decided is judged by the rules of the day."""
    chain = lineage((branch.region_code, branch.region_level))
    return (await policies.at(act, KIND, chain, act.today)).numbers


def told(said: HandingOver, reason: str, on: date) -> dict[str, Any]:
    """What is kept with the affiliation. Something handed over without a day was so on the first day."""
    record = said.model_dump(include=set(HandingOver.model_fields), exclude_none=True)
    if record:
        record.setdefault("handed_on", on)
    return {"reason": reason, **record}
