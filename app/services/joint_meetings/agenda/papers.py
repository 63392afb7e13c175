"""The papers of an item of an agenda: files of whoever proposed it, read by all who see the item."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden
from app.services.access.permissions import Permission
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import FilePurpose, MediaType
from app.services.joint_meetings.agenda import reads, service
from app.services.joint_meetings.agenda.facts import AGENDA_ITEMS


async def _readable(act: Act, item_id: UUID) -> None:
    if Permission.joint_meetings_read not in act.by.permissions:
        raise Forbidden(permission=Permission.joint_meetings_read)
    await reads.one(act, item_id)


async def _writable(act: Act, item_id: UUID, purpose: FilePurpose, _: MediaType | None) -> Place:
    row = await service.shown(act, item_id)
    (told,) = (each for each in row["allowed_actions"] if each["action"] == "add_paper")
    if told["reason"] in ("permission", "outside_scope"):
        raise Forbidden(reason="scope")
    if told["reason"] is not None or purpose is not FilePurpose.attachment:
        raise Conflict(errors=(FieldError("", told["reason"] or "agenda_paper"),))
    return Place(int(row["region_code"]))


OWNER = FileOwner(AGENDA_ITEMS, _readable, _writable)
