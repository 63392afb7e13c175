"""Clients, grants, keys and reviews as entities, and the few set-wise writes of access."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, delete, literal, select, text, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.dialects.postgresql.ranges import MultiRange

from app.core.acts import Act
from app.core.database import Base
from app.services.access.models import (
    AccessReview,
    AccessReviewItem,
    AccessUse,
    Client,
    ClientSecret,
    Grant,
    PushToken,
    SigningKey,
)

KEYS_LOCK = 7_220_309
"""An advisory lock's number: two programs that find no key, or one too old, make one new key together."""
SUBJECT_LOCK = 7_220_310

Row = TypeVar("Row", bound=Base)


async def add(act: Act, row: Row) -> Row:
    """Insert a row; its key is the database's."""
    act.session.add(row)
    await act.session.flush()
    return row


async def save(act: Act, row: Client | Grant | AccessReview) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def write(act: Act) -> None:
    """Write what was changed of rows that have no versions."""
    await act.session.flush()


def multirange(ranges: Iterable[tuple[int, int]]) -> "MultiRange[int]":
    """Half-open ranges as the database keeps them."""
    return MultiRange([Range(low, high, bounds="[)") for low, high in ranges])


async def lock_subject(act: Act, subject: str) -> None:
    """Grants to one subject are given one after the other: what is judged must still be so when it is written."""
    await act.session.execute(
        text("SELECT pg_advisory_xact_lock(:room, hashtext(:subject))"),
        {"room": SUBJECT_LOCK % 2**31, "subject": subject},
    )


async def lock_keys(act: Act) -> None:
    """Until the act ends nobody else makes or retires signing keys."""
    await act.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": KEYS_LOCK})


async def succeed(act: Act, verify_until: datetime) -> None:
    """Give all keys that have no successor yet the time until which they are accepted."""
    await act.session.execute(
        update(SigningKey).where(SigningKey.verify_until.is_(None)).values(verify_until=verify_until)
    )


async def remove_ended_keys(act: Act) -> None:
    """Forget keys whose tokens are accepted no longer: what is not there cannot leak."""
    await act.session.execute(delete(SigningKey).where(SigningKey.verify_until <= act.now))


async def withdraw_key(act: Act, kid: str) -> bool:
    """Accept a key no longer, from now on. False when there is none."""
    done = await act.session.execute(
        update(SigningKey).where(SigningKey.kid == kid).values(verify_until=act.now).returning(SigningKey.kid)
    )
    return done.first() is not None


async def used(act: Act, row_id: UUID, day: date) -> None:
    """Note the day of use of a grant, secret or push token; the same day again writes nothing."""
    put = insert(AccessUse).values(id=row_id, used_on=day)
    await act.session.execute(
        put.on_conflict_do_update(
            index_elements=[AccessUse.id],
            set_={"used_on": put.excluded.used_on},
            where=AccessUse.used_on < put.excluded.used_on,
        )
    )


async def secret(act: Act, client: UUID, secret_id: UUID) -> ClientSecret | None:
    """One secret of a client, locked."""
    return await act.session.scalar(
        select(ClientSecret)
        .where(ClientSecret.client_id == client, ClientSecret.id == secret_id)
        .with_for_update(key_share=True)
    )


async def push_token(act: Act, token_id: UUID) -> PushToken | None:
    """One push token, locked."""
    return await act.session.scalar(select(PushToken).where(PushToken.id == token_id).with_for_update(key_share=True))


async def fill_review(act: Act, review: AccessReview) -> None:
    """Put every grant that holds or will hold, and that the act can see, into the round."""
    open_grants = select(literal(review.id), Grant.id, Grant.region_code).where(
        and_(Grant.valid_to.is_(None) | (Grant.valid_to > act.today))
    )
    await act.session.execute(
        insert(AccessReviewItem).from_select(["review_id", "grant_id", "region_code"], open_grants)
    )


async def review_item(act: Act, review: UUID, grant: UUID) -> AccessReviewItem | None:
    """One grant of a round, locked."""
    return await act.session.scalar(
        select(AccessReviewItem)
        .where(AccessReviewItem.review_id == review, AccessReviewItem.grant_id == grant)
        .with_for_update(key_share=True)
    )


async def grant(act: Act, grant_id: UUID) -> Grant | None:
    """One grant, locked."""
    return await act.session.scalar(select(Grant).where(Grant.id == grant_id).with_for_update(key_share=True))


def _ranges(name: str) -> str:
    return f"CAST(CAST(:{name} AS text) AS int8multirange)"


_GRANTS_FOLLOW = text(
    f"UPDATE grants SET ranges = ranges - {_ranges('gone')} + {_ranges('heirs')},"  # noqa: S608  (constants)
    f" region_code = lower(ranges - {_ranges('gone')} + {_ranges('heirs')}), version = version + 1, recorded_at = :now"
    f" WHERE ranges @> {_ranges('gone')} AND NOT ranges @> {_ranges('above')}"
    " AND (valid_to IS NULL OR valid_to > :today) RETURNING id"
)
_VERSIONED_FOLLOW = tuple(
    text(
        f"UPDATE {table} SET region_code = :rest, version = version + 1, recorded_at = :now"  # noqa: S608  (constants)
        f" WHERE {_ranges('gone')} @> region_code AND {only}"
    )
    for table, only in (("clients", "true"), ("access_reviews", "true"), ("grants", "isempty(ranges)"))
)
_PLAIN_FOLLOW = tuple(
    text(f"UPDATE {table} SET region_code = :rest WHERE {_ranges('gone')} @> region_code")  # noqa: S608  (constants)
    for table in ("client_secrets", "push_tokens", "access_review_items")
)


async def follow(act: Act, gone: str, above: str, heirs: str, rest: int) -> list[UUID]:
    """Move grants of a region to its heirs, and what is administered there to `rest`; the grants that moved.

    All but `rest` are int8multiranges as text. Grants of the region above are left: its officers lose what it lost.
    """
    told = {"gone": gone, "above": above, "heirs": heirs, "now": act.now, "today": act.today}
    moved = list(await act.session.scalars(_GRANTS_FOLLOW, told))
    for statement in _VERSIONED_FOLLOW:
        await act.session.execute(statement, {"gone": gone, "rest": rest, "now": act.now})
    for statement in _PLAIN_FOLLOW:
        await act.session.execute(statement, {"gone": gone, "rest": rest})
    return moved
