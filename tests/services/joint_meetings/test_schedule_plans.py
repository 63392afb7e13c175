"""What a page of series costs under row-level security: by index alone, one statement."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.joint_meetings.schedules import reads
from app.services.joint_meetings.schedules.schemas import ScheduleFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_006_000_000, 99_001_007_000_000),))
# Three hundred committees, each with the series of thirty half-years for three purposes.
FILL = """
WITH committee AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 99001000000000 + n * 1000000, 'work_committee', 'w' || n, 330100000000 + n * 1000000, 3, now(), now()
      FROM generate_series(1, 300) AS n
    RETURNING id
)
INSERT INTO meeting_schedules (version, committee_id, purpose, title, rrule, first_on, last_on, starts_at, minutes,
                               place, shift, entered_by, created_at, recorded_at)
SELECT 1, id, purpose, 's', 'FREQ=MONTHLY;COUNT=6', date '2010-01-01' + n * 200, date '2010-01-01' + n * 200 + 160,
       '14:30', 90, 'p', 'next', 'x', now(), now()
  FROM committee, unnest(ARRAY['study', 'bulletin', 'supervision']) AS purpose, generate_series(0, 29) AS n
"""


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> UUID:
    """A province's series; a committee of the county."""
    await direct.execute(FILL)
    await direct.execute("VACUUM ANALYZE authorities, meeting_schedules")
    found = await direct.fetchval("SELECT id FROM authorities WHERE region_code = 330106000000 AND name = 'w6'")
    return UUID(str(found))


async def test_a_page_is_read_by_index(acts: Acts, filled: UUID) -> None:
    own = Scope(subjects=frozenset({filled}))
    for scope, filters, index in (
        (COUNTY, ScheduleFilters(), "ix_meeting_schedules_region_code_id"),
        (LINE, ScheduleFilters(), "ix_meeting_schedules_authority_code"),
        (own, ScheduleFilters(), "ix_meeting_schedules_committee_id"),
        (actor().scope, ScheduleFilters(committee_id=filled), "ix_meeting_schedules_committee_id"),
        (actor().scope, ScheduleFilters(region="330106000000"), "ix_meeting_schedules_region_code_id"),
    ):

        async def ask(act: Act, filters: ScheduleFilters = filters) -> None:
            await reads.listed(act, filters, Ask())

        found = await plans(acts, actor(scope=scope), ask)
        assert len(found) == 1
        assert index in indexes(found[0]), (index, indexes(found[0]))
        assert buffers(found[0]) < 600, buffers(found[0])
