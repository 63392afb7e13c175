"""Engine, sessions, the base of all tables, and the driver's own connection where COPY needs it."""

from datetime import datetime
from typing import Any

import orjson
from asyncpg import Connection
from sqlalchemy import DateTime, MetaData, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every room's tables share this metadata; constraint names are stable, since problems are told by them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text, dict[str, Any]: JSONB}  # noqa: RUF012  (declarative)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class _Kept(Session):
    """A row with versions is written as its next version or not at all: half of one would stand in history twice."""


@event.listens_for(_Kept, "before_flush")
def _versioned(session: Session, *_: object) -> None:
    for row in session.dirty:
        at = getattr(row, "recorded_at", None)
        if at is not None and at != session.info.get("now") and session.is_modified(row):
            raise RuntimeError(f"{type(row).__name__} is written without a new version: save it first")


class Database:
    """One pool. Sessions raise on reuse after closing, so that nothing runs outside a declared transaction."""

    def __init__(self, url: str, *, pool_size: int = 10, statement_timeout: int | None = None, **engine: Any) -> None:
        server: dict[str, str] = {"application_name": "liangxin", "timezone": "UTC"}
        if statement_timeout is not None:
            server["statement_timeout"] = f"{statement_timeout}s"
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": server},
            **engine,
        )
        self._sessions = async_sessionmaker(
            self.engine, sync_session_class=_Kept, expire_on_commit=False, close_resets_only=False, autoflush=False
        )

    def session(self) -> AsyncSession:
        """A new session; begin it at once."""
        return self._sessions()

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.engine.dispose()


async def driver(session: AsyncSession) -> "Connection[Any]":
    """The asyncpg connection beneath a session's open transaction (for COPY and arrays of rows).

    Take it after the session's first statement: before that it is in no transaction, which is refused here.
    """
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    if not isinstance(raw, Connection) or not raw.is_in_transaction():
        raise RuntimeError("the driver connection is in no transaction: declare the act first")
    return raw
