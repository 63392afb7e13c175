"""Under whom a branch had better stand, and how it had better be managed: from facts, with reasons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.affiliations import reads
from app.services.affiliations.facts import Floating, SuggestionFacts, fitting, of_trade
from app.services.affiliations.policy import KIND
from app.services.affiliations.rules import suggested
from app.services.affiliations.suggestion_schemas import SuggestionDraft
from app.services.authorities.facts import written
from app.services.authorities.reads import parsed_code
from app.services.branches import reads as branches
from app.services.policies import service as policies
from app.services.regions.facts import wire
from app.services.regions.stated import lineage, stated

Place = tuple[int, int]


async def for_branch(act: Act, branch_id: UUID, floating: Sequence[tuple[int | None, int]]) -> dict[str, Any]:
    """Suggestions for a branch that stands; `floating` counts members that float into it, by the code of the body at
    their place of origin. Raises NotFound.
    """
    row = await branches.one(act, branch_id)
    firms = await reads.firms(act, await reads.covered(act, branch_id, act.today))
    facts = SuggestionFacts(
        tuple(firms.values()), row["formal_members"], tuple(Floating(code, members) for code, members in floating)
    )
    answer = await _told(act, (int(row["region_code"]), row["region_level"]), facts)
    answer["current"] = {
        "management_mode": row["management_mode"],
        "authority_id": row["authority_id"],
        "agrees": answer["suggestions"][0]["management_mode"] == row["management_mode"],
    }
    return answer


async def for_draft(act: Act, draft: SuggestionDraft) -> dict[str, Any]:
    """Suggestions for a branch that may be founded. Raises Invalid for organisations that are not to be seen."""
    place = stated(draft.region_code, draft.region_level)
    firms = await reads.firms(act, draft.organization_ids, draft.directly_registered)
    errors = [
        FieldError(f"/organization_ids/{number}", "reference_unknown")
        for number, key in enumerate(draft.organization_ids)
        if key not in firms
    ]
    floating = []
    for number, group in enumerate(draft.floating):
        code = group.outflow_authority_code
        pointer = f"/floating/{number}/outflow_authority_code"
        floating.append(Floating(None if code is None else parsed_code(code, pointer), group.members))
    if errors:
        raise Invalid(errors=tuple(errors))
    facts = SuggestionFacts(tuple(firms.values()), draft.formal_members or 0, tuple(floating))
    return {**await _told(act, place, facts), "current": None}


async def _told(act: Act, place: Place, facts: SuggestionFacts) -> dict[str, Any]:
    """Suggestions as rows; `why` is the finding whose text whoever shows it adds."""
    chain = lineage(place)
    policy = (await policies.at(act, KIND, chain, act.today)).numbers
    bodies = await reads.bodies(act, chain)
    return {
        "policy_version": policy.version,
        "suggestions": [
            {
                "management_mode": found.mode,
                "why": found.why,
                "certain": found.certain,
                "trade": found.trade,
                "outflow_authority_code": None if found.outflow is None else written(found.outflow),
                "candidates": [
                    {
                        "authority_id": body.id,
                        "code": written(body.code),
                        "name": body.name,
                        "kind": body.kind,
                        "region_code": wire(body.region_code),
                        "region_level": body.region_level,
                        "of_trade": of_trade(body, found.trade),
                    }
                    for body in fitting(found, bodies)
                ],
            }
            for found in suggested(facts, policy)
        ],
    }
