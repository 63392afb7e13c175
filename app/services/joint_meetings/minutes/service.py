"""What can be done with minutes: write an edition, revise it, approve it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.joint_meetings import repository
from app.services.joint_meetings.decisions import reads as decisions
from app.services.joint_meetings.facts import MeetingState, MinutesState
from app.services.joint_meetings.meetings.service import in_state
from app.services.joint_meetings.minutes import reads
from app.services.joint_meetings.minutes.policy import RULES_OF_PROCEDURE
from app.services.joint_meetings.minutes.repository import agenda, decisions_told, last_edition
from app.services.joint_meetings.minutes.repository import draft as draft_of
from app.services.joint_meetings.minutes.rules import APPROVING, ApprovalFacts
from app.services.joint_meetings.minutes.schemas import MinutesCreate, MinutesUpdate, Paragraph
from app.services.joint_meetings.models import MeetingMinutes

ACTIONS = {"update": Permission.joint_meetings_write, "approve": Permission.joint_meetings_approve}


async def shown(act: Act, meeting_id: UUID, edition: int) -> dict[str, Any]:
    """One edition with what the caller may do. Raises NotFound."""
    row = await reads.one(act, meeting_id, edition)
    return {**row, "allowed_actions": [action(name, _refusal(act, row, name)) for name in ACTIONS]}


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    if ACTIONS[name] not in act.by.permissions:
        return "permission"
    if not act.scope.holds(row["region_code"], [row["authority_code"]]):
        return "outside_scope"
    if row["state"] == MinutesState.approved:
        return "minutes_approved"
    return "minutes_own" if name == "approve" and act.by.id in row["written_by"] else None


async def write(act: Act, meeting_id: UUID, told: MinutesCreate) -> int:
    """Begin an edition as a draft; returns its number. One after an approved edition corrects it, and says why.

    Raises NotFound, Forbidden, Conflict for a meeting that was not held or that has a draft already, Invalid.
    """
    meeting = await repository.held(act, meeting_id)
    in_state("write_minutes", meeting.state)
    if await draft_of(act, meeting_id) is not None:
        raise Conflict(errors=(FieldError("", "minutes_draft_there"),))
    edition = await last_edition(act, meeting_id) + 1
    if edition > 1 and told.correction_reason is None:
        raise Invalid(errors=(FieldError("/correction_reason", "missing"),))
    if edition == 1 and told.correction_reason is not None:
        raise Invalid(errors=(FieldError("/correction_reason", "minutes_first_edition"),))
    minutes = MeetingMinutes(
        version=1,
        meeting_id=meeting.id,
        committee_id=meeting.committee_id,
        edition=edition,
        paragraphs=await _paragraphs(act, meeting_id, told.paragraphs),
        correction_reason=told.correction_reason,
        state=MinutesState.draft,
        written_by=[act.by.id],
        approved_by=None,
        approved_at=None,
        decisions=None,
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, minutes)
    return edition


async def _paragraphs(act: Act, meeting_id: UUID, told: Sequence[Paragraph]) -> list[dict[str, Any]]:
    known = await agenda(act, meeting_id)
    wrong = [
        FieldError(f"/paragraphs/{number}/agenda_item_id", "reference_unknown")
        for number, each in enumerate(told)
        if each.agenda_item_id is not None and each.agenda_item_id not in known
    ]
    if wrong:
        raise Invalid(errors=tuple(wrong))
    return [each.model_dump(mode="json") for each in told]


async def _draft(act: Act, meeting_id: UUID, expected: int) -> MeetingMinutes:
    """The draft, held. Raises Conflict without one, StaleVersion."""
    key = await draft_of(act, meeting_id)
    if key is None:
        raise Conflict(errors=(FieldError("", "minutes_no_draft"),))
    return await claim(act, MeetingMinutes, key, expected)


async def revise(act: Act, meeting_id: UUID, expected: int, change: MinutesUpdate) -> int:
    """Say something else in the draft; whoever does so wrote in it. Returns its number.

    Raises NotFound, Forbidden, Conflict without a draft, StaleVersion, Invalid.
    """
    await repository.held(act, meeting_id)
    minutes = await _draft(act, meeting_id, expected)
    changed: dict[str, Any] = {}
    if "paragraphs" in change.model_fields_set:
        changed["paragraphs"] = await _paragraphs(act, meeting_id, change.paragraphs)
    if "correction_reason" in change.model_fields_set:
        if minutes.edition == 1:
            raise Invalid(errors=(FieldError("/correction_reason", "minutes_first_edition"),))
        changed["correction_reason"] = change.correction_reason
    changed = {name: value for name, value in changed.items() if value != getattr(minutes, name)}
    for name, value in changed.items():
        setattr(minutes, name, value)
    if changed:
        minutes.written_by = sorted({*minutes.written_by, act.by.id})
        await repository.save(act, minutes)
    return minutes.edition


async def approve(act: Act, meeting_id: UUID, expected: int) -> int:
    """Approve the draft: it is frozen with what was decided, and with it the decisions. Returns its number.

    An edition that corrects another tells the decisions as that one did, whatever became of them since.
    Raises NotFound, Forbidden, Conflict without a draft, StaleVersion, RuleViolation for one's own minutes or for a
    decision that lacks its department or its day.
    """
    meeting = await repository.held(act, meeting_id)
    in_state("approve_minutes", meeting.state)
    minutes = await _draft(act, meeting_id, expected)
    decided = await decisions.standing(act, meeting_id)
    incomplete = sum(each["department_id"] is None or each["due_on"] is None for each in decided)
    facts = ApprovalFacts(own=act.by.id in minutes.written_by, incomplete=incomplete)
    refuse_hard(judge(APPROVING, facts, RULES_OF_PROCEDURE))
    minutes.state, minutes.approved_by, minutes.approved_at = MinutesState.approved, act.by.id, act.now
    before = await decisions_told(act, meeting_id)
    plain = [{name: _plain(value) for name, value in each.items()} for each in decided]
    minutes.decisions = plain if before is None else before
    await repository.save(act, minutes)
    if meeting.state == MeetingState.held:
        meeting.state = MeetingState.minuted
        await repository.save(act, meeting)
    return minutes.edition


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value if value is None or isinstance(value, int | list) else str(value)
