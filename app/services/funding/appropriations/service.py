"""What can be done with a proposal: compute, compute again, adjust, approve by another, set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.authorities.facts import AuthorityKind
from app.services.funding.appropriations import reads, repository
from app.services.funding.appropriations.facts import AppropriationState, ItemKind, Proposed
from app.services.funding.appropriations.models import FundingAppropriation
from app.services.funding.appropriations.policy import KIND, AppropriationPolicy
from app.services.funding.appropriations.proposing import MoreThanDue, propose
from app.services.funding.appropriations.reaching import Body
from app.services.funding.appropriations.rules import APPROVING, ProposalFacts
from app.services.funding.appropriations.schemas import (
    AppropriationCreate,
    AppropriationRefresh,
    AppropriationUpdate,
)
from app.services.funding.appropriations.wording import yuan
from app.services.funding.facts import MOST_FEN, Purse
from app.services.policies import service as policies
from app.services.policies import wire
from app.services.regions.stated import lineage

S = AppropriationState
P = Permission
WHEN: dict[str, tuple[Permission, frozenset[AppropriationState]]] = {
    "update": (P.funding_write, frozenset({S.draft})),
    "refresh": (P.funding_write, frozenset({S.draft})),
    "adjust": (P.funding_write, frozenset({S.draft})),
    "approve": (P.funding_approve, frozenset({S.draft})),
    "post": (P.funding_post, frozenset({S.approved})),
    "reverse": (P.funding_post, frozenset({S.posted})),
    "discard": (P.funding_write, frozenset({S.draft, S.approved})),
}
"""Who can do each thing, and in which states."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be proposed to whom: a committee and where it stands, a year, kinds, a day, and a sum to share out."""

    committee_id: UUID
    place: tuple[int, int]
    year: int
    kinds: Sequence[ItemKind]
    on: date
    wished_fen: int | None


async def shown(act: Act, appropriation_id: UUID) -> dict[str, Any]:
    """One appropriation with its sums, what the rules say of a draft, and what may be done. `findings` are Finding
    values. Raises NotFound.
    """
    row = await reads.one(act, appropriation_id)
    sums = await reads.sums(act, appropriation_id)
    below = await reads.below_zero(act, appropriation_id)
    policy = wire.read(KIND.default, row["policy"], row["policy_version"])
    findings = judge(APPROVING, _facts(act, row, sums, below), policy) if row["state"] == S.draft else ()
    actions = [action(name, _refusal(act, row, name)) for name in WHEN]
    return {**row, "sums": sums, "findings": findings, "allowed_actions": actions}


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    permission, states = WHEN[name]
    if permission not in act.by.permissions:
        return "permission"
    if not act.scope.holds(int(row["region_code"]), [int(row["authority_code"])]):
        return "outside_scope"
    if row["state"] not in states:
        return f"appropriation_{row['state']}"
    return "appropriation_own" if name == "approve" and act.by.id in row["drawn_by"] else None


def _facts(act: Act, row: dict[str, Any], sums: list[dict[str, Any]], below: int) -> ProposalFacts:
    return ProposalFacts(
        own=act.by.id in row["drawn_by"],
        due_fen=row["due_fen"],
        wished_fen=row["wished_fen"],
        total_fen=row["total_fen"],
        below=below,
        adjusted=sum(each["lines"] for each in sums if each["kind"] == ItemKind.adjustment),
    )


async def committee(act: Act, committee_id: UUID) -> Body:
    """A work committee that may be seen and stands. Raises Invalid."""
    return standing(await reads.body(act, committee_id), act.today)


def standing(body: Body | None, today: date) -> Body:
    """A work committee that stands. Raises Invalid."""
    if body is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if body.kind not in (AuthorityKind.work_committee, AuthorityKind.social_work_department):
        raise Invalid(errors=(FieldError("/committee_id", "authority_no_committee"),))
    if body.dissolved_on is not None and body.dissolved_on <= today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    return body


