"""The floor of lists over HTTP: FastAPI and asyncpg, one statement with its arguments given, one JSON answer.

No guard, no transaction, no scope of the request's own (the connection's is set once), no checks. Run by uvicorn with
LIANGXIN_BENCH_BARE naming a file: the database's address, and for each path its statement and lists of arguments.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
from fastapi import FastAPI
from starlette.responses import Response

GIVEN = json.loads(Path(os.environ["LIANGXIN_BENCH_BARE"]).read_text(encoding="utf-8"))
SCOPE = (
    "SELECT set_config('liangxin.lo', '0', false), set_config('liangxin.hi', '1000000000000', false),"
    " set_config('liangxin.whole', 't', false), set_config('liangxin.ranges', '{[0,1000000000000)}', false)"
)
pools: list["asyncpg.Pool[asyncpg.Record]"] = []


async def _everywhere(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.execute(SCOPE)
    await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    # A reset would take the scope away with everything else.
    async with asyncpg.create_pool(GIVEN["dsn"], min_size=10, max_size=10, init=_everywhere, reset=_kept) as pool:
        pools.append(pool)
        yield


async def _kept(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    return None


app = FastAPI(lifespan=_lifespan)


@app.get("/{kind}/{place}")
async def answer(kind: str, place: int) -> Response:
    """The rows of one statement."""
    statement, arguments = GIVEN[kind]
    rows = await pools[0].fetch(statement, *arguments[place % len(arguments)])
    body = orjson.dumps([dict(row) for row in rows], default=_text)
    return Response(body, media_type="application/json")


def _text(value: object) -> str:
    assert isinstance(value, UUID)  # the driver's own subclass
    return str(value)
