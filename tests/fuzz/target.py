"""What is fuzzed: the real application behind a real socket in a process of its own, with a few rows of every noun."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from app.core.acts import EVERYWHERE
from app.core.config import Settings
from app.services.access.tokens import Tokens, load_key
from tests.fuzz.furnishing import Ids, furnish

MUNICIPAL = ((330100000000, 330200000000),)
LONG_ENOUGH = "1000000000"  # requests a minute: counted, never met


@dataclass(frozen=True, slots=True)
class Target:
    """A running application: its address, who signs tokens for it, and what it holds."""

    base: str
    tokens: Tokens
    there: Ids = field(default_factory=dict)

    def token(self, role: str) -> str:
        """A token of a role; who administers does so everywhere, whoever works does so in one city."""
        ranges = MUNICIPAL if role in {"region_officer", "department_partner", "portal_reader"} else EVERYWHERE.ranges
        return self.tokens.sign(
            f"person:{role}",
            role=role,
            ranges=ranges,
            datasets=("*",),
            now=datetime.now(UTC),
            lifetime=timedelta(days=1),
        )

    def client(self, role: str) -> httpx.Client:
        """Someone with that role."""
        return httpx.Client(base_url=self.base, headers={"authorization": f"Bearer {self.token(role)}"}, timeout=60)


@contextmanager
def serving(database_url: str, state: Path) -> Iterator[Target]:
    """Start the application on a database; furnish it; stop it at the end."""
    settings = Settings.load(database_url=database_url, state=state)
    tokens = Tokens(load_key(None, state), settings.issuer, settings.audience)
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "LIANGXIN_STATE": str(state),
        "LIANGXIN_LOG_LEVEL": "ERROR",
        "LIANGXIN_POOL_SIZE": "5",
        "LIANGXIN_RATE_LIMIT": LONG_ENOUGH,
        "LIANGXIN_RATE_LIMIT_ANONYMOUS": LONG_ENOUGH,
    }
    with (state / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            target = Target(f"http://127.0.0.1:{port}", tokens)
            _until_ready(target, process)
            yield replace(target, there=furnish(target.client))
        finally:
            process.terminate()
            process.wait(30)


def _until_ready(target: Target, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    with httpx.Client(base_url=target.base) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError("the server ended")
            try:
                if client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                continue
    raise TimeoutError("the server is not ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
