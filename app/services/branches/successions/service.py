"""Branches are merged, split, and formed in another way: what they covered, and who belonged to them, goes on."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, refuse_hard
from app.core.findings import judge
from app.services.branches.claiming import standing
from app.services.branches.facts import Level, SuccessionKind
from app.services.branches.founding import policy_at
from app.services.branches.judging import facts_of, let_pass
from app.services.branches.models import Branch
from app.services.branches.repository import candidates, cover, move_members, save
from app.services.branches.rules import COVERING
from app.services.branches.successions import repository, steps
from app.services.branches.successions.schemas import BranchMerge, BranchReform, Succeeded, SuccessorDraft


async def merge(act: Act, merger: BranchMerge) -> Succeeded:
    """Several branches go on as one: a new one, or one of those that stand.

    Raises NotFound, Forbidden, StaleVersion, Conflict for the branches; Invalid for the day, and where an organisation
    would be lost; RuleViolation as founding or covering does.
    """
    draft, into = merger.successor, merger.into
    known = [*merger.branches, *([into] if into else [])]
    if len({each.id for each in known}) < len(known):
        raise Invalid(errors=(FieldError("/branches", "listed_twice"),))
    if into is not None and draft is None:
        branches = await steps.claimed(act, known)
        heir = branches.pop(into.id)
        return await _absorb(act, list(branches.values()), heir, merger)
    if draft is None or into is not None:
        raise Invalid(errors=(FieldError("/successor", "succession_one_heir"),))
    if len(known) < 2:
        raise Invalid(errors=(FieldError("/branches", "succession_too_few"),))
    ending = list((await steps.claimed(act, known)).values())
    released = merger.released_organization_ids
    return await _go_on(act, SuccessionKind.merger, ending, draft, merger.on, merger.reason, released)


async def reform(act: Act, branch_id: UUID, expected: int, change: BranchReform) -> Succeeded:
    """A branch ends, and one formed in another way goes on with what it covers. Raises as `merge` does."""
    branch = await standing(act, branch_id, expected)
    if change.successor.formation_mode == branch.formation_mode:
        raise Invalid(errors=(FieldError("/successor/formation_mode", "succession_same_mode"),))
    return await _go_on(
        act, SuccessionKind.reform, [branch], change.successor, change.on, change.reason,
        change.released_organization_ids,
    )  # fmt: skip


async def _go_on(
    act: Act,
    kind: SuccessionKind,
    ending: Sequence[Branch],
    draft: SuccessorDraft,
    day: date,
    reason: str,
    released: Sequence[UUID],
) -> Succeeded:
    ids = [branch.id for branch in ending]
    links = await repository.held(act, ids, day)
    steps.check_day(act, day, ending, links)
    covered = [link.organization_id for link in links]
    if "organization_ids" in draft.model_fields_set:
        taken = draft.organization_ids
    else:
        taken = [key for key in covered if key not in set(released)]
    steps.check_complete(covered, taken, released)
    await steps.release(act, links, day, reason)
    formal = sum(branch.formal_members for branch in ending)
    probationary = sum(branch.probationary_members for branch in ending)
    asked = steps.founding(draft, day, taken, formal, probationary)
    (heir,) = await steps.founded(act, [asked], ["/successor"])
    moved = await _hand_over(act, kind, ending, heir, draft.level, day, reason)
    if all(branch.roll_kept_since is not None for branch in ending):
        await repository.keep_roll(act, [heir], day)
    return Succeeded(
        kind=kind,
        succeeded_on=day,
        ended_ids=ids,
        successor_ids=[heir],
        organizations_taken_over=len(set(covered) & set(taken)),
        members_moved=moved,
    )


async def _absorb(act: Act, ending: Sequence[Branch], heir: Branch, merger: BranchMerge) -> Succeeded:
    """The heir stands already: it covers more, judged as when it takes in one organisation."""
    ids, day, released = [branch.id for branch in ending], merger.on, set(merger.released_organization_ids)
    links = await repository.held(act, ids, day)
    steps.check_day(act, day, [*ending, heir], links)
    covered = [link.organization_id for link in links]
    taken = [key for key in covered if key not in released]
    steps.check_complete(covered, taken, merger.released_organization_ids)
    await steps.release(act, links, day, merger.reason)
    own = [link.organization_id for link in await repository.held(act, [heir.id], day)]
    if heir.roll_kept_since is None:
        heir.formal_members += sum(branch.formal_members for branch in ending)
        heir.probationary_members += sum(branch.probationary_members for branch in ending)
    policy = await policy_at(act, (heir.region_code, heir.region_level))
    facts = await facts_of(act, vars(heir), policy, [*own, *taken])
    findings = refuse_hard(judge(COVERING, facts, policy)) if taken else ()
    let_pass(act, heir, findings, policy, merger.departure_reason)
    await save(act, heir)
    found = await candidates(act, taken)
    await cover(act, [(heir.id, heir.formation_mode, found[key], day) for key in taken])
    moved = await _hand_over(act, SuccessionKind.merger, ending, heir.id, Level(heir.level), day, merger.reason)
    return Succeeded(
        kind=SuccessionKind.merger,
        succeeded_on=day,
        ended_ids=ids,
        successor_ids=[heir.id],
        organizations_taken_over=len(taken),
        members_moved=moved,
    )


async def _hand_over(
    act: Act,
    kind: SuccessionKind,
    ending: Sequence[Branch],
    heir: UUID,
    level: Level,
    day: date,
    reason: str,
) -> int:
    """Branches below and members go to the heir, the others end, and who came of whom is kept. How many members."""
    ids = [branch.id for branch in ending]
    below = [child for child in await repository.children(act, ids) if child.id not in {*ids, heir}]
    await steps.reparent(act, below, heir, level)
    moved = await move_members(act, ids, heir, day)
    await steps.end(act, ending, day, reason)
    await repository.record(act, kind, [(gone, heir) for gone in ids], day, reason)
    return moved
