"""Bytes by their hash, in a folder and in a bucket of a real server: whole or not there."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.config import Settings
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.storing import Bucket, Folder, Storage, place, storage_of
from tests.kit.s3 import free_port, serving

BODY = b"a stamped paper " * 70_000  # more than one part
SHA = hashlib.sha256(BODY).digest()
BEGUN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3-compatible server in a process of its own."""
    with serving() as server:
        yield server.endpoint


def bucket(endpoint: str, tmp_path: Path, name: str = "papers") -> Storage:
    settings = Settings.load(
        state=tmp_path,
        files_s3_bucket=name,
        files_s3_prefix="liangxin",
        files_s3_endpoint=endpoint,
        files_s3_key_id="key",
        files_s3_secret="secret",
    )
    found = storage_of(settings)
    assert isinstance(found, Bucket)
    return found


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "bucket":
        return bucket(request.getfixturevalue("s3"), tmp_path)
    found = storage_of(Settings.load(state=tmp_path / "state"))
    assert found == Folder(tmp_path / "state" / "files")
    return found


async def whole(storage: Storage, sha256: bytes, size: int) -> bytes:
    return b"".join([part async for part in await storage.read(sha256, size)])


async def test_what_was_put_is_read_until_it_is_removed(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(BODY)
    await storage.put(SHA, source)
    await storage.put(SHA, source)
    assert await whole(storage, SHA, len(BODY)) == BODY
    with pytest.raises(ContentMissing):
        await storage.read(SHA, len(BODY) + 1)
    await storage.remove(SHA)
    await storage.remove(SHA)
    with pytest.raises(ContentMissing):
        await storage.read(SHA, len(BODY))
    await storage.put(SHA, source)
    assert await whole(storage, SHA, len(BODY)) == BODY
    await storage.remove(SHA)


async def test_a_service_that_does_not_answer_is_away(tmp_path: Path) -> None:
    gone = bucket(f"http://127.0.0.1:{free_port()}", tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with pytest.raises(StorageAway):
        await gone.put(SHA, source)
    with pytest.raises(StorageAway):
        await gone.read(SHA, 1)
    with pytest.raises(StorageAway):
        await gone.remove(SHA)


async def test_a_bucket_that_is_not_there_is_away_and_no_missing_file(s3: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with pytest.raises(StorageAway):
        await bucket(s3, tmp_path, "other-papers").put(SHA, source)


async def test_a_folder_holds_whole_files_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    source = tmp_path / "source"
    source.write_bytes(BODY)
    there = folder.root / place(SHA)
    there.parent.mkdir(parents=True)
    there.write_bytes(BODY[:100])  # what a full disk left, long ago
    with pytest.raises(ContentMissing):
        await folder.read(SHA, len(BODY))
    await folder.put(SHA, source)
    assert await whole(folder, SHA, len(BODY)) == BODY
    assert [path.name for path in there.parent.iterdir()] == [SHA.hex()]

    left = there.parent / "killed.part"
    left.write_bytes(b"half")
    os.utime(left, (BEGUN.timestamp(), BEGUN.timestamp()))
    await folder.tidy(BEGUN - timedelta(days=1))
    assert left.exists()
    await folder.tidy(BEGUN + timedelta(days=1))
    assert not left.exists()
    assert there.exists()


async def test_a_folder_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    (tmp_path / "files").write_bytes(b"no folder")
    with pytest.raises(StorageAway):
        await Folder(tmp_path / "files").put(SHA, source)
