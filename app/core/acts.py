"""An Act is who does something, when, within which scope, in which transaction.

It is the first argument of every service, reads and repository function. `Acts.open` begins the transaction, tells
the database the scope and the actor in the first statement, and commits when the block ends well.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock, day_of
from app.core.crypto import Vault
from app.core.database import Database

CODES = 10**12  # codes are integers below this


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: half-open ranges [lo, hi) of codes, lines, and single objects. An empty scope sees nothing.

    `lines` are half-open ranges of codes of another order (a line's bodies, wherever they lie), `subjects` the ids of
    what is somebody's own. A row is seen when any of the three holds it.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    subjects: frozenset[UUID] = frozenset()

    @property
    def lo(self) -> int:
        """Lower bound of the hull of the ranges."""
        return min((lo for lo, _ in self.ranges), default=0)

    @property
    def hi(self) -> int:
        """Upper bound of the hull of the ranges, exclusive."""
        return max((hi for _, hi in self.ranges), default=0)

    @property
    def whole(self) -> bool:
        """Whether the hull is the scope: one range."""
        return len(self.ranges) == 1

    @property
    def beyond(self) -> bool:
        """Whether something is seen wherever it lies: by its line, or as one's own."""
        return bool(self.lines or self.subjects)

    @property
    def hull(self) -> tuple[int, int]:
        """The codes outside which nothing is seen."""
        return (0, CODES) if self.beyond else (self.lo, self.hi)

    @property
    def multirange(self) -> str:
        """The ranges as PostgreSQL writes an int8multirange."""
        return _multirange(self.ranges)

    @property
    def own(self) -> tuple[UUID, ...]:
        """The subjects in a fixed order."""
        return tuple(sorted(self.subjects))

    def holds(self, code: int, lines: Iterable[int | None] = (), ids: Iterable[UUID | None] = ()) -> bool:
        """Whether a row is inside that lies at a code, belongs to these lines and is, or is part of, these objects."""
        return (
            self.contains(code)
            or any(lo <= line < hi for line in lines if line is not None for lo, hi in self.lines)
            or not self.subjects.isdisjoint(ids)
        )

    def contains(self, code: int) -> bool:
        """Whether one code is inside."""
        for lo, hi in self.ranges:  # noqa: SIM110  (a plain loop: asked for every pushed record)
            if lo <= code < hi:
                return True
        return False

    def covers(self, lo: int, hi: int) -> bool:
        """Whether a whole range is inside one of ours."""
        return any(low <= lo and hi <= high for low, high in self.ranges)


def _multirange(ranges: Iterable[tuple[int, int]]) -> str:
    return "{" + ",".join(f"[{lo},{hi})" for lo, hi in ranges) + "}"


EVERYWHERE = Scope(((0, CODES),))
NOWHERE = Scope(())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one identity under one grant."""

    id: str
    name: str
    permissions: frozenset[str]
    scope: Scope
    datasets: frozenset[str] = frozenset()


SYSTEM = Actor("system", "system", frozenset(), EVERYWHERE)
"""The service itself: what it does on its own account, everywhere."""


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction of one actor. `now` is UTC and the same for all that the act writes."""

    session: AsyncSession
    scope: Scope
    by: Actor
    now: datetime
    request_id: str | None = None
    keys: Vault | None = None
    origin: str | None = None  # the address it came from

    @property
    def vault(self) -> Vault:
        """What seals and opens single values. Raises RuntimeError where the program was assembled without keys."""
        if self.keys is None:
            raise RuntimeError("these acts were opened without a key ring")
        return self.keys

    @property
    def today(self) -> date:
        """The Shanghai date of the act."""
        return day_of(self.now)


_DECLARE = text(
    "SELECT set_config('liangxin.lo', :lo, true), set_config('liangxin.hi', :hi, true),"
    " set_config('liangxin.whole', :whole, true), set_config('liangxin.ranges', :ranges, true),"
    " set_config('liangxin.actor', :actor, true), set_config('liangxin.request_id', :request_id, true),"
    " set_config('liangxin.origin', :origin, true),"
    " set_config('liangxin.now', :now, true), set_config('liangxin.lines', :lines, true),"
    " set_config('liangxin.subjects', :subjects, true)"
)


class Acts:
    """Opens acts on one database with one clock; with `keys` they can seal and open single values."""

    def __init__(self, database: Database, clock: Clock, keys: Vault | None = None) -> None:
        self.database = database
        self.clock = clock
        self.keys = keys

    @asynccontextmanager
    async def open(self, by: Actor, request_id: str | None = None, origin: str | None = None) -> AsyncIterator[Act]:
        """Begin, declare scope and actor, yield the act; commit at the end, roll back on any error."""
        async with self.database.session() as session, session.begin():
            act = Act(session, by.scope, by, self.clock(), request_id, self.keys, origin)
            session.info["now"] = act.now
            await declare(act)
            yield act


async def declare(act: Act) -> None:
    """Tell the database whose transaction this is. Must be its first statement."""
    scope = act.scope
    low, high = scope.hull
    await act.session.execute(
        _DECLARE,
        {
            "lo": str(low),
            "hi": str(high),
            "whole": "t" if scope.whole and not scope.beyond else "f",
            "ranges": scope.multirange,
            "actor": act.by.id,
            "request_id": act.request_id or "",
            "now": act.now.isoformat(),
            "origin": act.origin or "",
            "lines": _multirange(scope.lines),
            "subjects": "{" + ",".join(map(str, scope.own)) + "}",
        },
    )
