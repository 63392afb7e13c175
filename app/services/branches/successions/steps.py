"""The steps that mergers, splits and reforms share."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Invalid
from app.services.branches.claiming import standing
from app.services.branches.facts import OUTRANKS, Level
from app.services.branches.founding import Ready, day_wrong, judge_each, write
from app.services.branches.models import Branch
from app.services.branches.repository import save
from app.services.branches.schemas import BranchCreate
from app.services.branches.successions import repository
from app.services.branches.successions.repository import Held
from app.services.branches.successions.schemas import Known, SuccessorDraft


async def claimed(act: Act, known: Sequence[Known]) -> dict[UUID, Branch]:
    """Branches locked in the order of their ids, each as the caller knew it and standing. Raises as `standing` does."""
    return {each.id: await standing(act, each.id, each.version) for each in sorted(known, key=lambda each: each.id)}


def check_day(act: Act, day: date, branches: Iterable[Branch], links: Iterable[Held]) -> None:
    """Raise Invalid for a day to come, or before a branch was founded or began to cover what it covers."""
    begun: list[date] = [*(branch.founded_on for branch in branches), *(link.valid_from for link in links)]
    if wrong := day_wrong("/on", day, max(begun), act.today):
        raise Invalid(errors=tuple(wrong))


def check_complete(covered: Iterable[UUID], taken: Iterable[UUID], released: Sequence[UUID]) -> None:
    """Raise Invalid when an organisation would silently be covered no longer, or is released that is not covered."""
    before, after = set(covered), set(taken)
    errors = [
        FieldError(f"/released_organization_ids/{place}", "succession_not_covered")
        for place, key in enumerate(released)
        if key not in before or key in after
    ]
    if left := len(before - after - set(released)):
        errors.append(FieldError("/released_organization_ids", "succession_leaves_out", {"count": left}))
    if errors:
        raise Invalid(errors=tuple(errors))


def founding(
    draft: SuccessorDraft, day: date, organizations: Sequence[UUID], formal: int | None, probationary: int | None
) -> BranchCreate:
    """A successor as it is founded; members it does not state are those it takes over, where that is known."""
    told = draft.model_dump(exclude={"child_ids"})
    told |= {"founded_on": day, "organization_ids": list(organizations)}
    if draft.formal_members is None:
        told["formal_members"] = formal
    if draft.probationary_members is None:
        told["probationary_members"] = probationary
    return BranchCreate.model_validate(told)


async def founded(act: Act, drafts: Sequence[BranchCreate], pointers: Sequence[str]) -> list[UUID]:
    """Found all successors or none. Raises what stands against the first of them, with pointers into the request."""
    ready: list[Ready] = []
    for outcome, pointer in zip(await judge_each(act, drafts), pointers, strict=True):
        if isinstance(outcome, Failure):
            outcome.errors = tuple(replace(each, pointer=pointer + each.pointer) for each in outcome.errors)
            raise outcome
        ready.append(outcome)
    return await write(act, ready)


async def reparent(act: Act, children: Sequence[Branch], heir: UUID, level: Level) -> None:
    """Branches belong to the heir from now on. Raises Conflict when its level is not above theirs."""
    if not {Level(child.level) for child in children} <= OUTRANKS[level]:
        raise Conflict(errors=(FieldError("", "branch_has_children"),))
    for child in children:
        child.parent_id = heir
        await save(act, child)


async def end(act: Act, branches: Iterable[Branch], day: date, reason: str) -> None:
    """Dissolve branches that others go on for, those below first; the database refuses what still hangs on them."""
    for branch in sorted(branches, key=lambda branch: list(Level).index(Level(branch.level))):
        branch.dissolved_on = day
        branch.dissolution_reason = reason
        branch.succeeded = True
        await save(act, branch)


async def release(act: Act, links: Sequence[Held], day: date, reason: str) -> None:
    """End the links, if there are any."""
    if links:
        await repository.release(act, links, day, reason)
