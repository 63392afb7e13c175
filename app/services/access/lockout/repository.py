"""Counting in the database, so that all processes agree."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.services.access.lockout.models import SignInFailure


async def alone(act: Act, key: str) -> None:
    """Let tries under one key pass one by one until the transaction ends: a hundred at once count as a hundred."""
    await act.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 22))"), {"key": key})


async def locked_until(act: Act, keys: list[str]) -> datetime | None:
    """The latest end of a wait that stands for one of these keys."""
    statement = select(func.max(SignInFailure.locked_until)).where(
        SignInFailure.key.in_(keys), SignInFailure.locked_until > act.now
    )
    found: datetime | None = await act.session.scalar(statement)
    return found


async def count(act: Act, key: str, rest: timedelta) -> int:
    """One more failure; how many there are since the last rest."""
    fresh = insert(SignInFailure).values(key=key, failures=1, last_at=act.now, locked_until=None)
    rested = SignInFailure.last_at < act.now - rest
    statement = fresh.on_conflict_do_update(
        index_elements=[SignInFailure.key],
        set_={
            "failures": case((rested, 1), else_=SignInFailure.failures + 1),
            "last_at": act.now,
        },
    ).returning(SignInFailure.failures)
    return int(await act.session.scalar(statement) or 0)


async def lock(act: Act, key: str, until: datetime) -> None:
    """Let nobody in under this key before then."""
    await act.session.execute(update(SignInFailure).where(SignInFailure.key == key).values(locked_until=until))


async def forget(act: Act, key: str) -> None:
    """One got in: what failed before under this key is forgiven."""
    await act.session.execute(delete(SignInFailure).where(SignInFailure.key == key))


async def sweep(act: Act, rest: timedelta) -> None:
    """Remove what has had its rest: addresses are kept no longer than they are needed."""
    old = SignInFailure.last_at < act.now - rest
    await act.session.execute(delete(SignInFailure).where(old))
