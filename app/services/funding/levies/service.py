"""Computing the levies of a committee's firms for a year: set-wise, again as often as wanted; what is settled stays."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid, RuleViolation
from app.core.findings import Finding, judge
from app.services.authorities.facts import AuthorityKind
from app.services.funding.levies import repository
from app.services.funding.levies.computing import computed
from app.services.funding.levies.facts import Body, Computed, Found, LevyState
from app.services.funding.levies.policy import KIND, LevyPolicy
from app.services.funding.levies.rules import COMPUTING, LevyFacts
from app.services.funding.levies.schemas import LevyCompute
from app.services.policies import service as policies
from app.services.policies import wire
from app.services.regions.stated import lineage

SHOWN = 200
"""How many of those left out are named in the answer."""


async def policy_at(act: Act, place: tuple[int, int], year: int) -> LevyPolicy:
    """The policy of a place for a year: that of its last day, or of today while it runs."""
    return (await policies.at(act, KIND, lineage(place), min(act.today, date(year, 12, 31)))).numbers


async def committee(act: Act, committee_id: UUID) -> Body:
    """A committee whose books the caller may write. Raises Invalid, Forbidden."""
    body = await repository.body(act, committee_id)
    if body is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if body.kind not in (AuthorityKind.work_committee, AuthorityKind.social_work_department):
        raise Invalid(errors=(FieldError("/committee_id", "authority_no_committee"),))
    if not act.scope.holds(body.region_code, [body.code]):
        raise Forbidden(reason="scope")
    return body


async def compute(act: Act, wish: LevyCompute) -> dict[str, Any]:
    """Compute a year's levies of the named firms, or of all that are known. `left_out` pairs firms with findings.

    What is settled is left as it is; what comes to the same is not written. Raises Invalid for a year that has not
    begun, a committee that is none, and a named firm that is not to be seen or not the committee's; Forbidden;
    RuleViolation when a named firm is state-owned or of another kind that is not counted.
    """
    body = await committee(act, wish.committee_id)
    if wish.year > act.today.year:
        raise Invalid(errors=(FieldError("/year", "levy_year_future"),))
    policy = await policy_at(act, body.place, wish.year)
    ids = None if wish.organization_ids is None else sorted(set(wish.organization_ids))
    found = await repository.firms(act, body, wish.year, policy.member_basis.value, ids)
    if wish.organization_ids is not None:
        _named(wish.organization_ids, found, policy)
    held = await repository.held(act, wish.year, [each.firm.id for each in found])
    fresh: list[Computed] = []
    left_out: list[tuple[Found, str, Finding | None]] = []
    for each in found:
        code, finding = _why_not(each, held.get(each.firm.id), body, policy)
        if code is None:
            fresh.append(computed(each.firm, policy))
        else:
            left_out.append((each, code, finding))
    counts = await _written(act, body, wish.year, fresh, held, policy)
    return {
        "committee_id": body.id,
        "year": wish.year,
        "policy_version": policy.version,
        **counts,
        "payroll_missing": sum(each.limit_fen is None for each in fresh),
        "limit_fen": sum(each.limit_fen or 0 for each in fresh),
        "planned_fen": sum(each.planned_fen or 0 for each in fresh),
        "left_out": left_out,
    }


def _named(asked: Sequence[UUID], found: Sequence[Found], policy: LevyPolicy) -> None:
    """What is named must be there and be ours: nobody is left out of what was asked by name without a word."""
    known = {each.firm.id: each for each in found}
    errors: list[FieldError] = []
    refused: list[Finding] = []
    for number, each in enumerate(asked):
        pointer = f"/organization_ids/{number}"
        if each not in known:
            errors.append(FieldError(pointer, "reference_unknown"))
            continue
        judged = judge(COMPUTING, LevyFacts(known[each].firm.kind), policy)
        refused += judged
        if not judged and not known[each].in_reach:
            errors.append(FieldError(pointer, "levy_out_of_reach"))
    if errors:
        raise Invalid(errors=tuple(errors))
    if refused:
        raise RuleViolation(tuple(refused))


def _why_not(
    each: Found, held: Mapping[str, Any] | None, body: Body, policy: LevyPolicy
) -> tuple[str | None, Finding | None]:
    judged = judge(COMPUTING, LevyFacts(each.firm.kind), policy)
    if held is not None and held["committee_id"] != body.id:
        return "levy_kept_elsewhere", None
    if held is not None and held["state"] == LevyState.settled:
        return "levy_settled", None
    if judged:
        return judged[0].code, judged[0]
    return ("levy_out_of_reach", None) if held is None and not each.in_reach else (None, None)


async def _written(
    act: Act,
    body: Body,
    year: int,
    fresh: Sequence[Computed],
    held: Mapping[UUID, Mapping[str, Any]],
    policy: LevyPolicy,
) -> dict[str, int]:
    added, changed = [], []
    numbers = wire.written(policy)
    for each in fresh:
        told = repository.told(each, policy.version)
        row = {
            "organization_id": each.firm.id,
            **told,
            "payroll_said_at": each.firm.payroll_said_at,
            "policy": numbers,
        }
        known = held.get(each.firm.id)
        if known is None:
            added.append(row)
        elif not repository.same(known, told):
            changed.append(row)
    await repository.add(act, body, year, added)
    await repository.change(act, body, year, changed)
    return {"computed": len(added), "changed": len(changed), "unchanged": len(fresh) - len(added) - len(changed)}
