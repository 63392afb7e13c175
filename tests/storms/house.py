"""The whole house in real processes: a state folder prepared once, servers and workers to be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from app.cli.opening import DATABASE
from app.core import embedded, migrations, roles
from app.core.acts import EVERYWHERE, Acts
from app.core.clock import system_clock
from app.core.database import Database
from app.demo.served import free_port
from app.services.access.tokens import Tokens, load_key
from app.services.organizations.uscc import check_character
from app.services.regions import loading

PATIENCE = 120.0
PUSH = "/v1/datasets/registrations/batches"
OUTCOMES = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")

Batch = dict[str, Any]


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Wait for a condition; how long it took. Raises AssertionError after so many seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        Event().wait(0.02)
    return time.monotonic() - began


def register(size: int, note: str = "") -> bytes:
    """A CSV of made-up firms of one county; `note` makes every line differ from another register's."""
    lines = ["企业名称,统一社会信用代码,地址,企业类型,经营范围"]
    for number in range(size):
        stem = f"91330110{number:09d}"
        code = stem + check_character(stem)
        lines.append(
            f"风暴{number}号有限公司,{code},浙江省杭州市余杭区良渚街道莫干山路{number}号,有限责任公司,茶叶{note}"
        )
    return ("\r\n".join(lines) + "\r\n").encode()


@dataclass
class House:
    """A service whose parts can be killed one by one; its database is an embedded one."""

    state: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    parts: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, part: str) -> None:
        """Start `server` (with its own worker inside unless the settings say no) or `worker`."""
        server = ["serve", "--no-regions", "--port", str(self.port)]
        command = [sys.executable, "-m", "app.cli", *(server if part == "server" else ["worker"])]
        environment = os.environ | {"LIANGXIN_STATE": str(self.state), "LIANGXIN_LOG_LEVEL": "WARNING"} | self.settings
        environment.pop("DATABASE_URL", None)
        with (self.state / f"{part}.log").open("ab") as log:
            self.parts[part] = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, part: str) -> None:
        """`kill -9` a process of ours, or the database's postmaster."""
        if part == "database":
            os.kill(self.postmaster(), signal.SIGKILL)
        else:
            process = self.parts.pop(part)
            process.kill()
            process.wait()

    def postmaster(self) -> int:
        """The number of the database's first process, once it has one that is ready."""
        home = self.state / "home"
        data = (Path(home.read_text().strip()) if home.exists() else self.state / "postgres") / "data"
        until(lambda: _ready(data / "postmaster.pid"))
        return int((data / "postmaster.pid").read_text().splitlines()[0])

    def stop(self) -> None:
        """End every part in order."""
        for process in self.parts.values():
            process.terminate()
        for process in self.parts.values():
            process.wait(PATIENCE)
        self.parts.clear()

    def ready(self) -> bool:
        """Whether the server answers; raises when it has ended."""
        assert self.parts["server"].poll() is None, (self.state / "server.log").read_text()[-3000:]
        try:
            return httpx.get(f"{self.address}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    def token(self) -> str:
        """A token of an officer who sees everything."""
        tokens = Tokens(load_key(None, self.state), "liangxin", "liangxin-api")
        return tokens.sign(
            "storm",
            role="officer",
            ranges=EVERYWHERE.ranges,
            datasets=("*",),
            now=system_clock(),
            lifetime=timedelta(days=1),
        )

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response | None:
        """One request; None while the service or its database is away."""
        headers = {"authorization": f"Bearer {self.token()}", "accept-language": "en", **sent.pop("headers", {})}
        try:
            answer = httpx.request(method, self.address + path, headers=headers, timeout=60, **sent)
        except httpx.TransportError:
            return None
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        return None if answer.status_code in (409, 503) else answer

    def push(self, body: bytes, key: str | None = None, **query: str) -> str:
        """Push a body, again and again under one key, until it is taken; where the batch is."""
        headers = {"content-type": "text/csv", "idempotency-key": key or f"storm-{uuid4()}"}
        answers: list[httpx.Response] = []

        def taken() -> bool:
            answer = self.ask("POST", PUSH, content=body, headers=headers, params=query)
            if answer is not None:
                answers.append(answer)
            return answer is not None

        until(taken)
        assert answers[0].status_code == 202, answers[0].text
        return str(answers[0].headers["location"])

    def batch(self, place: str) -> Batch:
        """A batch, when the service can be asked; an empty one while it cannot."""
        answer = self.ask("GET", place)
        return answer.json() if answer is not None else {}

    def done(self, place: str) -> int:
        """Records of a batch that are in; -1 while nobody can be asked."""
        batch = self.batch(place)
        return sum(batch[name] for name in OUTCOMES) if batch else -1

    def finished(self, place: str) -> Batch:
        """The batch when it has ended; its counts add up to what was received."""
        until(lambda: self.batch(place).get("state") in ("done", "failed", "cancelled"))
        batch = self.batch(place)
        assert batch["state"] == "done", batch
        assert sum(batch[name] for name in OUTCOMES) == batch["received"]
        return batch

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database holds, as the superuser sees it."""
        return asyncio.run(self._query(statement))

    async def _query(self, statement: str) -> list[tuple[Any, ...]]:
        with embedded.running(self.state) as cluster:
            connection = await asyncpg.connect(
                cluster.superuser_url(DATABASE).replace("postgresql+asyncpg://", "postgresql://")
            )
            try:
                return [tuple(row) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

    def clear(self) -> None:
        """Remove organisations and batches, so that the next storm begins anew."""
        self.query("TRUNCATE organizations, batches, dataset_records, review_items, history, audit, outbox CASCADE")

    def assert_each_once(self, size: int) -> None:
        """Every firm is there once, in its first version, with one trail and one last record."""
        counts = self.query(
            "SELECT (SELECT count(*) FROM organizations), (SELECT count(DISTINCT uscc) FROM organizations),"
            " (SELECT max(version) FROM organizations), (SELECT count(*) FROM dataset_records),"
            " (SELECT coalesce(sum(cardinality(ids)), 0) FROM outbox"
            " WHERE subject = 'organizations' AND verb = 'insert'),"
            " (SELECT count(*) FROM history WHERE subject = 'organizations')"
        )
        assert counts == [(size, size, 1, size, size, 0)]
        chunks = self.query(
            "SELECT count(*) FROM batch_chunks WHERE state <> 'done' OR length(outcomes) <> records OR lease_by <> ''"
        )
        assert chunks == [(0,)]


def _ready(pid_file: Path) -> bool:
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


@contextmanager
def prepared(state: Path) -> Iterator[Path]:
    """A state folder with roles, tables and the regions of Zhejiang; removed at the end."""
    state.mkdir(parents=True)
    with embedded.running(state) as cluster:
        asyncio.run(_fill(cluster))
    try:
        yield state
    finally:
        embedded.remove(state)


async def _fill(cluster: embedded.Cluster) -> None:
    await roles.ensure(cluster.superuser_url(), DATABASE)
    await migrations.upgrade(cluster.url(roles.MIGRATOR, DATABASE))
    database = Database(cluster.url(roles.APP, DATABASE), pool_size=1)
    try:
        await loading.load(Acts(database, system_clock), provinces=("33",))
    finally:
        await database.close()
