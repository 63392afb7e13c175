"""What can be done with an application, from being put forward until the branch stands."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, Severity, judge
from app.core.versions import claim
from app.services.branches.applications import drafts, reads, repository
from app.services.branches.applications.schemas import (
    ApplicationApprove,
    ApplicationCreate,
    ApplicationFound,
    ApplicationResubmit,
    ApplicationReturn,
    ApplicationUpdate,
    ApplicationWithdraw,
)
from app.services.branches.facts import (
    ApplicationState,
    DecisionFacts,
    ElectionFacts,
    months_after,
)
from app.services.branches.failures import DepartureUnapproved, require_reason
from app.services.branches.founding import day_wrong, judge_each, policy_at, recorded, write
from app.services.branches.models import BranchApplication
from app.services.branches.policy import BranchPolicy
from app.services.branches.rules import DECIDING, ELECTING
from app.services.branches.schemas import BranchCreate

S = ApplicationState
UNSAID = "--"


async def apply(act: Act, draft: ApplicationCreate) -> UUID:
    """Put an application forward, judged as if the branch were founded that day.

    Raises Invalid, Forbidden; RuleViolation for what hard rules refuse and for a departure without a reason.
    """
    day = draft.applied_on or act.today
    told = draft.model_dump(exclude={"applied_on"})
    ready = await drafts.judged(act, BranchCreate.model_validate({**told, "founded_on": day}))
    return await repository.enter(
        act,
        {
            **drafts.columns(draft, ready),
            "version": 1,
            "state": S.applied,
            "applied_by": act.by.id,
            "applied_on": day,
            "due_on": months_after(day, ready.policy.approval_months.value),
            "created_at": act.now,
            "recorded_at": act.now,
        },
    )


async def update(act: Act, application_id: UUID, expected: int, change: ApplicationUpdate) -> None:
    """Change what is asked for, before it is decided or after it was returned; whoever does so puts it forward."""
    row = await _in_state(act, application_id, expected, S.applied, S.returned)
    draft = drafts.amended(row, change)
    if draft.model_dump() == drafts.founding(row, row.applied_on).model_dump():
        return
    ready = await drafts.judged(act, draft)
    for name, value in drafts.columns(draft, ready).items():
        setattr(row, name, value)
    row.applied_by = act.by.id
    await repository.save(act, row)


async def resubmit(act: Act, application_id: UUID, expected: int, again: ApplicationResubmit) -> None:
    """Put a returned application forward again; the month begins anew."""
    row = await _in_state(act, application_id, expected, S.returned)
    day = again.applied_on or act.today
    if row.decided_on is not None and day < row.decided_on:
        raise Invalid(errors=tuple(day_wrong("/applied_on", day, row.decided_on, act.today)))
    reason = again.departure_reason or row.draft["departure_reason"]
    draft = drafts.founding(row, day, departure_reason=reason)
    ready = await drafts.judged(act, draft)
    for name, value in drafts.columns(draft, ready).items():
        setattr(row, name, value)
    row.state, row.applied_by, row.applied_on = S.applied, act.by.id, day
    row.due_on = months_after(day, ready.policy.approval_months.value)
    row.decided_by = row.decided_on = row.decision_reason = None
    await repository.save(act, row)


async def approve(act: Act, application_id: UUID, expected: int, reply: ApplicationApprove) -> None:
    """The superior approves, with the departures that were asked for; what he lets pass is kept under his name.

    Raises Forbidden when the superior body lies outside the caller's scope; RuleViolation for one's own application,
    and for an answer that comes late without a reason.
    """
    row = await _in_state(act, application_id, expected, S.applied)
    day = reply.decided_on or act.today
    _day(act, "/decided_on", day, row.applied_on)
    await _superior(act, row)
    policy = await policy_at(act, (row.region_code, row.region_level))
    facts = DecisionFacts(own=row.applied_by == act.by.id, days_late=max(0, (day - row.due_on).days))
    late = require_reason(refuse_hard(judge(DECIDING, facts, policy)), reply.departure_reason)
    let_pass = {"by": act.by.id, "at": act.now.isoformat()}
    row.departures = [
        *({**departure, **let_pass} for departure in row.departures),
        *recorded(act, late, policy, reply.departure_reason),
    ]
    _decide(act, row, S.approved, day, reply.remark)
    await repository.save(act, row)


async def send_back(act: Act, application_id: UUID, expected: int, reply: ApplicationReturn) -> None:
    """The superior returns it to be amended. Raises Forbidden as `approve` does."""
    row = await _in_state(act, application_id, expected, S.applied)
    day = reply.decided_on or act.today
    _day(act, "/decided_on", day, row.applied_on)
    await _superior(act, row)
    _decide(act, row, S.returned, day, reply.reason)
    await repository.save(act, row)


async def withdraw(act: Act, application_id: UUID, expected: int, end: ApplicationWithdraw) -> None:
    """It is no longer wanted; an approval lapses with it."""
    row = await _in_state(act, application_id, expected, S.applied, S.returned, S.approved)
    row.state, row.decision_reason = S.withdrawn, end.reason
    await repository.save(act, row)


async def found(act: Act, application_id: UUID, expected: int, founding: ApplicationFound) -> UUID:
    """Found the branch that was approved; judged again, since its organisations may have changed meanwhile.

    Raises what stands against it. Departures that the superior let pass need no reason again; new ones do.
    """
    row = await _in_state(act, application_id, expected, S.approved)
    approved_on = row.decided_on or row.applied_on
    _day(act, "/founded_on", founding.founded_on, approved_on)
    members = {
        name: getattr(founding, name)
        for name in ("formal_members", "probationary_members")
        if getattr(founding, name) is not None
    }
    # Whether a reason is wanting is told below, together with what the election departs from.
    draft = drafts.founding(
        row,
        founding.founded_on,
        approved_on=approved_on,
        departure_reason=founding.departure_reason or UNSAID,
        **members,
    )
    (ready,) = await judge_each(act, [draft], [(row.region_code, row.region_level)])
    if isinstance(ready, Failure):
        raise ready
    election = judge(ELECTING, ElectionFacts(draft.term_kind, founding.election), ready.policy)
    ready.row["departures"] = _departing(
        act, row, (*ready.findings, *election), ready.policy, founding.departure_reason
    )
    (branch_id,) = await write(act, [ready])
    row.state, row.branch_id, row.founded_on, row.election = S.founded, branch_id, draft.founded_on, founding.election
    await repository.save(act, row)
    return branch_id


def _departing(
    act: Act, row: BranchApplication, findings: tuple[Finding, ...], policy: BranchPolicy, reason: str | None
) -> list[dict[str, Any]]:
    """Departures the branch is founded with: those of the approval that still are, and new ones with their reason."""
    now = [finding for finding in findings if finding.severity is Severity.departure]
    approved = {departure["code"]: departure for departure in row.departures}
    new = [finding for finding in now if finding.code not in approved]
    if new and reason is None:
        raise DepartureUnapproved(tuple(new))
    return [
        *(approved[finding.code] for finding in now if finding.code in approved),
        *recorded(act, new, policy, reason),
    ]


async def _in_state(act: Act, application_id: UUID, expected: int, *states: ApplicationState) -> BranchApplication:
    row = await claim(act, BranchApplication, application_id, expected)
    if row.state not in states:
        raise Conflict(errors=(FieldError("", "application_state"),))
    return row


async def _superior(act: Act, row: BranchApplication) -> None:
    place = await reads.superior(act, row.authority_id)
    if place is None or not act.scope.holds(place[0], [place[1]]):
        raise Forbidden(reason="scope")


def _decide(act: Act, row: BranchApplication, state: ApplicationState, day: date, reason: str | None) -> None:
    row.state, row.decided_on, row.decided_by, row.decision_reason = state, day, act.by.id, reason


def _day(act: Act, pointer: str, day: date, earliest: date) -> None:
    if wrong := day_wrong(pointer, day, earliest, act.today):
        raise Invalid(errors=tuple(wrong))
