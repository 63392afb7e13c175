"""What can be done with a branch that stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound, refuse_hard
from app.core.findings import Finding, judge
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches import reads, repository
from app.services.branches.claiming import standing
from app.services.branches.facts import (
    OUTRANKS,
    FormationMode,
    Level,
    TermKind,
)
from app.services.branches.founding import (
    covered_from,
    end_wrong,
    found,
    found_each,
    parent_wrong,
    policy_at,
)
from app.services.branches.judging import facts_of, let_pass
from app.services.branches.models import Branch
from app.services.branches.rules import COVERING, FOUNDING, HOSTING, LEVEL, Rule
from app.services.branches.schemas import BranchDissolve, BranchUpdate, Cover, Uncover

__all__ = ["cover", "dissolve", "found", "found_each", "shown", "uncover", "update"]


ROLLS = ("keep_roll", "stop_keeping_roll")
ACTIONS = ("update", "cover", "uncover", "dissolve", "extend", "file", "split", "reform", "transfer", *ROLLS)


async def shown(act: Act, branch_id: UUID, at: datetime | None = None) -> dict[str, Any]:
    """One branch with what the rules say of it today and what the caller may do. Raises NotFound.

    `findings` are Finding values; whoever shows them adds the reader's texts. A dissolved branch is not judged, nor is
    what was known of one at another time. Raises Invalid for a time to come.
    """
    row = await reads.one(act, branch_id, at)
    if at is not None:
        past = [action(name, "past_version") for name in ACTIONS]
        return {**row, "findings": None, "policy_version": None, "allowed_actions": past}
    policy = await policy_at(act, (int(row["region_code"]), row["region_level"]))
    findings: tuple[Finding, ...] = ()
    if row["dissolved_on"] is None:
        facts = await facts_of(act, row, policy, await repository.taken_in(act, branch_id, act.today))
        findings = judge(FOUNDING, facts, policy)
    return {
        **row,
        "findings": findings,
        "policy_version": policy.version,
        "allowed_actions": await _allowed(act, branch_id, row),
    }


async def _allowed(act: Act, branch_id: UUID, row: dict[str, Any]) -> list[dict[str, Any]]:
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [branch_id])
    stands = None if inside else "outside_scope"
    stands = stands or ("branch_dissolved" if row["dissolved_on"] is not None else None)
    refusal = stands if Permission.branches_write in act.by.permissions else "permission"
    unmoved = stands if Permission.affiliations_write in act.by.permissions else "permission"
    alone = row["formation_mode"] == FormationMode.standalone
    parent = refusal is None and bool(await repository.children(act, branch_id))
    rolls = stands if Permission.members_write in act.by.permissions else "permission"
    kept = row["roll_kept_since"] is not None
    others = {
        "transfer": unmoved,
        "keep_roll": rolls or ("roll_kept" if kept else None),
        "stop_keeping_roll": rolls or (None if kept else "roll_not_kept"),
    }
    further: dict[str, str | None] = {
        "cover": "branch_standalone" if alone else None,
        "uncover": "branch_standalone" if alone else None,
        "dissolve": "branch_has_children" if parent else None,
        "extend": "branch_regular" if row["term_kind"] == TermKind.regular else None,
        "file": "branch_filed" if row["filed_on"] is not None else None,
    }
    return [action(name, others[name] if name in others else refusal or further.get(name)) for name in ACTIONS]


async def update(act: Act, branch_id: UUID, expected: int, change: BranchUpdate) -> None:
    """Change a branch. What is already so makes no new version.

    Raises NotFound, StaleVersion; Conflict for a dissolved one; Invalid for what may not be referred to;
    DepartureUnapproved when another level or host departs from a "normally" without a reason.
    """
    branch = await standing(act, branch_id, expected)
    named = change.model_fields_set - {"departure_reason"}
    wanted = {name: getattr(change, name) for name in named}
    changed = {name: value for name, value in wanted.items() if value != getattr(branch, name)}
    if not changed:
        return
    if branch.roll_kept_since is not None and (counted := {"formal_members", "probationary_members"} & set(changed)):
        raise Conflict(errors=tuple(FieldError(f"/{name}", "roll_kept") for name in sorted(counted)))
    await _check_references(act, branch, changed)
    if "level" in changed:
        below = {Level(level) for level in await repository.children(act, branch_id)}
        if not below <= OUTRANKS[Level(changed["level"])]:
            raise Conflict(errors=(FieldError("/level", "branch_has_children"),))
    rules: list[Rule] = [*(LEVEL if "level" in changed else ()), *(HOSTING if "host_id" in changed else ())]
    for name, value in changed.items():
        setattr(branch, name, value)
    if rules:
        policy = await policy_at(act, (branch.region_code, branch.region_level))
        facts = await facts_of(act, vars(branch), policy, ())
        let_pass(act, branch, judge(rules, facts, policy), policy, change.departure_reason)
    await repository.save(act, branch)


async def _check_references(act: Act, branch: Branch, changed: dict[str, Any]) -> None:
    host = changed.get("host_id")
    parent = changed.get("parent_id", branch.parent_id)
    grounds = await repository.grounds(
        act,
        hosts=[host] if host else (),
        parents=[parent] if parent else (),
    )
    errors = end_wrong("/host_id", host, grounds.hosts, act.today)
    if "parent_id" in changed or "level" in changed:
        errors += parent_wrong(parent, Level(changed.get("level", branch.level)), grounds, act.today)
    if errors:
        raise Invalid(errors=tuple(errors))


async def cover(act: Act, branch_id: UUID, expected: int, more: Cover) -> None:
    """Take in one more organisation from a day on. Raises what stands against it, as founding does."""
    branch = await standing(act, branch_id, expected)
    if more.valid_from < branch.founded_on:
        raise _too_early("/valid_from", branch.founded_on.isoformat())
    organization = (await repository.candidates(act, [more.organization_id])).get(more.organization_id)
    if organization is None:
        raise Invalid(errors=(FieldError("/organization_id", "reference_unknown"),))
    policy = await policy_at(act, (branch.region_code, branch.region_level))
    others = await repository.taken_in(act, branch_id, more.valid_from)
    facts = await facts_of(
        act,
        vars(branch),
        policy,
        [*others, organization.id],
        covered_elsewhere=int(covered_from(organization, more.valid_from)),
    )
    let_pass(act, branch, refuse_hard(judge(COVERING, facts, policy)), policy, more.departure_reason)
    await repository.cover(act, [(branch_id, branch.formation_mode, organization, more.valid_from)])
    await repository.save(act, branch)


async def uncover(act: Act, branch_id: UUID, organization_id: UUID, expected: int, end: Uncover) -> None:
    """End covering an organisation on a day.

    Raises NotFound when the branch does not cover it on that day or later, Conflict for a standalone branch (which
    ends with its organisation: dissolve it).
    """
    branch = await standing(act, branch_id, expected)
    link = await repository.link_over(act, branch_id, organization_id, end.valid_to)
    if link is None:
        raise NotFound()
    if branch.formation_mode == FormationMode.standalone:
        raise Conflict(errors=(FieldError("", "branch_standalone_last"),))
    if end.valid_to < link.valid_from:
        raise _too_early("/valid_to", link.valid_from.isoformat())
    await repository.end_link(act, link, end.valid_to, end.reason)
    await repository.save(act, branch)


async def dissolve(act: Act, branch_id: UUID, expected: int, end: BranchDissolve) -> None:
    """End a branch, and with it what it covers.

    Members on its roll go to `members_to`. Raises Conflict when it is dissolved already, Invalid for a branch that does
    not stand; the database refuses while branches or members belong to it, or it covers organisations that the caller
    does not see.
    """
    branch = await standing(act, branch_id, expected)
    if end.dissolved_on > act.today:
        raise Invalid(errors=(FieldError("/dissolved_on", "day_future"),))
    if end.dissolved_on < branch.founded_on:
        raise _too_early("/dissolved_on", branch.founded_on.isoformat())
    await _members_go(act, branch_id, end)
    await repository.end_links(act, branch_id, end.dissolved_on, end.reason)
    branch.dissolved_on = end.dissolved_on
    branch.dissolution_reason = end.reason
    await repository.save(act, branch)


async def _members_go(act: Act, branch_id: UUID, end: BranchDissolve) -> None:
    if end.members_to is None:
        return
    found = (await repository.grounds(act, parents=[end.members_to])).parents.get(end.members_to)
    if found is None or end.members_to == branch_id:
        raise Invalid(errors=(FieldError("/members_to", "reference_unknown"),))
    if found[1] is not None:
        raise Invalid(errors=(FieldError("/members_to", "reference_ended"),))
    await repository.move_members(act, [branch_id], end.members_to, end.dissolved_on)


def _too_early(pointer: str, earliest: str) -> Invalid:
    return Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": earliest}),))
