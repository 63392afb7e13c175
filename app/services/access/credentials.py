"""Secrets that machines show: random, told once, kept as a digest.

They hold 256 random bits, so nobody finds one by trying, and a plain SHA-256 keeps them as safe as a slow hash would:
slowness protects what people choose. It also keeps the check cheap, where a slow one would let strangers burn our
processor by guessing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

BYTES = 32
SECRET = "lxs_"  # noqa: S105  (a prefix that secret scanners and people recognise, no secret)
PUSH = "lxp_"


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new secret: what is shown once, and what is kept."""

    shown: str
    digest: bytes


def fresh(prefix: str) -> Fresh:
    """A new secret of 256 random bits."""
    shown = prefix + secrets.token_urlsafe(BYTES)
    return Fresh(shown, digest(shown))


def digest(shown: str) -> bytes:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(shown.encode()).digest()


def found(shown: str, kept: Iterable[bytes]) -> int | None:
    """Which of the digests the secret has; every one is compared, in constant time."""
    given = digest(shown)
    place = None
    for number, one in enumerate(kept):
        if hmac.compare_digest(given, one):
            place = number
    return place
