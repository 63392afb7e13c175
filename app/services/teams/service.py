"""What can be done with terms and posts."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.findings import Finding, judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.facts import months_after
from app.services.regions.stated import NATION, stated
from app.services.teams import reads, repository
from app.services.teams.beginning import begin
from app.services.teams.changing import appoint, end, extend, leave, qualify
from app.services.teams.facts import Holder
from app.services.teams.judging import facts_of, in_posts, policy_at
from app.services.teams.policy import TeamPolicy
from app.services.teams.rules import TEAM
from app.services.teams.schemas import PostFilters, TermFilters

__all__ = ["appoint", "begin", "end", "extend", "leave", "listed", "posts", "qualify", "shown", "standing"]

POSTS = "posts"
"""What the audit calls a list of holders' names."""


async def listed(act: Act, filters: TermFilters, ask: Ask) -> Page:
    """One page of terms. When one is ending soon is set by the policy of the region asked for, else the country's."""
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    return await reads.listed(act, filters, _soon(act, await policy_at(act, place)), ask)


async def posts(act: Act, filters: PostFilters, ask: Ask) -> Page:
    """One page of posts; that a list of names was read is noted."""
    found = await reads.posts(act, filters, ask)
    about = str(filters.branch_id) if filters.branch_id else None
    await note(act, "list", POSTS, rows=len(found.rows), branch_id=about)
    return found


async def shown(act: Act, term_id: UUID) -> dict[str, Any]:
    """One term with its posts, what the rules say of its team today, and what the caller may do. Raises NotFound.

    `findings` are Finding values; whoever shows them adds the reader's texts. An ended one is not judged.
    """
    branch_id, _ = await reads.branch_of(act, term_id)
    ground = await repository.ground(act, branch_id, locked=False)
    if ground is None:
        raise NotFound()
    policy = await policy_at(act, (ground.region_code, ground.region_level))
    row = await reads.one(act, term_id, _soon(act, policy))
    findings: tuple[Finding, ...] = ()
    if row["valid_to"] is None:
        team = await in_posts(act, branch_id, await repository.held(act, term_id))
        findings = judge(TEAM, facts_of(ground, team), policy)
    return {
        **row,
        "posts": await reads.posts_of(act, term_id),
        "findings": findings,
        "policy_version": policy.version,
        "allowed_actions": _allowed(act, row),
    }


async def standing(act: Act, branch_id: UUID) -> tuple[date, tuple[Holder, ...]] | None:
    """The team a branch has: the day by which the next one is to be chosen, and who holds posts; None without one."""
    term = await repository.in_office(act, branch_id, locked=False)
    if term is None:
        return None
    holders = await in_posts(act, branch_id, await repository.held(act, term.id))
    return term.extended_to or term.due_on, holders


def _soon(act: Act, policy: TeamPolicy) -> date:
    return months_after(act.today, policy.remind_months.value)


def _allowed(act: Act, row: dict[str, Any]) -> list[dict[str, Any]]:
    refusal = None if Permission.teams_write in act.by.permissions else "permission"
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [row["branch_id"]])
    refusal = refusal or (None if inside else "outside_scope")
    refusal = refusal or ("term_ended" if row["valid_to"] is not None else None)
    return [action(name, refusal) for name in ("add_post", "update_post", "end_post", "extend", "end")]
