"""What can be done with a year's programme: drawn up, approved by somebody else, closed with its result frozen."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, Severity, judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.assessment.contract import Catalogue
from app.services.authorities.facts import AuthorityKind
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.programmes import reads, repository
from app.services.programmes.facts import ProgrammeFacts, ProgrammeState
from app.services.programmes.judging import NOTHING, in_office, policy_at
from app.services.programmes.models import Programme
from app.services.programmes.rules import APPROVING, CLOSING
from app.services.programmes.schemas import PlanItemDraft, ProgrammeCreate, ProgrammeStep, ProgrammeUpdate
from app.services.programmes.targets import reads as target_reads
from app.services.programmes.targets.looking import looked_at
from app.services.programmes.tasks import reads as task_reads

S = ProgrammeState
WHEN: dict[str, frozenset[ProgrammeState]] = {
    "update": frozenset({S.draft}),
    "approve": frozenset({S.draft}),
    "close": frozenset({S.approved}),
    "add_task": frozenset({S.draft, S.approved}),
    "add_target": frozenset({S.draft, S.approved}),
}
"""In which states each thing can be done."""


async def shown(act: Act, catalogue: Catalogue, programme_id: UUID) -> dict[str, Any]:
    """One programme with what is counted of it, live or as it was closed. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, programme_id)
    told = row["result"]
    if row["state"] != S.closed:
        told = await _result(act, catalogue, row)
    return {
        **row,
        "items": await reads.items(act, programme_id),
        "counts": told["counts"],
        "frozen": row["state"] == S.closed,
        "as_of": told["as_of"],
        "findings": [Finding(**{**each, "severity": Severity(each["severity"])}) for each in told["findings"]],
        "policy_version": told["policy_version"],
        "allowed_actions": [action(name, _refusal(act, row, name)) for name in WHEN],
    }


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    if Permission.programmes_write not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    if row["state"] not in WHEN[name]:
        return f"programme_{row['state']}"
    return "programme_own_draft" if name == "approve" and row["drafted_by"] == act.by.id else None


async def _facts(act: Act, row: dict[str, Any], counts: dict[str, int]) -> ProgrammeFacts:
    return replace(
        NOTHING,
        own_draft=row["drafted_by"] == act.by.id,
        year_over=act.today >= date(row["year"] + 1, 1, 1),
        tasks=counts["tasks"] - counts["dropped"],
        unlinked=counts["unlinked"],
        open_tasks=counts["open"],
        unmarked=counts["unmarked"],
    )


