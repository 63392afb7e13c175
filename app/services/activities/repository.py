"""Activities as entities. The branch is locked first."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.core.acts import Act
from app.services.activities.models import Activity
from app.services.branches.models import Branch


@dataclass(frozen=True, slots=True)
class Standing:
    """When the branch stood."""

    founded_on: date
    dissolved_on: date | None


async def standing(act: Act, branch_id: UUID, *, locked: bool) -> Standing | None:
    """A branch that may be seen; `locked` one that may be written, which does not change before the act is done."""
    query = select(Branch.founded_on, Branch.dissolved_on).where(Branch.id == branch_id)
    row = (await act.session.execute(query.with_for_update(read=True) if locked else query)).first()
    return None if row is None else Standing(*row)


async def branch_of(act: Act, activity_id: UUID) -> UUID | None:
    """The branch of an activity that may be seen."""
    return await act.session.scalar(select(Activity.branch_id).where(Activity.id == activity_id))


async def add(act: Act, values: dict[str, Any]) -> UUID:
    """Insert an activity; returns its key."""
    found: UUID | None = await act.session.scalar(
        insert(Activity).values(version=1, created_at=act.now, recorded_at=act.now, **values).returning(Activity.id)
    )
    assert found is not None  # noqa: S101  (an insert that returns)
    return found


async def save(act: Act, activity: Activity) -> None:
    """Write a claimed activity's changes as its next version."""
    activity.version += 1
    activity.recorded_at = act.now
    await act.session.flush()
