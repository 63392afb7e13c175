"""The tables of plans, their places, and the organisations in each place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.planning.facts import Nearness, OwnerKind, PlaceKind, PlaceState, PlanState


class Plan(Base):
    """What is proposed for a region's gaps, by whom and by which numbers.

    `limits` are the numbers in force with the document of each, or what the what-if put in their place; `figures` what
    came of it, with the bounds.
    """

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint(one_of("state", PlanState), name="state"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved"),
        Index("ix_plans_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    title: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    limits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_by: Mapped[str]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PlanPlace(Base):
    """One place of a plan: organisations for which one thing is proposed, where they are, and why these.

    `turn` is the place in the order of easy first. `region_code` is the smallest region that holds them all.
    """

    __tablename__ = "plan_places"
    __table_args__ = (
        Unique("plan_id", "turn"),
        Unique("id", "plan_id"),  # what plan_place_organizations refers to
        CheckConstraint(one_of("kind", PlaceKind), name="kind"),
        CheckConstraint(one_of("state", PlaceState), name="state"),
        CheckConstraint(one_of("nearness", Nearness), name="nearness"),
        CheckConstraint(one_of("body", OwnerKind), name="body"),
        CheckConstraint("(kind = 'attach') = (branch_id IS NOT NULL)", name="branch_id"),
        CheckConstraint("organizations >= 0 AND members >= 0 AND distance >= 0 AND turn > 0", name="numbers"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_plan_places_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    turn: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("hosts.id"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    body: Mapped[str | None]
    organizations: Mapped[int]
    members: Mapped[int | None]
    distance: Mapped[int | None]
    nearness: Mapped[str | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    drop_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PlanPlaceOrganization(Base):
    """An organisation stands in one place of a plan. `region_code` is where it stood when it was planned."""

    __tablename__ = "plan_place_organizations"
    __table_args__ = (
        ForeignKeyConstraint(["place_id", "plan_id"], ["plan_places.id", "plan_places.plan_id"]),
        Index("ix_plan_place_organizations_place_id", "place_id"),
        Index("ix_plan_place_organizations_organization_id", "organization_id"),
        Index("ix_plan_place_organizations_region_code", "region_code"),
    )

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    place_id: Mapped[UUID]
    members: Mapped[int | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
