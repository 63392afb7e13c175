"""The ledger of erasures beside the database: one signed line an erasure, only ever longer.

A restored backup knows nothing of what was erased after it was taken. The file does, since it does not live in the
database; it holds ids alone. Keep it apart from the backups, with the keys.
"""

import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from anyio import to_thread

from app.core.acts import SYSTEM, Acts
from app.core.crypto import Vault
from app.core.history import note
from app.services.privacy import repository
from app.services.privacy.contract import Holder

BITE = 100


class UnfitLedger(Exception):
    """A ledger that cannot be used, for the reason given."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure."""

    id: UUID
    holder: str
    row_id: UUID
    region_code: int
    ground: str
    why: str
    erased_at: datetime
    erased_by: str

    def line(self, vault: Vault) -> bytes:
        """The entry as a line of the file, signed by the newest index key."""
        told = {name: getattr(self, name) for name in self.__slots__}
        told |= {"id": str(self.id), "row_id": str(self.row_id), "erased_at": self.erased_at.isoformat()}
        body = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        return orjson.dumps({"entry": told, "mac": vault.blind(body.decode(), "erasures").value.hex()}) + b"\n"


def read(path: Path, vault: Vault) -> dict[UUID, Entry]:
    """The file's entries; none when there is no file. Raises UnfitLedger for a line that is not ours, by its number."""
    entries: dict[UUID, Entry] = {}
    if not path.exists():
        return entries
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            told = orjson.loads(line)
            entry = _entry(told["entry"])
            mac = bytes.fromhex(told["mac"])
        except (ValueError, KeyError, TypeError) as error:
            raise UnfitLedger(f"Line {number} of {path} is no entry of the ledger.") from error
        body = orjson.dumps(told["entry"], option=orjson.OPT_SORT_KEYS).decode()
        if not any(hmac.compare_digest(mac, good) for good in vault.blinds(body, "erasures")):
            raise UnfitLedger(f"Line {number} of {path} has been altered, or was signed by another key ring.")
        entries[entry.id] = entry
    return entries


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        UUID(told["id"]),
        str(told["holder"]),
        UUID(told["row_id"]),
        int(told["region_code"]),
        str(told["ground"]),
        str(told["why"]),
        datetime.fromisoformat(told["erased_at"]),
        str(told["erased_by"]),
    )


def write(path: Path, entries: Iterable[Entry], vault: Vault) -> None:
    """Put the entries in the file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(entry.line(vault) for entry in sorted(entries, key=lambda entry: (entry.erased_at, entry.id)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


async def keep(acts: Acts, path: Path) -> int:
    """Bring the file up to date with the database; what only the file knows stays in it. How many entries it has."""
    async with acts.open(SYSTEM) as act:
        known = {row[0]: Entry(*row) for row in await repository.entered(act)}
        vault = act.vault
    there = await to_thread.run_sync(read, path, vault)
    if known.keys() - there.keys():
        await to_thread.run_sync(write, path, (there | known).values(), vault)
    return len(there | known)


async def reapply(acts: Acts, holders: Mapping[str, Holder], path: Path) -> int:
    """After a restore: erase again what file and database say was erased; how many rows had come back.

    Running it again changes nothing. Raises UnfitLedger.
    """
    await keep(acts, path)
    async with acts.open(SYSTEM) as act:
        entries = list((await to_thread.run_sync(read, path, act.vault)).values())
    back = 0
    for start in range(0, len(entries), BITE):
        bite = entries[start : start + BITE]
        async with acts.open(SYSTEM) as act:
            for name, holder in holders.items():
                ids = [entry.row_id for entry in bite if entry.holder == name]
                back += len(await holder.standing(act, ids))
                await holder.erase(act, ids)
            await repository.enter(act, [tuple(getattr(entry, name) for name in Entry.__slots__) for entry in bite])
            await note(act, "reapply_erasures", "erasures", entries=len(bite))
    return back
