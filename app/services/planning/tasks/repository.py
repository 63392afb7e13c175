"""Formation tasks as entities, and handed out set-wise."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.planning.tasks.models import FormationTask, FormationTaskEntry

HAND_OUT = """
INSERT INTO formation_tasks (version, kind, plan_id, place_id, owner_kind, owner_name, authority_id, due_on, state,
                             region_code, region_level, created_at, recorded_at)
SELECT 1, told.kind, $1, told.place_id, told.owner_kind, told.owner_name,
       CASE WHEN told.owner_kind = 'authority' THEN $2::uuid END, $3, 'open',
       told.region_code, told.region_level, $4, $4
  FROM unnest($5::text[], $6::uuid[], $7::text[], $8::text[], $9::bigint[], $10::smallint[])
       AS told (kind, place_id, owner_kind, owner_name, region_code, region_level)
"""

Given = tuple[str, UUID, str, str | None, int, int]
"""Kind, place, kind and name of the owner, region."""


async def hand_out(act: Act, plan_id: UUID, tasks: Sequence[Given], authority_id: UUID, due_on: date) -> None:
    """Write the tasks of an approved plan."""
    columns: list[list[Any]] = [list(column) for column in zip(*tasks, strict=True)] if tasks else [[]] * 6
    await (await driver(act.session)).execute(HAND_OUT, plan_id, authority_id, due_on, act.now, *columns)


async def add(act: Act, row: FormationTask | FormationTaskEntry) -> UUID:
    """Insert a row; its key is the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, task: FormationTask) -> None:
    """Write a claimed task's changes as its next version."""
    task.version += 1
    task.recorded_at = act.now
    await act.session.flush()
