"""What a catalogue tells the engine: which fields are personal, which columns are sealed, who answers for the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding
from app.services.privacy.facts import PersonalKind


@dataclass(frozen=True, slots=True)
class Personal:
    """One personal field: where it belongs, of what kind it is, whose it is, and which number of the retention policy
    says how long it is kept (None: as long as its row)."""

    table: str
    column: str
    kind: PersonalKind
    subject: str
    retention: str | None

    @property
    def domain(self) -> str:
        """The field's own domain of the blind index."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A table with columns `sealed` and `key_id`.

    `keys` are its primary key, `place` is table.column.row as an SQL expression. With `blind`, which is the index's
    domain as an SQL expression, the table also has `blind` and `index_id`.
    """

    table: str
    keys: tuple[str, ...]
    place: str
    blind: str | None = None


class Held(NamedTuple):
    """The personal fields of one row, in clear; None removes a field."""

    row_key: str
    region_code: int
    values: Mapping[str, str | None]


class Row(NamedTuple):
    """A row about a person: its id, where it stands, and its key among the sealed values."""

    id: UUID
    region_code: int
    row_key: str


class Holder(Protocol):
    """A table with rows about persons."""

    name: str

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible rows with these keys of sealed values."""

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these rows that are there and visible."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """All that these rows and what hangs on them say, in clear, for the person they are about."""

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Hard findings: why the law does not let this row be erased."""

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Remove the rows, what hangs on them and their earlier versions. What is gone already is no error."""
