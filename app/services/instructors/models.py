"""The tables of stations, of who belongs to them, and of assignments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.instructors.facts import AssignmentEnd, Purpose
from app.services.regions.coordinates import ALLOWED


class Station(Base):
    """A group of instructors that works from one place.

    `authority_code` is that of the body that runs it, copied by the database. Coordinates as of hosts.
    """

    __tablename__ = "stations"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("closed_on >= opened_on", name="closed_on"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint(ALLOWED, name="coordinates"),
        Index(
            "uq_stations_region_code_name",
            "region_code",
            "name",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_stations_region_code_id", "region_code", "id"),
        Index("ix_stations_authority_code", "authority_code", "region_code", "id"),
        Index("ix_stations_host_id", "host_id", postgresql_where=text("host_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    name: Mapped[str]
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("hosts.id"))
    address: Mapped[str | None]
    longitude_e6: Mapped[int | None]
    latitude_e6: Mapped[int | None]
    datum: Mapped[str | None]
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authorities.id"))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class StationMember(Base):
    """An instructor's time in a station: one at a time. It stands where the station stands."""

    __tablename__ = "station_members"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_station_members_station_id", "station_id", "valid_from"),
        Index("ix_station_members_worker_id", "worker_id"),
        Index("ix_station_members_region_code", "region_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Assignment(Base):
    """An instructor sent to one organisation or one branch, from a day until another (exclusive).

    `valid_to` is the planned end until `end_kind` says that it was another one; it never lies beyond the instructor's
    role. Where it stands and whom it belongs to are the organisation's or the branch's, copied by the database, and
    moved with it. `proposal_id` is the proposal it comes from. The note on a conflict goes when the worker is erased.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", name="target"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint(one_of("end_kind", AssignmentEnd), name="end_kind"),
        CheckConstraint("end_kind NOT IN ('ended', 'role_ended') OR end_reason IS NOT NULL", name="end_reason"),
        CheckConstraint(
            "(end_kind IS NOT DISTINCT FROM 'handed_over') = (succeeded_by IS NOT NULL)", name="succeeded_by"
        ),
        CheckConstraint("conflict_of_interest OR conflict_note IS NULL", name="conflict_note"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_assignments_region_code_id", "region_code", "id"),
        Index("ix_assignments_authority_code", "authority_code", "region_code", "id"),
        Index("ix_assignments_worker_id", "worker_id", "valid_to"),
        *(
            Index(f"ix_assignments_{column}", column, "valid_to", postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("organization_id", "branch_id")
        ),
        *(
            Index(f"ix_assignments_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("outflow_authority_code", "succeeded_by", "proposal_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    purpose: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    end_kind: Mapped[str | None]
    end_reason: Mapped[str | None]
    succeeded_by: Mapped[UUID | None] = mapped_column(ForeignKey("assignments.id"))
    proposal_id: Mapped[UUID | None]
    conflict_of_interest: Mapped[bool] = mapped_column(server_default=text("false"))
    conflict_note: Mapped[str | None]
    departures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
