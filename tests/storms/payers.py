"""Two and more who pay the same runs at once, killed at random: each line is paid once, and the books say the same.

Payers are processes. Whoever is killed is followed by another one, as a supervisor would, until nothing waits. The
account is short by design, so that lines are refused and tried again; money comes in with every kill, so that there is
something to pay at each, and the bank sends payments back, which are named and paid again.
`python -m tests.storms.payers --lines 2000 --payers 4 --seed 7`.
"""

import argparse
import asyncio
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from app.core.acts import EVERYWHERE, Actor, Acts
from app.core.contention import passes
from app.core.database import Database
from app.core.errors import Failure
from app.services.access.permissions import ROLES
from app.services.funding.facts import Use
from app.services.funding.payables import drawing, paying, returning, service
from app.services.funding.payables.facts import PayableState
from app.services.funding.payables.items.schemas import PayableReturn
from app.services.funding.payables.models import Payable
from app.services.funding.payables.schemas import PaymentRunCreate, PaymentRunPay
from tests.kit import ledgers, treated
from tests.kit.databases import Clones, clones, dsn

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
TODAY = NOW.date()
MONTHS = (date(2026, 3, 1), date(2026, 4, 1))
MOST = 60_000
RETURNED = 0.05  # of what a payer finds paid
AT_ONCE = 20
MOMENT = (1.5, 2.5)  # seconds between two kills: a new one must have begun to pay
WORKERS = """
INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                     created_at, recorded_at)
SELECT 1, '某人', true, 'current', '2020-01-01', $2, 3, 'officer', now(), now(), now() FROM generate_series(1, $1)
RETURNING id
"""
TWICE = """
SELECT count(*) FROM (SELECT split_part(business_key, ':', 2) FROM funding_entries AS entry
  WHERE business_key LIKE 'treatment:%' AND kind = 'spending'
    AND NOT EXISTS (SELECT FROM funding_entries AS back WHERE back.reverses_id = entry.id)
  GROUP BY 1 HAVING count(*) > 1) AS twice
"""
SUMS = """
SELECT (SELECT sum(due_fen) FROM treatment_entitlements) AS due,
       (SELECT sum(amount_fen) FROM payables WHERE state = 'paid') AS paid,
       (SELECT sum(paid_fen) FROM payment_runs) AS told,
       (SELECT sum(balance_fen) FROM funding_balances WHERE kind = 'use') AS spent,
       (SELECT sum(owed_fen - taken_fen) FROM payable_debts) AS owed,
       (SELECT count(*) FROM payables WHERE state NOT IN ('paid', 'netted')) AS waiting,
       (SELECT count(*) FROM payment_runs WHERE state <> 'done') AS undone,
       (SELECT count(*) FROM funding_entries WHERE kind = 'reversal') AS returned,
       (SELECT count(*) FROM funding_account_days WHERE kind <> 'source' AND balance_fen < 0) AS overdrawn,
       (SELECT count(*) FROM payables WHERE state = 'paid') AS items
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What every payer is told."""

    url: str
    runs: tuple[UUID, ...]
    seed: int


def who(name: str) -> Actor:
    """Somebody who may do everything everywhere."""
    return Actor(name, name, frozenset(ROLES["officer"]), EVERYWHERE)


async def payer(plan: Plan, turn: int, life: int) -> None:
    """Pay run after run until nothing waits; now and then the bank sends something back, which is named then."""
    dice = random.Random(f"{plan.seed}:{turn}:{life}")
    database = Database(plan.url, pool_size=2)
    acts = Acts(database, lambda: NOW)
    left = set(plan.runs)
    try:
        while left:
            run = dice.choice(sorted(left))
            with suppress(Failure):
                if await _paid(acts, run, turn, dice) == 0:
                    left.discard(run)
    finally:
        await database.close()


async def _paid(acts: Acts, run: UUID, turn: int, dice: random.Random) -> int:
    back: list[UUID] = []
    try:
        async with acts.open(who(f"payer-{turn}")) as act:
            found = await act.session.scalars(
                select(Payable.id).where(Payable.run_id == run, Payable.state == PayableState.returned).limit(AT_ONCE)
            )
            back = list(found.all()) if dice.random() < 0.5 else []
            told = PaymentRunPay(paid_on=TODAY, limit=dice.randint(1, AT_ONCE), payable_ids=back or None)
            done = await paying.pay(act, run, told)
        for item in done["items"]:
            if item["outcome"] == "paid" and dice.random() < RETURNED:
                await _sent_back(acts, item["payable_id"], turn)
        return int(done["left_items"])
    except Exception as error:
        if not passes(error):
            raise
        return 1


