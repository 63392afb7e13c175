"""Answers kept under the client's key, so that a repeated request has one effect and the same answer, byte for byte."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import BYTEA, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.acts import Act
from app.core.database import Base
from app.core.errors import FieldError, InFlight, Invalid

KEPT = timedelta(hours=72)


class IdempotencyKey(Base):
    """One key of one client. Without a status the first request is still on its way."""

    __tablename__ = "idempotency_keys"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(BYTEA)
    created_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(BYTEA)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(*parts: str | bytes) -> bytes:
    """What makes two requests the same: method, path, query and the body's digest."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()


async def take(act: Act, key: str, print_: bytes) -> Kept | None:
    """Take the key for this request, or hand out the answer kept under it.

    The key is taken in the act's transaction: when that fails the key is free again. A second request that comes while
    the first is in its transaction waits for the first one's commit, at most as long as a lock may be waited for.
    Raises Invalid (422) when the key was used for another request, InFlight (409) while the first is unanswered.
    """
    taken = await act.session.scalar(
        insert(IdempotencyKey)
        .values(owner=act.by.id, key=key, fingerprint=print_, created_at=act.now)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if taken is not None:
        return None
    first = (
        await act.session.execute(
            select(
                IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.body
            ).where(IdempotencyKey.owner == act.by.id, IdempotencyKey.key == key)
        )
    ).one()
    if first.fingerprint != print_:
        raise Invalid(errors=(FieldError("/Idempotency-Key", "idempotency_reused"),))
    if first.status is None:
        raise InFlight(retry_after=1)
    return Kept(first.status, first.headers or {}, first.body or b"")


async def refuse_in_flight(act: Act, key: str) -> None:
    """Hold the key's lock until the end of this act, or raise InFlight (409) at once while another act holds it.

    For long work: whoever comes second is told so and holds no connection. The lock ends with the transaction, so a
    killed process leaves no key behind.
    """
    held = await act.session.scalar(
        select(func.pg_try_advisory_xact_lock(func.hashtextextended(f"{act.by.id}\x1f{key}", 0)))
    )
    if not held:
        raise InFlight(retry_after=1)


async def keep(act: Act, key: str, answer: Kept) -> None:
    """Store the answer under a key this act has taken."""
    await act.session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.owner == act.by.id, IdempotencyKey.key == key)
        .values(status=answer.status, headers=answer.headers, body=answer.body)
    )


async def forget(act: Act) -> int:
    """Remove keys older than 72 hours; business keys in the nouns' own tables live for ever."""
    gone = await act.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < act.now - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DML result has a row count
