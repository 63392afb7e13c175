"""A document's files: the stamped paper, and what belongs to it."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, UnsupportedMedia
from app.services.documents import reads, repository
from app.services.documents.contract import Catalogue
from app.services.documents.facts import DocumentKind
from app.services.documents.service import SUBJECT, WHEN
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import IMAGES_OF_PAPER, FilePurpose, MediaType


def owner(catalogue: Catalogue) -> FileOwner:
    """Documents as something that has files. A paper with names is read like its text."""

    async def readable(act: Act, document_id: UUID) -> None:
        row = await reads.one(act, document_id)
        needs = catalogue.sources[DocumentKind(row["kind"])].needs
        if needs is not None and needs not in act.by.permissions:
            raise Forbidden(permission=needs)

    return FileOwner(SUBJECT, readable, _writable)


async def _writable(act: Act, document_id: UUID, purpose: FilePurpose, kind: MediaType | None) -> Place:
    row = await reads.one(act, document_id)
    code = int(row["region_code"])
    inside = act.scope.holds(code, [int(row["authority_code"])], [row["branch_id"]])
    state = await repository.held_state(act, document_id) if inside else None
    if state is None:
        raise Forbidden(reason="scope")
    if kind is None:  # one that is there goes
        return Place(code)
    if state not in WHEN[f"add_{purpose}"]:
        raise Conflict(errors=(FieldError("", "document_state"),))
    if purpose is FilePurpose.scan and kind not in IMAGES_OF_PAPER:
        raise UnsupportedMedia(allowed=", ".join(sorted(IMAGES_OF_PAPER)))
    return Place(code)
