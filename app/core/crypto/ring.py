"""The ring of keys as one JSON document: sealing keys by number, which one is active, and the keys of the blind index.

A new key is first known (`new-key`), then used (`rotate`): every process can read what another one writes. Old keys
stay for reading until nothing is sealed by them any more.
"""

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, get_args

import orjson

from app.core.crypto.cipher import SIZES

Algorithm = Literal["aes-256-gcm", "sm4-gcm"]
INDEX_BYTES = 32
LAST_ID = 2**31 - 1  # numbers stand in integer columns


class UnfitRing(Exception):
    """A ring of keys that cannot be used, for the reason given. Never quotes a key."""


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    """One key that seals and opens."""

    id: int
    algorithm: Algorithm
    secret: bytes
    made_at: str


@dataclass(frozen=True, slots=True, repr=False)
class IndexKey:
    """One key of the blind index."""

    id: int
    secret: bytes
    made_at: str


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All keys. `active` seals, `index` (the last one) makes new blind values; every other one still reads."""

    active: int
    keys: tuple[SealingKey, ...]
    index: tuple[IndexKey, ...]

    @classmethod
    def fresh(cls, algorithm: Algorithm) -> Self:
        """A ring of one new key and one new index key."""
        return cls(1, (_sealing_key(1, algorithm),), (_index_key(1),))

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """The ring in a JSON document. Raises UnfitRing."""
        try:
            told = orjson.loads(text)
            keys = tuple(_read_sealing_key(key) for key in told["keys"])
            index = tuple(_read_index_key(key) for key in told["index"])
            ring = cls(int(told["active"]), keys, index)
        except UnfitRing:
            raise
        except (ValueError, KeyError, TypeError) as error:
            raise UnfitRing("The key ring is not a document that `liangxin privacy` has written.") from error
        if not index or len({key.id for key in keys}) != len(keys) or len({key.id for key in index}) != len(index):
            raise UnfitRing("The key ring lacks an index key, or numbers two keys alike.")
        if ring.active not in {key.id for key in keys}:
            raise UnfitRing(f"The key ring names key {ring.active} as active, but does not hold it.")
        return ring

    def written(self) -> str:
        """The ring as a JSON document."""
        told = {
            "active": self.active,
            "keys": [
                {"id": key.id, "algorithm": key.algorithm, "secret": _text(key.secret), "made_at": key.made_at}
                for key in self.keys
            ],
            "index": [{"id": key.id, "secret": _text(key.secret), "made_at": key.made_at} for key in self.index],
        }
        return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"

    def with_new_key(self, algorithm: Algorithm) -> "KeyRing":
        """The ring with one more sealing key, which is not used until it is made active."""
        return replace(self, keys=(*self.keys, _sealing_key(max(key.id for key in self.keys) + 1, algorithm)))

    def with_new_index(self) -> "KeyRing":
        """The ring with a new index key; the older ones still find what they have indexed."""
        return replace(self, index=(*self.index, _index_key(self.index[-1].id + 1)))

    def activated(self, key_id: int) -> "KeyRing":
        """The ring that seals by this key. Raises UnfitRing when it lacks it."""
        if key_id not in {key.id for key in self.keys}:
            raise UnfitRing(f"The key ring has no key {key_id}.")
        return replace(self, active=key_id)

    def without(self, key_id: int) -> "KeyRing":
        """The ring without a key that nothing is sealed by. Raises UnfitRing for the active one or one it lacks."""
        if key_id == self.active or key_id not in {key.id for key in self.keys}:
            raise UnfitRing(f"Key {key_id} is the active one, or not in the ring.")
        return replace(self, keys=tuple(key for key in self.keys if key.id != key_id))

    def without_older_index(self) -> "KeyRing":
        """The ring with its newest index key alone."""
        return replace(self, index=self.index[-1:])


def load(path: Path, algorithm: Algorithm | None = None) -> KeyRing:
    """The ring in a file; with an algorithm a file that is not there is made (mode 0600). Raises UnfitRing."""
    if algorithm is not None and not path.exists():
        store(path, KeyRing.fresh(algorithm), first=True)
    try:
        return KeyRing.read(path.read_bytes())
    except OSError as error:
        raise UnfitRing(f"The key ring {path} cannot be read: {error.strerror}.") from error


def store(path: Path, ring: KeyRing, *, first: bool = False) -> None:
    """Put the ring in the file, whole or not at all; a file that was there keeps its mode (a container's secret).

    `first`: only where there is none; the first of two wins.
    """
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(ring.written())
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    try:
        if first:
            os.link(fresh, path)
        else:
            fresh.replace(path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)


def _sealing_key(key_id: int, algorithm: Algorithm) -> SealingKey:
    return SealingKey(key_id, algorithm, secrets.token_bytes(SIZES[algorithm]), _now())


def _index_key(key_id: int) -> IndexKey:
    return IndexKey(key_id, secrets.token_bytes(INDEX_BYTES), _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read_sealing_key(told: dict[str, Any]) -> SealingKey:
    algorithm, secret = told["algorithm"], b64decode(told["secret"], validate=True)
    if algorithm not in get_args(Algorithm) or len(secret) != SIZES[algorithm]:
        raise UnfitRing(f"Key {told['id']} of the ring has an unknown algorithm or the wrong length.")
    return SealingKey(_number(told["id"]), algorithm, secret, str(told["made_at"]))


def _read_index_key(told: dict[str, Any]) -> IndexKey:
    secret = b64decode(told["secret"], validate=True)
    if len(secret) != INDEX_BYTES:
        raise UnfitRing(f"Index key {told['id']} of the ring has the wrong length.")
    return IndexKey(_number(told["id"]), secret, str(told["made_at"]))


def _number(told: Any) -> int:
    if not isinstance(told, int) or not 0 < told <= LAST_ID:
        raise UnfitRing("A key of the ring has no proper number.")
    return told


def _text(secret: bytes) -> str:
    return b64encode(secret).decode()
