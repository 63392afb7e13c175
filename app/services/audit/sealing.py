"""Sealing: give committed audit rows their places in the chain, in the background, and sign how far it is.

Writers append and wait for nobody; no number is drawn, no hash computed in a request. A row may become visible later
than rows of younger transactions. So only rows of transactions below the *horizon* are sealed: the oldest transaction
that still runs in the server (`pg_snapshot_xmin`). Below it nothing can appear any more, so the order by transaction
and id is final, and the next sealing goes on exactly there. A transaction that stays open holds the horizon back; its
rows and younger ones wait unsealed until it ends.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from anyio import to_thread

from app.core.acts import SYSTEM, Act, Acts
from app.core.contention import away, passes
from app.services.audit import repository
from app.services.audit.chain import HashName, Head, Sealed, begun, extended
from app.services.audit.repository import Row, Stored
from app.services.audit.signing import AuditKey
from app.services.audit.statement import Kind, Statement
from app.services.audit.witness import Seen, Witness

BITE = 20_000  # rows sealed in one transaction
OPEN_DAYS = 2  # every checkpoint tells the heads of so many days before the newest one: late rows come to those
PAUSE = 5.0  # seconds between two looks for rows to seal

log = logging.getLogger("liangxin.audit")


class Unproven(Exception):
    """The chain may not be lengthened, for the reason given: somebody has to look first."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the chain ends in the database, and what the witness knows."""

    database: str
    last: Stored | None
    told: Statement | None
    seen: Seen | None


class Sealer:
    """Lengthens the chain of one database; any number may run, one at a time works."""

    def __init__(self, acts: Acts, key: AuditKey, witness: Witness, algorithm: HashName = "sha256") -> None:
        self.acts = acts
        self.key = key
        self.witness = witness
        self.algorithm = algorithm

    async def run(self) -> None:
        """Seal for ever; what goes wrong is told and tried again."""
        while True:
            try:
                await self.seal()
            except Unproven as reason:
                log.error("The audit is not sealed: %s", reason)
            except Exception as error:  # the loop outlives whatever went wrong; it is told, and tried again
                if away(error) or passes(error):
                    log.warning("The audit was not sealed; trying again.", extra={"kind": type(error).__name__})
                else:
                    log.exception("The audit was not sealed; trying again.")
            await asyncio.sleep(PAUSE)

    async def seal(self) -> int:
        """Seal all that can be; how many rows. 0 also while another one is at it. Raises Unproven."""
        done = 0
        while True:
            rows = await self._bite()
            done += rows
            if rows < BITE:
                return done

    async def _bite(self) -> int:
        async with self.acts.open(SYSTEM) as act:
            if not await repository.alone(act):
                return 0
            ends = await self.ends(act)
            self.proven(ends, await repository.horizon(act))
            since = ends.told.horizon if ends.told is not None else 0
            horizon, rows = await repository.unsealed(act, since, BITE)
            if not rows:
                return 0
            reached = rows[-1].transaction if len(rows) == BITE else horizon
            statement, digest = await self.lengthen(act, ends, "sealed", rows, reached)
        self.witness.remember(ends.database, statement.number, digest)
        return len(rows)

    async def ends(self, act: Act) -> Ends:
        """Where the chain ends. Raises ValueError when the last checkpoint or the witness cannot be read."""
        name = await repository.database(act)
        last = await repository.newest(act)
        told = None if last is None else Statement.read(last.body)
        return Ends(name, last, told, self.witness.last(name))

    def proven(self, ends: Ends, horizon: int) -> None:
        """Raise Unproven unless the chain ends where it was left."""
        number = ends.last.number if ends.last is not None else 0
        if ends.seen is not None and ends.seen.number > number:
            raise Unproven(
                f"the witness knows checkpoint {ends.seen.number}, the database ends at {number}."
                " If a backup was restored, say so with `liangxin audit restored`; else run `liangxin audit verify`."
            )
        if ends.told is None or ends.last is None:
            return
        if not self.key.signed(ends.last.body, ends.last.signature):
            raise Unproven(f"checkpoint {number} is not signed by the audit's key. Run `liangxin audit verify`.")
        if ends.told.database != ends.database or ends.told.horizon > horizon:
            raise Unproven(
                "the database has moved to another name or server."
                " If a backup was restored, say so with `liangxin audit restored`."
            )

    async def lengthen(
        self, act: Act, ends: Ends, kind: Kind, rows: Iterable[Row], horizon: int, more: Statement | None = None
    ) -> tuple[Statement, bytes]:
        """Seal rows and sign the statement over them; `more` carries what else it says. Needs the chain."""
        heads = dict(ends.told.days) if ends.told is not None else {}
        by_day: dict[date, list[Row]] = {}
        for row in rows:
            by_day.setdefault(row.day, []).append(row)
        seals: list[Sealed] = []
        for day, each in by_day.items():
            head = heads.get(day) or await self.head(act, day)
            content = [(row.id, row.content) for row in each]
            heads[day], sealed = await to_thread.run_sync(extended, head, day, content)
            seals += sealed
        newest = max(heads, default=None)
        kept = {
            day: head
            for day, head in heads.items()
            if day in by_day or (newest is not None and day >= newest - timedelta(days=OPEN_DAYS))
        }
        number = (ends.last.number if ends.last is not None else 0) + 1
        statement = Statement(
            number=number,
            kind=kind,
            database=ends.database,
            at=act.now,
            previous=ends.last.digest if ends.last is not None else b"",
            horizon=horizon,
            days=kept,
        )
        if more is not None:
            statement = replace(
                statement,
                number=more.number,
                dropped=more.dropped,
                first=more.first,
                since=more.since,
                lost=more.lost,
                why=more.why,
                by=more.by,
            )
        signature = self.key.sign(statement.written())
        return statement, await repository.append(act, seals, statement, signature)

    async def head(self, act: Act, day: date) -> Head:
        """How far a day's chain is, whatever its age."""
        stored = await repository.naming(act, day)
        return begun(day, self.algorithm) if stored is None else Statement.read(stored.body).days[day]
