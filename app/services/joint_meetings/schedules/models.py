"""The tables of series and of the days that are otherwise."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, FetchedValue, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.joint_meetings.schedules.facts import ExceptionKind, MeetingPurpose, Shift


class MeetingSchedule(Base):
    """A series: on which days a committee meets for a purpose, at what time in Shanghai, for how many minutes.

    `rrule` is a recurrence of RFC 5545 that ends, `last_on` its last day before any shifting. From `ended_on` on no
    meeting is held. `dropped` are days that an earlier recurrence had, so that calendars are told that they are off.
    Region and code are the committee's, copied by the database. One series for a purpose at a time.
    """

    __tablename__ = "meeting_schedules"
    __table_args__ = (
        CheckConstraint(one_of("purpose", MeetingPurpose), name="purpose"),
        CheckConstraint("title <> '' AND rrule <> '' AND place <> '' AND end_reason <> ''", name="texts"),
        CheckConstraint("minutes BETWEEN 10 AND 1440", name="minutes"),
        CheckConstraint(one_of("shift", Shift), name="shift"),
        CheckConstraint("last_on >= first_on AND last_on <= first_on + 3653", name="last_on"),
        CheckConstraint("ended_on >= first_on", name="ended_on"),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="end_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index("ix_meeting_schedules_region_code_id", "region_code", "id"),
        Index("ix_meeting_schedules_authority_code", "authority_code", "region_code", "id"),
        Index("ix_meeting_schedules_committee_id", "committee_id", "first_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    purpose: Mapped[str]
    title: Mapped[str]
    rrule: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    starts_at: Mapped[time]
    minutes: Mapped[int]
    place: Mapped[str]
    shift: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    dropped: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default=text("'{}'"))
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ScheduleException(Base):
    """A day of a series that is otherwise: it falls out, is moved, or is added. Withdrawn, it stays and holds no more.

    `on_day` is the day as the recurrence has it, before any shifting; of an added one the day of the meeting.
    """

    __tablename__ = "schedule_exceptions"
    __table_args__ = (
        CheckConstraint(one_of("kind", ExceptionKind), name="kind"),
        CheckConstraint("(kind = 'moved') = (moved_to IS NOT NULL)", name="moved_to"),
        CheckConstraint("kind <> 'cancelled' OR starts_at IS NULL", name="starts_at"),
        CheckConstraint("reason <> '' AND withdraw_reason <> ''", name="reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index(
            "uq_schedule_exceptions_schedule_id_on_day",
            "schedule_id",
            "on_day",
            unique=True,
            postgresql_where=text("withdraw_reason IS NULL"),
        ),
        Index("ix_schedule_exceptions_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_schedules.id"))
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    on_day: Mapped[date]
    kind: Mapped[str]
    moved_to: Mapped[date | None]
    starts_at: Mapped[time | None]
    reason: Mapped[str]
    withdraw_reason: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
