"""The wire of exchange: datasets, batches, what became of their records, reviews."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction
from app.services.exchange.facts import Atomic, Mode, Strategy

State = Literal["waiting", "processing", "done", "failed", "cancelled"]
OutcomeName = Literal["created", "updated", "unchanged", "superseded", "rejected", "needs_review"]

BATCH_EXAMPLE: dict[str, Any] = {
    "id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e01",
    "dataset": "registrations",
    "owner": "market-regulation",
    "state": "processing",
    "mode": "commit",
    "atomic": "record",
    "strategy": "upsert",
    "format": "csv",
    "encoding": "gb18030",
    "filename": "registrations-2026-03.csv",
    "source_time": "2026-03-01T00:00:00+08:00",
    "size_bytes": 1048576,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "received": 4000,
    "created": 1800,
    "updated": 150,
    "unchanged": 30,
    "superseded": 0,
    "rejected": 12,
    "needs_review": 8,
    "blank_rows": 3,
    "ignored_columns": ["备注"],
    "cancel_requested": False,
    "created_at": "2026-03-02T01:00:00+00:00",
    "started_at": "2026-03-02T01:00:01+00:00",
    "finished_at": None,
    "failure": None,
    "progress": {"records_done": 2000, "share": 0.5, "records_per_second": 8000.0, "seconds_left": 0.3},
    "allowed_actions": [{"action": "cancel", "allowed": True, "reason": None}],
}


class ChoiceRead(BaseModel):
    """What may be written in a field, and the code it stands for."""

    written: str
    code: str


class FieldRead(BaseModel):
    """One field of a dataset."""

    name: str = Field(description="The field's name in NDJSON and JSON; as a CSV header it is understood too.")
    kind: str = Field(description="How a value is read: text, code, integer, boolean, date, capital, yuan, …")
    role: str = Field(description="keeper: this dataset decides; reporter: heard while no keeper speaks; hint: helps.")
    required: bool
    headers: list[str] = Field(description="CSV headers it goes by; spaces, width, case and brackets do not matter.")
    example: str
    max_length: int
    choices: list[ChoiceRead]
    personal: bool = Field(description="Encrypted and masked wherever it is kept.")


class DatasetRead(BaseModel):
    """One kind of record that partners push."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "registrations",
                "title": "Registrations",
                "version": 1,
                "founds": True,
                "granted": True,
                "formats": ["text/csv", "application/x-ndjson", "application/json"],
                "fields": [
                    {
                        "name": "name",
                        "kind": "text",
                        "role": "keeper",
                        "required": True,
                        "headers": ["企业名称"],
                        "example": "清溪县云岭茶业有限公司",
                        "max_length": 200,
                        "choices": [],
                        "personal": False,
                    }
                ],
            }
        }
    )

    name: str
    title: str
    version: int
    founds: bool = Field(description="Whether a record about an unknown subject founds it; else it waits for review.")
    granted: bool = Field(description="Whether the caller's grant allows pushing it.")
    formats: list[str]
    fields: list[FieldRead]


class DatasetsRead(BaseModel):
    """All datasets."""

    items: list[DatasetRead]


class BatchStored(BaseModel):
    """A batch as its row tells it."""

    id: UUID
    dataset: str
    owner: str = Field(description="Who pushed it.")
    state: State
    mode: Mode
    atomic: Atomic
    strategy: Strategy
    format: Literal["csv", "ndjson", "json"]
    encoding: str = Field(description="What the body's bytes turned out to be.")
    filename: str | None
    source_time: datetime = Field(description="The instant the source stood at; older never overwrites newer.")
    size_bytes: int
    sha256: str = Field(
        description="Of the body as sent; keyed, so that it cannot be tried out, where the dataset has personal fields."
    )
    received: int = Field(
        description="Records in the body. Once done: created + updated + unchanged + superseded + rejected +"
        " needs_review."
    )
    created: int
    updated: int
    unchanged: int
    superseded: int
    rejected: int
    needs_review: int
    blank_rows: int = Field(description="Rows without content, which are no records.")
    ignored_columns: list[str] = Field(
        description="Columns of the file that the dataset does not know: nothing of them was taken. Where the dataset"
        " has personal fields their titles are not kept, and their numbers stand here: `#3`."
    )
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failure: Any


