"""The table of visits."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.visits.facts import VisitDeed, VisitKind


class Visit(Base):
    """What an instructor did on a day for an organisation or a branch that was assigned to him.

    Worker, organisation or branch, region and codes are the assignment's, copied by the database. A cancelled visit was
    entered by mistake; it stays, with the reason, and counts for nothing.
    """

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint(one_of("kind", VisitKind), name="kind"),
        CheckConstraint(
            f"cardinality(did) >= 1 AND did <@ ARRAY[{', '.join(repr(str(deed)) for deed in VisitDeed)}]", name="did"
        ),
        CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", name="about"),
        CheckConstraint("note <> '' AND follows <> '' AND cancel_reason <> ''", name="texts"),
        CheckConstraint("next_on > visited_on", name="next_on"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_visits_region_code_id", "region_code", "id"),
        Index("ix_visits_authority_code", "authority_code", "region_code", "id"),
        Index(
            "uq_visits_assignment_id_visited_on_kind",
            "assignment_id",
            "visited_on",
            "kind",
            unique=True,
            postgresql_where=text("cancel_reason IS NULL"),
        ),
        Index("ix_visits_worker_id", "worker_id", "visited_on"),
        *(
            Index(f"ix_visits_{column}", column, "visited_on", postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("organization_id", "branch_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), server_default=FetchedValue())
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), FetchedValue())
    visited_on: Mapped[date]
    kind: Mapped[str]
    did: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str | None]
    follows: Mapped[str | None]
    next_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
