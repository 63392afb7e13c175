"""What can be done with an agenda: propose, change, accept, decline, order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.files import reads as files
from app.services.joint_meetings import repository
from app.services.joint_meetings.agenda import reads
from app.services.joint_meetings.agenda.facts import AGENDA_ITEMS
from app.services.joint_meetings.agenda.repository import items_of, order
from app.services.joint_meetings.agenda.rules import PROPOSING, ProposalFacts
from app.services.joint_meetings.agenda.schemas import AgendaItemCreate, AgendaItemUpdate
from app.services.joint_meetings.facts import AHEAD, AgendaKind, AgendaState
from app.services.joint_meetings.models import AgendaItem, Meeting
from app.services.joint_meetings.repository import Standing
from app.services.joint_meetings.schedules.service import policy_at

WRITE = Permission.joint_meetings_write
TAKE_PART = Permission.joint_meetings_take_part
ACTIONS = {"update": TAKE_PART, "add_paper": TAKE_PART, "accept": WRITE, "decline": WRITE}


def leads(act: Act, code: int, line: int) -> bool:
    """Whether the caller writes here for the committee: by place or line, and by permission."""
    return WRITE in act.by.permissions and act.scope.holds(code, [line])


async def shown(act: Act, item_id: UUID) -> dict[str, Any]:
    """One item with its papers and what the caller may do. Raises NotFound."""
    row = await reads.one(act, item_id)
    meeting = await repository.standing(act, row["meeting_id"])
    actions = [action(name, _refusal(act, row, meeting, name)) for name in ACTIONS]
    return {**row, "papers": await files.of_subject(act, AGENDA_ITEMS, item_id), "allowed_actions": actions}


def _refusal(act: Act, row: dict[str, Any], meeting: Standing, name: str) -> str | None:
    if ACTIONS[name] not in act.by.permissions:
        return "permission"
    if not leads(act, meeting.region_code, meeting.authority_code):
        if ACTIONS[name] is WRITE or not act.scope.holds(-1, [], [row["department_id"]]):
            return "outside_scope"
        if act.today > meeting.topics_due_on:
            return "topic_late"
    if meeting.state not in AHEAD:
        return f"meeting_{meeting.state}"
    if row["kind"] == AgendaKind.carried_over:
        return "agenda_carried_over"
    return "agenda_declined" if row["state"] == AgendaState.declined and name != "accept" else None


async def propose(act: Act, meeting_id: UUID, draft: AgendaItemCreate) -> UUID:
    """Propose a topic; the committee's own is on the agenda at once. Returns its key.

    Raises NotFound, Forbidden for a department that is not the caller's, Conflict for a meeting that is no longer
    ahead, Invalid for a department that is not invited to such a meeting, RuleViolation for a department's late topic,
    DepartureUnapproved for the committee's without a reason.
    """
    meeting = await repository.standing(act, meeting_id)
    leading = leads(act, meeting.region_code, meeting.authority_code)
    if not leading and not act.scope.holds(-1, [], [draft.department_id]):
        raise Forbidden(reason="scope")
    _ahead(meeting)
    if draft.department_id is not None:
        await _member(act, meeting, draft.department_id)
    policy = await policy_at(act, meeting.place)
    facts = ProposalFacts(
        late=act.today > meeting.topics_due_on,
        days_ahead=(meeting.held_on - act.today) // timedelta(days=1),
        by_department=not leading,
    )
    departing = require_reason(refuse_hard(judge(PROPOSING, facts, policy)), draft.departure_reason)
    item = AgendaItem(
        version=1,
        meeting_id=meeting.id,
        committee_id=meeting.committee_id,
        kind=draft.kind,
        title=draft.title,
        summary=draft.summary,
        department_id=draft.department_id,
        action_item_id=None,
        state=AgendaState.proposed if draft.department_id is not None else AgendaState.accepted,
        decline_reason=None,
        proposed_on=act.today,
        proposed_by=act.by.id,
        departures=recorded(act, departing, policy, draft.departure_reason),
        created_at=act.now,
        recorded_at=act.now,
    )
    key: UUID = await repository.add(act, item)
    return key


async def _member(act: Act, meeting: Standing, department_id: UUID) -> None:
    if not await repository.members(act, meeting.committee_id, meeting.held_on, [department_id]):
        code = "department_not_member" if await repository.known(act, [department_id]) else "reference_unknown"
        raise Invalid(errors=(FieldError("/department_id", code),))


def _ahead(meeting: Standing) -> None:
    if meeting.state not in AHEAD:
        raise Conflict(errors=(FieldError("", f"meeting_{meeting.state}"),))


async def _claimed(act: Act, item_id: UUID, expected: int) -> tuple[AgendaItem, Standing]:
    """An item that may be changed, with its meeting. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    item = await claim(act, AgendaItem, item_id, expected)
    meeting = await repository.standing(act, item.meeting_id)
    _ahead(meeting)
    if item.kind == AgendaKind.carried_over:
        raise Conflict(errors=(FieldError("", "agenda_carried_over"),))
    return item, meeting


