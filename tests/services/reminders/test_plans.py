"""What the list of what is due costs under row-level security: it grows with what is due, and not with what lies there.

The same county is asked twice: in a small register, and in one that has five times as much elsewhere and behind it.
"""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.catalogues.reminders import REMINDERS
from app.core.acts import Act, Actor, Acts, Scope
from app.core.pagination import Ask
from app.services.reminders import service
from app.services.reminders.schemas import ReminderFilters
from tests.conftest import actor
from tests.kit.plans import buffers, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_006_000_000, 99_001_007_000_000),))
# Committees of counties, each with five departments, of which each pushes a dataset.
COMMITTEES = """
WITH body AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 99001000000000 + n * 1000000, 'work_committee', 'w' || n, 330100000000 + n * 1000000, 3, now(), now()
      FROM generate_series($1::bigint, $2) AS n RETURNING id
), department AS (
    INSERT INTO departments (version, committee_id, kind, name, valid_from, created_at, recorded_at)
    SELECT 1, id, 'other', 'd' || n, '2023-01-01', now(), now() FROM body, generate_series(1, 5) AS n RETURNING id
)
INSERT INTO department_datasets (version, department_id, dataset, every_days, valid_from, created_at, recorded_at)
SELECT 1, id, 'registrations', 31, '2025-01-01', now(), now() FROM department
"""
# What departments pushed once and need not any more.
ENDED = """
INSERT INTO department_datasets (version, department_id, dataset, every_days, valid_from, valid_to, created_at,
                                 recorded_at)
SELECT 1, id, 'd' || n || $1::date, 31, $1::date, $1::date + 1, now(), now()
  FROM departments, generate_series(1, 4 * $2::integer) AS n
    ON CONFLICT DO NOTHING
"""
# For each committee so many meetings from a day on, every ten days, with all departments invited.
MEETINGS = """
WITH meeting AS (
    INSERT INTO joint_meetings (version, committee_id, kind, purpose, title, held_on, starts_at, minutes, place, state,
                                topics_due_on, attendance_due_on, departures, created_at, recorded_at)
    SELECT 1, id, 'ad_hoc', 'study', 'm', $1::date + n * 10,
           ($1::date + n * 10)::timestamp AT TIME ZONE 'Asia/Shanghai', 60, 'p', $3, $1::date + n * 10,
           $1::date + n * 10, '[]', now(), now()
      FROM authorities, generate_series(1, $2) AS n RETURNING id, committee_id
)
INSERT INTO meeting_invitations (version, meeting_id, committee_id, department_id, invited_on, present, created_at,
                                 recorded_at)
SELECT 1, meeting.id, committee_id, departments.id, date '2025-01-01', CASE WHEN $3 <> 'invited' THEN 'own' END, now(),
       now() FROM meeting JOIN departments USING (committee_id)
"""
ITEMS = """
INSERT INTO action_items (version, committee_id, what, department_id, decided_on, due_on, state, created_at,
                          recorded_at)
SELECT 1, committee_id, 'what', id, '2024-01-01', $1::date + n * 7, 'open', now(), now()
  FROM departments, generate_series(1, $2) AS n
"""
DONE = (
    "UPDATE action_items SET state = 'reported', reported_on = due_on WHERE state = 'open' AND due_on < '2026-01-01'",
    "UPDATE action_items SET state = 'accepted', settled_on = due_on WHERE state = 'reported'",
)
NOTICES = """
WITH notice AS (
    INSERT INTO notices (version, committee_id, title, text, needs, due_on, recipients, state, issued_on, issued_by,
                         created_by, created_at, recorded_at)
    SELECT 1, id, 't', 'x', 'report', $1::date + n * 7, '{}', 'issued', '2024-01-01', 'x', 'x', now(), now()
      FROM authorities, generate_series(1, $2) AS n RETURNING id, committee_id, due_on
)
INSERT INTO notice_recipients (version, committee_id, notice_id, department_id, needs, due_on, chased, received_on,
                               received_by, answer, answered_on, answered_by, created_at, recorded_at)
SELECT 1, committee_id, notice.id, departments.id, 'report', due_on, 0, '2024-01-02', 'x',
       CASE WHEN $3 THEN 'done' END, CASE WHEN $3 THEN date '2024-01-02' END, CASE WHEN $3 THEN 'x' END, now(), now()
  FROM notice JOIN departments USING (committee_id)
"""
PROGRAMMES = """
INSERT INTO programmes (version, committee_id, year, title, plan_title, state, drafted_by, approved_by, approved_on,
                        departures, created_at, recorded_at)
SELECT 1, id, 2026, 't', 'p', 'approved', 'x', 'y', '2026-01-01', '[]', now(), now() FROM authorities
    ON CONFLICT DO NOTHING
"""
TASKS = """
INSERT INTO programme_tasks (version, programme_id, what, department_id, place_code, place_level, due_on, state,
                             done_on, progress, entered_by, created_at, recorded_at)
SELECT 1, programmes.id, 'what', departments.id, programmes.region_code, 3, $1::date + n * 7,
       CASE WHEN $3 THEN 'done' ELSE 'open' END, CASE WHEN $3 THEN $1::date END, CASE WHEN $3 THEN 100 ELSE 0 END, 'x',
       now(), now()
  FROM programmes JOIN departments USING (committee_id), generate_series(1, $2) AS n
"""
TABLES = (
    *("authorities", "departments", "department_datasets", "joint_meetings", "meeting_invitations", "action_items"),
    *("notices", "notice_recipients", "programmes", "programme_tasks"),
)
LARGE = {"meeting_invitations", "action_items", "notice_recipients", "programme_tasks"}
KINDS = ("action_item", "notice", "programme_task", "meeting", "meeting_answer", "meeting_topics", "department_data")
PAST, SOON = date(2024, 1, 1), date(2026, 2, 23)