async def create(act: Act, draft: AppropriationCreate) -> UUID:
    """Compute what is due to a committee's branches as of a day, and keep it as a draft.

    Raises Invalid for what it refers to, the levy's purse, a day to come or of another year, or a sum above what is
    due; Forbidden; Conflict where nothing is due to anybody.
    """
    body = await committee(act, draft.committee_id)
    if not act.scope.holds(body.region_code, [body.code]):
        raise Forbidden(reason="scope")
    if draft.purse == Purse.enterprise_levy:
        raise Invalid(errors=(FieldError("/purse", "appropriation_levy"),))
    on = draft.on or min(act.today, date(draft.year, 12, 31))
    place = (body.region_code, body.region_level)
    wish = Wish(draft.committee_id, place, draft.year, draft.kinds, on, draft.total_wished_fen)
    proposed, policy = await computed(act, wish)
    if not proposed.lines:
        raise Conflict(errors=(FieldError("/kinds", "appropriation_nothing_due"),))
    row = FundingAppropriation(
        version=1,
        committee_id=draft.committee_id,
        year=draft.year,
        purse=draft.purse,
        budget_line_id=draft.budget_line_id,
        title=draft.title,
        document=draft.document,
        state=S.draft,
        drawn_by=[act.by.id],
        created_at=act.now,
        recorded_at=act.now,
    )
    _told(act, row, wish, proposed, policy)
    row.total_fen, row.lines, row.branches = proposed.total_fen, len(proposed.lines), _branches(proposed)
    await repository.add(act, row)
    await repository.set_lines(act, row.id, proposed.lines)
    return row.id


def _branches(proposed: Proposed) -> int:
    return len({line.branch_id for line in proposed.lines})


async def computed(act: Act, wish: Wish) -> tuple[Proposed, AppropriationPolicy]:
    """What the rules propose now, and the numbers they took: those in force in the year, today at the latest.

    Raises Invalid for the day, for a sum above what is due, and for more than the books can hold.
    """
    if wish.on > act.today:
        raise Invalid(errors=(FieldError("/on", "appropriation_on_future"),))
    if not wish.year - 1 <= wish.on.year <= wish.year:
        raise Invalid(errors=(FieldError("/on", "appropriation_on_other_year", {"year": wish.year}),))
    day = max(date(wish.year, 1, 1), min(act.today, date(wish.year, 12, 31)))
    policy = (await policies.at(act, KIND, lineage(wish.place), day)).numbers
    ground = await repository.ground(act, wish.committee_id, wish.year, wish.on)
    try:
        proposed = propose(ground, wish.kinds, policy, wish.wished_fen)
    except MoreThanDue as refused:
        told = {"due": yuan(refused.due_fen)}
        raise Invalid(errors=(FieldError("/total_wished_fen", "appropriation_more_than_due", told),)) from refused
    if proposed.wanted_fen > MOST_FEN:
        raise Invalid(errors=(FieldError("/kinds", "appropriation_too_large"),))
    return proposed, policy


def _told(act: Act, row: FundingAppropriation, wish: Wish, proposed: Proposed, policy: AppropriationPolicy) -> None:
    """Put down what a proposal was computed from."""
    row.kinds, row.facts_on, row.wished_fen = [str(kind) for kind in wish.kinds], wish.on, wish.wished_fen
    row.due_fen = proposed.wanted_fen
    row.computed_by, row.computed_at = act.by.id, act.now
    row.policy_version, row.policy = policy.version, wire.written(policy)
    row.left_out = [
        {"kind": each.kind, "branch_id": str(each.branch_id), "branch_name": each.branch_name, "why": each.why}
        for each in proposed.left_out
    ]


