"""The real server as a process of its own, for as long as the demo needs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

BEGIN_SECONDS = 300.0  # the first start prepares a database and loads 665,000 regions
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
def serving(state: Path, port: int) -> Iterator[Served]:
    """Run `liangxin serve` on a loopback port, and end it in order.

    Its progress bars and errors go to our standard error. Raises ServerEnded when it does not come up.
    """
    settings = {"LIANGXIN_STATE": str(state), "LIANGXIN_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | settings, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_ready(process, address)
        yield Served(address, process)
    finally:
        end(process)


def wait_ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    """Return once requests can be served."""
    began = time.monotonic()
    while time.monotonic() - began < BEGIN_SECONDS:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass  # not listening yet; the wait below ends early when it never will
        try:
            process.wait(TICK)
        except subprocess.TimeoutExpired:
            continue
        raise ServerEnded(
            f"The server ended with status {process.returncode} before it was ready; its words are above."
        )
    raise ServerEnded(f"The server was not ready within {BEGIN_SECONDS:.0f} seconds.")


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the server to end, and see that it does."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
