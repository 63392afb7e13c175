"""The worker's hands: take chunks by lease, prepare them side by side, apply them in their batch's order.

Every chunk is applied in one transaction together with its outcomes, the counts and the turn, under the batch's lock.
A lease only keeps two workers from doing the same work; that nothing is done twice is the turn's doing.
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from uuid import UUID, uuid4

from app.core.acts import SYSTEM, Act, Acts
from app.core.contention import away, passes
from app.core.history import about
from app.core.jobs import Bell
from app.core.streams import Header, csv_values, json_values, unpack
from app.core.strict_json import JsonLimits
from app.services.exchange import apart, applying, whole
from app.services.exchange import chunks_repository as chunks
from app.services.exchange.chunks_repository import Claimed, Pushed, Turn
from app.services.exchange.contract import Dataset, Raced
from app.services.exchange.reading import Prepared, Reader
from app.services.exchange.sealing import line_key

SEATS = 2  # one chunk is prepared while another is applied
LOOK = 1.0  # seconds until a worker that nobody woke looks for work: leases run out silently
NEAR = 0.1  # seconds between two looks at an earlier chunk that another worker is preparing
STRIKES = 3  # failures of one chunk, the same each time, that end its batch
RETRIES = 50  # times that contention is tried again before it counts as a failure
PAUSE = 1.0  # seconds after a failure or while the database is away

log = logging.getLogger("liangxin.exchange")


class Worker:
    """Works on chunks with a few seats, until cancelled; then gives back what it holds."""

    def __init__(self, acts: Acts, datasets: Mapping[str, Dataset], bell: Bell, lease: float) -> None:
        self.acts = acts
        self.datasets = datasets
        self.bell = bell
        self.lease = lease
        self.name = uuid4().hex
        self._held: set[tuple[UUID, int]] = set()
        self._dropped: set[tuple[UUID, int]] = set()  # still leased by us, but nobody here works on them
        self._moved = Bell()
        self._strikes: dict[tuple[UUID, int], tuple[str, int]] = {}

    async def run(self, seats: int = SEATS) -> None:
        """Work for ever."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(seats):
                    group.create_task(self._sit())
                group.create_task(self._keep_leases())
        finally:
            await asyncio.shield(self._give_back())

    async def drain(self) -> None:
        """Work with one seat until there is nothing left to take."""
        while (claimed := await self._claim()) is not None:
            await self._work(claimed)

    async def _sit(self) -> None:
        while True:
            sound = self.bell.listen()
            try:
                claimed = await self._claim()
                if claimed is not None:
                    await self._work(claimed)
                    continue
            except Exception as error:  # a seat outlives whatever went wrong; it is told, and tried again
                if away(error):
                    log.warning("The database is away; trying again.", extra={"kind": type(error).__name__})
                else:
                    log.exception("A worker's step failed; trying again.")
                await asyncio.sleep(PAUSE)
                continue
            await Bell.wait(sound, LOOK)

    async def _claim(self, batch_id: UUID | None = None, seq: int | None = None) -> Claimed | None:
        claimed, dropped = None, tuple(self._dropped)
        async with self.acts.open(SYSTEM) as act:
            if dropped:
                await chunks.release(act, self.name, dropped)
            for each in [batch_id] if batch_id else await chunks.waiting_batches(act):
                claimed = await chunks.claim(act, each, self.name, self.lease, seq)
                if claimed is not None:
                    break
        self._dropped.difference_update(dropped)
        if claimed is not None:
            self._held.add(claimed.key)
        return claimed

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self.lease / 3)
            if self._held:
                try:
                    async with self.acts.open(SYSTEM) as act:
                        await chunks.renew(act, self.name, tuple(self._held), self.lease)
                except Exception as error:  # the seats will meet the same and tell it
                    log.warning("Leases were not renewed.", extra={"kind": type(error).__name__})

    async def _give_back(self) -> None:
        held = self._held | self._dropped
        if held:
            try:
                async with asyncio.timeout(5), self.acts.open(SYSTEM) as act:
                    await chunks.release(act, self.name, held)
            except Exception as error:  # the leases run out by themselves
                log.warning("Leases were not given back.", extra={"kind": type(error).__name__})

    async def _work(self, claimed: Claimed) -> None:
        """See one claimed chunk to its end, or give it back."""
        try:
            await self._do(claimed)
            self._strikes.pop(claimed.key, None)
        except Exception as error:
            if away(error):
                self._held.discard(claimed.key)
                self._dropped.add(claimed.key)
                raise
            log.exception("A chunk failed.", extra={"batch": str(claimed.batch.facts.id), "seq": claimed.seq})
            if not await self._struck_out(claimed, error):
                self._dropped.add(claimed.key)
                await asyncio.sleep(PAUSE)
        self._held.discard(claimed.key)
        self._moved.ring()

    async def _struck_out(self, claimed: Claimed, error: Exception) -> bool:
        kind = type(error).__name__
        before, times = self._strikes.get(claimed.key, (kind, 0))
        times = times + 1 if before == kind else 1
        self._strikes[claimed.key] = (kind, times)
        if times < STRIKES:
            return False
        del self._strikes[claimed.key]
        failure: dict[str, object] = {"code": "worker_failed", "params": {"seq": claimed.seq, "kind": kind}}
        async with self.acts.open(SYSTEM) as act:
            await _end(act, claimed.batch, self.datasets.get(claimed.batch.facts.dataset), "failed", failure)
        return True

    async def _do(self, claimed: Claimed) -> None:
        batch = claimed.batch
        dataset = self.datasets.get(batch.facts.dataset)
        if dataset is None:
            failure: dict[str, object] = {"code": "unknown_dataset", "params": {"dataset": batch.facts.dataset}}
            async with self.acts.open(SYSTEM) as act:
                await _end(act, batch, None, "failed", failure)
            return
        reader = reader_of(dataset, batch, line_key(dataset, self.acts.keys))
        for left in reversed(range(RETRIES)):
            try:
                if batch.atomic == "batch":
                    await whole.apply_whole(self.acts, reader, batch)
                else:
                    await self._in_turn(claimed, reader)
                return
            except Exception as error:
                if not left or not (isinstance(error, Raced) or passes(error)):
                    raise
                log.info("Another transaction was in the way; trying again.", extra={"kind": type(error).__name__})
                await asyncio.sleep(NEAR)

    async def _in_turn(self, claimed: Claimed, reader: Reader) -> None:
        batch, actor = claimed.batch, claimed.batch.actor()
        async with self.acts.open(actor) as act:
            prepared = await applying.prepare(act, reader, unpack(claimed.raw))
        while True:
            moved = self._moved.listen()
            async with self.acts.open(actor) as act:
                turn = await chunks.turn(act, batch.facts.id)
                if await _over(act, batch, reader.dataset, turn) or turn.done > claimed.seq:
                    return
                if turn.done == claimed.seq:
                    await _apply(act, reader, claimed, prepared)
                    return
            await self._wait_for(batch.facts.id, turn.done, moved)

    async def _wait_for(self, batch_id: UUID, earlier: int, moved: asyncio.Event) -> None:
        """Wait until an earlier chunk has been applied; do it ourselves when its worker is gone."""
        claimed = await self._claim(batch_id, earlier)
        if claimed is not None:
            await self._work(claimed)
        else:
            await Bell.wait(moved, NEAR)


