"""A county's committee with two streets, two departments, and callers by place, line and department."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.acts import EVERYWHERE, Scope
from app.services.authorities.facts import span
from tests.access.cast import Cast, client, on_stage
from tests.conftest import Api
from tests.kit import meetings, party

COUNTY = ((330106000000, 330107000000),)
STREET_CODES = ("033001006010000", "033001006011000")
STREET_REGIONS = ("330106010000", "330106011000")
NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"


@dataclass
class County:
    """The bodies, and who acts for them."""

    api: Api
    cast: Cast
    officer: httpx.AsyncClient  # of the county, by place
    committee: str
    streets: list[str]
    departments: list[str]

    def by_line(self, number: int) -> httpx.AsyncClient:
        """Somebody who has a street's line, and no place."""
        return self.named(f"line {number}", "line_officer", Scope(lines=(span(int(STREET_CODES[number])),)))

    def by_place(self, number: int, role: str = "region_officer") -> httpx.AsyncClient:
        """Somebody who has a street's place."""
        code = int(STREET_REGIONS[number])
        return self.named(f"{role} {number}", role, Scope(((code, code + 1000),)))

    def member(self, number: int) -> httpx.AsyncClient:
        """Somebody of a department."""
        own = frozenset({UUID(self.departments[number]), UUID(self.committee)})
        return self.named(f"department {number}", "department_member", Scope(subjects=own))

    def named(self, name: str, role: str, scope: Scope) -> httpx.AsyncClient:
        """Somebody with a role in a scope."""
        self.cast.put(name, role, scope)
        return client(self.api.app, name)


async def county(api: Api, direct: "asyncpg.Connection[Any]") -> County:
    """All of them."""
    cast = on_stage(api.app)
    cast.put("everyone", "officer", EVERYWHERE)
    everyone = client(api.app, "everyone")
    committee = await meetings.committee(everyone)
    streets = [
        await party.authority(everyone, code, region) for code, region in zip(STREET_CODES, STREET_REGIONS, strict=True)
    ]
    departments = (await meetings.departments(direct, committee))[:2]
    found = County(api, cast, everyone, committee, streets, departments)
    found.officer = found.named("officer", "region_officer", Scope(COUNTY))
    return found


def notice(committee: str, **change: Any) -> dict[str, Any]:
    """A draft to all streets."""
    return {
        "committee_id": committee, "title": "关于开展自查的通知", "number_text": "西两新〔2026〕3号",
        "text": "请各单位开展自查，\n按期报送报告。", "needs": "report", "due_on": "2026-03-31",
        "recipients": {"groups": [{"kind": "township", "region_code": "330106000000"}]},
    } | change  # fmt: skip


async def issued(found: County, **change: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A notice that was issued, and its recipients."""
    drafted = await found.officer.post("/v1/notices", json=notice(found.committee, **change))
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/notices/{drafted.json()['id']}"
    answer = await found.officer.post(f"{path}/issue", headers=party.tag(drafted.json()))
    assert answer.status_code == 200, answer.text
    rows = (await found.officer.get(f"{path}/recipients")).json()["items"]
    return answer.json(), rows


def tour(found: County, **change: Any) -> dict[str, Any]:
    """A tour of both streets."""
    return {
        "committee_id": found.committee, "title": "第一季度督查", "starts_on": "2026-03-02", "ends_on": "2026-03-20",
        "template": "two_new", "checks": ["rhythm", "team"],
        "lines": [{"code": "own", "text": "本地要求", "basis": "本区年度要点"}],
        "subjects": {"authority_ids": found.streets},
    } | change  # fmt: skip


async def started(found: County, **change: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A tour under way, and its subjects."""
    planned = await found.officer.post("/v1/supervisions", json=tour(found, **change))
    assert planned.status_code == 201, planned.text
    path = f"/v1/supervisions/{planned.json()['id']}"
    answer = await found.officer.post(f"{path}/start", headers=party.tag(planned.json()))
    assert answer.status_code == 200, answer.text
    return answer.json(), (await found.officer.get(f"{path}/subjects")).json()["items"]


def finding(subject: dict[str, Any], **change: Any) -> dict[str, Any]:
    """Something to be put right."""
    return {
        "subject_id": subject["id"], "check_code": "rhythm", "what": "缺少两次记录", "found_on": "2026-03-02",
        "severity": "rectify", "demand": "补齐记录", "due_on": "2026-03-20",
    } | change  # fmt: skip


async def demanded(found: County, tour_id: str, subject: dict[str, Any], **change: Any) -> dict[str, Any]:
    """What is to be put right, as its subject reads it."""
    answer = await found.officer.post(f"/v1/supervisions/{tour_id}/findings", json=finding(subject, **change))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = (await found.officer.get(f"/v1/rectifications/{answer.json()['rectification_id']}")).json()
    return row
