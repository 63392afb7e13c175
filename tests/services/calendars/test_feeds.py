"""What pages of feeds cost, and that feeds follow when regions change."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.calendars.feeds import reads
from app.services.calendars.feeds.schemas import CalendarFeedFilters
from tests.conftest import actor
from tests.kit.plans import buffers, nodes, plans
from tests.services.regions.test_following import CUIYUAN, XIXI, changed

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((33001006000000, 33001007000000),))
FILL = """
INSERT INTO calendar_feeds (version, kind, subject_id, own_id, owner, name, digest, region_code, region_level,
                            authority_code, created_at, recorded_at)
SELECT 1, 'joint_meetings', uuidv7(), uuidv7(), 'person:' || number % 40000, '办公室',
       sha256(number::text::bytea), 110101000000 + number % 3000 * 100000000::bigint, 3,
       33000000000000 + number % 2000 * 1000000::bigint, now(), now()
  FROM generate_series(1, $1) AS number
"""
ONE = """
INSERT INTO calendar_feeds (version, kind, subject_id, owner, name, digest, region_code, region_level, created_at,
                            recorded_at)
SELECT 1, 'reminders', uuidv7(), 'person:zhang', '办公室', sha256('one'), $1, 4, $2, $2
"""


@pytest.fixture
async def feeds(direct: "asyncpg.Connection[Any]") -> None:
    """Those of three thousand counties, twenty in each."""
    await direct.execute(FILL, 60_000)
    await direct.execute("UPDATE calendar_feeds SET region_code = 330106000000 WHERE owner = 'person:7'")
    await direct.execute("VACUUM ANALYZE calendar_feeds")


async def _listed(act: Act) -> None:
    await reads.listed(act, CalendarFeedFilters(), None, Ask())


async def _mine(act: Act) -> None:
    await reads.listed(act, CalendarFeedFilters(mine=True), None, Ask())


async def _token(act: Act) -> None:
    await reads.opened(act, b"0" * 32)


@pytest.mark.parametrize("scope", [COUNTY, LINE])
async def test_a_page_and_a_token_are_found_by_index(acts: Acts, feeds: None, scope: Scope) -> None:
    for ask, most in ((_listed, 600), (_mine, 100), (_token, 20)):
        plan = (await plans(acts, actor(scope=scope), ask))[-1]
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert "calendar_feeds" not in walked, (ask.__name__, plan)
        assert buffers(plan) < most, (ask.__name__, buffers(plan))


async def test_a_feed_follows_when_its_region_is_merged(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    await direct.execute(ONE, XIXI, datetime(2026, 3, 1, tzinfo=UTC))
    await changed(acts, f"{XIXI},4,西溪街道,,,2026,{CUIYUAN}/4")
    row = await direct.fetchrow("SELECT region_code, region_level, version FROM calendar_feeds")
    assert tuple(row or ()) == (CUIYUAN, 4, 2)
