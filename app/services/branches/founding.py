"""Founding branches: judged one by one, written together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Failure, FieldError, Invalid, refuse_hard
from app.core.findings import Finding, judge
from app.services.authorities.reads import parsed_code
from app.services.branches import repository
from app.services.branches.facts import OUTRANKS, FoundingFacts, Level, ManagementMode, TermKind, whole_months
from app.services.branches.failures import require_reason
from app.services.branches.policy import KIND, BranchPolicy
from app.services.branches.repository import Candidate, Grounds
from app.services.branches.rules import FOUNDING
from app.services.branches.schemas import BranchCreate
from app.services.policies import service as policies
from app.services.policies.facts import Numbers
from app.services.regions.facts import ancestor
from app.services.regions.stated import placed

FIRST_DAY = date(1921, 7, 23)  # no branch is older than the party

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ready:
    """A branch that may be founded: its columns, what it covers, and what the rules say of it."""

    row: dict[str, Any]
    organizations: list[Candidate]
    findings: tuple[Finding, ...]
    policy: BranchPolicy


async def found(act: Act, draft: BranchCreate) -> UUID:
    """Found one branch. Raises what stands against it: Invalid, Forbidden, RuleViolation."""
    (outcome,) = await found_each(act, [draft])
    if isinstance(outcome, Failure):
        raise outcome
    return outcome


async def found_each(act: Act, drafts: Sequence[BranchCreate]) -> list[UUID | Failure]:
    """Found those that may be, in order; for each its key, or why not. A refused one does not stop the others."""
    outcomes = await judge_each(act, drafts)
    keys = iter(await write(act, [outcome for outcome in outcomes if isinstance(outcome, Ready)]))
    return [outcome if isinstance(outcome, Failure) else next(keys) for outcome in outcomes]


async def write(act: Act, ready: Sequence[Ready]) -> list[UUID]:
    """Found what has been judged in this act; returns the keys in order."""
    return await repository.found(act, [each.row for each in ready], [each.organizations for each in ready])


async def judge_each(
    act: Act, drafts: Sequence[BranchCreate], places: Sequence[Place | Failure] | None = None
) -> list[Ready | Failure]:
    """What would be founded, in order, or why not; nothing is written.

    `places` are where they sit when that has been settled before, as by an application; else it is asked of the drafts.

    Everything referred to is locked first, in one order, so that two requests over the same organisations wait for
    each other instead of both covering them.
    """
    if places is None:
        places = await placed(act, [(draft.region_code, draft.region_level) for draft in drafts])
    grounds = await repository.grounds(
        act,
        organizations=[key for draft in drafts for key in draft.organization_ids],
        authorities=[draft.authority_id for draft in drafts],
        hosts=[draft.host_id for draft in drafts if draft.host_id is not None],
        parents=[draft.parent_id for draft in drafts if draft.parent_id is not None],
    )
    outcomes: list[Ready | Failure] = []
    taken: set[UUID] = set()
    laws: dict[Place, BranchPolicy] = {}
    for draft, place in zip(drafts, places, strict=True):
        try:
            if isinstance(place, Failure):
                raise place
            if place not in laws:
                laws[place] = await policy_at(act, place)
            ready = _ready(act, draft, place, grounds, laws[place], taken)
        except Failure as failure:
            outcomes.append(failure)
        else:
            taken.update(draft.organization_ids)
            outcomes.append(ready)
    return outcomes


async def policy_at(act: Act, place: Place) -> BranchPolicy:
    """The branch policy in force at a place today: what is entered is judged by the rules of the day it is entered."""
    code, level = place
    chain = tuple((ancestor(code, above), above) for above in range(level, -1, -1))
    return (await policies.at(act, KIND, chain, act.today)).numbers


def _ready(
    act: Act, draft: BranchCreate, place: Place, grounds: Grounds, policy: BranchPolicy, taken: set[UUID]
) -> Ready:
    errors = [*_days_wrong(draft, act.today), *_references_wrong(act, draft, grounds)]
    if errors:
        raise Invalid(errors=tuple(errors))
    organizations = [grounds.organizations[key] for key in draft.organization_ids]
    facts = founding_facts(draft, organizations, policy, taken)
    findings = refuse_hard(judge(FOUNDING, facts, policy))
    departing = require_reason(findings, draft.departure_reason)
    code, level = place
    return Ready(
        {
            "version": 1,
            "name": draft.name,
            "level": draft.level,
            "formation_mode": draft.formation_mode,
            "management_mode": draft.management_mode,
            "stage": draft.stage,
            "authority_id": draft.authority_id,
            "outflow_authority_code": outflow_code(draft.outflow_authority_code),
            "host_id": draft.host_id,
            "parent_id": draft.parent_id,
            "region_code": code,
            "region_level": level,
            "term_kind": draft.term_kind,
            "ends_on": draft.ends_on,
            "approved_on": draft.approved_on,
            "founded_on": draft.founded_on,
            "filed_on": draft.filed_on,
            "formal_members": facts.formal,
            "probationary_members": facts.probationary,
            "departures": recorded(act, departing, policy, draft.departure_reason),
            "created_at": act.now,
            "recorded_at": act.now,
        },
        organizations,
        findings,
        policy,
    )


def _days_wrong(draft: BranchCreate, today: date) -> list[FieldError]:
    return [
        *day_wrong("/founded_on", draft.founded_on, FIRST_DAY, today),
        *day_wrong("/approved_on", draft.approved_on, FIRST_DAY, draft.founded_on, "day_too_late"),
        *day_wrong("/filed_on", draft.filed_on, draft.founded_on, today),
        *end_day_wrong(draft.term_kind, draft.ends_on, draft.founded_on),
    ]


def day_wrong(
    pointer: str, day: date | None, earliest: date, latest: date, late: str = "day_future"
) -> list[FieldError]:
    """What is wrong with a day that must lie between two, both included; `late` says why the second binds."""
    if day is None or earliest <= day <= latest:
        return []
    if day < earliest:
        return [FieldError(pointer, "day_too_early", {"earliest": earliest.isoformat()})]
    return [FieldError(pointer, late, {"latest": latest.isoformat()})]


def end_day_wrong(term: TermKind, ends_on: date | None, founded_on: date) -> list[FieldError]:
    """What is wrong with a planned end: temporary and project branches have one, after their founding; others none."""
    if term is TermKind.regular:
        return [] if ends_on is None else [FieldError("/ends_on", "branch_end_unexpected")]
    if ends_on is None:
        return [FieldError("/ends_on", "branch_end_missing")]
    return day_wrong("/ends_on", ends_on, founded_on + timedelta(days=1), date.max)


def _references_wrong(act: Act, draft: BranchCreate, grounds: Grounds) -> list[FieldError]:
    errors = [
        *end_wrong("/authority_id", draft.authority_id, grounds.authorities, act.today),
        *end_wrong("/host_id", draft.host_id, grounds.hosts, act.today),
        *parent_wrong(draft.parent_id, draft.level, grounds, act.today),
        *outflow_wrong(draft.outflow_authority_code, draft.management_mode),
    ]
    seen: set[UUID] = set()
    for place, key in enumerate(draft.organization_ids):
        if key not in grounds.organizations:
            errors.append(FieldError(f"/organization_ids/{place}", "reference_unknown"))
        elif key in seen:
            errors.append(FieldError(f"/organization_ids/{place}", "listed_twice"))
        seen.add(key)
    return errors


def end_wrong(pointer: str, key: UUID | None, ends: dict[UUID, date | None], today: date) -> list[FieldError]:
    """What is wrong with referring to this host or authority: not to be seen, or ended."""
    if key is None:
        return []
    if key not in ends:
        return [FieldError(pointer, "reference_unknown")]
    end = ends[key]
    return [FieldError(pointer, "reference_ended")] if end is not None and end <= today else []


def outflow_code(written: str | None) -> int | None:
    """The outflow authority's code as it is kept. Raises Invalid for another shape."""
    return None if written is None else parsed_code(written, "/outflow_authority_code")


