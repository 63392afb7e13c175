"""What has files."""

from app.catalogues.documents import DOCUMENTS
from app.services.documents import attaching
from app.services.files.contract import FileOwner

DOCUMENT_FILES = attaching.owner(DOCUMENTS)
OWNERS: dict[str, FileOwner] = {owner.subject_kind: owner for owner in (DOCUMENT_FILES,)}
