"""The tables of notices downward, supervision tours, and what is to be put right.

What is a committee's own stands where the committee stands. What was told to somebody stands where he stands, with the
line of the committee beside his own: the database copies both, and lets them go along.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.supervision.facts import Found, Needs, NoticeState, RectificationState, TourState

BODIES = ("authority_id", "department_id", "branch_id", "organization_id")


def _found(table: str) -> tuple[SchemaItem, ...]:
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
        Index(f"ix_{table}_committee_id", "committee_id"),
    )


def _where_told(table: str, *columns: str) -> tuple[SchemaItem, ...]:
    return tuple(
        Index(f"ix_{table}_{column}", column, postgresql_where=text(f"{column} IS NOT NULL")) for column in columns
    )


class _Row:
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"), sort_order=-30)
    version: Mapped[int] = mapped_column(sort_order=-29)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"), sort_order=-28)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), sort_order=50)
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue(), sort_order=51)
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue(), sort_order=52)
    created_at: Mapped[datetime] = mapped_column(sort_order=53)
    recorded_at: Mapped[datetime] = mapped_column(sort_order=54)


class _OfTour(_Row):
    supervision_id: Mapped[UUID] = mapped_column(ForeignKey("supervisions.id"), sort_order=-20)
    lead_department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), sort_order=-19)


class _OfBody(_OfTour):
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"), sort_order=-14)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), sort_order=-13)
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), sort_order=-12)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), sort_order=-11)


class Notice(_Row, Base):
    """What a committee tells those below it. `recipients` is whom the draft chose; rows of them come when it is issued,
    and from then on it stays as it is.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(one_of("state", NoticeState), name="state"),
        CheckConstraint(one_of("needs", Needs), name="needs"),
        CheckConstraint("title <> '' AND text <> '' AND number_text <> '' AND close_reason <> ''", name="texts"),
        CheckConstraint("(state IN ('issued', 'closed')) = (issued_on IS NOT NULL)", name="issued_on"),
        CheckConstraint("(issued_on IS NULL) = (issued_by IS NULL)", name="issued_by"),
        CheckConstraint("(state IN ('closed', 'dropped')) = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint("due_on >= issued_on", name="due_on"),
        *_found("notices"),
    )

    title: Mapped[str]
    number_text: Mapped[str | None]
    text: Mapped[str]
    needs: Mapped[str]
    due_on: Mapped[date]
    recipients: Mapped[dict[str, Any]]
    state: Mapped[str]
    issued_on: Mapped[date | None]
    issued_by: Mapped[str | None]
    closed_on: Mapped[date | None]
    close_reason: Mapped[str | None]
    created_by: Mapped[str]


class NoticeRecipient(_Row, Base):
    """A body that a notice was issued to. `recipient_code` is the authority's own, so that its line sees the row;
    `authority_code` is the issuing committee's. `needs` and `due_on` are the notice's, frozen with it.
    """

    __tablename__ = "notice_recipients"
    __table_args__ = (
        UniqueConstraint("notice_id", "authority_id"),
        UniqueConstraint("notice_id", "department_id"),
        CheckConstraint("num_nonnulls(authority_id, department_id) = 1", name="recipient"),
        CheckConstraint(one_of("needs", Needs), name="needs"),
        CheckConstraint("num_nonnulls(received_on, received_by) IN (0, 2)", name="received"),
        CheckConstraint("num_nonnulls(answer, answered_on, answered_by) IN (0, 3) AND answer <> ''", name="answered"),
        CheckConstraint("answered_on IS NULL OR received_on <= answered_on", name="answered_on"),
        CheckConstraint("chased >= 0 AND (chased = 0) = (last_chased_on IS NULL)", name="chased"),
        *_found("notice_recipients"),
        *_where_told("notice_recipients", "authority_id", "department_id"),
        Index("ix_notice_recipients_recipient_code", "recipient_code", "region_code", "id"),
        Index(
            "ix_notice_recipients_waiting",
            "due_on",
            "id",
            postgresql_where=text("closed_on IS NULL AND answered_on IS NULL"),
        ),
    )

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"))
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    recipient_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    needs: Mapped[str]
    due_on: Mapped[date]
    received_on: Mapped[date | None]
    received_by: Mapped[str | None]
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None]
    chased: Mapped[int]
    last_chased_on: Mapped[date | None]
    closed_on: Mapped[date | None]


