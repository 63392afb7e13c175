"""What can be done with members: enter, put right, confirm, end, find by number, show in clear, erase."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.findings import judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.branches.failures import require_reason
from app.services.branches.founding import outflow_code, recorded
from app.services.members import reads, repository
from app.services.members.facts import HOLDER, OFFICER, PERSONAL, ConfirmationFacts, MemberKind, MemberState
from app.services.members.holding import MEMBERS
from app.services.members.models import Member
from app.services.members.policy import KIND
from app.services.members.repository import Standing
from app.services.members.rules import CONFIRMATION
from app.services.members.schemas import (
    MemberConfirm,
    MemberCreate,
    MemberEnd,
    MemberFilters,
    MemberUpdate,
)
from app.services.policies import service as policies
from app.services.privacy import erasing, keeping, revealing
from app.services.privacy.contract import Held
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase
from app.services.regions.facts import ancestor

FLOATING = ("outflow_branch_name", "outflow_authority_code", "inflow_branch_id", "inflow_branch_name")
FIRST_DAY = date(1921, 7, 1)  # nobody joined the party before it was


async def listed(act: Act, filters: MemberFilters, ask: Ask) -> Page:
    """One page of members; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", HOLDER, rows=len(found.rows))
    return found


async def enter(act: Act, draft: MemberCreate) -> dict[str, Any]:
    """Enter a member. Raises Invalid; the database refuses a current member's identity number (Taken)."""
    since = draft.since or act.today
    told = {name: getattr(draft, name) for name in (*FLOATING, "floating", "admitted_on", "formal_on", "branch_id")}
    told |= {"kind": draft.kind, "since": since, "outflow_authority_code": outflow_code(draft.outflow_authority_code)}
    known = await repository.branches(act, [key for key in (draft.branch_id, draft.inflow_branch_id) if key])
    errors = [*_days_wrong(told, act.today), *_floating_wrong(told), *_branches_wrong(told, known)]
    errors += await _employer_wrong(act, draft.branch_id, draft.organization_id)
    if errors:
        raise Invalid(errors=tuple(errors))
    await _held_alone(act, draft.identity_number)
    home = known.get(draft.branch_id) if draft.branch_id else None
    if draft.floating and home is not None and told["outflow_authority_code"] is None:
        told["outflow_authority_code"] = home.outflow_authority_code
    member = await repository.add(
        act,
        Member(
            version=1,
            name=draft.name,
            organization_id=draft.organization_id,
            state=MemberState.current,
            departures=[],
            source=OFFICER,
            source_time=act.now,
            corrected=[],
            created_at=act.now,
            recorded_at=act.now,
            **told,
        ),
    )
    values = {field: value for field in PERSONAL if (value := getattr(draft, field)) is not None}
    await keeping.keep(act, HOLDER, [Held(str(member.id), member.region_code, values)])
    return await reads.detail(act, member.id)


