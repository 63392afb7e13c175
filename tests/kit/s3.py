"""A real S3-compatible server in a process of its own, with one bucket."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.request import Request, urlopen

BUCKET = "papers"


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and its process."""

    endpoint: str
    process: "subprocess.Popen[bytes]"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def serving() -> Iterator[Served]:
    """The server, until the context ends."""
    port = free_port()
    where = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(process, port)
        with urlopen(Request(f"{where}/{BUCKET}", method="PUT")) as answer:
            assert answer.status == 200
        yield Served(where, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError as error:
            assert time.monotonic() < end
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"the server ended with {process.wait(timeout=0.1)}") from error
