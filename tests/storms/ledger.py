"""Eight writers at the books of four committees, killed at random: not a fen is lost, doubled or overdrawn.

Whoever was killed says all again that was not acknowledged, and some of what was. Some numbers are said by two writers
at once, some keys with another amount, and many postings want more than there is. Numbers are given all the while. In
the end the books are held against their own lines, day by day.
`python -m tests.storms.ledger --postings 1000000 --writers 8 --seed 7`.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import migrations, roles
from app.core.acts import EVERYWHERE, Act, Actor, Acts
from app.core.database import Database
from app.core.embedded import Cluster, running
from app.core.errors import Conflict, Failure
from app.services.access.permissions import ROLES
from app.services.funding.facts import Purse
from app.services.funding.ledger import service
from app.services.funding.ledger.facts import LineDraft
from tests.kit import ledgers
from tests.kit.databases import Clones, dsn
from tests.storms.ledger_proofs import agree, agree_on_days, once_each
from tests.storms.postings import NOW, Accounts, accounts, key, posting, reversed_by

COMMITTEES = (6, 8, 9, 10)
PURSES = (Purse.fiscal_budget, Purse.higher_grant)
SIZES = (1, 2, 10, 40, 100)  # postings of one act
TOLD_AGAIN = 20
NAME = "ledger"
REFUSED = "refused"
NUMBER = "SELECT funding_number(waiting) FROM funding_unnumbered_years() AS waiting"
STUMBLES = (asyncpg.PostgresError, DBAPIError, Failure)


@dataclass(frozen=True, slots=True)
class Plan:
    """What every writer is told."""

    url: str
    log: Path
    postings: int
    writers: int
    seed: int
    books: tuple[Accounts, ...]


@dataclass
class Writer:
    """One process: says its numbers until each is acknowledged, as posted or as refused."""

    plan: Plan
    turn: int
    acts: Acts
    dice: random.Random
    known: dict[int, UUID | None] = field(default_factory=dict)
    stumbled: Counter[str] = field(default_factory=Counter)

    async def work(self) -> None:
        """Go on where the log ends, after saying its last numbers once more."""
        self.known = acknowledged(self.plan.log / f"{self.turn}.log")
        await self._say([number for number, entry in self.known.items() if entry is not None][-TOLD_AGAIN:])
        for numbers in self._turns():
            await self._say(numbers)
            if self.dice.random() < 0.02:
                await self._forge(numbers[0])
            if self.dice.random() < 0.02:  # what the next writer says too, now or soon
                await self._say([number + 1 for number in numbers if number + 1 < self.plan.postings])

    def _turns(self) -> Iterator[list[int]]:
        left = [each for each in range(self.turn, self.plan.postings, self.plan.writers) if each not in self.known]
        while left:
            size = self.dice.choice(SIZES)
            yield left[:size]
            del left[:size]

    async def _say(self, numbers: list[int]) -> None:
        """All in one act; one by one where somebody was in the way, or the money went at the last moment."""
        try:
            answers = await self._act(numbers)
        except STUMBLES as stumbled:
            self.stumbled[type(stumbled).__name__] += 1
            if len(numbers) > 1 or isinstance(stumbled, asyncpg.DeadlockDetectedError):
                for number in numbers:
                    await self._say([number])
                return
            answers = dict.fromkeys(numbers)
        with (self.plan.log / f"{self.turn}.log").open("a", encoding="ascii") as log:
            log.write("".join(f"{number} {entry or REFUSED}\n" for number, entry in answers.items()))
        for number, entry in answers.items():
            before = self.known.get(number)
            assert before is None or before == entry, "one key, two entries"
            self.known[number] = entry

    async def _act(self, numbers: list[int]) -> dict[int, UUID | None]:
        answers: dict[int, UUID | None] = {}
        async with self.acts.open(writer(self.turn)) as act:
            for number in numbers:
                try:
                    answers[number] = await self._one(act, number, answers)
                except Failure:
                    await act.session.execute(text("SELECT 1"))  # raises when the database has given the act up
                    answers[number] = None
        return answers

    async def _one(self, act: Act, number: int, answers: dict[int, UUID | None]) -> UUID | None:
        back = reversed_by(self.plan.seed, number, self.plan.writers)
        if back is None:
            return await service.post(act, posting(self.plan.seed, number, self.plan.writers, self.plan.books))
        entry = answers.get(back) or self.known.get(back)
        return entry and await service.reverse(act, entry, NOW.date(), f"第{number}笔", key(number))

    async def _forge(self, number: int) -> None:
        """The key of an entry that stands is refused with another amount."""
        if self.known.get(number) is None or reversed_by(self.plan.seed, number, self.plan.writers) is not None:
            return
        true = posting(self.plan.seed, number, self.plan.writers, self.plan.books)
        forged = replace(true, lines=tuple(LineDraft(each.account_id, 3 * each.amount_fen) for each in true.lines))
        with pytest.raises(Conflict):
            async with self.acts.open(writer(self.turn)) as act:
                await service.post(act, forged)


def writer(turn: int) -> Actor:
    """Someone who posts everywhere."""
    return Actor(f"writer-{turn}", f"writer-{turn}", frozenset(ROLES["officer"]), EVERYWHERE, frozenset())


def acknowledged(log: Path) -> dict[int, UUID | None]:
    """What a writer's log says: numbers with their entries, None where refused. A line cut off counts for nothing."""
    told: dict[int, UUID | None] = {}
    with suppress(FileNotFoundError):
        for line in log.read_text(encoding="ascii").splitlines():
            number, _, entry = line.partition(" ")
            if entry == REFUSED or len(entry) == 36:
                told[int(number)] = None if entry == REFUSED else UUID(entry)
    return told


