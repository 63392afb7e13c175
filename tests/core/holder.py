"""A program that uses the embedded server until its standard input closes or a signal ends it.

Usage: holder.py STATE [plain|asyncio|uvicorn]. Once ready it prints the socket folder and the postmaster's number.
"""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.core import embedded

Message = dict[str, object]


async def _application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    while scope["type"] == "lifespan":
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
            print("serving", flush=True)
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def main(state: Path, way: str) -> None:
    """Hold the server in one of three ways of waiting."""
    embedded.stop_on_signals()
    with embedded.running(state, log=lambda line: print(line, file=sys.stderr, flush=True)) as cluster:
        postmaster = (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        print(cluster.socket, postmaster, flush=True)
        if way == "uvicorn":
            import uvicorn

            uvicorn.run(_application, uds=str(state / "http"), log_level="error")
        elif way == "asyncio":
            asyncio.run(_for_ever())
        else:
            _until_input_ends()


def _until_input_ends() -> None:
    """Wait on the signals' own pipe too: one that comes just before a blocking read would not end the read."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    select.select([sys.stdin, reader], [], [])


async def _for_ever() -> None:
    print("serving", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "plain")
