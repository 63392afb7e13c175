"""Receiving an upload into a file: bounded in size, bounded in silence, nothing left behind when it fails.

No database and no transaction: a slow sender holds a file and a coroutine, nothing else.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from app.core.clock import Clock

WRITE = 1 << 20


class SpoolTooLarge(Exception):
    """More bytes came than `limit` allows; told as soon as the limit is passed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class SpoolStalled(Exception):
    """The sender was silent for longer than allowed, or slower than the least rate; `received` bytes had come."""

    def __init__(self, received: int) -> None:
        super().__init__(f"stalled after {received} bytes")
        self.received = received


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow a sender may be: longest silence (seconds), and least bytes a second after the first `grace` seconds."""

    idle: float
    least_rate: int = 0
    grace: float = 60.0


@dataclass(frozen=True, slots=True)
class Spooled:
    """A received body: where it lies until the context ends, its length in bytes, its SHA-256."""

    path: Path
    size: int
    sha256: bytes


@asynccontextmanager
async def spooled(
    parts: AsyncIterable[bytes], folder: Path, *, limit: int, pace: Pace, clock: Clock
) -> AsyncIterator[Spooled]:
    """Write the parts to a file in `folder` and lend it out; it is deleted when the context ends, however it ends.

    Raises SpoolTooLarge and SpoolStalled; whatever else ends the stream (a client that leaves) passes through.
    """
    path = await asyncio.to_thread(_new_file, folder)
    try:
        size, digest = await _receive(parts, path, limit, pace, clock)
        yield Spooled(path, size, digest)
    finally:
        await asyncio.shield(asyncio.to_thread(path.unlink, missing_ok=True))


def sweep(folder: Path, before: datetime) -> int:
    """Remove what killed processes left in the folder and nobody has written to since `before`; how many files went.

    Other processes may be serving from the same folder: what is recent may be theirs.
    """
    left = [
        path
        for pattern in ("*.spool", "*.out")
        for path in folder.glob(pattern)
        if path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _new_file(folder: Path) -> Path:
    handle, name = mkstemp(suffix=".spool", dir=folder)
    os.close(handle)
    return Path(name)


async def _receive(parts: AsyncIterable[bytes], path: Path, limit: int, pace: Pace, clock: Clock) -> tuple[int, bytes]:
    digest = hashlib.sha256()
    held = bytearray()
    size, began = 0, clock()
    source = aiter(parts)
    file = await asyncio.to_thread(path.open, "wb", 0)
    try:
        while (part := await _next(source, pace.idle, size)) is not None:
            size += len(part)
            if size > limit:
                raise SpoolTooLarge(limit)
            elapsed = (clock() - began).total_seconds()
            if elapsed > pace.grace and size < pace.least_rate * elapsed:
                raise SpoolStalled(size)
            held += part
            if len(held) >= WRITE:
                await asyncio.to_thread(_write, file, digest, held)
                held = bytearray()
        await asyncio.to_thread(_write, file, digest, held)
    finally:
        await asyncio.shield(asyncio.to_thread(file.close))
    return size, digest.digest()


async def _next(source: AsyncIterator[bytes], idle: float, received: int) -> bytes | None:
    try:
        async with asyncio.timeout(idle):
            return await anext(source, None)
    except TimeoutError as error:
        raise SpoolStalled(received) from error


def _write(file: BinaryIO, digest: "hashlib._Hash", held: bytearray) -> None:
    digest.update(held)
    view = memoryview(held)
    while view:
        view = view[file.write(view) :]
