"""One branch becomes several, or gives a part of itself to new ones and goes on."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, refuse_hard
from app.core.findings import judge
from app.services.branches.claiming import standing
from app.services.branches.facts import SuccessionKind
from app.services.branches.founding import policy_at
from app.services.branches.judging import facts_of, let_pass
from app.services.branches.models import Branch
from app.services.branches.repository import save
from app.services.branches.rules import FOUNDING
from app.services.branches.successions import repository, steps
from app.services.branches.successions.schemas import BranchSplit, SplitDraft, Succeeded


async def split(act: Act, branch_id: UUID, expected: int, division: BranchSplit) -> Succeeded:
    """New branches take over the organisations they name; the branch goes on with the rest, or ends.

    Members go with their employer. Raises as a merger does; where the branch goes on, also what the rules say of what
    is left of it.
    """
    branch = await standing(act, branch_id, expected)
    if not division.remains and len(division.successors) < 2:
        raise Invalid(errors=(FieldError("/successors", "succession_too_few"),))
    links = await repository.held(act, [branch_id], division.on)
    covered = [link.organization_id for link in links]
    taken = [key for draft in division.successors for key in draft.organization_ids]
    _each_once(division.successors)
    gone = set(taken) | set(division.released_organization_ids)
    steps.check_complete(
        gone & set(covered) if division.remains else covered, taken, division.released_organization_ids
    )
    leaving = links if not division.remains else [link for link in links if link.organization_id in gone]
    steps.check_day(act, division.on, [branch], leaving)
    await steps.release(act, leaving, division.on, division.reason)
    heirs = await steps.founded(
        act,
        [steps.founding(draft, division.on, draft.organization_ids, None, None) for draft in division.successors],
        [f"/successors/{place}" for place in range(len(division.successors))],
    )
    await _children(act, branch, division, heirs)
    moved = await repository.divide_members(
        act,
        branch_id,
        {key: heir for draft, heir in zip(division.successors, heirs, strict=True) for key in draft.organization_ids},
        None if division.remains else heirs[0],
        division.on,
    )
    if branch.roll_kept_since is not None:
        await repository.keep_roll(act, heirs, division.on)
    if division.remains:
        await _what_is_left(act, branch, division, [key for key in covered if key not in gone], heirs)
    else:
        await steps.end(act, [branch], division.on, division.reason)
    await repository.record(
        act, SuccessionKind.division, [(branch_id, heir) for heir in heirs], division.on, division.reason
    )
    return Succeeded(
        kind=SuccessionKind.division,
        succeeded_on=division.on,
        ended_ids=[] if division.remains else [branch_id],
        successor_ids=heirs,
        organizations_taken_over=len(set(covered) & set(taken)),
        members_moved=moved,
    )


def _each_once(drafts: Sequence[SplitDraft]) -> None:
    for field in ("organization_ids", "child_ids"):
        often = Counter(key for draft in drafts for key in getattr(draft, field))
        for place, draft in enumerate(drafts):
            if any(often[key] > 1 for key in getattr(draft, field)):
                raise Invalid(errors=(FieldError(f"/successors/{place}/{field}", "listed_twice"),))


async def _children(act: Act, branch: Branch, division: BranchSplit, heirs: Sequence[UUID]) -> None:
    below = {child.id: child for child in await repository.children(act, [branch.id])}
    for place, (draft, heir) in enumerate(zip(division.successors, heirs, strict=True)):
        if unknown := [key for key in draft.child_ids if key not in below]:
            at = draft.child_ids.index(unknown[0])
            raise Invalid(errors=(FieldError(f"/successors/{place}/child_ids/{at}", "reference_unknown"),))
        await steps.reparent(act, [below.pop(key) for key in draft.child_ids], heir, draft.level)
    if below and not division.remains:
        raise Conflict(errors=(FieldError("/successors", "succession_leaves_children", {"count": len(below)}),))


async def _what_is_left(
    act: Act, branch: Branch, division: BranchSplit, organizations: Sequence[UUID], heirs: Sequence[UUID]
) -> None:
    await repository.read_again(act, branch)
    if branch.roll_kept_since is None:
        formal, probationary = await repository.members_of_branches(act, heirs)
        branch.formal_members = max(0, branch.formal_members - formal)
        branch.probationary_members = max(0, branch.probationary_members - probationary)
    policy = await policy_at(act, (branch.region_code, branch.region_level))
    facts = await facts_of(act, vars(branch), policy, organizations)
    let_pass(act, branch, refuse_hard(judge(FOUNDING, facts, policy)), policy, division.departure_reason)
    await save(act, branch)
