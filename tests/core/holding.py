"""What the tests of the embedded server share: holders in processes of their own, questions by psql, waiting."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.core.embedded import Cluster, binaries, processes
from app.core.embedded.place import settle
from app.core.embedded.server import Server

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Holder:
    """One process that uses the server of a state folder."""

    def __init__(self, state: Path, way: str = "plain") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.holder", str(state), way],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """Give the next line it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, "the holder ended without a word"
        return line

    def ready(self) -> tuple[Path, int]:
        """Wait until it has the server; give the socket folder and the postmaster's number."""
        socket, pid = self.line().rsplit(" ", 1)
        return Path(socket), int(pid)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def interrupted(self) -> bool:
        """Press Ctrl-C once more; tell whether it has ended."""
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
            return False
        self.end()
        return True

    def end(self, number: int | None = None) -> int:
        """End it with a signal, or by closing its input; give its exit status."""
        if number is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
        else:
            self.signal(number)
        code = self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        return code


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    gave_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < gave_up, "waited in vain"
        threading.Event().wait(0.01)


def ask(cluster: Cluster, statement: str, role: str = "postgres", database: str = "postgres") -> str:
    """Run a statement with psql; give what it prints, unadorned."""
    done = psql(cluster, role, database, "-c", statement)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def psql(
    cluster: Cluster, role: str, database: str, *more: str, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run psql on the cluster's socket."""
    command = [str(binaries._wheel() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", str(cluster.socket), "-p", str(cluster.port), "-U", role, "-d", database, *more]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def alive(state: Path) -> tuple[int | None, set[int]]:
    """Give the postmaster and the children of a state folder's server, as the operating system sees them."""
    server = Server(settle(state.resolve()), durable=False, log=print)
    return processes.of(server.place.data, server.name)


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that only waits to be reaped has."""
    try:
        os.kill(pid, 0)
        return (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
