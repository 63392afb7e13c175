"""Departments and what they have as entities, what they refer to, and the writes."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, update

from app.core.acts import Act
from app.services.authorities.models import Authority
from app.services.departments.models import (
    Department,
    DepartmentDataset,
    DepartmentDuty,
    DepartmentLiaison,
)

Dated = Department | DepartmentDuty | DepartmentLiaison | DepartmentDataset
PARTS = (DepartmentDuty, DepartmentLiaison, DepartmentDataset)


class Body(NamedTuple):
    """A superior body that is referred to."""

    code: int
    region_code: int
    founded_on: date | None
    dissolved_on: date | None


async def body(act: Act, authority_id: UUID) -> Body | None:
    """A superior body, as far as it is visible."""
    query = select(Authority.code, Authority.region_code, Authority.founded_on, Authority.dissolved_on)
    row = (await act.session.execute(query.where(Authority.id == authority_id))).first()
    return None if row is None else Body(*row)


async def add(act: Act, row: Dated) -> UUID:
    """Insert a row; key, place and line are the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Dated) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def held(act: Act, department_id: UUID) -> Department | None:
    """A department that may be written for, held as it is until the act ends."""
    return await act.session.scalar(select(Department).where(Department.id == department_id).with_for_update(read=True))


async def end_parts(act: Act, department_id: UUID, day: date, reason: str) -> None:
    """End on a day whatever the department has: a statement a table."""
    for part in PARTS:
        await act.session.execute(
            update(part)
            .where(part.department_id == department_id, or_(part.valid_to.is_(None), part.valid_to > day))
            .values(
                valid_to=func.greatest(part.valid_from, day),
                end_reason=reason,
                version=part.version + 1,
                recorded_at=act.now,
            )
            .execution_options(synchronize_session=False)
        )
