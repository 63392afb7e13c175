"""Taking a body in: split, packed and stored as sent, in one transaction, in constant memory.

The transaction begins when the whole body lies on disk, so that a slow sender holds none. All chunks become visible
with its commit, together with the answer kept for the idempotency key; a crash before that leaves nothing.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from app.core.acts import Act
from app.core.jobs import ring
from app.core.spool import Spooled
from app.core.streams import Chunk, FileRefused, Format, Limits, Reading, chunked, open_file
from app.services.exchange import repository
from app.services.exchange.contract import Dataset
from app.services.exchange.facts import ATOMIC_LIMIT, Push, smallest_region
from app.services.exchange.failures import FileUnreadable
from app.services.exchange.sealing import ignored_columns, kept_filename, kept_header, parted

CHUNK_BYTES = 4 << 20


async def examine(path: Path, form: Format, known: frozenset[str], limits: Limits) -> Reading:
    """Prove the encoding and find the header, off the event loop and before any transaction. Raises FileUnreadable."""
    try:
        return await asyncio.to_thread(open_file, path, form, known=known, limits=limits)
    except FileRefused as refused:
        raise FileUnreadable.because(refused) from refused


async def take_in(
    act: Act, push: Push, dataset: Dataset, body: Spooled, reading: Reading, *, chunk_records: int
) -> UUID:
    """Store the batch and its raw chunks in the act's transaction. Raises FileUnreadable."""
    region_code, region_level = smallest_region(act.scope)
    header = kept_header(dataset, reading.header)
    batch_id = await repository.add_batch(
        act,
        dataset=push.dataset,
        owner=act.by.id,
        owner_name=act.by.name,
        scope=act.scope.multirange,
        region_code=region_code,
        region_level=region_level,
        mode=push.mode,
        atomic=push.atomic,
        strategy=push.strategy,
        format=reading.form.value,
        encoding=reading.encoding,
        header=header
        and {
            "line": header.line,
            "delimiter": header.delimiter,
            "names": header.names,
            "ignored": ignored_columns(dataset, reading.header or header),
        },
        source_time=push.source_time,
        filename=kept_filename(dataset, push.filename),
        size_bytes=body.size,
        sha256=body.sha256,
        state="waiting",
    )
    chunks = chunked(reading.records(), count=chunk_records, size=CHUNK_BYTES)
    seq = records = 0
    while (chunk := await asyncio.to_thread(_next, chunks)) is not None:
        records += chunk.size
        if push.atomic == "batch" and records > ATOMIC_LIMIT:
            raise FileUnreadable.because(FileRefused("too_many_for_atomic", limit=ATOMIC_LIMIT))
        stored = parted(act, dataset, batch_id, seq, chunk.blob, chunk.size)
        await repository.add_chunk(act, batch_id, act.by.id, seq, chunk, stored)
        seq += 1
    await repository.complete(act, batch_id, records=records, chunks=seq, blank_rows=reading.counts.blank)
    await ring(act)
    return batch_id


def _next(chunks: Iterator[Chunk]) -> Chunk | None:
    """The next chunk; what only shows while reading on is told like what shows at once."""
    try:
        return next(chunks, None)
    except FileRefused as refused:
        raise FileUnreadable.because(refused) from refused
