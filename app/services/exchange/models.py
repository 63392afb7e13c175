"""The tables of exchange: batches, their raw chunks and findings, each dataset's last records, and the review queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base

NEW_KEY = text("uuidv7()")
UNFINISHED = ("waiting", "processing")
DONE = text("state = 'done'")


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Batch(Base):
    """One pushed body: how it is to be applied, how far it is, and what came of its records.

    `scope` is the pusher's scope as an int8multirange, `region_code` and `region_level` the smallest region that holds
    it (where records go whose place cannot be told). `header` is {line, delimiter, names} for CSV. `chunks_done` is
    the sequence number of the chunk whose turn it is.
    """

    __tablename__ = "batches"
    __table_args__ = (
        _one_of("mode", "commit", "validate"),
        _one_of("atomic", "record", "batch"),
        _one_of("strategy", "upsert", "create", "update", "fill_empty"),
        _one_of("format", "csv", "ndjson", "json"),
        _one_of("state", "waiting", "processing", "done", "failed", "cancelled"),
        Index("ix_batches_owner_id", "owner", "id"),
        Index("ix_batches_unfinished", "id", postgresql_where=text("state IN ('waiting', 'processing')")),
        Index("ix_batches_done_region_code", "dataset", "region_code", "source_time", postgresql_where=DONE),
        Index("ix_batches_done_owner", "dataset", "owner", "source_time", postgresql_where=DONE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_KEY)
    dataset: Mapped[str]
    owner: Mapped[str]
    owner_name: Mapped[str]
    scope: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    mode: Mapped[str]
    atomic: Mapped[str]
    strategy: Mapped[str]
    format: Mapped[str]
    encoding: Mapped[str]
    header: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    source_time: Mapped[datetime]
    filename: Mapped[str | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(BYTEA)
    state: Mapped[str]
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    records: Mapped[int] = mapped_column(server_default=text("0"))
    chunks: Mapped[int] = mapped_column(server_default=text("0"))
    chunks_done: Mapped[int] = mapped_column(server_default=text("0"))
    blank_rows: Mapped[int] = mapped_column(server_default=text("0"))
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    superseded: Mapped[int] = mapped_column(server_default=text("0"))
    rejected: Mapped[int] = mapped_column(server_default=text("0"))
    needs_review: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class BatchChunk(Base):
    """A run of a batch's records as sent (streams.pack), who works on it, and one outcome letter a record.

    c created, u updated, n unchanged, s superseded, r rejected, v needs review. Where a dataset has personal fields
    `raw` holds the lines' numbers alone and `sealed` the rest, until it expires.
    """

    __tablename__ = "batch_chunks"
    __table_args__ = (
        _one_of("state", "waiting", "leased", "done"),
        Index("ix_batch_chunks_key_id", "key_id", postgresql_where=text("sealed IS NOT NULL")),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    first_line: Mapped[int] = mapped_column(BigInteger)
    records: Mapped[int]
    raw: Mapped[bytes] = mapped_column(BYTEA)
    sealed: Mapped[bytes | None] = mapped_column(BYTEA)
    key_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    outcomes: Mapped[bytes | None] = mapped_column(BYTEA)
    subjects: Mapped[list[UUID | None] | None] = mapped_column(ARRAY(Uuid()))
    finished_at: Mapped[datetime | None]


class BatchFinding(Base):
    """Why one record was rejected or waits for review; `position` counts the findings of a record."""

    __tablename__ = "batch_findings"
    __table_args__ = (_one_of("outcome", "rejected", "needs_review"),)

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    owner: Mapped[str]
    seq: Mapped[int]
    outcome: Mapped[str]
    pointer: Mapped[str]
    code: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class DatasetRecord(Base):
    """The last record a dataset sent about one of its keys, and the subject it was matched to."""

    __tablename__ = "dataset_records"
    __table_args__ = (
        Index("ix_dataset_records_subject_id", "subject_id"),
        Index("ix_dataset_records_dataset_raw_hash", "dataset", "raw_hash"),
        Index("ix_dataset_records_partner", "partner", postgresql_where=text("partner IS NOT NULL")),
        # A register sent again moves on every row's source time: half a page is left for that, so no index is touched.
        {"postgresql_with": {"fillfactor": 50}},
    )

    dataset: Mapped[str] = mapped_column(primary_key=True)
    record_key: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    region_code: Mapped[int] = mapped_column(BigInteger)
    source_time: Mapped[datetime]
    raw_hash: Mapped[UUID]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    batch_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(BigInteger)
    partner: Mapped[str | None]


class ReviewItem(Base):
    """A record that could not be matched or placed with certainty, and what was decided; the decision is remembered."""

    __tablename__ = "review_items"
    __table_args__ = (
        _one_of("state", "open", "decided"),
        Index("uq_review_items_dataset_record_key", "dataset", "record_key", unique=True),
        Index("ix_review_items_state_id", "state", "id"),
        Index("ix_review_items_subject_id", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_KEY)
    dataset: Mapped[str]
    record_key: Mapped[str]
    owner: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str]
    subject_id: Mapped[UUID | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    batch_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default=text("'open'"))
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]
