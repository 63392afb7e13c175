"""A batch that goes in whole or not at all: one transaction, rolled back when a record is rejected.

What would have become of each record is told all the same, so that the sender can correct the file.
"""

from app.core.acts import Act, Acts
from app.core.history import about
from app.core.streams import unpack
from app.services.exchange import apart, applying
from app.services.exchange import chunks_repository as chunks
from app.services.exchange.chunks_repository import Pushed
from app.services.exchange.contract import Applied, Outcome
from app.services.exchange.reading import Reader


class _Undone(Exception):
    """Carries what was found out of a transaction that is to be rolled back."""

    def __init__(self, results: list[Applied], *, cancelled: bool) -> None:
        super().__init__()
        self.results = results
        self.cancelled = cancelled


async def apply_whole(acts: Acts, reader: Reader, batch: Pushed) -> None:
    """Apply all chunks in order. Raises Raced when it must be begun anew."""
    actor = batch.actor()
    try:
        async with acts.open(actor) as act:
            results = await _apply_all(act, reader, batch)
            if await _still_ours(act, batch):
                if _rejected(results):  # a validation: a commit would fail
                    await _refuse(act, batch, results)
                await _store(act, batch, results)
    except _Undone as undone:
        async with acts.open(actor) as act:
            if not await _still_ours(act, batch):
                return
            if undone.cancelled:
                await chunks.end(act, batch.facts.id, "cancelled", act.now)
                return
            await _refuse(act, batch, undone.results)
            await _store(act, batch, [_without_founded(result) for result in undone.results])


async def _apply_all(act: Act, reader: Reader, batch: Pushed) -> list[Applied]:
    results: list[Applied] = []
    for seq in range(batch.chunks):
        if await chunks.cancelling(act, batch.facts.id):
            raise _Undone([], cancelled=True)
        await about(act, batch=str(batch.facts.id), seq=seq)
        prepared = await applying.prepare(act, reader, unpack(await chunks.raw(act, batch.facts.id, seq)))
        results.append(await applying.apply(act, reader, prepared))
    if _rejected(results) and not batch.facts.validate_only:
        raise _Undone(results, cancelled=False)
    if batch.facts.validate_only:
        await apart.forget(act, reader.dataset, applying.shadow(batch.facts))
    return results


def _rejected(results: list[Applied]) -> int:
    return sum(result.counts()[Outcome.rejected.name] for result in results)


async def _refuse(act: Act, batch: Pushed, results: list[Applied]) -> None:
    failure: dict[str, object] = {"code": "rejected_records", "params": {"rejected": _rejected(results)}}
    await chunks.end(act, batch.facts.id, "failed", act.now, failure)


async def _still_ours(act: Act, batch: Pushed) -> bool:
    """Lock the batch; whether nobody has ended or applied it meanwhile."""
    turn = await chunks.turn(act, batch.facts.id)
    return not turn.finished and turn.done == 0


async def _store(act: Act, batch: Pushed, results: list[Applied]) -> None:
    for seq, result in enumerate(results):
        await chunks.finish(act, batch, seq, result)


def _without_founded(result: Applied) -> Applied:
    """What a record would have founded is not there."""
    founded = Outcome.created.value.encode()[0]
    subjects = [
        None if letter == founded else subject for letter, subject in zip(result.outcomes, result.subjects, strict=True)
    ]
    return Applied(result.outcomes, subjects, result.findings)
