"""The tables of yearly targets, reviews of workers, and what bodies answered about them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.duties.facts import Answer, Band, Consequence, ReviewState

YEAR = "year BETWEEN 2012 AND 2200"


class WorkerTarget(Base):
    """What is asked of one worker in a year by one indicator, in place of what the policy asks of his roles.

    `withdrawn_reason`: it does not count any more, and the policy's holds again. It stands where the worker stands.
    """

    __tablename__ = "worker_targets"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint("value BETWEEN 0 AND 1000000", name="value"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("withdrawn_reason <> ''", name="withdrawn_reason"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(
            "uq_worker_targets_worker_id_year_indicator",
            "worker_id",
            "year",
            "indicator",
            unique=True,
            postgresql_where=text("withdrawn_reason IS NULL"),
        ),
        Index("ix_worker_targets_worker_id", "worker_id"),
        Index("ix_worker_targets_region_code_id", "region_code", "id"),
        Index("ix_worker_targets_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    indicator: Mapped[str]
    value: Mapped[int]
    reason: Mapped[str]
    set_by: Mapped[str]
    withdrawn_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class WorkerReview(Base):
    """A worker's year, looked at: what he reports, what bodies say, what the data say, and what was decided.

    `band` is the one in force: null until it is first decided, and kept while a decision is corrected. `result` is what
    the decision rested on, frozen with it: figures, opinions, findings, the policies' versions, and the day as of which
    it was read. `departures` are what was let pass; `corrections` the decisions that were taken up again, each with the
    reason.
    """

    __tablename__ = "worker_reviews"
    __table_args__ = (
        CheckConstraint(YEAR, name="year"),
        CheckConstraint(one_of("state", ReviewState), name="state"),
        CheckConstraint(f"self_band IS NULL OR {one_of('self_band', Band)}", name="self_band"),
        CheckConstraint(one_of("band", Band), name="band"),
        CheckConstraint(one_of("consequence", Consequence), name="consequence"),
        CheckConstraint("self_report <> ''", name="self_report"),
        CheckConstraint(
            "num_nonnulls(self_report, self_reported_by, self_reported_on, on_behalf) IN (0, 4)", name="self_reported"
        ),
        CheckConstraint(
            "num_nonnulls(band, consequence, decided_by, decided_on, result) IN (0, 5)"
            " AND (state <> 'decided' OR band IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("uq_worker_reviews_worker_id_year", "worker_id", "year", unique=True),
        Index("ix_worker_reviews_region_code_id", "region_code", "id"),
        Index("ix_worker_reviews_authority_code", "authority_code", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workers.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_on: Mapped[date]
    self_report: Mapped[str | None]
    self_band: Mapped[str | None]
    on_behalf: Mapped[bool | None]
    self_reported_by: Mapped[str | None]
    self_reported_on: Mapped[date | None]
    band: Mapped[str | None]
    consequence: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class WorkerOpinion(Base):
    """What a body answered when it was asked about a worker's year: his branch, or the owner of an enterprise.

    Entered by whoever has the place or the line; the worker himself sees how many answered what, not who.
    """

    __tablename__ = "worker_opinions"
    __table_args__ = (
        CheckConstraint("num_nonnulls(branch_id, organization_id) = 1", name="body"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("uq_worker_opinions_review_id_branch_id", "review_id", "branch_id", unique=True),
        Index("uq_worker_opinions_review_id_organization_id", "review_id", "organization_id", unique=True),
        Index("ix_worker_opinions_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    review_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("worker_reviews.id"))
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"))
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("organizations.id"))
    answer: Mapped[str]
    answered_on: Mapped[date]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
