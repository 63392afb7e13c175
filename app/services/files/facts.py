"""Frozen values of the files engine: what is kept, of which types, and whose it is."""

from dataclasses import dataclass
from enum import StrEnum


class MediaType(StrEnum):
    """What may be kept. Everything else is refused."""

    pdf = "application/pdf"
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    png = "image/png"
    jpeg = "image/jpeg"
    csv = "text/csv"
    plain = "text/plain"


TEXTS = frozenset({MediaType.csv, MediaType.plain})
IMAGES_OF_PAPER = frozenset({MediaType.pdf, MediaType.png, MediaType.jpeg})
"""What a scanner makes."""

ENDINGS: dict[MediaType, tuple[str, ...]] = {
    MediaType.pdf: (".pdf",),
    MediaType.docx: (".docx",),
    MediaType.xlsx: (".xlsx",),
    MediaType.png: (".png",),
    MediaType.jpeg: (".jpg", ".jpeg"),
    MediaType.csv: (".csv",),
    MediaType.plain: (".txt",),
}
"""How names of each type end: a name that promises another type opens in another program."""


class FilePurpose(StrEnum):
    """What a file is to the object it belongs to."""

    scan = "scan"  # the stamped paper
    attachment = "attachment"


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes by what they are: SHA-256, length, and the type that was found in them."""

    sha256: bytes
    size: int
    media_type: MediaType


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """Why bytes are not kept: a label code of the namespace `line`, with its params."""

    code: str
    params: tuple[tuple[str, object], ...] = ()
