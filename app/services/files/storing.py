"""Where bytes lie: a folder, or an S3-compatible service. Both are asked by SHA-256 and know nothing else.

What is stored is whole or not there: a file is written beside its place, made durable and renamed; an object appears
when its upload has ended.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Protocol

from app.core.config import Settings
from app.services.files.failures import ContentMissing, StorageAway

if TYPE_CHECKING:
    from obstore.store import S3Store

PART = 1 << 18
AWAY = 5  # seconds until a client may ask again

log = logging.getLogger("liangxin.files")


class Storage(Protocol):
    """Bytes by their hash."""

    async def put(self, sha256: bytes, source: Path) -> None:
        """Store the file's bytes under their hash; nothing is done when they are there. Raises StorageAway."""

    async def read(self, sha256: bytes, size: int) -> AsyncIterator[bytes]:
        """The bytes in parts. Raises ContentMissing, before the first part, when not `size` bytes are there."""

    async def remove(self, sha256: bytes) -> None:
        """Let the bytes go; nothing is done when they are not there. Raises StorageAway."""

    async def tidy(self, before: datetime) -> None:
        """Remove what was left half written and nobody has written to since."""


def _away(error: Exception) -> StorageAway:
    """What a client is told; the operator is told which error it was."""
    log.warning("The storage of files does not answer.", extra={"kind": type(error).__name__})
    return StorageAway(retry_after=AWAY)


def _missing(sha256: bytes) -> ContentMissing:
    log.error("A file's bytes are not in the storage.", extra={"sha256": sha256.hex()})
    return ContentMissing()


def place(sha256: bytes) -> str:
    """The name under which content lies: two levels of folders, so that none grows without bound."""
    name = sha256.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, or one that several share."""

    root: Path

    async def put(self, sha256: bytes, source: Path) -> None:
        """See Storage."""
        await _told(self._put, sha256, source)

    async def read(self, sha256: bytes, size: int) -> AsyncIterator[bytes]:
        """See Storage."""
        path = self.root / place(sha256)
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError as error:
            raise _missing(sha256) from error
        except OSError as error:
            raise _away(error) from error
        if os.fstat(file.fileno()).st_size != size:
            file.close()
            raise _missing(sha256)

        async def parts() -> AsyncIterator[bytes]:
            with file:
                while part := await asyncio.to_thread(file.read, PART):
                    yield part

        return parts()

    async def remove(self, sha256: bytes) -> None:
        """See Storage."""
        await _told(self._remove, sha256)

    def _put(self, sha256: bytes, source: Path) -> None:
        target = self.root / place(sha256)
        with suppress(FileNotFoundError):
            if target.stat().st_size == source.stat().st_size:
                return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = mkstemp(suffix=".part", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as into, source.open("rb") as out:
                while part := out.read(PART):
                    into.write(part)
                into.flush()
                os.fsync(into.fileno())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _durable(target.parent)

    def _remove(self, sha256: bytes) -> None:
        (self.root / place(sha256)).unlink(missing_ok=True)

    async def tidy(self, before: datetime) -> None:
        """See Storage."""
        await _told(self._tidy, before.timestamp())

    def _tidy(self, before: float) -> None:
        for path in self.root.glob("*/*/*.part"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def _durable(folder: Path) -> None:
    """A rename outlives a power cut once its folder is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def _told(work: Callable[..., None], *arguments: object) -> None:
    try:
        await asyncio.to_thread(work, *arguments)
    except OSError as error:
        raise _away(error) from error


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an S3-compatible service."""

    store: "S3Store"

    async def put(self, sha256: bytes, source: Path) -> None:
        """See Storage."""
        from obstore import exceptions, head_async, put_async

        name, size = place(sha256), (await asyncio.to_thread(source.stat)).st_size
        try:
            try:
                there = await head_async(self.store, name)
            except FileNotFoundError:
                there = None
            if there is None or there["size"] != size:
                await put_async(self.store, name, source)
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from error

    async def read(self, sha256: bytes, size: int) -> AsyncIterator[bytes]:
        """See Storage."""
        from obstore import exceptions, get_async

        try:
            found = await get_async(self.store, place(sha256))
        except FileNotFoundError as error:
            raise _missing(sha256) from error
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from error
        if found.meta["size"] != size:
            raise _missing(sha256)

        async def parts() -> AsyncIterator[bytes]:
            async for part in found.stream(min_chunk_size=PART):
                yield bytes(part)

        return parts()

    async def remove(self, sha256: bytes) -> None:
        """See Storage."""
        from obstore import delete_async, exceptions

        try:
            await delete_async(self.store, place(sha256))
        except FileNotFoundError:
            return
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from error

    async def tidy(self, before: datetime) -> None:
        """See Storage. An upload to a bucket that breaks off leaves nothing of a single object."""


def storage_of(settings: Settings) -> Folder | Bucket:
    """The storage that the settings name: a bucket when one is named, else a folder."""
    if settings.files_s3_bucket is None:
        return Folder(settings.files_folder)
    from obstore.store import S3Store

    options: dict[str, str] = {"virtual_hosted_style_request": "false" if settings.files_s3_path_style else "true"}
    for name, value in (
        ("endpoint", settings.files_s3_endpoint),
        ("region", settings.files_s3_region),
        ("access_key_id", settings.files_s3_key_id),
        ("secret_access_key", settings.files_s3_secret),
    ):
        if value is not None:
            options[name] = value
    plain = (settings.files_s3_endpoint or "").startswith("http://")
    store = S3Store(
        settings.files_s3_bucket,
        prefix=settings.files_s3_prefix or None,
        config=options,  # type: ignore[arg-type]  # a TypedDict there; the same keys, filled in one by one
        client_options={"allow_http": plain, "timeout": "30s", "connect_timeout": "5s"},
        retry_config={"max_retries": 2},
    )
    return Bucket(store)