class Supervision(_Row, Base):
    """A tour: what is looked at (`checklist`: code, text, basis), when, led by a department or by the committee."""

    __tablename__ = "supervisions"
    __table_args__ = (
        CheckConstraint(one_of("state", TourState), name="state"),
        CheckConstraint("ends_on >= starts_on", name="ends_on"),
        CheckConstraint("title <> '' AND basis <> '' AND template <> '' AND close_reason <> ''", name="texts"),
        CheckConstraint("(state IN ('under_way', 'closed')) = (started_on IS NOT NULL)", name="started_on"),
        CheckConstraint("(state IN ('closed', 'cancelled')) = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint("jsonb_typeof(checklist) = 'array' AND jsonb_array_length(checklist) > 0", name="checklist"),
        *_found("supervisions"),
        *_where_told("supervisions", "lead_department_id"),
    )

    lead_department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    title: Mapped[str]
    basis: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    template: Mapped[str | None]
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    close_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_by: Mapped[str]


class SupervisionSubject(_OfBody, Base):
    """A body that a tour looks at. It stands with the committee: whoever is to be looked at does not read of it."""

    __tablename__ = "supervision_subjects"
    __table_args__ = (
        CheckConstraint("num_nonnulls(authority_id, department_id, branch_id, organization_id) = 1", name="subject"),
        *(UniqueConstraint("supervision_id", column) for column in BODIES),
        *_found("supervision_subjects"),
        *_where_told("supervision_subjects", "lead_department_id", *BODIES),
    )

    visited_on: Mapped[date | None]


class SupervisionFinding(_OfTour, Base):
    """What was found at a subject by a line of the checklist. A fact of the work; appended, never changed."""

    __tablename__ = "supervision_findings"
    __table_args__ = (
        CheckConstraint(one_of("severity", Found), name="severity"),
        CheckConstraint("check_code <> '' AND what <> ''", name="texts"),
        *_found("supervision_findings"),
        *_where_told("supervision_findings", "lead_department_id"),
        Index("ix_supervision_findings_supervision_id", "supervision_id", "id"),
        Index("ix_supervision_findings_subject_id", "subject_id"),
    )

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_subjects.id"))
    check_code: Mapped[str]
    what: Mapped[str]
    found_on: Mapped[date]
    severity: Mapped[str]
    entered_by: Mapped[str]


class Rectification(_OfBody, Base):
    """What a subject is to put right by a day. `subject_code` is its line's, `authority_code` the committee's."""

    __tablename__ = "rectifications"
    __table_args__ = (
        UniqueConstraint("finding_id"),
        CheckConstraint("num_nonnulls(authority_id, department_id, branch_id, organization_id) = 1", name="subject"),
        CheckConstraint(one_of("state", RectificationState), name="state"),
        CheckConstraint("due_on >= issued_on", name="due_on"),
        CheckConstraint(
            "demand <> '' AND answer <> '' AND check_result <> '' AND handed_on_reason <> ''", name="texts"
        ),
        CheckConstraint("num_nonnulls(answer, answered_on, answered_by) IN (0, 3)", name="answered"),
        CheckConstraint("num_nonnulls(check_result, checked_on, checked_by) IN (0, 3)", name="checked"),
        CheckConstraint("state NOT IN ('answered', 'sent_back', 'accepted') OR answer IS NOT NULL", name="answer"),
        CheckConstraint("state NOT IN ('sent_back', 'accepted') OR check_result IS NOT NULL", name="check_result"),
        CheckConstraint("(state = 'handed_on') = (handed_on_reason IS NOT NULL)", name="handed_on_reason"),
        CheckConstraint("sent_back >= 0", name="sent_back"),
        *_found("rectifications"),
        *_where_told("rectifications", "lead_department_id", *BODIES),
        Index("ix_rectifications_supervision_id", "supervision_id", "id"),
        Index("ix_rectifications_subject_code", "subject_code", "region_code", "id"),
        Index(
            "ix_rectifications_waiting",
            "due_on",
            "id",
            postgresql_where=text("state IN ('issued', 'answered', 'sent_back')"),
        ),
    )

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_findings.id"))
    subject_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    demand: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None]
    check_result: Mapped[str | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None]
    sent_back: Mapped[int]
    handed_on_reason: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
