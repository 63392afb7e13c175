"""What happens to whole days: partitions made ahead, days past their time dropped with the checkpoints that only tell
of them, a restored backup owned up to.

Dropping and restoring look like tampering, so each leaves its own signed record in the chain.
"""

import asyncio
import logging
from datetime import timedelta

from app.core.acts import SYSTEM
from app.core.contention import away, passes
from app.services.audit import repository
from app.services.audit.sealing import Sealer, Unproven
from app.services.audit.statement import Statement

AHEAD = 14  # days; a day without a partition goes to the rest, which is slower and never refused
AT_ONCE = 31  # days dropped in one go
HOUR = 3600.0
WHOLE_CHAIN = 1 << 62  # rows; more than there are

log = logging.getLogger("liangxin.audit")


class Keeper:
    """Looks after the days of one audit; `days` is how long it is kept (the database insists on 184)."""

    def __init__(self, sealer: Sealer, days: int) -> None:
        self.sealer = sealer
        self.days = days

    async def run(self) -> None:
        """Look once an hour, for ever."""
        while True:
            try:
                await self.prepare()
                await self.drop()
            except Unproven as reason:
                log.error("No day of the audit is dropped: %s", reason)
            except Exception as error:  # the loop outlives whatever went wrong; it is told, and tried again
                if away(error) or passes(error):
                    log.warning("The audit's days wait an hour.", extra={"kind": type(error).__name__})
                else:
                    log.exception("The audit's days could not be looked after.")
            await asyncio.sleep(HOUR)

    async def prepare(self) -> int:
        """Make the partitions of the days to come; how many were missing."""
        async with self.sealer.acts.open(SYSTEM) as act:
            return await repository.prepare(act, AHEAD)

    async def drop(self) -> int:
        """Drop the days past their time that are sealed whole, under a signed record; how many. Raises Unproven.

        Checkpoints that prove no day that is kept go with them, but for the one before the first that does.
        """
        sealer = self.sealer
        async with sealer.acts.open(SYSTEM) as act:
            if not await repository.alone(act):
                return 0
            limit = act.today - timedelta(days=self.days)
            days = {*await repository.days(act), *await repository.partitions(act)}
            old = sorted(day for day in days if day < limit)
            gone = [day for day in old if not await repository.loose(act, day)][:AT_ONCE]
            since = min((day for day in old if day not in gone), default=limit)
            first = await repository.first_needed(act, since)
            if not gone and first is None:
                return 0
            ends = await sealer.ends(act)
            sealer.proven(ends, await repository.horizon(act))
            number = (ends.last.number if ends.last is not None else 0) + 1
            record = Statement(
                number=number,
                kind="retained",
                database=ends.database,
                at=act.now,
                previous=b"",
                horizon=0,
                days={},
                dropped={day: await sealer.head(act, day) for day in gone},
                first=first,
                since=None if first is None else since,
                why=f"kept for {self.days} days",
                by=act.by.id,
            )
            horizon = ends.told.horizon if ends.told is not None else 0
            _, digest = await sealer.lengthen(act, ends, "retained", (), horizon, record)
            for day in gone:
                await repository.drop(act, day)
            if first is not None:
                await repository.prune(act, first)
        sealer.witness.remember(ends.database, number, digest)
        return len(gone)


async def restored(sealer: Sealer, why: str, by: str) -> Statement:
    """Own up to a restored backup, or to a database that has moved: seal all that is there, and sign what is missing.

    To be called before the service runs on it. Raises UnfitKey without the private key.
    """
    async with sealer.acts.open(SYSTEM) as act:
        await repository.wait_alone(act)
        ends = await sealer.ends(act)
        number = ends.last.number if ends.last is not None else 0
        seen = ends.seen.number if ends.seen is not None else 0
        horizon, rows = await repository.unsealed(act, 0, WHOLE_CHAIN, everything=True)
        record = Statement(
            number=max(number, seen) + 1,
            kind="restored",
            database=ends.database,
            at=act.now,
            previous=b"",
            horizon=0,
            days={},
            lost=seen if seen > number else None,
            why=why,
            by=by,
        )
        statement, digest = await sealer.lengthen(act, ends, "restored", rows, horizon, record)
    sealer.witness.remember(ends.database, statement.number, digest)
    return statement
