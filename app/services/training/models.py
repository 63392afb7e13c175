"""The tables of training: courses, sessions, attendances, practice postings, certificates."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    FetchedValue,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.training.facts import LONGEST, CertificateKind, CourseKind, PracticePurpose
from app.services.workers.facts import WorkerRole

ROLES = ", ".join(repr(str(role)) for role in WorkerRole)
HELD_ON = "((starts_at AT TIME ZONE 'Asia/Shanghai')::date)"
COUNTS = "cancel_reason IS NULL"
"""The condition that a row was not entered by mistake."""


class Course(Base):
    """What is taught, by whom, and for which roles (none: for everybody). Withdrawn, it stays and has no new sessions.

    A course stands in a region and, where a body of a line gives it, in that line; the regions below see it as well.
    """

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(one_of("kind", CourseKind), name="kind"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint(f"roles <@ ARRAY[{ROLES}]", name="roles"),
        CheckConstraint("withdraw_reason <> ''", name="withdraw_reason"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_courses_region_code_id", "region_code", "id"),
        Index("ix_courses_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    body: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    withdraw_reason: Mapped[str | None]
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class TrainingSession(Base):
    """One holding of a course: from when to when, and how many minutes of teaching it has.

    Where attendance has been entered, its times, its minutes and its course stay; a cancelled one counts for nothing.
    """

    __tablename__ = "training_sessions"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint(
            f"minutes BETWEEN 1 AND {LONGEST} AND minutes * interval '1 minute' <= ends_at - starts_at", name="minutes"
        ),
        CheckConstraint("place <> ''", name="place"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_training_sessions_region_code_id", "region_code", "id"),
        Index("ix_training_sessions_authority_code", "authority_code", "region_code", "id"),
        Index("ix_training_sessions_course_id", "course_id"),
        Index("ix_training_sessions_held_on", "held_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    held_on: Mapped[date] = mapped_column(Date, Computed(HELD_ON, persisted=True))
    minutes: Mapped[int]
    place: Mapped[str]
    cancel_reason: Mapped[str | None]
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Attendance(Base):
    """A worker attended so many minutes: at a session, or, as a partner tells it, of a course on a day.

    At a session the title and the times are copies of the session's, by the database, and no two attendances of one
    worker overlap. The row stands where the worker stands.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("course_title <> ''", name="course_title"),
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST}", name="minutes"),
        CheckConstraint("(session_id IS NULL) = (starts_at IS NULL)", name="starts_at"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="ends_at"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(
            "uq_attendances_worker_id_session_id", "worker_id", "session_id", unique=True, postgresql_where=text(COUNTS)
        ),
        Index(
            "uq_attendances_worker_id_held_on_course_title",
            "worker_id",
            "held_on",
            "course_title",
            unique=True,
            postgresql_where=text(f"session_id IS NULL AND {COUNTS}"),
        ),
        Index(
            "ix_attendances_worker_id_held_on",
            "worker_id",
            "held_on",
            postgresql_include=["minutes"],
            postgresql_where=text(COUNTS),
        ),
        Index("ix_attendances_session_id", "session_id"),
        Index("ix_attendances_region_code_id", "region_code", "id"),
        Index("ix_attendances_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_sessions.id"))
    course_title: Mapped[str] = mapped_column(FetchedValue())
    held_on: Mapped[date] = mapped_column(FetchedValue())
    starts_at: Mapped[datetime | None] = mapped_column(FetchedValue())
    ends_at: Mapped[datetime | None] = mapped_column(FetchedValue())
    minutes: Mapped[int]
    source: Mapped[str]
    source_time: Mapped[datetime]
    cancel_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PracticePosting(Base):
    """A worker is posted somewhere to learn by doing, from a day until another (exclusive; open while it is)."""

    __tablename__ = "practice_postings"
    __table_args__ = (
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint(one_of("purpose", PracticePurpose), name="purpose"),
        CheckConstraint("note <> ''", name="note"),
        CheckConstraint("valid_to > valid_from", name="period"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_practice_postings_worker_id", "worker_id"),
        Index("ix_practice_postings_region_code_id", "region_code", "id"),
        Index("ix_practice_postings_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    body: Mapped[str]
    purpose: Mapped[str]
    note: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Certificate(Base):
    """A certificate that a worker was given, until when it holds (exclusive; for good without a day)."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint(one_of("kind", CertificateKind), name="kind"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("valid_to > issued_on", name="valid_to"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(
            "uq_certificates_worker_id_kind_issued_on",
            "worker_id",
            "kind",
            "issued_on",
            unique=True,
            postgresql_where=text(COUNTS),
        ),
        Index("ix_certificates_region_code_id", "region_code", "id"),
        Index("ix_certificates_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    kind: Mapped[str]
    number: Mapped[str | None]
    body: Mapped[str]
    issued_on: Mapped[date]
    valid_to: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
