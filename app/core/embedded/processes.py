"""The operating system's processes of one cluster, recognised by their command lines."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def of(data: Path, name: str) -> tuple[int | None, set[int]]:
    """Give the postmaster's number, if it lives, and those of its other processes.

    `name` is the cluster_name setting, which PostgreSQL shows in the titles of the postmaster's children. A child just
    forked has its mother's command line still, so the number in postmaster.pid decides which one is the mother.
    """
    titled: set[int] = set()
    untitled: set[int] = set()
    for pid, command in _commands():
        if command.startswith(f"postgres: {name}: "):
            titled.add(pid)
        elif f"postgres -D {data} --cluster_name={name}" in command:
            untitled.add(pid)
    try:
        recorded = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        mother = int(recorded) if recorded.isdigit() and int(recorded) in untitled else None
    except FileNotFoundError:
        mother = min(untitled, default=None)  # it has not written the file yet, and so has no children
    return mother, (titled | untitled) - {mother}


def tell(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that has just ended needs none."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _commands() -> Iterator[tuple[int, str]]:
    if not (PROC / "self" / "cmdline").exists():
        yield from _listed()
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended between the listing and the reading
                raw = (entry / "cmdline").read_bytes()
                yield int(entry.name), raw.replace(b"\0", b" ").decode("utf-8", "replace")


def _listed() -> Iterator[tuple[int, str]]:
    """Ask ps where there is no /proc."""
    answer = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    for line in answer.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command
