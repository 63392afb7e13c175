"""What the rules are asked about a team: who is to hold which post, and what the roll says of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.services.branches.facts import FormationMode, Level
from app.services.hosts.facts import HostKind
from app.services.members.facts import MemberKind, MemberState
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.teams import repository
from app.services.teams.facts import Holder, PostRole, TeamFacts
from app.services.teams.models import Post
from app.services.teams.policy import KIND, TeamPolicy
from app.services.teams.repository import Employed, Enrolled, Ground
from app.services.teams.schemas import PostDraft
from app.services.workers.facts import Qualification, SelectionChannel, WorkerState


async def policy_at(act: Act, place: tuple[int, int]) -> TeamPolicy:
    """The policy in force at a place today: what is entered is judged by the rules of the day it is entered."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def ground_of(act: Act, branch_id: UUID, pointer: str = "/branch_id") -> Ground:
    """The branch a payload names, locked.

    Raises Invalid for one that is not to be seen or is dissolved, Forbidden for one that may only be seen.
    """
    found = await repository.ground(act, branch_id, locked=True)
    if found is None:
        if await repository.ground(act, branch_id, locked=False) is not None:
            raise Forbidden(reason="scope")
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    if found.dissolved_on is not None:
        raise Invalid(errors=(FieldError(pointer, "reference_ended"),))
    return found


def stands_on_community(ground: Ground) -> bool:
    """Whether the branch's ground is a village or community, whose teams have terms of their own length."""
    return ground.formation_mode == FormationMode.territorial and ground.host_kind == HostKind.community


async def hold(act: Act, drafts: Sequence[PostDraft]) -> None:
    """Keep those who are to hold posts from being erased; asked before the branch is locked, as by whoever erases."""
    await repository.hold_members(
        act,
        [draft.member_id for draft in drafts if draft.member_id is not None],
        [draft.worker_id for draft in drafts if draft.worker_id is not None],
    )


async def holders(act: Act, branch_id: UUID, drafts: Sequence[PostDraft], pointer: str) -> tuple[Holder, ...]:
    """Those who are to hold posts. Raises Invalid for members and workers not to be seen, gone, or named twice.

    `pointer` is where the drafts stand in the payload, with a place for the number of each.
    """
    workers = await repository.employed(act, [draft.worker_id for draft in drafts if draft.worker_id is not None])
    members = [draft.member_id for draft in drafts] + [each.member_id for each in workers.values()]
    roll = await repository.enrolled(act, [key for key in members if key is not None])
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    for place, draft in enumerate(drafts):
        where = pointer.format(place)
        if len(set(draft.qualifications)) < len(draft.qualifications):
            errors.append(FieldError(f"{where}/qualifications", "listed_twice"))
        errors += _named_wrong(where, draft, workers, roll, seen)
    if errors:
        raise Invalid(errors=tuple(errors))
    return tuple(_drafted(branch_id, draft, workers, roll) for draft in drafts)


def _named_wrong(
    where: str, draft: PostDraft, workers: Mapping[UUID, Employed], roll: Mapping[UUID, Enrolled], seen: set[UUID]
) -> list[FieldError]:
    """What is wrong with naming this member or worker; `seen` are those named before, and this one after."""
    if draft.worker_id is not None:
        pointer, known = f"{where}/worker_id", workers.get(draft.worker_id)
        person = None if known is None else known.member_id or draft.worker_id
        current = known is not None and known.state == WorkerState.current
    elif draft.member_id is not None:
        pointer, person = f"{where}/member_id", draft.member_id if draft.member_id in roll else None
        current = person is not None and roll[person].state == MemberState.current
    else:
        return []
    if person is None:
        return [FieldError(pointer, "reference_unknown")]
    if not current:
        return [FieldError(pointer, "reference_ended")]
    twice = person in seen
    seen.add(person)
    return [FieldError(pointer, "listed_twice")] if twice else []


async def in_posts(act: Act, branch_id: UUID, posts: Iterable[Post]) -> tuple[Holder, ...]:
    """Those who hold posts."""
    standing = list(posts)
    roll = await repository.enrolled(act, [post.member_id for post in standing if post.member_id is not None])
    return tuple(_standing(branch_id, post, roll) for post in standing)


def facts_of(ground: Ground, team: Iterable[Holder]) -> TeamFacts:
    """A branch's team as the rules look at it."""
    return TeamFacts(level=Level(ground.level), formal_members=ground.formal_members, holders=tuple(team))


def columns_of(draft: PostDraft) -> dict[str, Any]:
    """A post's own columns."""
    return {
        "member_id": draft.member_id,
        "worker_id": draft.worker_id,
        "holder_name": draft.holder_name,
        "stated_formal": draft.formal_member,
        "role": draft.role,
        "selection_channel": draft.selection_channel,
        "qualifications": sorted(draft.qualifications),
    }


def _drafted(
    branch_id: UUID, draft: PostDraft, workers: Mapping[UUID, Employed], roll: Mapping[UUID, Enrolled]
) -> Holder:
    member_id, stated, known = draft.member_id, draft.formal_member, frozenset[str]()
    if draft.worker_id is not None:
        worker = workers[draft.worker_id]
        member_id, stated, known = worker.member_id, worker.stated_formal, worker.qualifications
    formal, of_branch = _on_roll(branch_id, member_id, stated, roll)
    qualifications = frozenset((*draft.qualifications, *(Qualification(each) for each in known)))
    return Holder(draft.role, draft.selection_channel, formal, of_branch, qualifications)


def _standing(branch_id: UUID, post: Post, roll: Mapping[UUID, Enrolled]) -> Holder:
    formal, of_branch = _on_roll(branch_id, post.member_id, post.stated_formal, roll)
    return Holder(
        PostRole(post.role),
        SelectionChannel(post.selection_channel),
        formal,
        of_branch,
        frozenset(Qualification(each) for each in post.qualifications),
    )


def _on_roll(
    branch_id: UUID, member_id: UUID | None, stated: bool | None, roll: Mapping[UUID, Enrolled]
) -> tuple[bool | None, bool]:
    """Whether formal, and whether of the branch. Who stands on no roll here is taken at the word of who entered it."""
    if member_id is None:
        return stated, True
    member = roll.get(member_id)
    if member is None:
        return None, False
    current = member.state == MemberState.current
    return current and member.kind == MemberKind.formal, current and branch_id in member.homes
