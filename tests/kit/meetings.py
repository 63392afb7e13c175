"""A committee with its departments, for tests of their meetings."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.acts import EVERYWHERE, Actor, Scope
from app.services.access.permissions import ROLES
from tests.access.cast import client as named
from tests.access.cast import on_stage
from tests.conftest import Api

COUNTY = "330106000000"
SINCE = date(2025, 1, 1)
KINDS = ("social_work_department", "market_regulator", "union", "tax")


async def committee(client: httpx.AsyncClient, code: str = "033001006000000", region: str = COUNTY) -> str:
    """A county's work committee."""
    body = {"code": code, "kind": "work_committee", "name": f"某区两新工委{code}", "region_code": region}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def department(
    direct: "asyncpg.Connection[Any]", committee_id: str, name: str, kind: str = "other", until: date | None = None
) -> str:
    """A department of the committee's meeting since last year, or until a day."""
    return str(
        await direct.fetchval(
            "INSERT INTO departments (version, committee_id, kind, name, valid_from, valid_to, created_at, recorded_at)"
            " VALUES (1, $1, $2, $3, $4, $5, '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z') RETURNING id",
            UUID(committee_id),
            kind,
            name,
            SINCE,
            until,
        )
    )


async def departments(direct: "asyncpg.Connection[Any]", committee_id: str) -> list[str]:
    """Four departments; their keys in order."""
    return [await department(direct, committee_id, f"某区{kind}", kind) for kind in KINDS]


def occasion(committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A meeting for an occasion, a month from the clock's first day."""
    return {
        "committee_id": committee_id, "purpose": "study", "title": "骑手党建专题会",
        "starts_at": "2026-03-30T14:30:00+08:00", "minutes": 90, "place": "三楼会议室",
    } | change  # fmt: skip


async def planned(client: httpx.AsyncClient, committee_id: str, **change: Any) -> dict[str, Any]:
    """A meeting for an occasion, planned."""
    answer = await client.post("/v1/joint-meetings", json=occasion(committee_id, **change))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def invited(client: httpx.AsyncClient, meeting: dict[str, Any]) -> dict[str, Any]:
    """All departments are called."""
    where = f"/v1/joint-meetings/{meeting['id']}/invite"
    answer = await client.post(where, json={}, headers={"if-match": f'"{meeting["version"]}"'})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def held(client: httpx.AsyncClient, meeting: dict[str, Any], present: list[str]) -> dict[str, Any]:
    """The meeting was held; these departments were there."""
    where = f"/v1/joint-meetings/{meeting['id']}"
    told = [{"department_id": key, "present": "own"} for key in present]
    body = {"attendance": told}
    answer = await client.post(f"{where}/hold", json=body, headers={"if-match": f'"{meeting["version"]}"'})
    assert answer.status_code == 200, answer.text
    assert answer.json()["refused"] == 0, answer.text
    found: dict[str, Any] = (await client.get(where)).json()
    return found


class House:
    """Everybody who has to do with a meeting, each by name and with one part."""

    def __init__(self, api: Api) -> None:
        self.app = api.app
        self.cast = on_stage(api.app)

    def officer(self, name: str, role: str = "officer", scope: Scope = EVERYWHERE) -> httpx.AsyncClient:
        """Somebody with a role in a scope."""
        self.cast.put(name, role, scope)
        return named(self.app, name)

    def member(self, name: str, department_id: str, committee_id: str) -> httpx.AsyncClient:
        """Somebody of a department, whose grant has brought its committee along."""
        own = Scope(subjects=frozenset({UUID(department_id), UUID(committee_id)}))
        self.cast.actors[name] = Actor(name, name, frozenset(ROLES["department_member"]), own)
        return named(self.app, name)
