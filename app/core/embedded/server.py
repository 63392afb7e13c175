"""Start, find and stop the server of one place.

The lock file `server.lock` is inherited by the postmaster and by every process it forks (and by initdb). The kernel
holds it exactly as long as one of them lives, so whoever gets it knows that the data folder and the shared memory
are free: a left-over postmaster.pid is stale then, whatever process has its number by now.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.core.embedded import binaries, processes, settings
from app.core.embedded.failures import EmbeddedFailure, tail
from app.core.embedded.locks import Lock
from app.core.embedded.place import Place

PORT = 5432  # names the socket file only; nothing listens on TCP
LONGEST_SOCKET_PATH = 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")  # PostgreSQL and the drivers split socket folders at commas
SUPERUSER = "postgres"
TEMPORARY = "liangxin-"
TICK = 0.02
START_SECONDS = 600.0  # recovery after a crash replays up to 2 GB of log
ATTACH_SECONDS = 120.0
ORPHAN_SECONDS = 5.0
LOG_BYTES = 10_000_000

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: its data folder, and the folder and number of its socket."""

    data: Path
    socket: Path
    port: int

    def url(self, role: str, database: str) -> str:
        """Give the SQLAlchemy URL of a role in a database."""
        where = quote(str(self.socket), safe="/")
        return f"postgresql+asyncpg://{quote(role)}@/{quote(database)}?host={where}&port={self.port}"

    def superuser_url(self, database: str = "postgres") -> str:
        """Give the SQLAlchemy URL of the superuser, for creating roles and databases."""
        return self.url(SUPERUSER, database)


