"""The real server as a process of its own, for as long as the demo needs it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx

from app.core.config import Settings

BEGIN_SECONDS = 60.0  # the database is ready before; the rest is imports
END_SECONDS = 60.0
TICK = 0.1


class ServerEnded(Exception):
    """The server did not come up, or ended before it was told to."""


def free_port(wanted: int = 0) -> int:
    """A loopback port that is free now: the wanted one, or any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served(NamedTuple):
    """A running server: where it answers, and its process."""

    address: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def serving(settings: Settings, port: int) -> Iterator[Served]:
    """Run `liangxin serve` on a loopback port over the settings' database, and end it in order.

    Raises ServerEnded, with what the server said, when it does not come up.
    """
    surroundings = os.environ | {
        "DATABASE_URL": settings.database_url or "",
        "LIANGXIN_STATE": str(settings.state),
        "LIANGXIN_LOG_LEVEL": "WARNING",
        "LIANGXIN_RATE_LIMIT": "0",  # one caller enters a whole county's work of years at once
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=surroundings,
            start_new_session=True,  # Ctrl-C is for us; we then stop the server in order
        )
        try:
            address = f"http://127.0.0.1:{port}"
            if not ready(process, address):
                end(process)
                said.seek(0)
                words = said.read()[-2000:].decode("utf-8", "replace").strip()
                raise ServerEnded(f"The server did not come up ({process.returncode}). It said:\n{words}")
            yield Served(address, process)
        finally:
            end(process)


def ready(process: "subprocess.Popen[bytes]", address: str) -> bool:
    """Wait until requests can be served; False when the server ends or takes too long."""
    began = time.monotonic()
    while time.monotonic() - began < BEGIN_SECONDS:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).status_code == 200:
                return True
        except httpx.TransportError:
            pass  # not listening yet; the wait below ends early when it never will
        try:
            process.wait(TICK)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the server to end, and see that it does."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