async def _sent_back(acts: Acts, payable_id: UUID, turn: int) -> None:
    async with acts.open(who(f"payer-{turn}")) as act:
        row = (
            await act.session.execute(select(Payable.version, Payable.attempt).where(Payable.id == payable_id))
        ).one()
        if row.attempt < 3:
            with suppress(Failure):
                told = PayableReturn(returned_on=TODAY, reason="户名不符")
                await returning.give_back(act, payable_id, row.version, told)


def _process(plan: Plan, turn: int, life: int) -> None:
    asyncio.run(payer(plan, turn, life))


async def prepared(url: str, superuser: str, lines: int, dice: random.Random) -> tuple[Plan, Callable[[int, int], Any]]:
    """Closed months, of which the first takes something back of some; runs of two, approved; too little money."""
    direct = await asyncpg.connect(superuser)
    books = await ledgers.opened(direct)
    region = (ledgers.COUNTY, 3)
    workers = [row["id"] for row in await direct.fetch(WORKERS, lines, ledgers.COUNTY)]
    due = {worker: dice.randint(1, MOST) for worker in workers}
    await treated.closed_of(direct, {each: -dice.randint(1, MOST) for each in workers[::7]}, date(2026, 2, 1), region)
    lists = [await treated.closed_of(direct, due, month, region) for month in MONTHS]
    await direct.close()
    database = Database(url, pool_size=2)
    acts = Acts(database, lambda: NOW)
    runs = []
    async with acts.open(who("books")) as act:
        account = await books.funds(act)
        await books.income(act, "first", MOST, TODAY)
    for each in lists:
        async with acts.open(who("clerk")) as act:
            told = PaymentRunCreate(account_id=account, month_id=UUID(each), use=Use.worker_subsidies)
            run = await drawing.create(act, told)
        async with acts.open(who("chief")) as act:
            await service.approve(act, run, 1)
        runs.append(run)

    async def more(part: int, parts: int) -> None:
        """The next part of the money comes in; with the last there is enough for all."""
        async with acts.open(who("books")) as act:
            await books.income(act, f"part {part}", 2 * sum(due.values()) // parts + 1, TODAY)
        if part == parts:
            await database.close()

    return Plan(url, tuple(runs), dice.randrange(10**6)), more


def stormed(server: Clones, name: str, lines: int, payers: int, seed: int, kills: int) -> str:
    """Let them pay and kill some; what came of it, or AssertionError."""
    dice = random.Random(seed)
    began = time.monotonic()
    superuser = dsn(server.cluster.superuser_url(name))
    return asyncio.run(_stormed(server.url(name), superuser, lines, payers, dice, kills, began))


async def _stormed(
    url: str, superuser: str, lines: int, payers: int, dice: random.Random, kills: int, began: float
) -> str:
    plan, more = await prepared(url, superuser, lines, dice)
    spawn = multiprocessing.get_context("spawn")
    lives: Counter[int] = Counter()

    def born(turn: int) -> multiprocessing.process.BaseProcess:
        lives[turn] += 1
        process = spawn.Process(target=_process, args=(plan, turn, lives[turn]))
        process.start()
        return process

    working = {turn: born(turn) for turn in range(payers)}
    killed = 0
    while any(process.is_alive() for process in working.values()):
        await asyncio.sleep(dice.uniform(*MOMENT))
        for turn, process in working.items():
            if not process.is_alive() and process.exitcode:
                raise AssertionError(f"payer {turn} ended with {process.exitcode}")
        if killed == kills:
            continue
        killed += 1
        await more(killed, kills)
        turn = dice.randrange(payers)
        victim = working[turn]
        await asyncio.sleep(dice.uniform(0, 0.3))  # amid what the others, and he, do with it
        victim.kill()
        victim.join()
        working[turn] = born(turn)
    if killed < kills:
        raise AssertionError("all was paid before the money had come in")
    return await _agrees(superuser, killed, time.monotonic() - began)


async def _agrees(superuser: str, killed: int, seconds: float) -> str:
    direct = await asyncpg.connect(superuser)
    try:
        assert await direct.fetchval(TWICE) == 0, "a line was paid twice"
        told = await direct.fetchrow(SUMS)
    finally:
        await direct.close()
    assert told is not None
    assert (told["waiting"], told["undone"], told["overdrawn"]) == (0, 0, 0), dict(told)
    assert told["paid"] == told["told"] == told["spent"] == told["due"] + told["owed"], dict(told)
    return (
        f"{told['items']} lines paid once, {told['returned']} of them after coming back, {killed} kills,"
        f" {told['paid']} fen paid in all as due in all, {seconds:.0f} s"
    )


def main() -> None:
    """Run it on a server of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=2_000)
    parser.add_argument("--payers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args()
    with clones() as server:
        name = asyncio.run(server.make())
        sys.stdout.write(stormed(server, name, asked.lines, asked.payers, asked.seed, asked.kills) + "\n")


if __name__ == "__main__":
    main()
