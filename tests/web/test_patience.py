"""The server's own protocol over real sockets: heads that crawl, flood or never come."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from app.web.patience import patience

GOOD = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server with very little patience."""
    config = uvicorn.Config(
        PlainTextResponse("ok"), port=0, http=patience(0.2, 2048), log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


async def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the server closes, or half a second has passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = b""
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            if pause:
                found += await until(reader, pause)
        return found + await until(reader, 0.6)
    except ConnectionError:
        return found
    finally:
        writer.close()


async def until(reader: asyncio.StreamReader, seconds: float) -> bytes:
    """What comes within so many seconds."""
    found = b""
    try:
        async with asyncio.timeout(seconds):
            while part := await reader.read(65536):
                found += part
    except TimeoutError:
        pass
    return found


async def test_a_whole_head_is_answered(port: int) -> None:
    assert b" 200 " in await talk(port, GOOD)


async def test_one_connection_may_ask_often(port: int) -> None:
    assert (await talk(port, *[GOOD] * 5, pause=0.1)).count(b" 200 ") == 5


async def test_whoever_says_nothing_is_told_so_and_let_go(port: int) -> None:
    answer = await talk(port)
    assert b" 408 " in answer
    assert b"application/problem+json" in answer
    assert b'"code":"too_slow"' in answer


async def test_a_head_that_crawls_is_cut_off(port: int) -> None:
    answer = await talk(port, b"GET / HTTP/1.1\r\n", *[b"x-a: 1\r\n"] * 6, pause=0.05)
    assert b" 408 " in answer
    assert b" 200 " not in answer


async def test_a_head_that_floods_is_cut_off(port: int) -> None:
    answer = await talk(port, b"GET / HTTP/1.1\r\n", *[b"x-a: " + b"1" * 500 + b"\r\n"] * 20, pause=0.005)
    assert b" 431 " in answer
    assert b" 200 " not in answer


async def test_the_second_head_must_come_too(port: int) -> None:
    answer = await talk(port, GOOD, b"GET / HTTP", pause=0.05)
    assert answer.count(b" 200 ") == 1
    assert answer.count(b" 408 ") == 1


async def test_a_body_that_nobody_reads_may_not_crawl_for_ever(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n"
    answer = await talk(port, head, *[b"x"] * 8, pause=0.05)
    assert answer.count(b" 200 ") == 1
    assert answer.count(b" 408 ") == 1
