"""The chain of one day: what is hashed, and how rows follow each other."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SM3, Hash

HashName = Literal["sha256", "sm3"]


@dataclass(frozen=True, slots=True)
class Head:
    """How far a day's chain is: rows sealed, the link of the last one, and the day's hash function."""

    rows: int
    link: bytes
    algorithm: HashName


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row's place in its day's chain."""

    day: date
    position: int
    audit_id: UUID
    digest: bytes


def hashed(algorithm: HashName, content: bytes) -> bytes:
    """32 bytes: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905)."""
    if algorithm == "sha256":
        return hashlib.sha256(content).digest()
    state = Hash(SM3())
    state.update(content)
    return state.finalize()


def begun(day: date, algorithm: HashName) -> Head:
    """The chain of a day before its first row."""
    return Head(0, hashed(algorithm, f"liangxin audit {day.isoformat()}".encode()), algorithm)


def digest_of(algorithm: HashName, day: date, position: int, content: str) -> bytes:
    """The digest of a row at its place, so that a row moved elsewhere no longer fits."""
    return hashed(algorithm, f"{day.isoformat()}/{position}\n{content}".encode())


def linked(head: Head, digests: Iterable[bytes]) -> Head:
    """The head after these digests."""
    link, rows = head.link, head.rows
    for digest in digests:
        link = hashed(head.algorithm, link + digest)
        rows += 1
    return replace(head, rows=rows, link=link)


def extended(head: Head, day: date, rows: Iterable[tuple[UUID, str]]) -> tuple[Head, list[Sealed]]:
    """Seal rows (id, content) at the end of a day's chain."""
    sealed = [
        Sealed(day, position, row_id, digest_of(head.algorithm, day, position, content))
        for position, (row_id, content) in enumerate(rows, head.rows + 1)
    ]
    return linked(head, (each.digest for each in sealed)), sealed
