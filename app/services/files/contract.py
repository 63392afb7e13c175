"""What the catalogue tells the engine of the objects that have files: who may read them, and who may add to them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.acts import Act
from app.services.files.facts import FilePurpose, MediaType


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands, which is where its files count."""

    region_code: int


@dataclass(frozen=True, slots=True)
class FileOwner:
    """A kind of object that has files.

    `readable` raises NotFound or Forbidden for who may not read its files. `writable` raises them, or Conflict,
    for one who may not add or remove a file of that purpose and type (None: one that is there).
    """

    subject_kind: str
    readable: Callable[[Act, UUID], Awaitable[None]]
    writable: Callable[[Act, UUID, FilePurpose, MediaType | None], Awaitable[Place]]


Owners = Mapping[str, FileOwner]
