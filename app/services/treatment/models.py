"""The tables of recognition, conditions, monthly lists, their lines, and what closed months had listed otherwise."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.treatment.facts import ConditionKind, HonourKind, MonthState
from app.services.workers.facts import WorkerRole


class Honour(Base):
    """A worker's political recognition: a seat held from one day until another, or an honour given on a day.

    A cancelled one was entered by mistake and stays, with the reason. It stands where the worker stands.
    """

    __tablename__ = "treatment_honours"
    __table_args__ = (
        CheckConstraint(one_of("kind", HonourKind), name="kind"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("document <> ''", name="document"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("(kind = 'honour') = (awarded_on IS NOT NULL)", name="awarded_on"),
        CheckConstraint("(kind = 'honour') = (valid_from IS NULL)", name="valid_from"),
        CheckConstraint("valid_to IS NULL OR (valid_from IS NOT NULL AND valid_to >= valid_from)", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_treatment_honours_region_code_id", "region_code", "id"),
        Index("ix_treatment_honours_authority_code", "authority_code", "region_code", "id"),
        Index("ix_treatment_honours_worker_id", "worker_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"))
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    awarded_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    document: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Condition(Base):
    """What a worker, a branch or an organisation has to work with, or lacks, since when. One row a kind.

    It stands where that one stands and belongs to its line.
    """

    __tablename__ = "treatment_conditions"
    __table_args__ = (
        CheckConstraint(one_of("kind", ConditionKind), name="kind"),
        CheckConstraint("num_nonnulls(worker_id, branch_id, organization_id) = 1", name="subject"),
        CheckConstraint("note <> ''", name="note"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_treatment_conditions_region_code_id", "region_code", "id"),
        Index("ix_treatment_conditions_authority_code", "authority_code", "region_code", "id"),
        *(
            Index(
                f"uq_treatment_conditions_{column}_kind",
                column,
                "kind",
                unique=True,
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("worker_id", "branch_id", "organization_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("workers.id"))
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"))
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("organizations.id"))
    kind: Mapped[str]
    provided: Mapped[bool]
    since: Mapped[date]
    note: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class TreatmentMonth(Base):
    """The list of a region for a month: who computed it, from which schemes, and who closed it.

    `known_policies` are the numbers of all schemes that were laid down by then, so that a closed month can be computed
    again whatever has been laid down since; `schemes` those that paid, as they stood.
    """

    __tablename__ = "treatment_months"
    __table_args__ = (
        CheckConstraint("month = date_trunc('month', month)::date", name="month"),
        CheckConstraint(one_of("state", MonthState), name="state"),
        CheckConstraint(
            "num_nonnulls(closed_by, closed_at) = CASE WHEN state = 'closed' THEN 2 ELSE 0 END", name="closed"
        ),
        CheckConstraint("closed_by <> computed_by", name="closed_by"),
        CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", name="discard_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index("ix_treatment_months_region_code_id", "region_code", "id"),
        Index("ix_treatment_months_month", "month", "region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    month: Mapped[date]
    state: Mapped[str]
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    discard_reason: Mapped[str | None]
    known_policies: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    schemes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class TreatmentEntitlement(Base):
    """What a month brings one worker; he stands in one list a month. Frozen when the list is closed.

    `own_fen` is of the month itself, `differences_fen` of closed months that would be listed otherwise now. `basis` is
    what it was computed from. It stays where the worker stood when it was computed.
    """

    __tablename__ = "treatment_entitlements"
    __table_args__ = (
        Unique("worker_id", "month"),
        CheckConstraint(one_of("role", WorkerRole), name="role"),
        CheckConstraint("own_fen >= 0 AND due_fen = own_fen + differences_fen", name="amounts"),
        CheckConstraint("days BETWEEN 0 AND 31", name="days"),
        CheckConstraint(
            "CASE state WHEN 'open' THEN true WHEN 'due' THEN due_fen > 0 WHEN 'owed_back' THEN due_fen < 0"
            " WHEN 'nothing' THEN due_fen = 0 ELSE false END",
            name="state",
        ),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index("ix_treatment_entitlements_region_code_id", "region_code", "id"),
        Index("ix_treatment_entitlements_authority_code", "authority_code", "region_code", "id"),
        Index("ix_treatment_entitlements_month_id", "month_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    month_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_months.id"))
    month: Mapped[date]
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"))
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    unpaid: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    authority_code: Mapped[int | None] = mapped_column(BigInteger)
    role: Mapped[str | None]
    days: Mapped[int] = mapped_column(SmallInteger)
    own_fen: Mapped[int] = mapped_column(BigInteger)
    differences_fen: Mapped[int] = mapped_column(BigInteger)
    due_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    basis: Mapped[dict[str, Any]] = mapped_column(JSONB)


class TreatmentDifference(Base):
    """That a closed month would be listed otherwise now: what was listed, what is right, and the difference.

    Reckoned by the schemes of its time, and listed once, with the worker's line of a later month.
    """

    __tablename__ = "treatment_differences"
    __table_args__ = (
        Unique("worker_id", "for_month", "month"),
        CheckConstraint(
            "amount_fen >= 0 AND difference_fen = amount_fen - listed_fen AND difference_fen <> 0", name="amounts"
        ),
        CheckConstraint("for_month < month", name="for_month"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        Index("ix_treatment_differences_region_code_id", "region_code", "id"),
        Index("ix_treatment_differences_authority_code", "authority_code", "region_code", "id"),
        Index("ix_treatment_differences_month_id", "month_id"),
        Index("ix_treatment_differences_entitlement_id", "entitlement_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    month_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_months.id"))
    month: Mapped[date]
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"))
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    unpaid: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    authority_code: Mapped[int | None] = mapped_column(BigInteger)
    entitlement_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("treatment_entitlements.id"))
    for_month: Mapped[date]
    listed_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    difference_fen: Mapped[int] = mapped_column(BigInteger)
