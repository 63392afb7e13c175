"""Signing keys at rest: AES-256-GCM under a master key that lies apart from the database."""

import base64
import os
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class Unsealable(Exception):
    """What is sealed cannot be opened: another master key, another row, or altered bytes."""


class Seal:
    """Seals and opens with one master key. `place` (the row) is bound in, so that sealed values cannot change rows."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the master key is 32 bytes, written as base64")
        self._cipher = AESGCM(key)

    def seal(self, clear: bytes, place: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The clear bytes. Raises Unsealable."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except InvalidTag as error:
            raise Unsealable(place) from error


def load_seal(configured: str | None, state: Path) -> Seal:
    """The seal of the configured key (base64), else of the one in the state folder, made on first use (mode 0600)."""
    if configured is not None:
        return Seal(base64.b64decode(configured))
    path = state / "master-key"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f"{path.name}.{uuid4().hex}")
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)))
        try:
            os.link(made, path)  # the first of two starters wins; both then read the same key
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return Seal(base64.b64decode(path.read_bytes()))
