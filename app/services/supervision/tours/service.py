"""What can be done with a tour: plan, start, enter what was found, close."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.supervision.bodies import Subjects
from app.services.supervision.facts import Found, RectificationState, SubjectKind, TourState
from app.services.supervision.models import Rectification, Supervision, SupervisionFinding, SupervisionSubject
from app.services.supervision.policy import KIND, SupervisionPolicy
from app.services.supervision.rules import CLOSING, DEMANDING, Closing, Demand
from app.services.supervision.tours import reads, repository
from app.services.supervision.tours.schemas import FindingCreate, TourCancel, TourClose, TourCreate, TourUpdate
from app.services.supervision.tours.templates import checklist

S = TourState
WHEN: dict[str, TourState] = {
    "update": S.planned, "start": S.planned, "cancel": S.planned, "find": S.under_way, "close": S.under_way,
}  # fmt: skip
"""In which state each of these may be done."""
Chosen = list[tuple[SubjectKind, UUID]]


async def policy_at(act: Act, place: tuple[int, int]) -> SupervisionPolicy:
    """The numbers about supervision in force at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def detail(act: Act, supervision_id: UUID) -> dict[str, Any]:
    """A tour with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, supervision_id)
    refusal = None if Permission.supervisions_write in act.by.permissions else "permission"
    if not act.scope.holds(int(row["region_code"]), [row["authority_code"]]):
        refusal = refusal or "outside_scope"
    actions = [
        action(name, refusal or (None if row["state"] == state else f"tour_{row['state']}"))
        for name, state in WHEN.items()
    ]
    return {**row, "allowed_actions": actions}


async def hold(act: Act, supervision_id: UUID) -> None:
    """Keep others from closing a tour until this act ends. Raises NotFound, Forbidden for one only to be seen."""
    await repository.held(act, supervision_id)


async def plan(act: Act, draft: TourCreate) -> dict[str, Any]:
    """Plan a tour of a committee.

    Raises Invalid for what it refers to, for days out of order and a checklist that cannot be; Forbidden for a
    committee outside the caller's scope.
    """
    issuer = await repository.committee(act, draft.committee_id)
    if issuer is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if issuer.dissolved_on is not None and issuer.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    if not act.scope.holds(issuer.region_code, [issuer.code]):
        raise Forbidden(reason="scope")
    template, lines = checklist(draft.template, draft.checks, [line.model_dump() for line in draft.lines])
    chosen = await _chosen(act, issuer, draft.subjects)
    await _fits(act, draft.committee_id, (draft.starts_on, draft.ends_on), draft.lead_department_id)
    tour = Supervision(
        version=1,
        committee_id=draft.committee_id,
        lead_department_id=draft.lead_department_id,
        title=draft.title,
        basis=draft.basis,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        template=template,
        checklist=lines,
        state=S.planned,
        departures=[],
        created_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, tour)
    await repository.put_subjects(act, tour, chosen)
    return await detail(act, tour.id)


async def update(act: Act, supervision_id: UUID, expected: int, change: TourUpdate) -> dict[str, Any]:
    """Change a tour that has not started. Raises NotFound, StaleVersion, Conflict, Invalid as `plan` does."""
    tour = await _in_state(act, supervision_id, expected, "update")
    values = {name: getattr(change, name) for name in change.model_fields_set - {"subjects"}}
    days = (values.get("starts_on", tour.starts_on), values.get("ends_on", tour.ends_on))
    await _fits(act, tour.committee_id, days, values.get("lead_department_id", tour.lead_department_id))
    for name, value in values.items():
        setattr(tour, name, value)
    await repository.save(act, tour)
    if "subjects" in change.model_fields_set:
        issuer = await repository.committee(act, tour.committee_id)
        await repository.put_subjects(act, tour, await _chosen(act, issuer, change.subjects))
    elif "lead_department_id" in change.model_fields_set:
        await repository.lead(act, tour)
    return await detail(act, supervision_id)


async def start(act: Act, supervision_id: UUID, expected: int) -> dict[str, Any]:
    """It begins: whom it looks at and by what stays as it is. Raises NotFound, StaleVersion, Conflict."""
    tour = await _in_state(act, supervision_id, expected, "start")
    if await repository.subjects(act, supervision_id) == 0:
        raise Conflict(errors=(FieldError("", "tour_without_subjects"),))
    tour.state, tour.started_on = S.under_way, act.today
    await repository.save(act, tour)
    return await detail(act, supervision_id)


async def cancel(act: Act, supervision_id: UUID, expected: int, why: TourCancel) -> dict[str, Any]:
    """It does not take place. Raises NotFound, StaleVersion, Conflict once it has started."""
    tour = await _in_state(act, supervision_id, expected, "cancel")
    tour.state, tour.closed_on, tour.close_reason = S.cancelled, act.today, why.reason
    await repository.save(act, tour)
    return await detail(act, supervision_id)


async def find(act: Act, supervision_id: UUID, told: FindingCreate) -> dict[str, Any]:
    """Enter what was found at a subject; what is to be put right is demanded of it at once.

    Raises NotFound, Forbidden, Conflict unless the tour is under way; Invalid for a subject or a line that is not the
    tour's, for days that cannot be, and a demand without its day; DepartureUnapproved for a day that is too far.
    """
    tour = await repository.held(act, supervision_id)
    if not act.scope.holds(tour.region_code, [tour.authority_code]):
        raise Forbidden(reason="scope")
    _expect(tour, "find")
    subject = await repository.subject(act, supervision_id, told.subject_id)
    if subject is None:
        raise Invalid(errors=(FieldError("/subject_id", "reference_unknown"),))
    _findable(act, tour, told)
    subject.visited_on = max(told.found_on, subject.visited_on or told.found_on)
    await repository.save(act, subject)
    found = SupervisionFinding(
        version=1,
        committee_id=tour.committee_id,
        supervision_id=tour.id,
        lead_department_id=tour.lead_department_id,
        subject_id=subject.id,
        check_code=told.check_code,
        what=told.what,
        found_on=told.found_on,
        severity=told.severity,
        entered_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    finding_id = await repository.add(act, found)
    if told.severity is Found.rectify:
        await _demand(act, tour, subject, finding_id, told)
    return await reads.finding(act, finding_id)


def _findable(act: Act, tour: Supervision, told: FindingCreate) -> None:
    if told.check_code not in {line["code"] for line in tour.checklist}:
        raise Invalid(errors=(FieldError("/check_code", "check_unknown"),))
    if told.found_on > act.today:
        raise Invalid(errors=(FieldError("/found_on", "day_future"),))
    if tour.started_on is not None and told.found_on < tour.started_on:
        earliest = {"earliest": tour.started_on.isoformat()}
        raise Invalid(errors=(FieldError("/found_on", "day_too_early", earliest),))
    if told.severity is not Found.rectify:
        wrong = [name for name in ("demand", "due_on") if getattr(told, name) is not None]
        if wrong:
            raise Invalid(errors=tuple(FieldError(f"/{name}", "finding_demands_nothing") for name in wrong))
        return
    missing = [name for name in ("demand", "due_on") if getattr(told, name) is None]
    if missing:
        raise Invalid(errors=tuple(FieldError(f"/{name}", "missing") for name in missing))
    if told.due_on is not None and told.due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))


async def _demand(
    act: Act, tour: Supervision, subject: SupervisionSubject, finding_id: UUID, told: FindingCreate
) -> None:
    assert told.due_on is not None  # noqa: S101  (asked before)
    policy = await policy_at(act, (tour.region_code, tour.region_level))
    findings = judge(DEMANDING, Demand((told.due_on - act.today).days), policy)
    departing = require_reason(findings, told.departure_reason)
    await repository.add(
        act,
        Rectification(
            version=1,
            committee_id=tour.committee_id,
            supervision_id=tour.id,
            lead_department_id=tour.lead_department_id,
            finding_id=finding_id,
            authority_id=subject.authority_id,
            department_id=subject.department_id,
            branch_id=subject.branch_id,
            organization_id=subject.organization_id,
            demand=told.demand,
            issued_on=act.today,
            due_on=told.due_on,
            state=RectificationState.issued,
            sent_back=0,
            departures=recorded(act, departing, policy, told.departure_reason),
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


async def close(act: Act, supervision_id: UUID, expected: int, end: TourClose) -> dict[str, Any]:
    """The tour is over. What it demanded is accepted by now, or handed on with a reason.

    Raises NotFound, StaleVersion, Conflict unless it is under way, DepartureUnapproved when something is open.
    """
    tour = await _in_state(act, supervision_id, expected, "close")
    left = await repository.open_ones(act, supervision_id)
    policy = await policy_at(act, (tour.region_code, tour.region_level))
    departing = require_reason(judge(CLOSING, Closing(len(left)), policy), end.departure_reason)
    if left:
        await repository.hand_on(act, left, end.departure_reason or end.reason)
    tour.departures = [*tour.departures, *recorded(act, departing, policy, end.departure_reason)]
    tour.state, tour.closed_on, tour.close_reason = S.closed, act.today, end.reason
    await repository.save(act, tour)
    return await detail(act, supervision_id)


async def _in_state(act: Act, supervision_id: UUID, expected: int, verb: str) -> Supervision:
    tour = await claim(act, Supervision, supervision_id, expected)
    if not act.scope.holds(tour.region_code, [tour.authority_code]):
        raise Forbidden(reason="scope")
    _expect(tour, verb)
    return tour


def _expect(tour: Supervision, verb: str) -> None:
    if tour.state != WHEN[verb]:
        raise Conflict(errors=(FieldError("", f"tour_{tour.state}"),))


async def _fits(act: Act, committee_id: UUID, days: tuple[date, date], lead: UUID | None) -> None:
    """Raises Invalid for days out of order, and a lead that is no member of the committee's meeting today."""
    if days[1] < days[0]:
        raise Invalid(errors=(FieldError("/ends_on", "day_too_early", {"earliest": days[0].isoformat()}),))
    if lead is not None and not await repository.member(act, committee_id, lead):
        raise Invalid(errors=(FieldError("/lead_department_id", "department_not_member"),))


async def _chosen(act: Act, issuer: Any, subjects: Subjects) -> Chosen:
    """The bodies by kind. Raises Invalid for whoever cannot be looked at, each at its place."""
    wrong: list[FieldError] = []
    chosen: Chosen = []
    for kind in SubjectKind:
        ids = subjects.of(kind)
        found = await repository.bodies(act, kind, ids, issuer)
        for number, each in enumerate(ids):
            code = found.get(each, "reference_unknown")
            if code is not None:
                wrong.append(FieldError(f"/subjects/{kind}_ids/{number}", code))
            chosen.append((kind, each))
    if wrong:
        raise Invalid(errors=tuple(wrong))
    return chosen
