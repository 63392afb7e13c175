"""What a dataset and its merge target owe the engine. The engine knows no noun; a catalogue hands these in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from app.core.acts import Act, Scope
from app.core.errors import FieldError


class Outcome(StrEnum):
    """What became of one record. The value is its letter in a chunk's outcomes."""

    created = "c"
    updated = "u"
    unchanged = "n"
    superseded = "s"
    rejected = "r"
    needs_review = "v"


class Role(StrEnum):
    """What a dataset is for a field: its keeper decides, a reporter is heard while no keeper speaks, a hint helps."""

    keeper = "keeper"
    reporter = "reporter"
    hint = "hint"


Kind = Literal[
    "text",
    "code",
    "integer",
    "hundredths",
    "boolean",
    "date",
    "capital",
    "yuan",
    "ten_thousand_yuan",
    "choice",
    "degrees",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a dataset: its wire name, how it is read, and the column headers it goes by.

    `headers` are Chinese or other names beside the wire name; `choices` map what is written to the stored code.
    Money is read in the unit of its kind and kept in fen, degrees are kept as millionths, `hundredths` (3.5 hours) as
    whole hundredths. `units` are words that may stand behind a number. `personal` fields are encrypted and masked
    wherever kept.
    """

    name: str
    kind: Kind
    role: Role
    example: str
    headers: tuple[str, ...] = ()
    required: bool = False
    max_length: int = 200
    maximum: int = 10**9
    choices: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What a batch says about all of its records. `region` is where a record stands that nothing else places."""

    id: UUID
    dataset: str
    scope: Scope
    region_code: int
    region_level: int
    strategy: str
    validate_only: bool
    source_time: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Why a record needs a person's decision, with what the person may choose from."""

    reason: str
    region_code: int
    region_level: int
    candidates: tuple[dict[str, Any], ...] = ()


@dataclass(slots=True)
class Reading:
    """One record after validation.

    `key` identifies it within its dataset. `certain`: the key alone finds or founds the subject; else a person does.
    `values` are the dataset's own fields that were sent; `derived` what the target needs beside them. Records with
    `errors` are rejected.
    """

    key: str = ""
    certain: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    review: Review | None = None


class Subject(NamedTuple):
    """A row a record is about. Out of the batch's scope only its existence is known to the engine."""

    id: UUID
    region_code: int


@dataclass(slots=True)
class MergeItem:
    """What is to be merged into one subject; None founds it. `fill_only`: only where nothing stands yet."""

    subject: UUID | None
    values: dict[str, Any]
    derived: dict[str, Any]
    time: datetime
    fill_only: bool = False


class Target(Protocol):
    """The noun that a dataset's records are merged into."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Subjects by certain key, whatever the scope; those inside it are locked until the end of the act."""

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Merge set-wise by each field's precedence; the subjects in the order of the items. Raises Raced."""

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """For each uncertain record the rows it may be about, for the person who decides."""

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A visible row, locked until the act ends. Raises NotFound."""

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """A person says where it is: no dataset moves it afterwards. Raises Invalid for a region that is not one."""


class Raced(Exception):
    """Another transaction founded the same subject first: the chunk is to be applied again."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of record that partners push."""

    name: str
    version: int
    fields: tuple[Field, ...]
    founds: bool  # whether a record about an unknown subject founds it
    target: Target
    context: Callable[[Act, Sequence[Mapping[str, Any]], BatchFacts], Awaitable[Any]]
    refine: Callable[[Reading, BatchFacts, Any], None]  # sets key, derived, review, further errors; called per record
    partner_field: str | None = None  # the field that holds the partner's own id of a record

    @property
    def personal(self) -> frozenset[str]:
        """Names of its personal fields: kept sealed and apart, wherever a record is kept."""
        return frozenset(each.name for each in self.fields if each.personal)

    def headers(self) -> frozenset[str]:
        """Every name a column may have."""
        return frozenset(name for each in self.fields for name in (each.name, *each.headers))


@dataclass(frozen=True, slots=True)
class LineFinding:
    """One error or question of one record, as kept for its reader."""

    line: int
    outcome: Outcome
    error: FieldError


@dataclass(slots=True)
class Applied:
    """What became of a chunk: a letter and a subject a record, and the findings of those that did not go in."""

    outcomes: bytes
    subjects: list[UUID | None]
    findings: list[LineFinding]

    def counts(self) -> dict[str, int]:
        """How many of each outcome, by its name."""
        return {outcome.name: self.outcomes.count(outcome.value.encode()) for outcome in Outcome}
