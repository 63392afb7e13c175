"""Programmes and what they have, as they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, exists, insert, select

from app.core.acts import Act
from app.core.database import driver
from app.core.dated import valid_on
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.joint_meetings.models import Meeting
from app.services.programmes.facts import Mark
from app.services.programmes.models import (
    GeneralPlanItem,
    Programme,
    ProgrammeMark,
    ProgrammeTarget,
    ProgrammeTask,
    ProgrammeTaskReport,
)
from app.services.regions.succession import LEAVING
from app.services.supervision.models import Notice, Supervision

LINKS: Final[dict[str, Any]] = {
    "meeting_id": Meeting,
    "notice_id": Notice,
    "supervision_id": Supervision,
}
"""What a mark may refer to, by column."""

Row = Programme | GeneralPlanItem | ProgrammeTask | ProgrammeMark | ProgrammeTarget | ProgrammeTaskReport


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that is referred to."""

    kind: str
    region_code: int
    region_level: int
    code: int
    dissolved_on: date | None


async def body(act: Act, authority_id: UUID) -> Body | None:
    """An authority that may be seen."""
    row = Authority
    query = select(row.kind, row.region_code, row.region_level, row.code, row.dissolved_on)
    found = (await act.session.execute(query.where(row.id == authority_id))).first()
    return None if found is None else Body(*found)


async def member(act: Act, department_id: UUID, committee_id: UUID) -> bool | None:
    """Whether a department is one of the committee's today; None for one that is not to be seen."""
    row = Department
    held = valid_on(row.valid_from, row.valid_to, act.today) & (row.committee_id == committee_id)
    return await act.session.scalar(select(held).where(row.id == department_id))


async def held(act: Act, programme_id: UUID) -> Programme | None:
    """A programme, held until the act ends: nobody approves or closes it meanwhile."""
    query = select(Programme).where(Programme.id == programme_id).with_for_update(key_share=True)
    return await act.session.scalar(query)


async def item_of(act: Act, programme_id: UUID, item_id: UUID) -> bool:
    """Whether an item is a programme's."""
    row = GeneralPlanItem
    query = select(row.id).where(row.id == item_id, row.programme_id == programme_id)
    return await act.session.scalar(query) is not None


async def referred(act: Act, column: str, row_id: UUID) -> bool:
    """Whether what a mark refers to by a column is to be seen."""
    model = LINKS[column]
    return await act.session.scalar(select(model.id).where(model.id == row_id)) is not None


async def add(act: Act, row: Row) -> UUID:
    """Insert a row; its key, and where it stands, is the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Programme | ProgrammeTask | ProgrammeTarget) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def used_items(act: Act, programme_id: UUID, kept: Sequence[str]) -> list[str]:
    """The codes of items that tasks belong to and that are not among those to be kept."""
    row = GeneralPlanItem
    has_tasks = exists().where(ProgrammeTask.item_id == row.id)
    query = select(row.code).where(row.programme_id == programme_id, row.code.not_in(kept), has_tasks)
    return list(await act.session.scalars(query.order_by(row.position)))


async def set_items(act: Act, programme_id: UUID, wanted: Sequence[tuple[str, str]]) -> None:
    """These are a programme's items from now on, by their codes."""
    row = GeneralPlanItem
    query = select(row).where(row.programme_id == programme_id).order_by(row.id).with_for_update(key_share=True)
    known = {item.code: item for item in await act.session.scalars(query)}
    gone = [item.id for code, item in known.items() if code not in dict(wanted)]
    if gone:
        await act.session.execute(delete(row).where(row.id.in_(gone)).execution_options(synchronize_session=False))
    for position, (code, words) in enumerate(wanted):
        item = known.get(code)
        if item is None:
            continue
        if (item.position, item.text) != (position, words):
            item.position, item.text, item.version, item.recorded_at = position, words, item.version + 1, act.now
    await act.session.flush()
    fresh = [
        {
            "version": 1,
            "programme_id": programme_id,
            "position": position,
            "code": code,
            "text": words,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for position, (code, words) in enumerate(wanted)
        if code not in known
    ]
    if fresh:
        await act.session.execute(insert(row), fresh)


async def set_mark(act: Act, task_id: UUID, mark: Mark, told: Mapping[str, Any]) -> None:
    """A task bears a mark from now on, or bears it otherwise."""
    row = ProgrammeMark
    query = select(row).where(row.task_id == task_id, row.mark == mark.value).with_for_update(key_share=True)
    standing = await act.session.scalar(query)
    if standing is None:
        await add(
            act,
            row(
                version=1,
                task_id=task_id,
                mark=mark,
                entered_by=act.by.id,
                created_at=act.now,
                recorded_at=act.now,
                **told,
            ),
        )
        return
    for name, value in told.items():
        setattr(standing, name, value)
    standing.entered_by, standing.version, standing.recorded_at = act.by.id, standing.version + 1, act.now
    await act.session.flush()


async def remove_mark(act: Act, task_id: UUID, mark: Mark) -> bool:
    """A mark was set by mistake; whether there was one."""
    row = ProgrammeMark
    gone = await act.session.execute(
        delete(row)
        .where(row.task_id == task_id, row.mark == mark.value)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


PLACED = LEAVING.replace("region_code", "place_code").replace("region_level", "place_level")
# An authority's task went with the authority before.
TASKS = f"""
UPDATE programme_tasks SET place_code = $5, place_level = $6, version = version + 1, recorded_at = $7
 WHERE {PLACED} AND authority_id IS NULL
"""  # noqa: S608  (a constant)
# Where several regions become one, one target on a figure goes on; the others do not count any more.
TARGETS = f"""
WITH leaving AS (
    SELECT id, programme_id, indicator, coalesce(basis, '') AS basis, withdrawn_reason
      FROM programme_targets WHERE {PLACED}
), kept AS (
    SELECT DISTINCT ON (programme_id, indicator, basis) id FROM leaving
     WHERE withdrawn_reason IS NULL AND NOT EXISTS (
           SELECT FROM programme_targets AS there
            WHERE there.programme_id = leaving.programme_id AND there.indicator = leaving.indicator
              AND coalesce(there.basis, '') = leaving.basis AND there.place_code = $5 AND there.place_level = $6
              AND there.withdrawn_reason IS NULL AND there.id <> leaving.id)
     ORDER BY programme_id, indicator, basis, id
)
UPDATE programme_targets AS target
   SET place_code = $5, place_level = $6, version = target.version + 1, recorded_at = $7,
       withdrawn_reason = CASE WHEN kept.id IS NULL THEN coalesce(target.withdrawn_reason, $8::text) END
  FROM leaving LEFT JOIN kept ON kept.id = leaving.id
 WHERE target.id = leaving.id
"""  # noqa: S608  (a constant)


async def follow(act: Act, ground: tuple[int, int, int, str], rest: tuple[int, int], reason: str) -> int:
    """Move places of tasks and targets off a ground that is gone (see succession.bounds); how many rows."""
    connection = await driver(act.session)
    done = [
        await connection.execute(TASKS, *ground, *rest, act.now),
        await connection.execute(TARGETS, *ground, *rest, act.now, reason),
    ]
    return sum(int(each.rpartition(" ")[2]) for each in done)