async def update(act: Act, appropriation_id: UUID, expected: int, change: AppropriationUpdate) -> None:
    """Name a draft otherwise; whoever does had a hand in it. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    row = await in_state(act, appropriation_id, expected, "update")
    for name in change.model_fields_set:
        setattr(row, name, getattr(change, name))
    await drawn(act, row)


async def refresh(act: Act, appropriation_id: UUID, expected: int, again: AppropriationRefresh) -> None:
    """Compute a draft again by what is so now. Lines by hand stay.

    Raises NotFound, StaleVersion, Forbidden, Conflict for one that is no draft; Invalid as `create` does.
    """
    row = await in_state(act, appropriation_id, expected, "refresh")
    asked = again.model_fields_set
    wish = _wish(row)
    wish = Wish(
        wish.committee_id,
        wish.place,
        wish.year,
        again.kinds if "kinds" in asked else wish.kinds,
        again.on if "on" in asked else wish.on,
        again.total_wished_fen if "total_wished_fen" in asked else wish.wished_fen,
    )
    proposed, policy = await computed(act, wish)
    _told(act, row, wish, proposed, policy)
    await drawn(act, row)
    await repository.set_lines(act, row.id, proposed.lines)
    await counted(act, row)


def _wish(row: FundingAppropriation) -> Wish:
    kinds = [ItemKind(kind) for kind in row.kinds]
    place = (row.region_code, row.region_level)
    return Wish(row.committee_id, place, row.year, kinds, row.facts_on, row.wished_fen)


async def approve(act: Act, appropriation_id: UUID, expected: int) -> None:
    """Somebody else than those who drew it up says that it holds: from here on its lines count as given.

    Raises RuleViolation for whoever had a hand in it, for nothing to give, or a branch that would give; Conflict where
    it would be computed otherwise now; NotFound, StaleVersion, Forbidden. Of two that give the same at once the
    database lets one through (Taken).
    """
    row = await in_state(act, appropriation_id, expected, "approve")
    sums = await reads.sums(act, row.id)
    below = await reads.below_zero(act, row.id)
    kept = wire.read(KIND.default, row.policy, row.policy_version)
    facts = _facts(act, {name: getattr(row, name) for name in FACTS}, sums, below)
    refuse_hard(judge(APPROVING, facts, kept))
    proposed, _ = await _again(act, row)
    if other := await repository.otherwise(act, row.id, proposed.lines):
        raise _outdated(other)
    if gone := await repository.unfit(act, row.id):
        raise Conflict(errors=unfit(gone))
    row.state, row.approved_by, row.approved_on = S.approved, act.by.id, act.today
    await repository.save(act, row)


FACTS = ("drawn_by", "due_fen", "wished_fen", "total_fen")


async def _again(act: Act, row: FundingAppropriation) -> tuple[Proposed, AppropriationPolicy]:
    try:
        return await computed(act, _wish(row))
    except Invalid as refused:  # less is due than was to be shared out
        raise _outdated(row.lines) from refused


def _outdated(lines: int) -> Conflict:
    return Conflict(errors=(FieldError("", "appropriation_outdated", {"lines": lines}),))


def unfit(gone: Sequence[tuple[UUID, str, str]]) -> tuple[FieldError, ...]:
    """What is wrong with lines whose branch is not there any more."""
    return tuple(FieldError(f"/items/{key}", f"appropriation_{why}", {"branch": name}) for key, name, why in gone)


async def discard(act: Act, appropriation_id: UUID, expected: int, reason: str) -> None:
    """Set a proposal aside that is not posted; its branches may be given the same anew.

    Raises NotFound, StaleVersion, Forbidden, Conflict.
    """
    row = await in_state(act, appropriation_id, expected, "discard")
    row.state, row.reason = S.discarded, reason
    await repository.save(act, row)


async def in_state(act: Act, appropriation_id: UUID, expected: int, what: str) -> FundingAppropriation:
    """An appropriation held for this step. Raises NotFound, StaleVersion, Forbidden; Conflict in another state."""
    row = await claim(act, FundingAppropriation, appropriation_id, expected)
    if row.state not in WHEN[what][1]:
        raise Conflict(errors=(FieldError("", f"appropriation_{row.state}"),))
    return row


async def drawn(act: Act, row: FundingAppropriation) -> None:
    """Write a changed draft; the caller is among those who drew it up from here on."""
    if act.by.id not in row.drawn_by:
        row.drawn_by = [*row.drawn_by, act.by.id]
    await repository.save(act, row)


async def counted(act: Act, row: FundingAppropriation) -> None:
    """Put down what the lines of a draft come to, in the version that is being written."""
    row.total_fen, row.lines, row.branches = await repository.counted(act, row.id)
    await repository.complete(act)
