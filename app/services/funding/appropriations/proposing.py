"""A whole proposal at once: pure, one pass over the branches of a committee for each kind that is asked for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from app.services.funding.appropriations.facts import Ground, ItemKind, Left, LeftOut, Line, Proposed, Standing
from app.services.funding.appropriations.inheriting import inherited
from app.services.funding.appropriations.policy import AppropriationPolicy
from app.services.funding.appropriations.sharing import shares

Rule = Callable[[Ground, AppropriationPolicy], Iterable[Line | Left]]


class MoreThanDue(ValueError):
    """There is more to be shared out than the rules ask for."""

    def __init__(self, due_fen: int) -> None:
        self.due_fen = due_fen
        super().__init__(due_fen)


def counted(branch: Standing, policy: AppropriationPolicy) -> int:
    """The members of a branch that the policy counts."""
    return _counted(branch.formal, branch.probationary, policy)


def _counted(formal: int, probationary: int, policy: AppropriationPolicy) -> int:
    return formal + (probationary if policy.member_basis.value == "formal_and_probationary" else 0)


def per_member(ground: Ground, policy: AppropriationPolicy) -> Iterable[Line | Left]:
    """So much a member and year, less what the branch has had for the year; what went on in it counts as had."""
    rate = policy.member_year_fen
    if rate.value == 0:
        return
    members = {key: _counted(formal, probationary, policy) for key, formal, probationary in ground.heirs}
    members |= {branch.branch_id: counted(branch, policy) for branch in ground.branches}
    given = dict(ground.given) | {branch.branch_id: branch.given_fen for branch in ground.branches}
    came = inherited(given, ground.passings, members)
    for branch in ground.branches:
        key, count = branch.branch_id, members[branch.branch_id]
        had = branch.given_fen + came.get(key, 0)
        due = count * rate.value
        if due <= had:
            yield _left(ItemKind.per_member, branch, LeftOut.all_given if had else LeftOut.no_members)
            continue
        told = {
            "members": count,
            "formal": branch.formal,
            "probationary": branch.probationary,
            "counted_on": branch.counted_on.isoformat(),
            "basis": policy.member_basis.value,
            "rate_fen": rate.value,
            "given_fen": branch.given_fen,
            "inherited_fen": came.get(key, 0),
            "document": rate.document,
        }
        line = Line(ItemKind.per_member, key, branch.name, due, had, due - had, branch.turns + 1, count)
        yield replace(line, explanation=told)


def founding(ground: Ground, policy: AppropriationPolicy) -> Iterable[Line | Left]:
    """Once for ever for a branch whose founding was approved in the year, and that came of no other."""
    rate = policy.founding_fen
    first = ground.year - policy.founding_years_back.value
    for branch in ground.branches:
        if not first <= branch.approved_on.year <= ground.year or rate.value == 0:
            continue
        if why := _no_founding(branch, ground, policy):
            yield _left(ItemKind.founding, branch, why)
            continue
        line = Line(ItemKind.founding, branch.branch_id, branch.name, rate.value, 0, rate.value)
        told = {"approved_on": branch.approved_on.isoformat(), "rate_fen": rate.value, "document": rate.document}
        yield replace(line, explanation=told)


def _no_founding(branch: Standing, ground: Ground, policy: AppropriationPolicy) -> LeftOut | None:
    if branch.founding_given:
        return LeftOut.founding_given
    if branch.came_of and not policy.founding_for_successors.value:
        return LeftOut.successor
    if (ground.on - branch.founded_on).days < policy.founding_after_days.value:
        return LeftOut.too_young
    return None


def brand_projects(ground: Ground, policy: AppropriationPolicy) -> Iterable[Line | Left]:
    """What was approved for each brand project that has not been paid out."""
    names = {branch.branch_id: branch.name for branch in ground.branches}
    for project in ground.projects:
        if project.branch_id not in names:
            continue
        told = {
            "title": project.title,
            "approved_fen": project.approved_fen,
            "ceiling_fen": policy.brand_project_most_fen.value,
            "document": policy.brand_project_most_fen.document,
        }
        name, fen = names[project.branch_id], project.approved_fen
        line = Line(ItemKind.brand_project, project.branch_id, name, fen, 0, fen, project_id=project.project_id)
        yield replace(line, explanation=told)


PROPOSING: Final[dict[ItemKind, Rule]] = {
    ItemKind.per_member: per_member,
    ItemKind.founding: founding,
    ItemKind.brand_project: brand_projects,
}
"""What each kind gives to whom."""


def propose(
    ground: Ground, kinds: Iterable[ItemKind], policy: AppropriationPolicy, wished_fen: int | None = None
) -> Proposed:
    """The lines of the kinds asked for, by branch; with `wished_fen`, shared out of that by the largest remainder.

    Raises MoreThanDue where that is more than the rules ask for.
    """
    asked = set(kinds)
    found = [each for kind, rule in PROPOSING.items() if kind in asked for each in rule(ground, policy)]
    lines = sorted((each for each in found if isinstance(each, Line)), key=_place)
    left = sorted((each for each in found if isinstance(each, Left)), key=lambda each: (each.branch_id, each.kind))
    return Proposed(tuple(shared_out(lines, wished_fen)), tuple(left))


def shared_out(lines: list[Line], wished_fen: int | None) -> list[Line]:
    """The lines with what they get of a sum that is short. Raises MoreThanDue."""
    wanted = [line.wanted_fen for line in lines]
    whole = sum(wanted)
    if wished_fen is None or wished_fen == whole:
        return lines
    if wished_fen > whole:
        raise MoreThanDue(whole)
    parts = shares(wished_fen, wanted)
    told: dict[str, Any] = {"shared_fen": wished_fen, "shared_of_fen": whole, "rounding": "largest_remainder"}
    return [
        replace(line, amount_fen=part, explanation=line.explanation | told)
        for line, part in zip(lines, parts, strict=True)
    ]


def _place(line: Line) -> tuple[UUID, str, UUID]:
    return line.branch_id, line.kind, line.project_id or line.branch_id


def _left(kind: ItemKind, branch: Standing, why: LeftOut) -> Left:
    return Left(kind, branch.branch_id, branch.name, why)
