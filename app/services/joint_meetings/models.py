"""The tables of a joint meeting: itself, its agenda, its invitations and its minutes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.joint_meetings.facts import (
    AgendaKind,
    AgendaState,
    Answer,
    MeetingKind,
    MeetingPurpose,
    MeetingState,
    MinutesState,
    Presence,
)


def one_of(column: str, codes: type[StrEnum]) -> str:
    """The condition that a text column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


def _placed(table: str) -> list[Any]:
    """What every table here has: the committee's place and code, by which it is found."""
    return [
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    ]


def _of_meeting(table: str) -> list[Any]:
    """A row of a meeting stands with the meeting's own committee."""
    return [
        ForeignKeyConstraint(["meeting_id", "committee_id"], ["joint_meetings.id", "joint_meetings.committee_id"]),
        *_placed(table),
    ]


class Meeting(Base):
    """A meeting that is planned, held or cancelled.

    A regular one is an occurrence of a schedule, `occurrence_on` being the day that the series itself names; `held_on`
    is the day in Shanghai on which it begins. Place and code are the committee's, copied by the database. `departures`
    are the findings that were let pass, each with the reason, who let it pass and when.
    """

    __tablename__ = "joint_meetings"
    __table_args__ = (
        Unique("id", "committee_id"),  # what the rows of a meeting refer to
        CheckConstraint(one_of("kind", MeetingKind), name="kind"),
        CheckConstraint(one_of("purpose", MeetingPurpose), name="purpose"),
        CheckConstraint(one_of("state", MeetingState), name="state"),
        CheckConstraint("title <> '' AND place <> '' AND cancel_reason <> ''", name="texts"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint(
            "(kind = 'regular') = (schedule_id IS NOT NULL) AND (schedule_id IS NULL) = (occurrence_on IS NULL)",
            name="schedule_id",
        ),
        CheckConstraint("(kind = 'liaison') = (parent_id IS NOT NULL) AND parent_id <> id", name="parent_id"),
        CheckConstraint("held_on = (starts_at AT TIME ZONE 'Asia/Shanghai')::date", name="held_on"),
        CheckConstraint("topics_due_on <= held_on AND attendance_due_on <= held_on", name="due_on"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancel_reason"),
        *_placed("joint_meetings"),
        Index("ix_joint_meetings_committee_id", "committee_id", "starts_at"),
        Index(
            "uq_joint_meetings_schedule_id_occurrence_on",
            "schedule_id",
            "occurrence_on",
            unique=True,
            postgresql_where=text("schedule_id IS NOT NULL AND state <> 'cancelled'"),
        ),
        Index("ix_joint_meetings_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        *(
            Index(f"ix_joint_meetings_{day}", day, postgresql_where=text("state IN ('planned', 'invited')"))
            for day in ("topics_due_on", "attendance_due_on")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    schedule_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting_schedules.id"))
    occurrence_on: Mapped[date | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("joint_meetings.id"))
    kind: Mapped[str]
    purpose: Mapped[str]
    title: Mapped[str]
    held_on: Mapped[date]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    convener_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    state: Mapped[str]
    topics_due_on: Mapped[date]
    attendance_due_on: Mapped[date]
    cancel_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class AgendaItem(Base):
    """What a meeting is to talk about. `department_id` proposed it; the committee's own have none.

    One that was carried over is an action item of an earlier meeting, entered by the service itself.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        Unique("meeting_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint(one_of("kind", AgendaKind), name="kind"),
        CheckConstraint(one_of("state", AgendaState), name="state"),
        CheckConstraint("title <> '' AND summary <> '' AND decline_reason <> ''", name="texts"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("(kind = 'carried_over') = (action_item_id IS NOT NULL)", name="action_item_id"),
        CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name="decline_reason"),
        *_of_meeting("agenda_items"),
        Index("ix_agenda_items_department_id", "department_id", postgresql_where=text("department_id IS NOT NULL")),
        Index(
            "uq_agenda_items_meeting_id_action_item_id",
            "meeting_id",
            "action_item_id",
            unique=True,
            postgresql_where=text("action_item_id IS NOT NULL"),
        ),
        Index("ix_agenda_items_action_item_id", "action_item_id", postgresql_where=text("action_item_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    meeting_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    position: Mapped[int] = mapped_column(server_default=FetchedValue())
    kind: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str | None]
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    action_item_id: Mapped[UUID | None]
    state: Mapped[str]
    decline_reason: Mapped[str | None]
    proposed_on: Mapped[date]
    proposed_by: Mapped[str]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class MeetingInvitation(Base):
    """A department is invited; what it answers, and who was there for it.

    The delegate's name and post are personal: shown to those alone whose work needs them, and gone once their time is
    over (`forgotten_on`).
    """

    __tablename__ = "meeting_invitations"
    __table_args__ = (
        Unique("meeting_id", "department_id"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
        CheckConstraint(one_of("present", Presence), name="present"),
        CheckConstraint("delegate_name <> '' AND delegate_post <> '' AND absence_reason <> ''", name="texts"),
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answered_on"),
        CheckConstraint(
            "answer <> 'substitute' OR delegate_name IS NOT NULL OR forgotten_on IS NOT NULL", name="delegate_name"
        ),
        CheckConstraint(
            "(answer = 'absent') = (absence_reason IS NOT NULL) OR forgotten_on IS NOT NULL", name="absence_reason"
        ),
        CheckConstraint(
            "forgotten_on IS NULL OR num_nonnulls(delegate_name, delegate_post, absence_reason) = 0",
            name="forgotten_on",
        ),
        *_of_meeting("meeting_invitations"),
        Index("ix_meeting_invitations_department_id", "department_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    meeting_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"))
    invited_on: Mapped[date]
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    late: Mapped[bool] = mapped_column(server_default=text("false"))
    delegate_name: Mapped[str | None]
    delegate_post: Mapped[str | None]
    absence_reason: Mapped[str | None]
    present: Mapped[str | None]
    forgotten_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class MeetingMinutes(Base):
    """An edition of a meeting's minutes. Approved it is frozen, and holds what was decided, as it was decided.

    `written_by` are all who wrote in the edition, for nobody approves what is his own. A later edition corrects the one
    before it, and says why.
    """

    __tablename__ = "meeting_minutes"
    __table_args__ = (
        Unique("meeting_id", "edition"),
        CheckConstraint(one_of("state", MinutesState), name="state"),
        CheckConstraint("edition > 0", name="edition"),
        CheckConstraint("(edition = 1) = (correction_reason IS NULL) AND correction_reason <> ''", name="correction"),
        CheckConstraint("cardinality(written_by) > 0", name="written_by"),
        CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL) AND (approved_by IS NULL) = (approved_at IS NULL)"
            " AND (approved_by IS NULL) = (decisions IS NULL) AND approved_by <> ALL (written_by)",
            name="approved",
        ),
        *_of_meeting("meeting_minutes"),
        Index(
            "uq_meeting_minutes_meeting_id",
            "meeting_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    meeting_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    edition: Mapped[int]
    paragraphs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    correction_reason: Mapped[str | None]
    state: Mapped[str]
    written_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    decisions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
