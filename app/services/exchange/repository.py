"""Writing batches and their chunks."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.streams import Chunk
from app.services.exchange.facts import FINISHED
from app.services.exchange.failures import Finished
from app.services.exchange.models import Batch, BatchChunk
from app.services.exchange.sealing import Parted


async def add_batch(act: Act, **values: Any) -> UUID:
    """A new batch; its chunks follow in the same transaction."""
    batch = Batch(created_at=act.now, **values)
    act.session.add(batch)
    await act.session.flush()
    return batch.id


async def add_chunk(act: Act, batch_id: UUID, owner: str, seq: int, chunk: Chunk, stored: Parted) -> None:
    """One chunk, its blob parted for storage."""
    await act.session.execute(
        insert(BatchChunk),
        {
            "batch_id": batch_id,
            "seq": seq,
            "owner": owner,
            "first_line": chunk.line,
            "records": chunk.size,
            **stored._asdict(),
        },
    )


async def complete(act: Act, batch_id: UUID, *, records: int, chunks: int, blank_rows: int) -> None:
    """The last chunk is in. A batch without records has nothing to wait for."""
    done = {"state": "done", "started_at": act.now, "finished_at": act.now} if records == 0 else {}
    await act.session.execute(
        update(Batch).where(Batch.id == batch_id).values(records=records, chunks=chunks, blank_rows=blank_rows, **done)
    )


async def request_cancel(act: Act, batch_id: UUID) -> None:
    """Ask that a batch stop. One that no worker has begun is cancelled at once; else its worker stops at a chunk."""
    batch = await act.session.scalar(select(Batch).where(Batch.id == batch_id).with_for_update(key_share=True))
    if batch is None:
        raise NotFound()
    if batch.state in FINISHED:
        raise Finished(state=batch.state)
    batch.cancel_requested = True
    if batch.state == "waiting":
        batch.state = "cancelled"
        batch.finished_at = act.now
    await act.session.flush()
