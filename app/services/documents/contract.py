"""What the catalogue tells the engine of a kind of document: where its fields come from."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.acts import Act
from app.services.documents.facts import DocumentKind, Issuer


@dataclass(frozen=True, slots=True)
class Collected:
    """What a document is made from: its subject's plain fields, the name in its title, its usual issuer if any."""

    name: str
    branch_id: UUID | None
    issuer_id: UUID | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where documents of a kind come from, handed in by the catalogue.

    `reads` is the permission that its subjects are read under. `collect` gives the fields of a subject that the caller
    may see; it raises NotFound for another, and Conflict when nothing of this kind can be written of it now. `needs` is
    a further permission without which the text is not shown (names of persons stand in it).
    """

    kind: DocumentKind
    subject_kind: str
    reads: str
    collect: Callable[[Act, UUID], Awaitable[Collected]]
    needs: str | None = None


Sources = Mapping[DocumentKind, Source]
IssuerOf = Callable[[Act, UUID], Awaitable[Issuer]]
"""The body that is to issue, by id. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the engine is handed: the kinds, and who may issue."""

    sources: Sources
    issuer: IssuerOf

    def hidden(self, permissions: frozenset[str]) -> frozenset[str]:
        """The kinds of subject that whoever has these permissions may not read: not even their ids are shown."""
        return frozenset(each.subject_kind for each in self.sources.values() if each.reads not in permissions)
