"""How the embedded server's troubles are told."""

from pathlib import Path

TAIL_BYTES = 4096


class EmbeddedFailure(Exception):
    """The embedded PostgreSQL could not be prepared, started or stopped.

    The text says what failed, shows the end of the server's log when there is one, and says what to do.
    """

    def __init__(self, what: str, advice: str, log: str = "") -> None:
        parts = [what]
        if log:
            parts.append("The server's log ends with:\n" + "\n".join(f"    {line}" for line in log.splitlines()))
        parts.append(advice)
        super().__init__("\n".join(parts))


def tail(path: Path) -> str:
    """Give the last lines of a log, at most 4 KiB; empty when there is no log."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - TAIL_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-15:])
