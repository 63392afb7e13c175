"""Roles of party workers: given, prolonged, ended. Those of a branch's team are entered with the team alone."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.facts import months_after, whole_months
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.regions.stated import NATION, stated
from app.services.workers import repository
from app.services.workers.facts import OF_POSTS, RoleEnd, RoleFacts, WorkerRole, WorkerState
from app.services.workers.judging import FIRST_DAY, policy_at, soon
from app.services.workers.models import WorkerRoleHeld
from app.services.workers.repository import Named
from app.services.workers.roles import reads
from app.services.workers.roles.schemas import RoleEnded, RoleExtend, RoleFilters, RoleGive, RoleState
from app.services.workers.rules import ROLE

ROLES = "worker_roles"
"""What the audit calls a list of who holds which role."""
CLOSED = ("closed", "revoked")


async def listed(act: Act, filters: RoleFilters, ask: Ask) -> Page:
    """One page of roles, noted as a list of names. When one ends soon is the policy's of the region asked for."""
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    found = await reads.listed(act, filters, soon(act, await policy_at(act, place)), ask)
    await note(act, "list", ROLES, rows=len(found.rows))
    return found


async def shown(act: Act, role_id: UUID) -> dict[str, Any]:
    """One role, what the rules say of it today, and what the caller may do. Raises NotFound.

    `findings` are Finding values; whoever shows them adds the reader's texts. An ended one is not judged.
    """
    worker = await repository.named(act, await reads.worker_of(act, role_id), locked=False)
    policy = await policy_at(act, (worker.region_code, worker.region_level) if worker else NATION)
    row = await reads.one(act, role_id, soon(act, policy))
    findings: tuple[Finding, ...] = ()
    if row["state"] != RoleState.ended and worker is not None and row["post_id"] is None:
        findings = judge(ROLE, await _facts(act, worker, row, role_id), policy)
    return {
        **row,
        "findings": findings,
        "policy_version": policy.version,
        "allowed_actions": _allowed(act, row),
    }


async def give(act: Act, draft: RoleGive) -> UUID:
    """Give somebody a role. One that began before the worker was known here shows since when the work lasts.

    Raises Invalid for days, places and references that do not fit, Forbidden for a worker who may only be seen,
    RuleViolation for an instructor who is no formal member, DepartureUnapproved for a long term without a reason; the
    database refuses the same role at the same place twice at once (Taken).
    """
    errors = _shape_wrong(draft)
    if errors:
        raise Invalid(errors=tuple(errors))
    errors = [*await _branch_wrong(act, draft), *await _organization_wrong(act, draft)]
    worker = await repository.named(act, draft.worker_id, locked=True)
    if worker is None and await repository.named(act, draft.worker_id, locked=False) is not None:
        raise Forbidden(reason="scope")
    if worker is None:
        errors.append(FieldError("/worker_id", "reference_unknown"))
    elif worker.state != WorkerState.current:
        errors.append(FieldError("/worker_id", "reference_ended"))
    errors += _from_wrong(act, draft.valid_from)
    if errors or worker is None:
        raise Invalid(errors=tuple(errors))
    policy = await policy_at(act, (worker.region_code, worker.region_level))
    valid_to = draft.valid_to
    if valid_to is None and draft.role is WorkerRole.instructor:
        valid_to = months_after(draft.valid_from, policy.instructor_term_months.value)
    if valid_to is not None and valid_to <= draft.valid_from:
        raise Invalid(errors=(FieldError("/valid_to", "role_ends_before_start"),))
    told = {"role": draft.role, "valid_from": draft.valid_from, "valid_to": valid_to}
    findings = refuse_hard(judge(ROLE, await _facts(act, worker, told), policy))
    departing = require_reason(findings, draft.departure_reason)
    if draft.valid_from < worker.since:
        await repository.worked_since(act, worker.id, draft.valid_from)
    return await repository.add_role(
        act,
        WorkerRoleHeld(
            version=1,
            worker_id=worker.id,
            selection_channel=draft.selection_channel,
            branch_id=draft.branch_id,
            organization_id=draft.organization_id,
            full_time=worker.full_time if draft.full_time is None else draft.full_time,
            departures=recorded(act, departing, policy, draft.departure_reason),
            created_at=act.now,
            recorded_at=act.now,
            **told,
        ),
    )


async def extend(act: Act, role_id: UUID, expected: int, wish: RoleExtend) -> None:
    """A later end of a role. Raises NotFound, StaleVersion, Forbidden; Conflict where there is nothing to prolong;
    Invalid for a day that is not later; RuleViolation and DepartureUnapproved as `give` does.
    """
    worker, role = await _held(act, role_id, expected)
    if role.valid_to is None:
        raise Conflict(errors=(FieldError("", "role_without_end"),))
    if wish.until <= role.valid_to:
        raise Invalid(errors=(FieldError("/until", "role_extended_backwards", {"until": role.valid_to.isoformat()}),))
    policy = await policy_at(act, (worker.region_code, worker.region_level))
    told = {"role": role.role, "valid_from": role.valid_from, "valid_to": wish.until}
    findings = refuse_hard(judge(ROLE, await _facts(act, worker, told, role_id), policy))
    departing = require_reason(findings, wish.departure_reason)
    role.valid_to = wish.until
    role.departures = [*role.departures, *recorded(act, departing, policy, wish.departure_reason)]
    await repository.save_role(act, role)


