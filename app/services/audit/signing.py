"""The key that signs checkpoints: one PEM file. Public keys that follow it are earlier ones, still believed."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n?", re.DOTALL)


class UnfitKey(Exception):
    """The file of the audit's key cannot be used, for the reason given. Never quotes a key."""


@dataclass(frozen=True, slots=True, repr=False)
class AuditKey:
    """Signs where a private key is at hand; believes its own public key and the ones that came before."""

    private: Ed25519PrivateKey | None
    believed: tuple[Ed25519PublicKey, ...]

    @classmethod
    def at(cls, path: Path, *, make: bool = True) -> Self:
        """The key in a file (mode 0600), made there on first use. A file of public keys alone can only check.

        Raises UnfitKey.
        """
        if make and not path.exists():
            _make(path)
        try:
            return cls.read(path.read_bytes())
        except OSError as error:
            raise UnfitKey(f"The audit's key {path} cannot be read: {error.strerror}.") from error

    @classmethod
    def read(cls, text: bytes) -> Self:
        """The keys in PEM: at most one private key, any number of public ones. Raises UnfitKey."""
        private: Ed25519PrivateKey | None = None
        believed: list[Ed25519PublicKey] = []
        for block in _BLOCK.finditer(text):
            try:
                key = load_pem_private_key(block[0], None) if b"PRIVATE" in block[1] else load_pem_public_key(block[0])
            except (ValueError, TypeError) as error:
                raise UnfitKey("The audit's key is not a PEM file without a passphrase.") from error
            if isinstance(key, Ed25519PrivateKey) and private is None:
                private = key
                believed.append(key.public_key())
            elif isinstance(key, Ed25519PublicKey):
                believed.append(key)
            else:
                raise UnfitKey("The audit's key file holds one private Ed25519 key at most, and public ones.")
        if not believed:
            raise UnfitKey("The audit's key file holds no key.")
        return cls(private, tuple(believed))

    def sign(self, text: str) -> bytes:
        """64 bytes. Raises UnfitKey where only public keys are at hand."""
        if self.private is None:
            raise UnfitKey("The audit's key file holds public keys alone: it can check, not sign.")
        return self.private.sign(text.encode())

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether one of the believed keys has signed this."""
        for key in self.believed:
            try:
                key.verify(signature, text.encode())
            except InvalidSignature:
                continue
            return True
        return False

    def public(self) -> str:
        """The public key in PEM, for whoever checks elsewhere."""
        return self.believed[0].public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:  # another process was first: its key is the one
        pass
    finally:
        fresh.unlink()