async def _apply(act: Act, reader: Reader, claimed: Claimed, prepared: Prepared) -> None:
    await about(act, batch=str(claimed.batch.facts.id), seq=claimed.seq)
    applied = await applying.apply(act, reader, prepared)
    last = await chunks.finish(act, claimed.batch, claimed.seq, applied)
    if last and reader.batch.validate_only:
        await apart.forget(act, reader.dataset, applying.shadow(reader.batch))


async def _over(act: Act, batch: Pushed, dataset: Dataset, turn: Turn) -> bool:
    """Whether the batch has ended; one that is to be cancelled ends here."""
    if turn.cancel and not turn.finished:
        await _end(act, batch, dataset, "cancelled")
        return True
    return turn.finished


async def _end(
    act: Act, batch: Pushed, dataset: Dataset | None, state: str, failure: dict[str, object] | None = None
) -> None:
    await chunks.end(act, batch.facts.id, state, act.now, failure)
    if batch.facts.validate_only:
        await apart.forget(act, dataset, applying.shadow(batch.facts))


def reader_of(dataset: Dataset, batch: Pushed, line_key: bytes = b"") -> Reader:
    """How this batch's raw records become readings; `line_key` is that of its lines' hashes."""
    if batch.header is None:
        return Reader.of(dataset, batch.facts, None, partial(json_values, limits=JsonLimits()), line_key)
    names = tuple(batch.header["names"])
    header = Header(batch.header["line"], batch.header["delimiter"], names)
    return Reader.of(dataset, batch.facts, names, partial(csv_values, header=header), line_key)
