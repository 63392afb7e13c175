"""Raw chunks of datasets with personal fields: the lines' numbers stay open, what was sent is sealed and expires."""

import hashlib
import hmac
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.crypto import Vault
from app.core.streams import Header, RawRecord, head_size, header_name, lines_of, unpack
from app.services.exchange.contract import Dataset
from app.services.privacy.facts import holds_number


class Parted(NamedTuple):
    """A chunk's blob as it is stored; an open one has neither a sealed part nor a key."""

    raw: bytes
    sealed: bytes | None = None
    key_id: int | None = None


def place(batch_id: UUID, seq: int) -> str:
    """Where a chunk is sealed for, written table.column.row."""
    return f"batch_chunks.sealed.{batch_id}/{seq}"


def parted(act: Act, dataset: Dataset, batch_id: UUID, seq: int, blob: bytes, records: int) -> Parted:
    """The blob for storage, sealed behind its head where the dataset has personal fields."""
    if not dataset.personal:
        return Parted(blob)
    head = head_size(records)
    return Parted(blob[:head], *act.vault.seal(blob[head:], place(batch_id, seq)))


def joined(act: Act, batch_id: UUID, seq: int, stored: Parted) -> bytes:
    """The blob as it was packed. Raises UnknownKey, Damaged."""
    if stored.sealed is None:
        return stored.raw
    return stored.raw + act.vault.open(stored.sealed, place(batch_id, seq))


def records_of(act: Act, batch_id: UUID, seq: int, stored: Parted) -> list[RawRecord]:
    """The chunk's records; once it has expired, their lines alone."""
    if stored.key_id is not None and stored.sealed is None:
        return [RawRecord(line, b"", None) for line in lines_of(stored.raw)]
    return unpack(joined(act, batch_id, seq, stored))


def line_key(dataset: Dataset, vault: Vault | None) -> bytes:
    """The key of a raw line's hash. Where a line holds a phone number, a plain hash could be tried out."""
    return vault.secret("dataset_records.raw_hash") if dataset.personal and vault is not None else b""


def digest(act: Act, dataset: Dataset, sha256: bytes) -> bytes:
    """A body's digest as it is kept: keyed where the dataset has personal fields, for the same reason."""
    if not dataset.personal:
        return sha256
    return hmac.new(act.vault.secret("batches.sha256"), sha256, hashlib.sha256).digest()


def kept_filename(dataset: Dataset, filename: str | None) -> str | None:
    """The file's name as it is kept: where the dataset has personal fields, none that may hold a number."""
    unsaid = filename is not None and bool(dataset.personal) and holds_number(filename)
    return None if unsaid else filename


def kept_header(dataset: Dataset, header: Header | None) -> Header | None:
    """The header as it is kept: where the dataset has personal fields, columns that are not its own lose their titles.

    What stands in a header row is text like any other, and may be anything.
    """
    if header is None or not dataset.personal:
        return header
    known = {header_name(name) for name in dataset.headers()}
    return replace(header, names=tuple(name if name in known else "" for name in header.names))


def ignored_columns(dataset: Dataset, header: Header) -> list[str]:
    """Columns that nothing is taken of: by title, or by number where titles are not kept."""
    known = {header_name(name) for name in dataset.headers()}
    unknown = [(place, name) for place, name in enumerate(header.names, 1) if name and name not in known]
    return [f"#{place}" if dataset.personal else name for place, name in unknown]
