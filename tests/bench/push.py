"""A real register file over HTTP with two workers, against COPY and one upsert of the same rows; then once more."""

import asyncio
import gzip
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from tests.bench.service import Service, service
from tests.bench.table import Asked, Row

MEGABYTE = 1 << 20
REPEATS = 3


def run(asked: Asked) -> list[Row]:
    """Measure; nothing without a register file."""
    if asked.register is None:
        return []
    path = _plain(asked.register, asked.scratch)
    rows: list[Row] = []
    with service(asked.scratch) as running, running.client() as client:
        base = {name: running.reset_peak(name) for name in running.processes}
        first, batch = _push(client, path)
        grown = {name: running.peak(name) - base[name] for name in running.processes}
        records = batch["received"]
        told = sum(batch[name] for name in OUTCOMES)
        if told != records:
            raise AssertionError(f"{records - told} lines are not accounted for")
        floor = asyncio.run(_floor(running.superuser_dsn))
        before = asyncio.run(_versions(running.superuser_dsn))
        again, repeated = _push(client, path)
        written = asyncio.run(_versions(running.superuser_dsn)) - before
        rows += [
            Row(
                "push: records per second over HTTP, two workers",
                records / first,
                "1/s",
                records / floor,
                floor / first,
                "higher",
            ),
            Row("push: lines not accounted for", records - told, "lines", None, None, "lower"),
            Row(
                "push: records rejected or waiting for review",
                batch["rejected"] + batch["needs_review"],
                "records",
                None,
                None,
                "lower",
            ),
            Row("replay: times faster than the first push", first / again, "×", None, None, "higher"),
            Row("replay: records unchanged", repeated["unchanged"] / records, "share", None, None, "higher"),
            Row("replay: row versions written to organisations", written, "rows", None, None, "lower"),
            Row("memory: server, more during the push", grown["server"] / MEGABYTE, "MiB", None, None, "lower"),
            Row(
                "memory: each worker, more during the push",
                max(grown["worker 1"], grown["worker 2"]) / MEGABYTE,
                "MiB",
                None,
                None,
                "lower",
            ),
        ]
    with service(asked.scratch / "tenfold", workers=0) as running, running.client() as client:
        rows += _flat(running, client, path, asked.scratch)
    return rows


OUTCOMES = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")


def _plain(register: Path, scratch: Path) -> Path:
    path = scratch / "register.csv"
    content = register.read_bytes()
    path.write_bytes(gzip.decompress(content) if register.suffix == ".gz" else content)
    return path


def _push(client: httpx.Client, path: Path) -> tuple[float, dict[str, Any]]:
    """Push a file and follow its events to the end; seconds from the first byte sent, and the batch as it ended."""
    began = time.perf_counter()
    location = _send(client, _blocks(path))
    with client.stream("GET", f"{location}/events") as events:
        for _ in events.iter_lines():  # ends when the batch has ended
            continue
    taken = time.perf_counter() - began
    batch = client.get(location).raise_for_status().json()
    if batch["state"] != "done":
        raise AssertionError(f"the batch ended as {batch['state']}: {batch['failure']}")
    return taken, batch


def _send(client: httpx.Client, blocks: Iterator[bytes]) -> str:
    answer = client.post(
        "/v1/datasets/registrations/batches",
        content=blocks,
        headers={"content-type": "text/csv", "idempotency-key": uuid4().hex},
    )
    if answer.status_code != 202:
        raise AssertionError(answer.text)
    return str(answer.headers["location"])


def _blocks(path: Path, times: int = 1) -> Iterator[bytes]:
    """The file's bytes, its rows repeated `times` over."""
    for turn in range(times):
        with path.open("rb") as file:
            if turn:
                file.readline()
            while block := file.read(MEGABYTE):
                yield block


async def _floor(dsn: str) -> float:
    """Seconds for the same rows by COPY and one upsert into a table of the same columns and indexes; the median."""
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'organizations'"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position"
        )
        names = [row[0] for row in found]
        columns = ", ".join(names)
        text = io.BytesIO()
        await connection.copy_from_query(f"SELECT {columns} FROM organizations", output=text)
        taken = sorted([await _floor_once(connection, names, text) for _ in range(REPEATS)])
        return taken[REPEATS // 2]
    finally:
        await connection.close()


async def _floor_once(connection: "asyncpg.Connection[Any]", names: list[str], text: io.BytesIO) -> float:
    columns = ", ".join(names)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("id", "uscc"))
    await connection.execute("DROP TABLE IF EXISTS floor; CREATE TABLE floor (LIKE organizations INCLUDING ALL)")
    await connection.execute("CHECKPOINT")
    text.seek(0)
    began = time.perf_counter()
    async with connection.transaction():
        await connection.execute(
            "CREATE TEMPORARY TABLE incoming (LIKE organizations) ON COMMIT DROP;"
            "ALTER TABLE incoming DROP COLUMN facts_key"
        )
        await connection.copy_to_table("incoming", source=text, columns=names)
        await connection.execute(
            f"INSERT INTO floor ({columns}) SELECT {columns} FROM incoming ON CONFLICT (uscc) DO UPDATE SET {updates}"
        )
    return time.perf_counter() - began


async def _versions(dsn: str) -> int:
    """Row versions ever written to organizations."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        return int(
            await connection.fetchval(
                "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'organizations'"
            )
        )
    finally:
        await connection.close()


def _flat(running: Service, client: httpx.Client, path: Path, scratch: Path) -> list[Row]:
    """The server's memory for one file and for ten times its rows: intake alone, so that only the server is seen."""
    del scratch
    grown = []
    for times in (1, 10):
        base = running.reset_peak("server")
        location = _send(client, _blocks(path, times))
        grown.append(running.peak("server") - base)
        client.post(f"{location}/cancel").raise_for_status()
    one, ten = (most / MEGABYTE for most in grown)
    return [Row("memory: server, more for ten times the rows", ten, "MiB", one, ten / one if one else None, "lower")]


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory(prefix="liangxin-bench-") as folder:
        for row in run(Asked(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["DATA"]), 0, Path(folder))):
            print(row)
