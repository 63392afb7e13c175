"""The evidence of an action item: files that the responsible department, or the office for it, lays beside it."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, NotFound
from app.services.access.permissions import Permission
from app.services.action_items import reads, repository, service
from app.services.action_items.facts import ACTION_ITEMS
from app.services.files import reads as files
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import FilePurpose, MediaType


async def _readable(act: Act, item_id: UUID) -> None:
    if Permission.action_items_read not in act.by.permissions:
        raise Forbidden(permission=Permission.action_items_read)
    await reads.one(act, item_id)


async def _writable(act: Act, item_id: UUID, purpose: FilePurpose, _: MediaType | None) -> Place:
    state = await repository.held_state(act, item_id)
    row = await reads.one(act, item_id)
    if state is None:
        raise Forbidden(reason="scope")
    refusal = service.refusal(act, row, "add_evidence")
    if refusal in ("permission", "outside_scope"):
        raise Forbidden(reason="scope")
    if refusal is not None or purpose is not FilePurpose.attachment:
        raise Conflict(errors=(FieldError("", refusal or "item_evidence"),))
    return Place(int(row["region_code"]))


async def has(act: Act, item_id: UUID, file_id: UUID) -> None:
    """Raises NotFound for a file that is not this item's evidence."""
    row = await files.one(act, file_id)
    if (row["subject_kind"], row["subject_id"]) != (ACTION_ITEMS, item_id):
        raise NotFound()


OWNER = FileOwner(ACTION_ITEMS, _readable, _writable)
