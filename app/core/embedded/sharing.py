"""One server, several processes: the first starts it, the last stops it."""

import atexit
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from app.core.embedded.failures import EmbeddedFailure
from app.core.embedded.locks import Lock
from app.core.embedded.place import forget, settle
from app.core.embedded.server import Cluster, Log, Server

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

logger = logging.getLogger("liangxin.embedded")


@contextmanager
def running(state: Path, *, durable: bool = True, log: Log = logger.info) -> Iterator[Cluster]:
    """Have the server of a state folder running for the length of the block, starting it if need be.

    Should it be killed meanwhile, it is started again; connections made before are lost. `durable=False` is for tests:
    a crash of the machine may then lose everything. Synchronous: enter it before an event loop begins. SIGTERM skips
    the block's end by default; a program calls `stop_on_signals` first. Raises EmbeddedFailure.
    """
    use = _Use(state, durable=durable, log=log)
    try:
        yield use.begin()
    finally:
        use.end()


def remove(state: Path) -> None:
    """Delete the database of a state folder for good. Raises EmbeddedFailure while somebody uses it."""
    if not state.exists():
        return
    state = state.resolve()
    with Lock(state / "start.lock"):
        users = Lock(state / "users.lock")
        try:
            if not users.take(wait=False):
                raise EmbeddedFailure(f"The database of {state} is in use.", "End what uses it, then try again.")
            Server(settle(state), durable=True, log=logger.info).stop()
            forget(state)
        finally:
            users.release()


class _Use:
    """One process's use of the server."""

    def __init__(self, state: Path, *, durable: bool, log: Log) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.state = state.resolve()
        self.durable = durable
        self.log = log
        self.process = os.getpid()
        self.ended = False
        self.users = Lock(self.state / "users.lock")

    def begin(self) -> Cluster:
        atexit.register(self.end)
        with Lock(self.state / "start.lock"):
            self.users.take(shared=True)
            server = Server(settle(self.state), durable=self.durable, log=self.log)
            cluster = server.ensure()
        threading.Thread(target=self._revive, args=(server,), name="postgresql-watch", daemon=True).start()
        return cluster

    def end(self) -> None:
        if os.getpid() != self.process:  # a forked child: the use is its parent's
            self.users.leave()
            return
        with _uninterrupted():
            if self.ended:
                return
            self.ended = True
            with Lock(self.state / "start.lock"):
                self.users.release()
                others = Lock(self.state / "users.lock")
                try:
                    if others.take(wait=False):
                        Server(settle(self.state), durable=self.durable, log=self.log).stop()
                finally:
                    others.release()
            atexit.unregister(self.end)

    def _revive(self, server: Server) -> None:
        """Wait (without polling) until no process of the server lives, and start it again unless that was the wish."""
        while not self.ended:
            with server.lock():
                pass
            if self.ended:
                return
            with Lock(self.state / "start.lock"):
                if self.ended:
                    return
                try:
                    server.ensure()
                except EmbeddedFailure as failure:
                    self.log(f"PostgreSQL ended and could not be started again.\n{failure}")
                    return


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an impatient second signal not leave the server behind; stopping takes a second or so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_on_signals() -> None:
    """Make SIGTERM and a closed terminal end the program in order, as Ctrl-C does. Call it in the main thread.

    Handlers that others install later (an HTTP server's, an event loop's) come first and hand the signal on.
    """
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # under nohup it stays ignored
        signal.signal(signal.SIGHUP, _terminate)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _terminate(_number: int, _: FrameType | None) -> None:
    """Treat a closed terminal as a SIGTERM, which an HTTP server knows how to take."""
    signal.raise_signal(signal.SIGTERM)
