"""Use cases of exchange: take a body in, wait for it, cancel it, decide what could not be matched or placed."""

from asyncio import Event
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.jobs import ring
from app.core.spool import Spooled
from app.core.streams import Format, Limits
from app.services.exchange import intake, reads, repository, waiting
from app.services.exchange.contract import Dataset
from app.services.exchange.facts import FINISHED, Atomic, Mode, Push, Strategy
from app.services.exchange.reviewing import Verdict, decide
from app.services.exchange.sealing import digest
from app.services.exchange.subjects import forget_subjects, said_of
from app.services.exchange.waiting import Open, changes, mark

__all__ = ["Atomic", "Mode", "Push", "Strategy", "Verdict", "cancel", "changes", "decide", "digest", "ended"]
__all__ += ["forget_subjects", "mark", "said_of", "take_in", "wait_for"]


async def take_in(
    act: Act, push: Push, dataset: Dataset, body: Spooled, form: str, chunk_records: int
) -> dict[str, Any]:
    """Store a body as a batch of raw chunks in this act's transaction; the batch as its row. Raises FileUnreadable."""
    reading = await intake.examine(body.path, Format(form), dataset.headers(), Limits())
    batch_id = await intake.take_in(act, push, dataset, body, reading, chunk_records=chunk_records)
    return await reads.found(act, batch_id)


async def wait_for(open_act: Open, location: str, seconds: float, ending: Event) -> dict[str, Any]:
    """The batch at a Location when it has ended, or as it stands after `seconds` or when the process is `ending`.

    Short acts of its own.
    """
    return await waiting.until_finished(open_act, UUID(location.rsplit("/", 1)[-1]), seconds, ending)


def ended(batch: dict[str, Any]) -> bool:
    """Whether nothing will happen to the batch any more."""
    return batch["state"] in FINISHED


async def cancel(act: Act, batch_id: UUID) -> dict[str, Any]:
    """Ask that the batch stop; what has been applied stays. Raises NotFound, Finished."""
    await repository.request_cancel(act, batch_id)
    await ring(act)
    return await reads.found(act, batch_id)