async def correct(act: Act, member_id: UUID, expected: int, change: MemberUpdate) -> dict[str, Any]:
    """Put fields right. What is already so makes no new version.

    Raises NotFound, StaleVersion, Conflict for one who has left, Invalid.
    """
    member = await _current(act, member_id, expected)
    key = str(member_id)
    held = (await keeping.opened(act, HOLDER, [key])).get(key, {})
    wanted = {name: getattr(change, name) for name in change.model_fields_set}
    if "outflow_authority_code" in wanted:
        wanted["outflow_authority_code"] = outflow_code(change.outflow_authority_code)
    if "kind" in wanted:
        wanted["formal_on"] = None
    if wanted.get("floating") is False:
        wanted |= {name: None for name in FLOATING if name not in wanted}
    stands = {name: held.get(name) if name in PERSONAL else getattr(member, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != stands[name]}
    if not changed:
        return await reads.detail(act, member_id)
    await _check(act, member, changed)
    numbers = {field: changed[field] for field in PERSONAL if field in changed}
    await _held_alone(act, numbers.get("identity_number"))
    for name, value in changed.items():
        if name not in PERSONAL:
            setattr(member, name, value)
    member.corrected = sorted({*member.corrected, *changed})
    member.source, member.source_time = OFFICER, act.now
    await repository.save(act, member)
    if numbers:
        await keeping.keep(act, HOLDER, [Held(key, member.region_code, numbers)])
    await note(act, "correct", HOLDER, id=key, fields=sorted(changed))
    return await reads.detail(act, member_id)


async def _check(act: Act, member: Member, changed: dict[str, Any]) -> None:
    told = {name: getattr(member, name) for name in (*FLOATING, "floating", "kind", "admitted_on", "formal_on")}
    told |= {"branch_id": member.branch_id, "since": member.since} | changed
    asked = {"inflow_branch_id": told["inflow_branch_id"]} if "inflow_branch_id" in changed else {}
    if "since" in changed:
        asked["branch_id"] = told["branch_id"]
    known = await repository.branches(act, [key for key in asked.values() if key])
    errors = [*_days_wrong(told, act.today), *_floating_wrong(told)]
    errors += _branches_wrong({**told, "branch_id": None, "inflow_branch_id": None, **asked}, known)
    if "organization_id" in changed:
        errors += await _employer_wrong(act, member.branch_id, changed["organization_id"])
    if errors:
        raise Invalid(errors=tuple(errors))


async def confirm(act: Act, member_id: UUID, expected: int, wish: MemberConfirm) -> dict[str, Any]:
    """Make a probationary member a formal one.

    Raises NotFound, StaleVersion, Conflict for one who is not on probation, Invalid, DepartureUnapproved.
    """
    member = await _current(act, member_id, expected)
    if member.kind != MemberKind.probationary:
        raise Conflict(errors=(FieldError("", "member_formal"),))
    told = {"kind": MemberKind.formal, "admitted_on": member.admitted_on, "formal_on": wish.formal_on}
    errors = _days_wrong({**told, "since": member.since}, act.today)
    if errors:
        raise Invalid(errors=tuple(errors))
    chain = tuple((ancestor(member.region_code, level), level) for level in range(5, -1, -1))
    policy = (await policies.at(act, KIND, chain, wish.formal_on)).numbers
    findings = judge(CONFIRMATION, ConfirmationFacts(member.admitted_on, wish.formal_on), policy)
    departing = require_reason(findings, wish.departure_reason)
    member.kind, member.formal_on = MemberKind.formal, wish.formal_on
    member.departures = [*member.departures, *recorded(act, departing, policy, wish.departure_reason)]
    await repository.save(act, member)
    return await reads.detail(act, member_id)


async def end(act: Act, member_id: UUID, expected: int, wish: MemberEnd) -> dict[str, Any]:
    """End a membership. Raises NotFound, StaleVersion, Conflict for one who has left, Invalid for a day that is not."""
    member = await _current(act, member_id, expected)
    if not member.since <= wish.ended_on <= act.today:
        raise Invalid(errors=(FieldError("/ended_on", "member_day", {"since": member.since.isoformat()}),))
    member.state, member.until = MemberState.ended, wish.ended_on
    await repository.save(act, member)
    return await reads.detail(act, member_id)


async def search(act: Act, sought: NumberSearch) -> list[dict[str, Any]]:
    """Visible members with exactly this number; the search is noted, the number is not."""
    return await revealing.found(act, HOLDER, sought, reads.of_ids)


async def reveal(act: Act, member_id: UUID, wish: NumberReveal) -> dict[str, Any]:
    """The numbers in clear, and one audit row with the purpose in the same transaction. Raises NotFound."""
    await reads.one(act, member_id)
    return await revealing.revealed(act, HOLDER, member_id, wish)


async def erase(act: Act, member_id: UUID, expected: int, wish: PersonErase) -> None:
    """Erase a member where the law allows. Raises NotFound, StaleVersion, RuleViolation."""
    await claim(act, Member, member_id, expected)
    await erasing.erase(act, MEMBERS, member_id, wish.ground, wish.reason)


async def outlived(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some members who left before this instant."""
    return await repository.left_before(act, before, limit)


async def _current(act: Act, member_id: UUID, expected: int) -> Member:
    member = await claim(act, Member, member_id, expected)
    if member.state != MemberState.current:
        raise Conflict(errors=(FieldError("", "member_not_current"),))
    return member


async def _held_alone(act: Act, identity_number: str | None) -> None:
    """Nobody enters the same person meanwhile, under whichever index key."""
    if identity_number is not None:
        await repository.hold(act, act.vault.blinds(identity_number, f"{HOLDER}.identity_number"))


def _days_wrong(told: dict[str, Any], today: date) -> list[FieldError]:
    errors = [
        FieldError(f"/{name}", "day_out_of_range")
        for name in ("admitted_on", "formal_on", "since")
        if told[name] is not None and not FIRST_DAY <= told[name] <= today
    ]
    if told["formal_on"] is not None and told["kind"] != MemberKind.formal:
        errors.append(FieldError("/formal_on", "formal_on_of_probationary"))
    if told["formal_on"] is not None and told["admitted_on"] is not None and told["formal_on"] < told["admitted_on"]:
        errors.append(FieldError("/formal_on", "formal_before_admitted"))
    return errors


def _floating_wrong(told: dict[str, Any]) -> list[FieldError]:
    if not told["floating"]:
        return [FieldError(f"/{name}", "only_floating") for name in FLOATING if told[name] is not None]
    if told["inflow_branch_id"] is not None and told["inflow_branch_name"] is not None:
        return [FieldError("/inflow_branch_name", "one_inflow_branch")]
    if told["inflow_branch_id"] is not None and told["inflow_branch_id"] == told["branch_id"]:
        return [FieldError("/inflow_branch_id", "inflow_is_own_branch")]
    return []


def _branches_wrong(told: dict[str, Any], known: dict[UUID, Standing]) -> list[FieldError]:
    errors = []
    for name in ("branch_id", "inflow_branch_id"):
        key = told[name]
        if key is None:
            continue
        branch = known.get(key)
        if branch is None:
            errors.append(FieldError(f"/{name}", "reference_unknown"))
        elif branch.dissolved_on is not None:
            errors.append(FieldError(f"/{name}", "reference_ended"))
        elif name == "branch_id" and told["since"] < branch.founded_on:
            errors.append(FieldError("/since", "before_founding", {"founded_on": branch.founded_on.isoformat()}))
    return errors


async def _employer_wrong(act: Act, branch_id: UUID | None, organization_id: UUID | None) -> list[FieldError]:
    if organization_id is None:
        return [] if branch_id is not None else [FieldError("/branch_id", "member_place_missing")]
    if not await repository.employer_known(act, organization_id):
        return [FieldError("/organization_id", "organization_unknown")]
    return []
