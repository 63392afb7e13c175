"""What pages of meetings, topics and invitations cost under row-level security, and a year's attendance: by index."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.joint_meetings.agenda.reads import listed as listed_items
from app.services.joint_meetings.agenda.schemas import AgendaItemFilters
from app.services.joint_meetings.invitations import reads as invitations
from app.services.joint_meetings.invitations.schemas import InvitationFilters
from app.services.joint_meetings.meetings.reads import listed as listed_meetings
from app.services.joint_meetings.meetings.schemas import MeetingFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans

FILL = """
WITH bodies AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 33001000000000 + n * 1000000, 'work_committee', 'c' || n, 330100000000 + (n % 13) * 1000000, 3, now(),
           now() FROM generate_series(1, 60) AS n RETURNING id
), parts AS (
    INSERT INTO departments (version, committee_id, kind, name, valid_from, created_at, recorded_at)
    SELECT 1, id, 'other', 'd' || n, date '2025-01-01', now(), now() FROM bodies, generate_series(1, 12) AS n
    RETURNING id, committee_id
), meetings AS (
    INSERT INTO joint_meetings (version, committee_id, kind, purpose, title, held_on, starts_at, minutes, place, state,
                                topics_due_on, attendance_due_on, departures, created_at, recorded_at)
    SELECT 1, id, 'ad_hoc', 'study', 'm' || n, date '2026-01-05' + n * 20,
           (date '2026-01-05' + n * 20)::timestamp AT TIME ZONE 'Asia/Shanghai', 60, 'p', 'planned',
           date '2026-01-05' + n * 20, date '2026-01-05' + n * 20, '[]', now(), now()
      FROM bodies, generate_series(1, 12) AS n RETURNING id, committee_id
), items AS (
    INSERT INTO agenda_items (version, meeting_id, committee_id, position, kind, title, state, proposed_on, proposed_by,
                              departures, created_at, recorded_at)
    SELECT 1, id, committee_id, n, 'study', 't' || n, 'accepted', date '2026-01-01', 'x', '[]', now(), now()
      FROM meetings, generate_series(1, 6) AS n
)
INSERT INTO meeting_invitations (version, meeting_id, committee_id, department_id, invited_on, present, created_at,
                                 recorded_at)
SELECT 1, meetings.id, parts.committee_id, parts.id, date '2026-01-01', 'own', now(), now()
  FROM meetings JOIN parts USING (committee_id)
"""
TABLES = ("authorities", "departments", "joint_meetings", "agenda_items", "meeting_invitations")
COUNTY = Scope(((330106000000, 330107000000),))


@pytest.fixture
async def year(direct: "asyncpg.Connection[Any]") -> list[Any]:
    """A year of sixty committees; the departments of one of them."""
    await direct.execute("ALTER TABLE agenda_items DISABLE TRIGGER agenda_items_position")  # one by one, it waits
    await direct.execute(FILL)
    await direct.execute("ALTER TABLE agenda_items ENABLE TRIGGER agenda_items_position")
    await direct.execute("UPDATE joint_meetings SET state = 'held', version = 2")
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    rows = await direct.fetch("SELECT id FROM departments WHERE region_code = 330106000000 LIMIT 12")
    return [row["id"] for row in rows]


async def _meetings(act: Act) -> None:
    await listed_meetings(act, MeetingFilters(), Ask())


async def _items(act: Act) -> None:
    await listed_items(act, AgendaItemFilters(), Ask())


async def _invitations(act: Act) -> None:
    await invitations.listed(act, InvitationFilters(), Ask())


async def test_a_page_is_read_by_index(acts: Acts, year: list[Any]) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str]] = [
        (_meetings, "ix_joint_meetings_region_code_id"),
        (_items, "ix_agenda_items_region_code_id"),
        (_invitations, "ix_meeting_invitations_region_code_id"),
    ]
    for ask, index in asked:
        plan = (await plans(acts, actor(scope=COUNTY), ask))[-1]
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert not set(walked) & {"agenda_items", "meeting_invitations"}, (ask.__name__, walked)
        assert buffers(plan) < 51 * 40, (ask.__name__, buffers(plan))


async def test_attendance_is_counted_for_many_in_one_statement(acts: Acts, year: list[Any]) -> None:
    async def told(act: Act) -> None:
        found = await invitations.attended(act, year, date(2026, 1, 1), date(2027, 1, 1))
        assert found == dict.fromkeys(year, 100)

    (plan,) = (await plans(acts, actor(scope=COUNTY), told))[-1:]
    assert "ix_meeting_invitations_department_id" in indexes(plan), indexes(plan)