async def update(act: Act, item_id: UUID, expected: int, change: AgendaItemUpdate) -> None:
    """Change a topic. A department changes its own until topics are due, and until it was decided on.

    Raises NotFound, StaleVersion, Forbidden, Conflict, RuleViolation for a department that is late.
    """
    item, meeting = await _claimed(act, item_id, expected)
    if not leads(act, meeting.region_code, meeting.authority_code):
        await in_time(act, item, meeting)
    if item.state == AgendaState.declined:
        raise Conflict(errors=(FieldError("", "agenda_declined"),))
    told = change.model_dump(include=change.model_fields_set)
    changed = {name: value for name, value in told.items() if value != getattr(item, name)}
    for name, value in changed.items():
        setattr(item, name, value)
    if changed:
        await repository.save(act, item)


async def in_time(act: Act, item: AgendaItem, meeting: Standing) -> None:
    """Raise unless a department may still write its own item: Forbidden, RuleViolation, Conflict once accepted."""
    if not act.scope.holds(-1, [], [item.department_id]):
        raise Forbidden(reason="scope")
    days = (meeting.held_on - act.today) // timedelta(days=1)
    facts = ProposalFacts(late=act.today > meeting.topics_due_on, days_ahead=days, by_department=True)
    refuse_hard(judge(PROPOSING, facts, await policy_at(act, meeting.place)))


async def accept(act: Act, item_id: UUID, expected: int) -> None:
    """It is on the agenda, also one that was declined before. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    item, meeting = await _claimed(act, item_id, expected)
    _leading(act, meeting)
    if item.state == AgendaState.accepted:
        raise Conflict(errors=(FieldError("", "agenda_accepted"),))
    item.state, item.decline_reason = AgendaState.accepted, None
    await repository.save(act, item)


async def decline(act: Act, item_id: UUID, expected: int, reason: str) -> None:
    """It is not taken up, with a reason. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    item, meeting = await _claimed(act, item_id, expected)
    _leading(act, meeting)
    if item.state == AgendaState.declined:
        raise Conflict(errors=(FieldError("", "agenda_declined"),))
    item.state, item.decline_reason = AgendaState.declined, reason
    await repository.save(act, item)


def _leading(act: Act, meeting: Standing) -> None:
    if not leads(act, meeting.region_code, meeting.authority_code):
        raise Forbidden(reason="scope")


async def put_in_order(act: Act, meeting_id: UUID, expected: int, keys: list[UUID]) -> None:
    """Give all items their places; what is carried over stays at the head. The meeting gets a new version.

    Raises NotFound, StaleVersion, Forbidden, Conflict once it was held, Invalid for another set of items.
    """
    meeting = await claim(act, Meeting, meeting_id, expected)
    if meeting.state not in AHEAD:
        raise Conflict(errors=(FieldError("", f"meeting_{meeting.state}"),))
    kinds = await items_of(act, meeting_id)
    if sorted(keys) != sorted(kinds):
        raise Invalid(errors=(FieldError("/item_ids", "agenda_incomplete"),))
    carried = [kinds[key] is AgendaKind.carried_over for key in keys]
    if carried != sorted(carried, reverse=True):
        raise Invalid(errors=(FieldError("/item_ids", "agenda_head"),))
    await order(act, meeting_id, keys)
    await repository.save(act, meeting)


async def has_paper(act: Act, item_id: UUID, file_id: UUID) -> None:
    """Raise NotFound unless the file is a paper of the item."""
    await reads.one(act, item_id)
    if file_id not in {row["id"] for row in await files.of_subject(act, AGENDA_ITEMS, item_id)}:
        raise NotFound()
