"""What statements cost: the statements that a piece of the application sends, and their plans as run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import event

from app.core.acts import Act, Actor, Acts
from app.core.database import driver

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement in the driver's form, with its arguments."""

    statement: str
    arguments: tuple[Any, ...]


@asynccontextmanager
async def sending(acts: Acts) -> AsyncIterator[list[Sent]]:
    """Collect what the acts' database is sent inside the block, but for the declaration of the act."""
    sent: list[Sent] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "liangxin.lo" not in statement:
            sent.append(Sent(statement, tuple(parameters)))

    engine = acts.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def plans(acts: Acts, by: Actor, work: Callable[[Act], Awaitable[Any]]) -> list[Node]:
    """The plans, as run for this actor under row-level security, of all statements that the work sends."""
    async with sending(acts) as sent, acts.open(by) as act:
        await work(act)
    found = []
    async with acts.open(by) as act:
        connection = await driver(act.session)
        for each in sent:
            told = await connection.fetchval(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {each.statement}", *each.arguments
            )
            found.append((orjson.loads(told) if isinstance(told, str) else told)[0]["Plan"])
    return found


def nodes(plan: Node) -> list[Node]:
    """A plan's nodes, itself first."""
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


def indexes(plan: Node) -> set[str]:
    """The indexes that a plan goes by."""
    return {node["Index Name"] for node in nodes(plan) if "Index Name" in node}


def buffers(plan: Node) -> int:
    """The pages of 8 KB that it touched."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
