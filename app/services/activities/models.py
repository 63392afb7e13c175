"""The table of what branches hold."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.activities.facts import ActivityKind
from app.services.branches.models import one_of


class Activity(Base):
    """Something a branch held on a day, with how many came: numbers, no names.

    A cancelled one was entered by mistake; it stays, with the reason, and counts for nothing.
    """

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint(one_of("kind", ActivityKind), name="kind"),
        CheckConstraint("topic <> ''", name="topic"),
        CheckConstraint("attended >= 1 AND expected >= 1", name="numbers"),
        CheckConstraint("cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_activities_region_code_id", "region_code", "id"),
        Index("ix_activities_authority_code", "authority_code", "region_code", "id"),
        Index(
            "uq_activities_branch_id_kind_held_on_topic",
            "branch_id",
            "kind",
            "held_on",
            "topic",
            unique=True,
            postgresql_where=text("cancel_reason IS NULL"),
        ),
        Index(
            "ix_activities_branch_id_held_on",
            "branch_id",
            "held_on",
            postgresql_include=["kind"],
            postgresql_where=text("cancel_reason IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[str]
    held_on: Mapped[date]
    topic: Mapped[str]
    attended: Mapped[int]
    expected: Mapped[int | None]
    cancel_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
