"""What becomes of what is to be put right: answered by the subject, accepted or sent back by the committee."""

from typing import Any, Final
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.files import reads as files
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import FilePurpose, MediaType
from app.services.supervision.facts import WITH_SUBJECT, RectificationState, step
from app.services.supervision.models import Rectification
from app.services.supervision.rectifications import reads, repository
from app.services.supervision.rectifications.schemas import (
    RectificationAccept,
    RectificationAnswer,
    RectificationSendBack,
)
from app.services.supervision.rules import ACCEPTING, Checking
from app.services.supervision.tours import reads as tours
from app.services.supervision.tours.service import hold, policy_at

SUBJECT: Final = "rectifications"


async def shown(act: Act, rectification_id: UUID) -> dict[str, Any]:
    """A demand with its files and the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, rectification_id)
    state = RectificationState(row["state"])
    answering = None if Permission.supervisions_answer in act.by.permissions else "permission"
    lines = [row["authority_code"], None if row["subject_code"] is None else int(row["subject_code"])]
    if not act.scope.holds(int(row["region_code"]), lines, [row["department_id"], row["branch_id"]]):
        answering = answering or "outside_scope"
    checking = None if Permission.supervisions_write in act.by.permissions else "permission"
    checking = checking or (None if await _checks(act, row["supervision_id"]) else "outside_scope")
    ended = None if state in WITH_SUBJECT else f"rectification_{state}"
    actions = [
        action("answer", answering or (None if step(state, "answer") else f"rectification_{state}")),
        action("add_file", answering or ended),
        action("accept", checking or (None if step(state, "accept") else f"rectification_{state}")),
        action("send_back", checking or (None if step(state, "send_back") else f"rectification_{state}")),
    ]
    return {**row, "files": await files.of_subject(act, SUBJECT, rectification_id), "allowed_actions": actions}


async def _checks(act: Act, supervision_id: UUID) -> bool:
    """Whether the caller answers for the committee whose tour it was."""
    stands = await tours.stands(act, supervision_id)
    return stands is not None and act.scope.holds(stands[0], [stands[1]])


async def answer(act: Act, rectification_id: UUID, expected: int, told: RectificationAnswer) -> None:
    """The subject tells what was put right. Raises NotFound, Forbidden, StaleVersion, Conflict out of turn."""
    row = await claim(act, Rectification, rectification_id, expected)
    lines, own = [row.authority_code, row.subject_code], [row.department_id, row.branch_id]
    if not act.scope.holds(row.region_code, lines, own):
        raise Forbidden(reason="scope")
    row.state = _next(row, "answer")
    row.answer, row.answered_on, row.answered_by = told.text, act.today, act.by.id
    await repository.save(act, row)


async def accept(act: Act, rectification_id: UUID, expected: int, told: RectificationAccept) -> None:
    """The committee looked again, and it is put right.

    Raises NotFound, Forbidden, StaleVersion, Conflict out of turn, RuleViolation for one's own answer.
    """
    row = await _checked(act, rectification_id, expected, "accept")
    policy = await policy_at(act, (row.region_code, row.region_level))
    refuse_hard(judge(ACCEPTING, Checking(row.answered_by == act.by.id), policy))
    row.state = RectificationState.accepted
    row.check_result, row.checked_on, row.checked_by = told.result, act.today, act.by.id
    await repository.save(act, row)


async def send_back(act: Act, rectification_id: UUID, expected: int, told: RectificationSendBack) -> None:
    """The committee looked again, and it is not put right yet. Raises as `accept` does, Invalid for an earlier day."""
    row = await _checked(act, rectification_id, expected, "send_back")
    if told.due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))
    if told.due_on < row.due_on:
        raise Invalid(errors=(FieldError("/due_on", "day_too_early", {"earliest": row.due_on.isoformat()}),))
    row.state, row.due_on, row.sent_back = RectificationState.sent_back, told.due_on, row.sent_back + 1
    row.check_result, row.checked_on, row.checked_by = told.result, act.today, act.by.id
    await repository.save(act, row)


async def _checked(act: Act, rectification_id: UUID, expected: int, verb: str) -> Rectification:
    """A demand of a tour that the caller answers for; the tour is held first, as when it is closed."""
    try:
        await hold(act, await repository.tour_of(act, rectification_id))
    except NotFound as unseen:
        await reads.one(act, rectification_id)
        raise Forbidden(reason="scope") from unseen
    row = await claim(act, Rectification, rectification_id, expected)
    if not await _checks(act, row.supervision_id):
        raise Forbidden(reason="scope")
    _next(row, verb)
    return row


def _next(row: Rectification, verb: str) -> RectificationState:
    found = step(RectificationState(row.state), verb)
    if found is None:
        raise Conflict(errors=(FieldError("", f"rectification_{row.state}"),))
    return found


async def _readable(act: Act, rectification_id: UUID) -> None:
    if Permission.supervisions_read not in act.by.permissions:
        raise Forbidden(permission=Permission.supervisions_read)
    await reads.one(act, rectification_id)


async def _writable(act: Act, rectification_id: UUID, purpose: FilePurpose, _: MediaType | None) -> Place:
    row = await shown(act, rectification_id)
    (told,) = (each for each in row["allowed_actions"] if each["action"] == "add_file")
    if told["reason"] in ("permission", "outside_scope"):
        raise Forbidden(reason="scope")
    if told["reason"] is not None or purpose is not FilePurpose.attachment:
        raise Conflict(errors=(FieldError("", told["reason"] or "attachment_alone"),))
    return Place(int(row["region_code"]))


FILES = FileOwner(SUBJECT, _readable, _writable)