class Server:
    """The server of one place. Callers hold the place's `start.lock` around `ensure` and `stop`."""

    def __init__(self, place: Place, *, durable: bool, log: Log) -> None:
        self.place = place
        self.durable = durable
        self.log = log
        self.name = place.name

    def lock(self) -> Lock:
        """Open the lock that the server's processes hold while one of them lives."""
        return Lock(self.place.state / "server.lock")

    def ensure(self) -> Cluster:
        """Find the running server, or start it; afterwards it answers.

        Raises EmbeddedFailure with the end of the log when it cannot be started.
        """
        began = time.monotonic()
        while time.monotonic() - began < ATTACH_SECONDS:
            lock = self.lock()
            try:
                if lock.take(wait=False):
                    return self._start(lock)
            finally:
                lock.leave()
            if cluster := self._answering():
                return cluster
            self._end_orphans(hard=time.monotonic() - began > ORPHAN_SECONDS)
            time.sleep(TICK)
        raise EmbeddedFailure(
            f"Processes of an earlier server still hold {self.place.data}, and it does not answer.",
            f"Look for 'postgres' processes named {self.name}, end them, and try again.",
            tail(self.place.log),
        )

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, the data are flushed. Ends when no process is left."""
        temporary = self._recorded_socket()
        for number, seconds in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0), (signal.SIGKILL, 20.0)):
            if self._ended(number, seconds):
                self._remove_temporary(temporary)
                return
        raise EmbeddedFailure(
            f"The server of {self.place.data} does not stop.",
            f"Look for 'postgres' processes named {self.name} and end them.",
            tail(self.place.log),
        )

    def _ended(self, number: signal.Signals, seconds: float) -> bool:
        told: set[int] = set()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with_lock = self.lock()
            try:
                if with_lock.take(wait=False):
                    return True
            finally:
                with_lock.leave()
            mother, children = processes.of(self.place.data, self.name)
            # Only the postmaster is told: it ends its children in order. Without it they are orphans.
            for pid in ({mother} if mother else children) - told:
                processes.tell(pid, number if mother else signal.SIGQUIT)
                told.add(pid)
            time.sleep(TICK)
        return False

    def _start(self, lock: Lock) -> Cluster:
        place = self.place
        programs = binaries.found(place.account)
        for half in place.home.glob("half-*"):
            shutil.rmtree(half)
        if not place.data.exists():
            self._initialise(programs, lock)
        self._check_version()
        # Nobody lives, but the numbers in these files may: a process not yet reaped, or a stranger's.
        self._remove_temporary(self._recorded_socket())
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        where = self._socket_folder()
        for left in where.glob(".s.PGSQL.*"):
            left.unlink()
        settings.write(place.data, where, PORT, durable=self.durable)
        if place.log.exists() and place.log.stat().st_size > LOG_BYTES:
            place.log.replace(place.log.with_suffix(".log.1"))
        command = [str(programs / "postgres"), "-D", str(place.data), f"--cluster_name={self.name}"]
        with open(os.open(place.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as output:
            postmaster = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=place.home,
                env=binaries.ENVIRONMENT,
                pass_fds=(lock.fd,),
                start_new_session=True,  # Ctrl-C is for us; we then stop the server in order
                **place.account.arguments(),
            )
        reaper = threading.Thread(target=postmaster.wait, name="postmaster", daemon=True)
        reaper.start()
        return self._ready(reaper)

    def _ready(self, reaper: threading.Thread) -> Cluster:
        began = time.monotonic()
        patient = False
        while time.monotonic() - began < START_SECONDS:
            if cluster := self._answering():
                return cluster
            if not reaper.is_alive():
                break
            if not patient and time.monotonic() - began > 3:
                patient = True
                self.log("PostgreSQL is recovering from an unclean end; this can take a minute.")
            reaper.join(TICK)
        raise EmbeddedFailure(
            f"PostgreSQL did not start on {self.place.data}.",
            f"The whole log is {self.place.log}. To begin with an empty database, delete {self.place.data}.",
            tail(self.place.log),
        )

    def _initialise(self, programs: Path, lock: Lock) -> None:
        """Make the data folder under another name first: a kill in between leaves nothing half."""
        self.log("Preparing a PostgreSQL database of its own (once).")
        half = Path(tempfile.mkdtemp(prefix="half-", dir=self.place.home))
        self.place.account.own(half)
        command = [str(programs / "initdb"), "-D", str(half), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(
            command if self.durable else [*command, "--no-sync"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.place.home,
            env=binaries.ENVIRONMENT,
            pass_fds=(lock.fd,),
            start_new_session=True,
            check=False,
            **self.place.account.arguments(),
        )
        if done.returncode != 0:
            raise EmbeddedFailure(
                f"The database in {self.place.home} could not be prepared.",
                "Check the free space there and that the file system is a local one, then try again.",
                done.stdout.decode("utf-8", "replace"),
            )
        half.rename(self.place.data)

    def _check_version(self) -> None:
        major = (self.place.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if major != binaries.MAJOR:
            raise EmbeddedFailure(
                f"{self.place.data} was made by PostgreSQL {major}; version {binaries.MAJOR} is needed.",
                "Move that folder away and load your data again, or upgrade it with pg_upgrade.",
            )

    def _answering(self) -> Cluster | None:
        """Give the cluster when the postmaster lives, says it is ready and its socket accepts.

        Each alone deceives: the file outlives a killed postmaster, and so, for a moment, does the socket.
        """
        lines = self._pid_file()
        if len(lines) < 8 or lines[7].strip() != "ready" or not processes.of(self.place.data, self.name)[0]:
            return None
        cluster = Cluster(self.place.data, Path(lines[4]), int(lines[3]))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(cluster.socket / f".s.PGSQL.{cluster.port}"))
            except OSError:
                return None
        return cluster

    def _pid_file(self) -> list[str]:
        try:
            return (self.place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _end_orphans(self, *, hard: bool) -> None:
        """End what a killed postmaster left: a busy backend notices its death late, and holds the shared memory."""
        mother, children = processes.of(self.place.data, self.name)
        if mother is None:
            for pid in children:
                processes.tell(pid, signal.SIGKILL if hard else signal.SIGQUIT)

    def _socket_folder(self) -> Path:
        folder = self.place.home / "socket"
        if not PLAIN_PATH.fullmatch(str(folder)) or len(f"{folder}/.s.PGSQL.{PORT}") > LONGEST_SOCKET_PATH:
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir="/tmp"))
        else:
            folder.mkdir(mode=0o700, exist_ok=True)
        self.place.account.own(folder)
        return folder

    def _recorded_socket(self) -> Path | None:
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _remove_temporary(self, folder: Path | None) -> None:
        if folder and folder.name.startswith(TEMPORARY) and folder != self.place.home / "socket":
            with suppress(FileNotFoundError):
                for left in folder.glob(".s.PGSQL.*"):
                    left.unlink()
                folder.rmdir()
