"""What a recipient does with a notice: receive it, answer it."""

from typing import Any, Final
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.files import reads as files
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import FilePurpose, MediaType
from app.services.supervision.models import NoticeRecipient
from app.services.supervision.recipients import reads, repository
from app.services.supervision.recipients.schemas import NoticeAnswer

SUBJECT: Final = "notice_recipients"


async def shown(act: Act, recipient_id: UUID) -> dict[str, Any]:
    """One notice to one body, with its files and the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, recipient_id)
    refusal = None if Permission.notices_answer in act.by.permissions else "permission"
    lines = [row["line"], None if row["recipient_code"] is None else int(row["recipient_code"])]
    if not act.scope.holds(int(row["region_code"]), lines, [row["department_id"]]):
        refusal = refusal or "outside_scope"
    refusal = refusal or ("notice_closed" if row["closed_on"] is not None else None)
    actions = [
        action("receive", refusal or ("notice_received" if row["received_on"] is not None else None)),
        action("answer", refusal),
        action("add_file", refusal),
    ]
    return {**row, "files": await files.of_subject(act, SUBJECT, recipient_id), "allowed_actions": actions}


async def receive(act: Act, recipient_id: UUID, expected: int) -> None:
    """It has been received. Raises NotFound, Forbidden, StaleVersion, Conflict when it was or nobody waits any more."""
    row = await _claimed(act, recipient_id, expected)
    if row.received_on is not None:
        raise Conflict(errors=(FieldError("", "notice_received"),))
    row.received_on, row.received_by = act.today, act.by.id
    await repository.save(act, row)


async def answer(act: Act, recipient_id: UUID, expected: int, told: NoticeAnswer) -> None:
    """What was done, for the first time or amended: the day is the first one's. It has been received with it.

    Raises as `receive` does.
    """
    row = await _claimed(act, recipient_id, expected)
    if row.received_on is None:
        row.received_on, row.received_by = act.today, act.by.id
    row.answer, row.answered_by = told.text, act.by.id
    row.answered_on = row.answered_on or act.today
    await repository.save(act, row)


async def _claimed(act: Act, recipient_id: UUID, expected: int) -> NoticeRecipient:
    row = await claim(act, NoticeRecipient, recipient_id, expected)
    if not act.scope.holds(row.region_code, [row.authority_code, row.recipient_code], [row.department_id]):
        raise Forbidden(reason="scope")
    if row.closed_on is not None:
        raise Conflict(errors=(FieldError("", "notice_closed"),))
    return row


async def _readable(act: Act, recipient_id: UUID) -> None:
    if Permission.notices_read not in act.by.permissions:
        raise Forbidden(permission=Permission.notices_read)
    await reads.one(act, recipient_id)


async def _writable(act: Act, recipient_id: UUID, purpose: FilePurpose, _: MediaType | None) -> Place:
    row = await shown(act, recipient_id)
    (told,) = (each for each in row["allowed_actions"] if each["action"] == "add_file")
    if told["reason"] in ("permission", "outside_scope"):
        raise Forbidden(reason="scope")
    if told["reason"] is not None or purpose is not FilePurpose.attachment:
        raise Conflict(errors=(FieldError("", told["reason"] or "attachment_alone"),))
    return Place(int(row["region_code"]))


FILES = FileOwner(SUBJECT, _readable, _writable)