def outflow_wrong(written: str | int | None, mode: ManagementMode) -> list[FieldError]:
    """What is wrong with naming an outflow authority: only dual management has one."""
    if written is None or mode is ManagementMode.dual:
        return []
    return [FieldError("/outflow_authority_code", "outflow_needs_dual")]


def parent_wrong(parent_id: UUID | None, level: Level, grounds: Grounds, today: date) -> list[FieldError]:
    """What is wrong with belonging to this branch: not to be seen, dissolved, or not of a higher level."""
    if parent_id is None:
        return []
    if parent_id not in grounds.parents:
        return [FieldError("/parent_id", "reference_unknown")]
    above, end = grounds.parents[parent_id]
    if end is not None and end <= today:
        return [FieldError("/parent_id", "reference_ended")]
    return [] if level in OUTRANKS[Level(above)] else [FieldError("/parent_id", "branch_parent_level")]


def founding_facts(
    draft: BranchCreate, organizations: Sequence[Candidate], policy: BranchPolicy, taken: set[UUID]
) -> FoundingFacts:
    """What the rules ask about a draft. Members not stated are those of the organisations; unknown counts none."""
    formal, probationary = draft.formal_members, draft.probationary_members
    if formal is None:
        formal = sum(formal_of(each.working, each.relation, policy) for each in organizations)
    if probationary is None:
        probationary = sum(each.probationary or 0 for each in organizations)
    return FoundingFacts(
        level=draft.level,
        mode=draft.formation_mode,
        organizations=len(organizations),
        able=able(((each.working, each.relation) for each in organizations), policy),
        covered_elsewhere=sum(each.id in taken or covered_from(each, draft.founded_on) for each in organizations),
        formal=formal,
        probationary=probationary,
        has_host=draft.host_id is not None,
        term=draft.term_kind,
        months=None if draft.ends_on is None else whole_months(draft.founded_on, draft.ends_on),
    )


def formal_of(working: int | None, relation: int | None, policy: BranchPolicy) -> int:
    """An organisation's formal members by the count the policy goes by; unknown counts none."""
    return (working if policy.member_basis.value == "working" else relation) or 0


def able(members: Iterable[tuple[int | None, int | None]], policy: BranchPolicy) -> int:
    """How many organisations have members enough for a branch of their own."""
    return sum(formal_of(working, relation, policy) >= policy.branch_minimum.value for working, relation in members)


def covered_from(organization: Candidate, day: date) -> bool:
    """Whether another branch covers the organisation on that day or on a later one."""
    return any(end is None or (end > day and end > start) for start, end in organization.periods)


def recorded(act: Act, departing: Sequence[Finding], policy: Numbers, reason: str | None) -> list[dict[str, Any]]:
    """Departures as they are kept with what departs."""
    return [
        {
            "code": finding.code,
            "limit": finding.limit,
            "actual": finding.actual,
            "citation": finding.citation,
            "policy_version": policy.version,
            "reason": reason,
            "by": act.by.id,
            "at": act.now.isoformat(),
        }
        for finding in departing
    ]
