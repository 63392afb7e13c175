"""Advisory locks on files: they go when the process goes, however it ends."""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Lock:
    """One open lock file. Two objects on one path exclude each other even inside one process."""

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock; with wait=False say False at once when somebody else has it."""
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.fd, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Unlock for every process that inherited this lock as well, then close."""
        if self.fd >= 0:
            fcntl.flock(self.fd, fcntl.LOCK_UN)
            self.leave()

    def leave(self) -> None:
        """Close without unlocking: a process that inherited the lock keeps it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> "Lock":
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
