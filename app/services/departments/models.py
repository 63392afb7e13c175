"""The tables of departments: membership in the joint meeting, duties, liaisons, and what is pushed.

`region_code`, `region_level` and `authority_code` are the committee's, copied by the database, and go along when the
committee moves. The code is the committee's own among authorities: its line sees what the committee has.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.departments.facts import DepartmentKind

KINDS = ", ".join(f"'{kind}'" for kind in DepartmentKind)


def _dated() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("end_reason <> '' AND (end_reason IS NULL OR valid_to IS NOT NULL)", name="end_reason"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
    )


def _found(table: str) -> tuple[Index, ...]:
    return (
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )


def _of_department(table: str) -> tuple[Index, ...]:
    return (
        Index(f"ix_{table}_department_id", "department_id", "valid_from", "id"),
        Index(f"ix_{table}_committee_id", "committee_id"),
        *_found(table),
    )


class Department(Base):
    """A department's time in a committee's joint meeting. `authority_id` is the superior body that it is as well."""

    __tablename__ = "departments"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("authority_id <> committee_id", name="authority_id"),
        *_dated(),
        Index("ix_departments_committee_id", "committee_id", "valid_from", "id"),
        Index("ix_departments_authority_id", "authority_id", postgresql_where=text("authority_id IS NOT NULL")),
        *_found("departments"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    kind: Mapped[str]
    name: Mapped[str]
    authority_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("authorities.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class DepartmentDuty(Base):
    """What a department does for two-new work, by dates, and the document that says so."""

    __tablename__ = "department_duties"
    __table_args__ = (
        CheckConstraint("text <> '' AND source <> ''", name="texts"),
        *_dated(),
        *_of_department("department_duties"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    text: Mapped[str]
    source: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class DepartmentLiaison(Base):
    """Through whom a department is reached, by dates; one main person at a time. The phone stands sealed among the
    personal values.
    """

    __tablename__ = "department_liaisons"
    __table_args__ = (
        CheckConstraint("name <> '' AND post <> ''", name="texts"),
        *_dated(),
        *_of_department("department_liaisons"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    name: Mapped[str]
    post: Mapped[str]
    main: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class DepartmentDataset(Base):
    """A dataset that a department has to push every so many days. `client_id` is the client that pushes it; without
    one, whoever pushes the dataset for the committee's region.
    """

    __tablename__ = "department_datasets"
    __table_args__ = (
        CheckConstraint("dataset <> '' AND client_id <> ''", name="texts"),
        CheckConstraint("every_days BETWEEN 1 AND 1000", name="every_days"),
        *_dated(),
        *_of_department("department_datasets"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    dataset: Mapped[str]
    client_id: Mapped[str | None]
    every_days: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    end_reason: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