def write(plan: Plan, turn: int) -> None:
    """The process of one writer."""

    async def work() -> None:
        database = Database(plan.url, pool_size=1)
        try:
            await Writer(plan, turn, Acts(database, lambda: NOW), random.Random(os.getpid())).work()
        finally:
            await database.close()

    asyncio.run(work())


@dataclass
class Storm:
    """The writers, whoever kills them, and whoever gives numbers meanwhile."""

    plan: Plan
    kills: int
    dice: random.Random
    killed: int = 0

    def rage(self) -> None:
        """Until every number is acknowledged."""
        spawn = multiprocessing.get_context("spawn")
        at_work = {}
        for turn in range(self.plan.writers):
            at_work[turn] = spawn.Process(target=write, args=(self.plan, turn))
            at_work[turn].start()
        numbering = threading.Event()
        giver = threading.Thread(target=asyncio.run, args=(self._number(numbering),))
        giver.start()
        try:
            while at_work:
                threading.Event().wait(self.dice.uniform(0.2, 1.0))
                for turn, process in list(at_work.items()):
                    if process.exitcode is None:
                        continue
                    assert process.exitcode in (0, -signal.SIGKILL), f"writer {turn} ended with {process.exitcode}"
                    del at_work[turn]
                    if process.exitcode != 0:
                        at_work[turn] = spawn.Process(target=write, args=(self.plan, turn))
                        at_work[turn].start()
                self._kill(at_work)
        finally:
            for process in at_work.values():
                process.kill()
            numbering.set()
            giver.join()

    def _kill(self, at_work: dict[int, Any]) -> None:
        said = sum(path.stat().st_size for path in self.plan.log.glob("*.log")) / 42  # about a line's length
        if at_work and self.killed < self.kills * min(1.0, said / self.plan.postings):
            at_work[self.dice.choice(list(at_work))].kill()
            self.killed += 1

    async def _number(self, ended: threading.Event) -> None:
        connection = await asyncpg.connect(dsn(self.plan.url))
        try:
            while not ended.wait(0.3):
                await connection.execute(NUMBER)
        finally:
            await connection.close()


async def prepared(server: Clones, name: str, log: Path, postings: int, writers: int, seed: int) -> Plan:
    """Open the books and their accounts."""
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(name)))
    database = Database(server.url(name), pool_size=1)
    try:
        # Whoever is in a circle of waiting is told soon: there are many here.
        await direct.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '50ms'")
        opened = [await ledgers.opened(direct, below=5, number=number) for number in COMMITTEES]
        async with Acts(database, lambda: NOW).open(writer(0)) as act:
            told = [await accounts(act, book, purse) for book in opened for purse in PURSES]
    finally:
        await direct.close()
        await database.close()
    return Plan(server.url(name), log, postings, writers, seed, tuple(told))


async def proven(server: Clones, name: str, plan: Plan, days: int) -> tuple[int, int]:
    """Hold the books against what was acknowledged and against themselves; how many stand, and were refused."""
    told: dict[int, UUID | None] = {}
    for turn in range(plan.writers):
        for number, entry in acknowledged(plan.log / f"{turn}.log").items():
            before = told.get(number)
            assert before is None or entry is None or before == entry, "one key, two entries"
            told[number] = before or entry  # refused to one, and posted by the other when there was money
    assert len(told) == plan.postings
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(name)))
    database = Database(server.url(name), pool_size=1)
    try:
        await direct.execute(NUMBER)
        posted = {key(number): entry for number, entry in told.items() if entry is not None}
        await once_each(direct, posted, {key(number) for number, entry in told.items() if entry is None})
        await agree(direct)
        await agree_on_days(Acts(database, lambda: NOW), direct, plan.seed, days)
    finally:
        await direct.close()
        await database.close()
    return len(posted), plan.postings - len(posted)


def stormed(server: Clones, name: str, log: Path, postings: int, writers: int, seed: int, kills: int) -> str:
    """Post, kill, prove; what happened, in a line. Raises what went wrong."""
    plan = asyncio.run(prepared(server, name, log, postings, writers, seed))
    storm = Storm(plan, kills, random.Random(seed))
    began = time.monotonic()
    storm.rage()
    seconds = time.monotonic() - began
    stand, refused = asyncio.run(proven(server, name, plan, min(postings // 10, 1_000)))
    return (
        f"{writers} writers, {postings} postings in {seconds:.0f} s, {storm.killed} kills: {stand} entries stand once,"
        f" {refused} refused, sums zero, no balance below zero on any day, numbers without a gap, days as recounted"
    )


async def made(cluster: Cluster) -> None:
    """A database of its own on a server of its own: nobody sweeps it away in a long run."""
    await roles.ensure(dsn(cluster.superuser_url()), NAME)
    await migrations.upgrade(cluster.url(roles.MIGRATOR, NAME))


def alone(postings: int, writers: int, seed: int, kills: int) -> str:
    """The storm on a server of its own; what happened."""
    with (
        tempfile.TemporaryDirectory(prefix="liangxin-ledger-") as folder,
        running(Path(folder) / "postgres", durable=False) as cluster,
    ):
        asyncio.run(made(cluster))
        logs = Path(folder) / "logs"
        logs.mkdir()
        return stormed(Clones(cluster, NAME), NAME, logs, postings, writers, seed, kills)


def main() -> int:
    """Run it and print what happened."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.ledger", description=__doc__)
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(alone(asked.postings, asked.writers, asked.seed, asked.kills))
    return 0


if __name__ == "__main__":
    sys.exit(main())
