"""The tables of calendars: working days that an operator loads, the years he vouches for, and private feeds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base

FEED_KINDS = "'joint_meetings', 'reminders'"


class WorkingDay(Base):
    """A day that an announcement makes a day off or a working one. It stands over what the library knows.

    It holds for the whole country, and so stands at the country's code.
    """

    __tablename__ = "working_days"
    __table_args__ = (
        CheckConstraint("name <> '' AND source <> ''", name="texts"),
        CheckConstraint("region_code = 0", name="region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    day: Mapped[date] = mapped_column(unique=True)
    working: Mapped[bool]
    name: Mapped[str | None]
    source: Mapped[str]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class WorkingYear(Base):
    """A year whose days off and make-up days are all loaded: its other days are what their weekday says.

    One that was called known by mistake stays, and is not: what calendars were told of only grows.
    """

    __tablename__ = "working_years"
    __table_args__ = (
        CheckConstraint("year BETWEEN 1949 AND 2999", name="year"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("region_code = 0", name="region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    year: Mapped[int] = mapped_column(SmallInteger, unique=True)
    known: Mapped[bool]
    source: Mapped[str]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class CalendarFeed(Base):
    """A calendar that a client reads by a token alone. Of the token only its SHA-256 is kept.

    `subject_id` is what it is read for, `own_id` whose own that is (both by the kind's own meaning). Where it stands is
    its subject's place and line; it follows them.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        CheckConstraint(f"kind IN ({FEED_KINDS})", name="kind"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint("name <> '' AND revoke_reason <> ''", name="texts"),
        CheckConstraint("num_nulls(revoked_at, revoked_by, revoke_reason) IN (0, 3)", name="revoked"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_calendar_feeds_region_code_id", "region_code", "id"),
        Index("ix_calendar_feeds_authority_code", "authority_code", "region_code", "id"),
        Index("ix_calendar_feeds_owner", "owner", "id"),
        Index("ix_calendar_feeds_subject_id", "subject_id", "id"),
        Index("ix_calendar_feeds_own_id", "own_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    own_id: Mapped[UUID | None]
    owner: Mapped[str]
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    authority_code: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revoke_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class CalendarFeedUse(Base):
    """The last day on which a feed was read: at most one write a day, and no version of the feed."""

    __tablename__ = "calendar_feed_uses"

    feed_id: Mapped[UUID] = mapped_column(ForeignKey("calendar_feeds.id"), primary_key=True)
    read_on: Mapped[date]
