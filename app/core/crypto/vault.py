"""Seals, opens and indexes by a ring of keys. A sealed value names its key, and opens only where it was sealed.

Layout: version (1 byte), number of the key (4 bytes, big endian), nonce (12 bytes), ciphertext with its tag. The first
five bytes are authenticated too. Nonces are random: a key is to be rotated before it has sealed 2^32 values.
"""

import hashlib
import hmac
import logging
import secrets
import struct
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

from app.core.crypto.cipher import NONCE, TAG, Damaged, decrypt, encrypt
from app.core.crypto.ring import Algorithm, KeyRing, UnfitRing, load

log = logging.getLogger("liangxin.keys")

VERSION = 1
FRESH = 60.0  # seconds after which a process that seals looks whether another key has been made active
_HEAD = struct.Struct(">BI")


class Sealed(NamedTuple):
    """A sealed value and the number of the key it was sealed by."""

    value: bytes
    key_id: int


class Blind(NamedTuple):
    """A value of the blind index and the number of its key."""

    value: bytes
    key_id: int


class UnknownKey(Exception):
    """A value was sealed by a key that the ring lacks."""

    def __init__(self, key_id: int) -> None:
        super().__init__(f"key {key_id} is not in the ring")
        self.key_id = key_id


class Vault:
    """The ring at work. `again` reads it anew: now and then, and when a value names a key that came in meanwhile."""

    def __init__(self, ring: KeyRing, again: Callable[[], KeyRing] | None = None) -> None:
        self.ring = ring
        self._again = again
        self._read_at = time.monotonic()

    @classmethod
    def at(cls, path: Path, algorithm: Algorithm | None = None) -> Self:
        """The ring in a file, made there on first use when an algorithm is given. Raises UnfitRing."""
        return cls(load(path, algorithm), partial(load, path))

    def seal(self, clear: bytes, place: str) -> Sealed:
        """Seal by the active key for one place, written table.column.row."""
        if time.monotonic() - self._read_at > FRESH:
            self._look_again()
        key = next(key for key in self.ring.keys if key.id == self.ring.active)
        head = _HEAD.pack(VERSION, key.id)
        nonce = secrets.token_bytes(NONCE)
        body = encrypt(key.algorithm, key.secret, nonce, clear, head + place.encode())
        return Sealed(head + nonce + body, key.id)

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for this place. Raises UnknownKey, Damaged."""
        number = key_of(sealed)
        key = next((key for key in self._ring_with(number).keys if key.id == number), None)
        if key is None:
            raise UnknownKey(number)
        head, rest = sealed[: _HEAD.size], sealed[_HEAD.size :]
        return decrypt(key.algorithm, key.secret, rest[:NONCE], rest[NONCE:], head + place.encode())

    def blind(self, value: str, domain: str) -> Blind:
        """The index of a value within one domain (a kind of column): HMAC-SHA-256, 32 bytes."""
        key = self.ring.index[-1]
        return Blind(_mac(key.secret, value, domain), key.id)

    def blinds(self, value: str, domain: str) -> list[bytes]:
        """The index of a value by every index key, for a search while rows are indexed anew.

        The ring is read anew first: what another process has indexed by a key of a moment ago must be found.
        """
        self._look_again()
        return [_mac(key.secret, value, domain) for key in self.ring.index]

    def secret(self, domain: str) -> bytes:
        """32 bytes derived from the newest index key, for keyed hashes of one purpose."""
        return _mac(self.ring.index[-1].secret, "", f"secret:{domain}")

    def refresh(self) -> None:
        """Read the ring anew, where there is a file to read. Raises UnfitRing."""
        if self._again is not None:
            self.ring = self._again()
            self._read_at = time.monotonic()

    def _ring_with(self, number: int) -> KeyRing:
        if number not in {key.id for key in self.ring.keys}:
            self._look_again()
        return self.ring

    def _look_again(self) -> None:
        """Read the ring anew; while the file cannot be read, the ring of before goes on serving."""
        try:
            self.refresh()
        except UnfitRing as unfit:
            log.warning(str(unfit))


def key_of(sealed: bytes) -> int:
    """The number of the key a value was sealed by. Raises Damaged for what is no sealed value."""
    if len(sealed) < _HEAD.size + NONCE + TAG:
        raise Damaged
    version, number = _HEAD.unpack_from(sealed)
    if version != VERSION:
        raise Damaged
    return int(number)


def _mac(key: bytes, value: str, domain: str) -> bytes:
    return hmac.new(key, domain.encode() + b"\0" + value.encode(), hashlib.sha256).digest()