async def grown(direct: "asyncpg.Connection[Any]", first: int, last: int, past: int) -> None:
    """Committees from a number to another; `past` things of each kind of everyone that are over, two that are due."""
    await direct.execute(COMMITTEES, first, last)
    await direct.execute(PROGRAMMES)
    for statement, over in ((MEETINGS, "held"), (NOTICES, True), (TASKS, True)):
        await direct.execute(statement, PAST, past, over)
    await direct.execute(ENDED, PAST, past)
    await direct.execute(ITEMS, PAST, past)
    for statement in DONE:
        await direct.execute(statement)


async def due_soon(direct: "asyncpg.Connection[Any]") -> None:
    """Two of each kind for everyone that are due within two weeks."""
    for statement, over in ((MEETINGS, "invited"), (NOTICES, False), (TASKS, False)):
        await direct.execute(statement, SOON, 2, over)
    await direct.execute(ITEMS, SOON, 2)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


@pytest.fixture
async def members(direct: "asyncpg.Connection[Any]") -> dict[str, Actor]:
    """A register of twenty counties; who asks: by place, by line, and a department."""
    await grown(direct, 1, 20, 4)
    await due_soon(direct)
    (mine,) = await direct.fetch(
        "SELECT id, committee_id FROM departments WHERE region_code = 330106000000 ORDER BY id LIMIT 1"
    )
    member = Scope(subjects=frozenset({UUID(str(mine["id"])), UUID(str(mine["committee_id"]))}))
    return {
        "county": actor(scope=COUNTY),
        "line": actor(scope=LINE),
        "department": actor(role="department_member", scope=member),
    }


async def _listed(act: Act, kind: str | None = None) -> None:
    await service.listed(act, REMINDERS, ReminderFilters(kind=kind), None, Ask())


async def costs(acts: Acts, who: dict[str, Actor]) -> dict[tuple[str, str | None], int]:
    """Pages touched for each who asks and each kind, and for all kinds at once."""
    found = {}
    for name, by in who.items():
        for kind in (None, *KINDS):
            plan = (await plans(acts, by, partial(_listed, kind=kind)))[-1]
            assert plan["Actual Rows"] > 0, (name, kind)
            found[name, kind] = buffers(plan)
    return found


async def test_cost_goes_with_what_is_due(
    acts: Acts, direct: "asyncpg.Connection[Any]", members: dict[str, Actor]
) -> None:
    before = await costs(acts, members)
    await grown(direct, 21, 100, 16)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    after = await costs(acts, members)
    # Whoever sees by what is his own has no place to look in: index pages of all places may be run through.
    grew = {each: (before[each], after[each]) for each in before if after[each] > 2 * before[each] + 400}
    assert not grew, "five times as much lies there, and nothing more is due in the county"
    for name, by in members.items():
        plan = (await plans(acts, by, _listed))[-1]
        walked = {each["Relation Name"] for each in nodes(plan) if each["Node Type"] == "Seq Scan"}
        assert walked.isdisjoint(LARGE), (name, walked)


async def test_the_list_and_its_counts_are_one_statement_each(acts: Acts, members: dict[str, Actor]) -> None:
    async def counted(act: Act) -> None:
        await service.counted(act, REMINDERS, ReminderFilters(), None)

    for ask in (_listed, counted):
        # Beside it only the rhythm of visits is looked up.
        assert len(await plans(acts, members["county"], ask)) <= 3