async def _result(act: Act, catalogue: Catalogue, row: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """How a programme stands now, as JSON: shown while it is live; with its tasks and targets, frozen when closed."""
    counts = await reads.counts(act, row["id"])
    policy = (await policy_at(act, (int(row["region_code"]), row["region_level"]))).numbers
    targets = await looked_at(act, catalogue, await target_reads.standing(act, row["id"]))
    facts = replace(
        await _facts(act, row, counts),
        targets=len(targets),
        missed=sum(each["reached"] is not True for each in targets),
    )
    told: dict[str, Any] = {
        "as_of": act.now.isoformat(),
        "counts": counts,
        "findings": [_told(each) for each in judge(CLOSING, facts, policy)],
        "policy_version": policy.version,
    }
    if whole:
        told["tasks"] = await task_reads.frozen(act, row["id"])
        told["targets"] = [_json(each) for each in targets]
    return told


def _told(finding: Finding) -> dict[str, Any]:
    return asdict(finding) | {"severity": finding.severity.value}


def _json(row: dict[str, Any]) -> dict[str, Any]:
    """A target as it is frozen: what was asked and where the figure was."""
    names = (
        *("indicator", "basis", "place_code", "place_level", "direction", "baseline", "target", "value", "expected"),
        *("time_permille", "progress_permille", "reached", "on_track", "basis_version"),
    )
    days = {name: row[name].isoformat() for name in ("from_on", "due_on", "baseline_on")}
    return {"id": str(row["id"]), **{name: row[name] for name in names}, **days}


async def create(act: Act, draft: ProgrammeCreate) -> UUID:
    """Draw up a year's programme. Raises Invalid for what it refers to, Forbidden; Taken for a second one."""
    body = await repository.body(act, draft.committee_id)
    if body is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if body.kind not in (AuthorityKind.work_committee, AuthorityKind.social_work_department):
        raise Invalid(errors=(FieldError("/committee_id", "authority_no_committee"),))
    if body.dissolved_on is not None and body.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    if not act.scope.holds(body.region_code, [body.code]):
        raise Forbidden(reason="scope")
    _once(draft.items)
    programme_id = await repository.add(
        act,
        Programme(
            version=1,
            committee_id=draft.committee_id,
            year=draft.year,
            title=draft.title,
            plan_title=draft.plan_title,
            plan_document=draft.plan_document,
            state=S.draft,
            drafted_by=act.by.id,
            departures=[],
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    await repository.set_items(act, programme_id, [(each.code, each.text) for each in draft.items])
    return programme_id


def _once(items: list[PlanItemDraft]) -> None:
    codes = [each.code for each in items]
    twice = [
        FieldError(f"/items/{number}/code", "listed_twice")
        for number, code in enumerate(codes)
        if code in codes[:number]
    ]
    if twice:
        raise Invalid(errors=tuple(twice))


async def update(act: Act, programme_id: UUID, expected: int, change: ProgrammeUpdate) -> None:
    """Put a draft otherwise. Raises NotFound, StaleVersion, Forbidden, Conflict once approved or for an item in use."""
    row = await _in_state(act, programme_id, expected, "update")
    for name in ("title", "plan_title", "plan_document"):
        if name in change.model_fields_set:
            setattr(row, name, getattr(change, name))
    if "items" in change.model_fields_set:
        _once(change.items)
        used = await repository.used_items(act, programme_id, [each.code for each in change.items])
        if used:
            raise Conflict(errors=(FieldError("/items", "programme_items_used", {"codes": ", ".join(used)}),))
        await repository.set_items(act, programme_id, [(each.code, each.text) for each in change.items])
    await repository.save(act, row)


async def approve(act: Act, programme_id: UUID, expected: int, wish: ProgrammeStep) -> None:
    """Somebody else than who drew it up says that it holds.

    Raises RuleViolation for one's own draft, and for a departure without a reason; NotFound, StaleVersion, Forbidden,
    Conflict.
    """
    row = await _in_state(act, programme_id, expected, "approve")
    facts = await _facts(act, _columns(row), await reads.counts(act, programme_id))
    policy = (await policy_at(act, (row.region_code, row.region_level))).numbers
    findings = refuse_hard(judge(APPROVING, facts, policy))
    departing = require_reason(findings, wish.departure_reason)
    row.departures = [*row.departures, *recorded(act, departing, policy, wish.departure_reason)]
    row.state, row.approved_by, row.approved_on = S.approved, act.by.id, act.today
    await repository.save(act, row)


async def close(act: Act, catalogue: Catalogue, programme_id: UUID, expected: int, wish: ProgrammeStep) -> None:
    """The year is over: tasks, marks and figures are frozen as they are. Raises as `approve` does."""
    row = await _in_state(act, programme_id, expected, "close")
    told = await _result(act, catalogue, _columns(row), whole=True)
    policy = (await policy_at(act, (row.region_code, row.region_level))).numbers
    findings = tuple(Finding(**{**each, "severity": Severity(each["severity"])}) for each in told["findings"])
    departing = require_reason(refuse_hard(findings), wish.departure_reason)
    row.departures = [*row.departures, *recorded(act, departing, policy, wish.departure_reason)]
    row.state, row.closed_by, row.closed_on, row.result = S.closed, act.by.id, act.today, told
    await repository.save(act, row)


def _columns(row: Programme) -> dict[str, Any]:
    names = ("id", "year", "drafted_by", "region_code", "region_level", "authority_code")
    return {name: getattr(row, name) for name in names}


async def _in_state(act: Act, programme_id: UUID, expected: int, what: str) -> Programme:
    row = await claim(act, Programme, programme_id, expected)
    if row.state not in WHEN[what]:
        raise Conflict(errors=(FieldError("", f"programme_{row.state}"),))
    return row
