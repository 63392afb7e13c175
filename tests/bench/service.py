"""The real service as processes, on a durable server of its own: what measurements and storms push to."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from app.core import migrations, roles
from app.core.acts import EVERYWHERE, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.core.embedded import running
from app.services.access.tokens import Tokens, load_key
from app.services.regions import loading
from tests.kit.databases import dsn

NAME = "liangxin"


@dataclass
class Service:
    """A running service: its address, its processes, a client of a partner with all datasets."""

    base: str
    database_url: str
    superuser_dsn: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""

    def client(self) -> httpx.Client:
        """A partner's client."""
        return httpx.Client(base_url=self.base, headers={"authorization": f"Bearer {self.token}"}, timeout=600)

    def peak(self, name: str) -> int:
        """The most memory a process has held so far, in bytes."""
        return self._memory(name, "VmHWM")

    def reset_peak(self, name: str) -> int:
        """Begin the peak anew; what the process holds now, in bytes."""
        Path(f"/proc/{self.processes[name].pid}/clear_refs").write_text("5", encoding="ascii")
        return self._memory(name, "VmRSS")

    def _memory(self, name: str, row: str) -> int:
        status = Path(f"/proc/{self.processes[name].pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(row))
        return int(line.split()[1]) * 1024


@contextmanager
def service(scratch: Path, *, workers: int = 2) -> Iterator[Service]:
    """Start database, server and workers; wait until it is ready; stop all of them."""
    with ExitStack() as stack:
        cluster = stack.enter_context(running(scratch / "postgres"))
        asyncio.run(
            _prepare(cluster.superuser_url(), cluster.url("liangxin_migrator", NAME), cluster.url("liangxin_app", NAME))
        )
        settings = Settings.load(database_url=cluster.url("liangxin_app", NAME), state=scratch / "state")
        port = _free_port()
        environment = os.environ | {
            "DATABASE_URL": cluster.url("liangxin_app", NAME),
            "LIANGXIN_STATE": str(settings.state),
            "LIANGXIN_INLINE_WORKER": "false",
            "LIANGXIN_RATE_LIMIT": "0",
            "LIANGXIN_LOG_LEVEL": "WARNING",
        }
        tokens = Tokens(load_key(None, settings.state), settings.issuer, settings.audience)
        found = Service(f"http://127.0.0.1:{port}", cluster.url("liangxin_app", NAME), dsn(cluster.superuser_url(NAME)))
        found.token = tokens.sign(
            "bench",
            role="officer",
            ranges=EVERYWHERE.ranges,
            datasets=("*",),
            now=datetime.now(UTC),
            lifetime=timedelta(days=1),
        )
        commands = {"server": ["serve", "--host", "127.0.0.1", "--port", str(port)]}
        commands |= {f"worker {number}": ["worker"] for number in range(1, workers + 1)}
        for name, command in commands.items():
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *command], env=environment, stdout=subprocess.DEVNULL
            )
            stack.callback(_stop, process)
            found.processes[name] = process
        _until_ready(found)
        yield found


async def _prepare(superuser: str, migrator: str, app: str) -> None:
    await roles.ensure(dsn(superuser), NAME)
    await migrations.upgrade(migrator)
    database = Database(app, pool_size=1)
    await loading.load(Acts(database, system_clock), lambda *_: None)
    await database.close()


def _until_ready(found: Service) -> None:
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(base_url=found.base, transport=transport) as client:
        deadline = datetime.now(UTC) + timedelta(seconds=60)
        while datetime.now(UTC) < deadline:
            if found.processes["server"].poll() is not None:
                raise RuntimeError("the server ended")
            try:
                if client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                continue
    raise TimeoutError("the server is not ready")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