async def end(act: Act, role_id: UUID, expected: int, wish: RoleEnded) -> None:
    """A role ends by a stated reason. Raises NotFound, StaleVersion, Forbidden; Conflict for one that is over or of a
    post; Invalid for the day.
    """
    _, role = await _held(act, role_id, expected)
    _day_wrong(act, role, wish.ended_on)
    role.valid_to, role.end_kind, role.end_reason = wish.ended_on, RoleEnd.ended, wish.reason
    await repository.save_role(act, role)


async def _held(act: Act, role_id: UUID, expected: int) -> tuple[Named, WorkerRoleHeld]:
    worker_id = await reads.worker_of(act, role_id)
    await repository.hold_places(act, [worker_id])
    worker = await repository.named(act, worker_id, locked=True)
    role = await claim(act, WorkerRoleHeld, role_id, expected)
    if worker is None:
        raise Forbidden(reason="scope")
    if role.post_id is not None:
        raise Conflict(errors=(FieldError("", "role_of_a_post"),))
    if role.valid_to is not None and (role.valid_to <= act.today or role.end_kind is not None):
        raise Conflict(errors=(FieldError("", "role_ended"),))
    return worker, role


async def _facts(act: Act, worker: Named, told: dict[str, Any], apart: UUID | None = None) -> RoleFacts:
    role, begins, ends = WorkerRole(told["role"]), told["valid_from"], told["valid_to"]
    months = None
    if role is WorkerRole.instructor and ends is not None:
        whole = whole_months(begins, ends)
        months = whole + (months_after(begins, whole) < ends)
    return RoleFacts(
        role=role,
        formal=worker.formal,
        months=months,
        others=await repository.others_held(act, worker.id, begins, ends, apart),
    )


def _shape_wrong(draft: RoleGive) -> list[FieldError]:
    """What is wrong with the role and its place, before anything is looked up."""
    if draft.role in OF_POSTS:
        return [FieldError("/role", "role_of_a_post")]
    if draft.branch_id is not None and draft.organization_id is not None:
        return [FieldError("/organization_id", "role_one_place")]
    if draft.role is WorkerRole.instructor:
        return [
            FieldError(f"/{name}", "instructor_no_place")
            for name in ("branch_id", "organization_id")
            if getattr(draft, name) is not None
        ]
    if draft.role is WorkerRole.liaison and draft.organization_id is None:
        return [FieldError("/organization_id", "missing")]
    return []


async def _branch_wrong(act: Act, draft: RoleGive) -> list[FieldError]:
    if draft.branch_id is None:
        return []
    found = await repository.branch(act, draft.branch_id)
    if found is None:
        return [FieldError("/branch_id", "reference_unknown")]
    founded, dissolved = found
    if dissolved is not None:
        return [FieldError("/branch_id", "reference_ended")]
    early = draft.valid_from < founded
    return [FieldError("/valid_from", "day_too_early", {"earliest": founded.isoformat()})] if early else []


async def _organization_wrong(act: Act, draft: RoleGive) -> list[FieldError]:
    if draft.organization_id is None:
        return []
    status = await repository.organization_status(act, draft.organization_id)
    if status is None:
        return [FieldError("/organization_id", "reference_unknown")]
    return [FieldError("/organization_id", "reference_ended")] if status in CLOSED else []


def _from_wrong(act: Act, day: date) -> list[FieldError]:
    if day > act.today:
        return [FieldError("/valid_from", "day_future")]
    early = day < FIRST_DAY
    return [FieldError("/valid_from", "day_too_early", {"earliest": FIRST_DAY.isoformat()})] if early else []


def _day_wrong(act: Act, role: WorkerRoleHeld, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError("/ended_on", "day_future"),))
    if day < role.valid_from:
        raise Invalid(errors=(FieldError("/ended_on", "day_too_early", {"earliest": role.valid_from.isoformat()}),))
    if role.valid_to is not None and day > role.valid_to:
        raise Invalid(errors=(FieldError("/ended_on", "day_too_late", {"latest": role.valid_to.isoformat()}),))


def _allowed(act: Act, row: dict[str, Any]) -> list[dict[str, Any]]:
    refusal = None if Permission.workers_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    inside = act.scope.holds(int(row["region_code"]), [line], [row["worker_id"], row["branch_id"]])
    refusal = refusal or (None if inside else "outside_scope")
    refusal = refusal or ("role_of_a_post" if row["post_id"] is not None else None)
    refusal = refusal or ("role_ended" if row["state"] == RoleState.ended or row["end_kind"] is not None else None)
    endless = "role_without_end" if row["valid_to"] is None else None
    return [action("end", refusal), action("extend", refusal or endless)]
