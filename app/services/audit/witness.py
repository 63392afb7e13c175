"""The witness: a small file beside the database that remembers the newest checkpoint of each database.

Whoever cuts the end of the audit, its seals and its checkpoints leaves a database that fits together; only something
outside it can tell that there was more.
"""

import os
import secrets
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint that the witness knows of a database."""

    number: int
    digest: bytes


class Witness:
    """One file for any number of databases, told apart by name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self, database: str) -> Seen | None:
        """The newest checkpoint known; None for a database never seen. Raises ValueError for another file."""
        return self._read().get(database)

    def remember(self, database: str, number: int, digest: bytes) -> None:
        """Keep this checkpoint unless a later one is known. Survives a crash; many processes may write."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.with_name(self.path.name + ".lock").open("a") as lock:
            flock(lock, LOCK_EX)
            known = self._read()
            if database in known and known[database].number >= number:
                return
            known[database] = Seen(number, digest)
            told = {name: {"number": seen.number, "digest": seen.digest.hex()} for name, seen in known.items()}
            fresh = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
            with fresh.open("wb") as file:
                file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)

    def _read(self) -> dict[str, Seen]:
        if not self.path.exists():
            return {}
        try:
            told = orjson.loads(self.path.read_bytes())
            return {name: Seen(int(each["number"]), bytes.fromhex(each["digest"])) for name, each in told.items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{self.path} is not the audit's witness") from error