class FailureRead(BaseModel):
    """Why a batch failed as a whole."""

    code: str
    detail: str


class ProgressRead(BaseModel):
    """How far a batch is."""

    records_done: int
    share: float = Field(description="0 to 1.")
    records_per_second: float | None
    seconds_left: float | None


class BatchRead(BatchStored):
    """One pushed body: how it is applied, how far it is, what came of its records."""

    model_config = ConfigDict(json_schema_extra={"example": BATCH_EXAMPLE})

    failure: FailureRead | None
    progress: ProgressRead
    allowed_actions: list[AllowedAction]


class RecordErrorRead(BaseModel):
    """One thing wrong with a record, or one question about it."""

    pointer: str = Field(description="JSON pointer to the field; empty: the whole record.")
    code: str
    detail: str


class RecordRead(BaseModel):
    """What became of one record."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "line": 17,
                "outcome": "rejected",
                "subject_id": None,
                "errors": [{"pointer": "/uscc", "code": "uscc_check", "detail": "The check character is wrong."}],
            }
        }
    )

    line: int = Field(description="Physical line in the file, from 1; in a JSON array the element's number.")
    outcome: OutcomeName
    subject_id: UUID | None = Field(description="The row it was merged into.")
    errors: list[RecordErrorRead]


class CandidateRead(BaseModel):
    """A row the record may be about, or a place it may be in; further keys by reason."""

    model_config = ConfigDict(extra="allow")


class ReviewStored(BaseModel):
    """A record that waits for a person, as its row tells it."""

    id: UUID
    version: int
    dataset: str
    record_key: str
    reason: str
    state: Literal["open", "decided"]
    region_code: str = Field(description="The deepest certain region, 12 digits.")
    region_level: int
    subject_id: UUID | None
    batch_id: UUID
    line: int
    values: dict[str, Any] = Field(description="The record's values as understood, without personal fields.")
    candidates: list[dict[str, Any]] = Field(description="Rows it may be about, or places it may be in.")
    decision: dict[str, Any] | None
    decided_by: str | None
    decided_at: datetime | None
    recorded_at: datetime


class ReviewRead(ReviewStored):
    """A record that waits for a person's decision, or has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02",
                "version": 1,
                "dataset": "registrations",
                "record_key": "name:清溪县云岭茶业有限公司",
                "reason": "no_code",
                "reason_text": "Without a code",
                "state": "open",
                "region_code": "330100000000",
                "region_level": 2,
                "subject_id": None,
                "batch_id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e01",
                "line": 17,
                "values": {"name": "清溪县云岭茶业有限公司"},
                "candidates": [],
                "decision": None,
                "decided_by": None,
                "decided_at": None,
                "recorded_at": "2026-03-02T01:00:00+00:00",
                "allowed_actions": [
                    {"action": "match", "allowed": False, "reason": "record_has_row"},
                    {"action": "create", "allowed": False, "reason": "record_has_row"},
                    {"action": "place", "allowed": True, "reason": None},
                    {"action": "discard", "allowed": True, "reason": None},
                ],
            }
        }
    )

    reason_text: str
    allowed_actions: list[AllowedAction] = Field(description="One for each verdict of `decide`.")


class Decision(BaseModel):
    """A person's answer: the record is about this row, founds a new one, lies here, or is not to be taken."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"verdict": "place", "region_code": "330106000000", "region_level": 3}},
    )

    verdict: Literal["match", "create", "place", "discard"]
    subject_id: UUID | None = Field(default=None, description="For match: the row.")
    region_code: Annotated[str | None, Field(pattern=r"^[0-9]{12}$")] = Field(
        default=None, description="For place and, where the record's own is not good enough, for create."
    )
    region_level: Annotated[int | None, Field(ge=1, le=5)] = Field(
        default=None, description="Needed where the code alone is not unique."
    )
    reason: Annotated[str | None, Field(min_length=2, max_length=500)] = Field(
        default=None, description="Kept with the decision."
    )


class ItemDecision(Decision):
    """A decision on one of several items."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02", "version": 1, "verdict": "discard"}
        },
    )

    id: UUID
    version: Annotated[int, Field(ge=1, description="The version you read; another one is answered with 412.")]


class Decisions(BaseModel):
    """Up to 200 decisions; each is taken or refused on its own."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[ItemDecision], Field(min_length=1, max_length=200)]
