"""Visits as entities."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.core.acts import Act
from app.services.instructors.models import Assignment
from app.services.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Sent:
    """Whom an assignment sends where, and when: its last day is the one before `valid_to`."""

    worker_id: UUID
    organization_id: UUID | None
    branch_id: UUID | None
    valid_from: date
    valid_to: date
    region_code: int
    authority_code: int | None


async def assignment(act: Act, assignment_id: UUID) -> Sent | None:
    """An assignment that may be seen. An instructor cannot lock it: that it ran that day is the database's to hold."""
    told = Assignment
    query = select(
        *(told.worker_id, told.organization_id, told.branch_id, told.valid_from, told.valid_to),
        *(told.region_code, told.authority_code),
    ).where(told.id == assignment_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else Sent(*row)


async def add(act: Act, values: dict[str, Any]) -> UUID:
    """Insert a visit; returns its key."""
    found: UUID | None = await act.session.scalar(
        insert(Visit)
        .values(version=1, entered_by=act.by.id, created_at=act.now, recorded_at=act.now, **values)
        .returning(Visit.id)
    )
    assert found is not None  # noqa: S101  (an insert that returns)
    return found


async def save(act: Act, visit: Visit) -> None:
    """Write a claimed visit's changes as its next version."""
    visit.version += 1
    visit.recorded_at = act.now
    await act.session.flush()
