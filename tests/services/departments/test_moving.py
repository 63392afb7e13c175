"""All that stands with a committee goes along when its place or its code changes, whichever room it belongs to."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import update

from app.core.acts import EVERYWHERE, Acts, Scope
from app.services.authorities.models import Authority
from tests.conftest import Api, Hands, actor
from tests.kit import items, meetings, programmes, schedules
from tests.kit.departments import entered
from tests.kit.papers import pdf
from tests.kit.party import tag
from tests.kit.supervising import COUNTY, County, county, demanded, issued, started

STANDING = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = 'public'
   AND column_name IN ('committee_id', 'region_code', 'region_level', 'authority_code', 'version')
 GROUP BY table_name HAVING count(*) = 5 ORDER BY table_name
"""
ELSEWHERE = {"notice_recipients", "rectifications"}
"""These stand where whoever is told stands: of the committee they have its code alone."""
BOOKS = ("funding_", "bank_", "spending_", "payment_", "payable")
"""Money stands where its account's holder stands and goes along with him; budgets stay where their committee was."""


@pytest.fixture
async def place(api: Api, direct: "asyncpg.Connection[Any]") -> County:
    """A county's committee, two streets, two departments."""
    return await county(api, direct)


async def furnished(place: County, clock: Hands) -> None:
    """Something of everything that a committee has."""
    officer, head = place.officer, place.named("head", "officer", EVERYWHERE)
    await _department(officer, place.departments[0])
    series = await schedules.laid(officer, place.committee)
    moved = {"kind": "moved", "on_day": "2026-03-10", "moved_to": "2026-03-12", "reason": "场地冲突"}
    answer = await officer.post(
        f"/v1/joint-meeting-schedules/{series['id']}/exceptions", json=moved, headers=tag(series)
    )
    assert answer.status_code in (200, 201), answer.text
    await _programme(officer, head, place)
    await issued(place, recipients={"authority_ids": [place.streets[0]], "department_ids": place.departments[:1]})
    tour, subjects = await started(place)
    await demanded(place, tour["id"], subjects[0])
    meeting = await meetings.planned(officer, place.committee)
    where = f"/v1/joint-meetings/{meeting['id']}"
    topic = {"kind": "study", "title": "骑手党建", "department_id": place.departments[0]}
    item = await entered(officer, f"{where}/agenda-items", topic)
    paper = await officer.post(
        f"/v1/agenda-items/{item['id']}/papers", params={"filename": "材料.pdf"}, content=pdf("材料")
    )
    assert paper.status_code == 201, paper.text
    called = await meetings.invited(officer, (await officer.get(where)).json())
    clock.forward(days=28)
    await meetings.held(officer, called, place.departments)
    decided = {"what": "建立台账", "department_id": place.departments[0], "due_on": "2026-06-30"}
    one = await entered(officer, f"{where}/decisions", decided | {"supporters": place.departments[1:2]})
    await items.done(officer, (await officer.get(f"/v1/action-items/{one['id']}")).json(), "report")
    draft = await entered(officer, f"{where}/minutes", {"paragraphs": [{"text": "会议研究了骑手党建工作。"}]})
    approved = await head.post(f"{where}/minutes/approve", headers=tag(draft))
    assert approved.status_code == 200, approved.text  # frozen: its place goes along all the same


async def _department(officer: httpx.AsyncClient, department: str) -> None:
    since = {"department_id": department, "valid_from": "2026-01-01"}
    await entered(officer, "/v1/department-duties", since | {"text": "统筹协调", "source": "某文件"})
    liaison = {"name": "联络员甲", "post": "科长", "main": True, "phone": "13800138000"}
    await entered(officer, "/v1/department-liaisons", since | liaison)
    await entered(officer, "/v1/department-datasets", since | {"dataset": "registrations", "every_days": 31})


async def _programme(officer: httpx.AsyncClient, head: httpx.AsyncClient, place: County) -> None:
    year = await programmes.drawn_up(officer, place.committee)
    task = await programmes.tasked(officer, year, place.departments[0])
    await programmes.aimed(officer, year)
    year = (await officer.get(f"/v1/programmes/{year['id']}")).json()
    await programmes.done(head, "programmes", year, "approve")
    task = await programmes.done(
        officer, "programme-tasks", task, "mark", mark="planned", marked_on="2026-03-01", reference="推进会部署"
    )
    await programmes.done(officer, "programme-tasks", task, "report", progress=40, text="新建党组织四个")


async def test_everything_goes_along(
    place: County, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    await furnished(place, clock)
    committee = UUID(place.committee)
    tables = [row[0] for row in await direct.fetch(STANDING) if not row[0].startswith(BOOKS)]
    assert set(tables) > ELSEWHERE
    before = {}
    for table in tables:
        before[table] = await direct.fetchval(f"SELECT sum(version) FROM {table} WHERE committee_id = $1", committee)
        assert before[table], f"nothing stands in {table}: enter something above, and let it go along as 0039 does"
    clock.forward(days=1)
    told = update(Authority).where(Authority.id == committee)
    async with acts.open(actor(scope=Scope(COUNTY))) as act:
        await act.session.execute(
            told.values(region_code=330106010000, region_level=4, version=Authority.version + 1, recorded_at=act.now)
        )
    for table in tables:
        rows = await direct.fetch(
            f"SELECT region_code, region_level, authority_code FROM {table} WHERE committee_id = $1", committee
        )
        if table not in ELSEWHERE:
            assert {tuple(row) for row in rows} == {(330106010000, 4, 33001006000000)}, table
            after = await direct.fetchval(f"SELECT sum(version) FROM {table} WHERE committee_id = $1", committee)
            assert after == before[table] + len(rows), table
    assert await direct.fetchval("SELECT DISTINCT region_code FROM files WHERE subject_kind = 'agenda_items'") == (
        330106010000
    )
    assert await direct.fetchval("SELECT region_code FROM personal_values WHERE holder = 'department_liaisons'") == (
        330106010000
    )
    await direct.execute("UPDATE authorities SET code = 33001007000000, version = version + 1 WHERE id = $1", committee)
    for table in tables:
        codes = await direct.fetch(f"SELECT DISTINCT authority_code FROM {table} WHERE committee_id = $1", committee)
        assert [row[0] for row in codes] == [33001007000000], table
