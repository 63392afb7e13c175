"""The tables of yearly programmes: the general plan's items, tasks, marks, reports, targets.

`region_code`, `region_level` and `authority_code` are the committee's, copied by the database, and go along when the
committee moves. A task or target has a place of its own beside it: where it is to be done.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.programmes.facts import Direction, Mark, ProgrammeState, ProgrammeTaskState

YEAR = "year BETWEEN 2012 AND 2200"


def _stands(table: str, *, found: bool = True) -> tuple[CheckConstraint | Index, ...]:
    """`found`: there is a list of them; marks and reports are read by their task alone."""
    places = (
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        *(places if found else ()),
        Index(f"ix_{table}_committee_id", "committee_id"),
    )


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("place_level BETWEEN 0 AND 5", name="place_level"),
        CheckConstraint("place_code BETWEEN 0 AND 999999999999", name="place_code"),
        Index(f"ix_{table}_place_code", "place_code", "id"),
    )


class Programme(Base):
    """What a committee wants to do in a year, inside the general plan for the grass roots that it names.

    `result` is what stood when it was closed, frozen with it; `departures` are what was let pass, with the reasons.
    """

    __tablename__ = "programmes"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("state", ProgrammeState), name="state"),
        CheckConstraint("title <> '' AND plan_title <> '' AND plan_document <> ''", name="texts"),
        CheckConstraint(
            "num_nonnulls(approved_by, approved_on) = CASE state WHEN 'draft' THEN 0 ELSE 2 END", name="approved"
        ),
        CheckConstraint(
            "num_nonnulls(closed_by, closed_on, result) = CASE state WHEN 'closed' THEN 3 ELSE 0 END", name="closed"
        ),
        Unique("committee_id", "year"),
        *_stands("programmes")[:-1],
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    plan_title: Mapped[str]
    plan_document: Mapped[str | None]
    state: Mapped[str]
    drafted_by: Mapped[str]
    approved_by: Mapped[str | None]
    approved_on: Mapped[date | None]
    closed_by: Mapped[str | None]
    closed_on: Mapped[date | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class GeneralPlanItem(Base):
    """An item of the general plan that tasks of a programme belong to, as that plan numbers and words it."""

    __tablename__ = "general_plan_items"
    __table_args__ = (
        CheckConstraint("code <> '' AND text <> ''", name="texts"),
        Unique("programme_id", "code"),
        *_stands("general_plan_items"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    programme_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("programmes.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    position: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str]
    text: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ProgrammeTask(Base):
    """What a department or an authority is to do in a programme's year, where, and how far it says it is.

    `owner_code` is the owning authority's code; where an authority owns it, the place is the authority's own.
    """

    __tablename__ = "programme_tasks"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint(one_of("state", ProgrammeTaskState), name="state"),
        CheckConstraint("num_nonnulls(department_id, authority_id) = 1", name="owner"),
        CheckConstraint("(authority_id IS NULL) = (owner_code IS NULL)", name="owner_code"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL) AND (state <> 'done' OR progress = 100)", name="done"
        ),
        CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL) AND drop_reason <> ''", name="dropped"),
        *_stands("programme_tasks"),
        *_placed("programme_tasks"),
        Index("ix_programme_tasks_programme_id", "programme_id", "due_on", "id"),
        Index("ix_programme_tasks_open", "due_on", "id", postgresql_where=text("state = 'open'")),
        Index("ix_programme_tasks_item_id", "item_id", postgresql_where=text("item_id IS NOT NULL")),
        Index(
            "ix_programme_tasks_department_id",
            "department_id",
            "due_on",
            postgresql_where=text("department_id IS NOT NULL"),
        ),
        Index("ix_programme_tasks_owner_code", "owner_code", "id", postgresql_where=text("owner_code IS NOT NULL")),
        Index("ix_programme_tasks_authority_id", "authority_id", postgresql_where=text("authority_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    programme_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("programmes.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    item_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("general_plan_items.id"))
    what: Mapped[str]
    department_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("departments.id"))
    authority_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("authorities.id"))
    owner_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    place_code: Mapped[int] = mapped_column(BigInteger)
    place_level: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date]
    state: Mapped[str]
    progress: Mapped[int] = mapped_column(SmallInteger)
    done_on: Mapped[date | None]
    drop_reason: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ProgrammeMark(Base):
    """On which day a task was planned, deployed, inspected or appraised together with the rest, and where that stands.

    A reference in words, or what it was done by: a joint meeting, a notice, a supervision. Once each.
    """

    __tablename__ = "programme_marks"
    __table_args__ = (
        CheckConstraint(one_of("mark", Mark), name="mark"),
        CheckConstraint("reference <> ''", name="reference"),
        CheckConstraint(
            "num_nonnulls(meeting_id, notice_id, supervision_id) <= 1"
            " AND num_nonnulls(reference, meeting_id, notice_id, supervision_id) >= 1",
            name="evidence",
        ),
        Unique("task_id", "mark"),
        *_stands("programme_marks", found=False),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    task_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("programme_tasks.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    department_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    owner_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    place_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    mark: Mapped[str]
    marked_on: Mapped[date]
    reference: Mapped[str | None]
    meeting_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("joint_meetings.id"))
    notice_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("notices.id"))
    supervision_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("supervisions.id"))
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ProgrammeTaskReport(Base):
    """What was reported of a task on a day. Appended, never changed."""

    __tablename__ = "programme_task_reports"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("text <> ''", name="text"),
        Index("ix_programme_task_reports_task_id", "task_id", "id"),
        *_stands("programme_task_reports", found=False),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    task_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("programme_tasks.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    department_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    owner_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    place_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    reported_on: Mapped[date]
    progress: Mapped[int] = mapped_column(SmallInteger)
    done: Mapped[bool]
    text: Mapped[str]
    on_behalf: Mapped[bool]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ProgrammeTarget(Base):
    """Where a region's figure is to be by a day, from where it was; `basis` is the denominator where it has one."""

    __tablename__ = "programme_targets"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("direction", Direction), name="direction"),
        CheckConstraint("due_on >= from_on", name="due_on"),
        CheckConstraint("CASE direction WHEN 'up' THEN target >= baseline ELSE target <= baseline END", name="target"),
        CheckConstraint("withdrawn_reason <> ''", name="withdrawn_reason"),
        Index(
            "uq_programme_targets_programme_id",
            "programme_id",
            "indicator",
            text("coalesce(basis, '')"),
            "place_code",
            "place_level",
            unique=True,
            postgresql_where=text("withdrawn_reason IS NULL"),
        ),
        *_stands("programme_targets"),
        *_placed("programme_targets"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    programme_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("programmes.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    indicator: Mapped[str]
    basis: Mapped[str | None]
    place_code: Mapped[int] = mapped_column(BigInteger)
    place_level: Mapped[int] = mapped_column(SmallInteger)
    direction: Mapped[str]
    baseline: Mapped[int]
    baseline_on: Mapped[date]
    target: Mapped[int]
    from_on: Mapped[date]
    due_on: Mapped[date]
    withdrawn_reason: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
