"""The tables of formation tasks and of what was done."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.planning.facts import OwnerKind
from app.services.planning.tasks.facts import Deed, TaskKind, TaskState


class FormationTask(Base):
    """What somebody is to do by a day: for a place of an approved plan, for an organisation, a branch, or a region.

    `authority_code` is the owning authority's, copied by the database, so that its line sees the task. An owner that is
    an authority has its name there, any other body has it here. `what` is the problem that is to be solved, and
    `visit_id` the visit that found it.
    """

    __tablename__ = "formation_tasks"
    __table_args__ = (
        CheckConstraint(one_of("kind", TaskKind), name="kind"),
        CheckConstraint(one_of("owner_kind", OwnerKind), name="owner_kind"),
        CheckConstraint(one_of("state", TaskState), name="state"),
        CheckConstraint("(owner_kind = 'authority') = (authority_id IS NOT NULL)", name="authority_id"),
        CheckConstraint("(owner_kind = 'authority') = (owner_name IS NULL) AND owner_name <> ''", name="owner_name"),
        CheckConstraint("(state IN ('done', 'dropped')) = (ended_on IS NOT NULL)", name="ended_on"),
        CheckConstraint("(kind = 'solve') = (what IS NOT NULL) AND what <> ''", name="what"),
        CheckConstraint("visit_id IS NULL OR kind = 'solve'", name="visit_id"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_formation_tasks_region_code_id", "region_code", "id"),
        Index("ix_formation_tasks_authority_code", "authority_code", "region_code", "id"),
        Index("ix_formation_tasks_place_id", "place_id", postgresql_where=text("place_id IS NOT NULL")),
        *(
            Index(f"ix_formation_tasks_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("organization_id", "branch_id", "visit_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    kind: Mapped[str]
    what: Mapped[str | None]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_places.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    owner_kind: Mapped[str]
    owner_name: Mapped[str | None]
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    due_on: Mapped[date]
    state: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class FormationTaskEntry(Base):
    """What was done for a task on a day. Appended, never changed; seen by whoever sees the task's place or line."""

    __tablename__ = "formation_task_entries"
    __table_args__ = (
        CheckConstraint(one_of("did", Deed), name="did"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_formation_task_entries_task_id", "task_id"),
        Index("ix_formation_task_entries_region_code", "region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("formation_tasks.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    branch_id: Mapped[UUID | None]
    done_on: Mapped[date]
    did: Mapped[str]
    note: Mapped[str | None]
    entered_by: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime]
