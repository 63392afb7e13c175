"""Keeping files, handing them out, letting them go."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.acts import SYSTEM, Act, Acts
from app.core.history import about
from app.core.spool import Spooled
from app.core.versions import claim
from app.services.files import reads, repository, sniffing
from app.services.files.contract import FileOwner, Owners, Place
from app.services.files.facts import Content, FilePurpose, MediaType, Refusal
from app.services.files.failures import QuotaReached, refused
from app.services.files.models import File
from app.services.files.storing import Storage

BLOCK = 10**6  # codes of one county
DAY = timedelta(days=1)
BITE = 200

Opening = Callable[[], AbstractAsyncContextManager[Act]]


@dataclass(frozen=True, slots=True)
class Quotas:
    """Bytes that may be kept in one county, and brought by one caller in a day."""

    county: int
    daily: int


@dataclass(frozen=True, slots=True)
class Upload:
    """What is said of bytes that come: their name, declared type, and what they are to be."""

    name: str
    declared: str | None
    purpose: FilePurpose


def upload(name: str, declared: str | None, purpose: str) -> Upload:
    """What is said of bytes, as it comes with them."""
    return Upload(name, declared, FilePurpose(purpose))


async def welcome(act: Act, owner: FileOwner, subject_id: UUID, upload: Upload) -> None:
    """Ask before the bytes come whether they may. Raises what the owner raises."""
    await owner.writable(act, subject_id, upload.purpose, MediaType.pdf)


async def keep(
    opening: Opening,
    storage: Storage,
    quotas: Quotas,
    owner: FileOwner,
    subject_id: UUID,
    upload: Upload,
    body: Spooled,
) -> UUID:
    """Look into the bytes, store them, and enter the file; no transaction is held while bytes move. Returns its key.

    Raises Invalid for bytes that are not kept, QuotaReached, StorageAway, and what the owner raises.
    """
    try:
        found = await asyncio.to_thread(sniffing.sniffed, body.path)
        kind = sniffing.agreed(found, upload.declared, upload.name)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    content = Content(body.sha256, body.size, kind)
    async with opening() as act:
        place = await owner.writable(act, subject_id, upload.purpose, kind)
        await _within(act, quotas, place, content.size)
        await repository.bring(act, content)
    await storage.put(content.sha256, body.path)
    async with opening() as act:
        place = await owner.writable(act, subject_id, upload.purpose, kind)
        await repository.one_by_one(act, place.region_code // BLOCK)
        await _within(act, quotas, place, content.size)
        return await repository.enter(act, content, upload.name, upload.purpose, (owner.subject_kind, subject_id))


async def found(act: Act, owners: Owners, file_id: UUID) -> dict[str, Any]:
    """One file that the caller may read. Raises NotFound, Forbidden."""
    row = await reads.one(act, file_id)
    await owners[row["subject_kind"]].readable(act, row["subject_id"])
    return row


async def bytes_of(storage: Storage, row: dict[str, Any]) -> AsyncIterator[bytes]:
    """The bytes of a file that was found. Raises ContentMissing, StorageAway."""
    return await storage.read(bytes.fromhex(row["sha256"]), row["size"])


async def remove(act: Act, owners: Owners, file_id: UUID, expected: int, reason: str) -> None:
    """Take a file away, with a reason. Raises what `claim` and the owner raise."""
    file = await claim(act, File, file_id, expected)
    await owners[file.subject_kind].writable(act, file.subject_id, FilePurpose(file.purpose), None)
    await about(act, reason)
    await repository.remove(act, file)


async def sweep(acts: Acts, storage: Storage) -> int:
    """Let contents go that no file has had for a day; how many.

    Rows go first and hold off whoever brings the same bytes until they are gone as well, and can be stored anew.
    """
    swept = 0
    await storage.tidy(acts.clock() - DAY)
    while True:
        async with acts.open(SYSTEM) as act:
            hashes = await repository.let_go(act, act.now - DAY, BITE)
            for sha256 in hashes:
                await storage.remove(sha256)
        swept += len(hashes)
        if len(hashes) < BITE:
            return swept


async def _within(act: Act, quotas: Quotas, place: Place, size: int) -> None:
    low = place.region_code // BLOCK * BLOCK
    if await reads.held(act, low, low + BLOCK) + size > quotas.county:
        raise QuotaReached(limit=quotas.county)
    if await reads.brought(act, act.by.id, act.now - DAY) + size > quotas.daily:
        raise QuotaReached(limit=quotas.daily)
