"""A year's programme entered over HTTP, for tests of what becomes of it."""

from typing import Any

import httpx

from tests.kit.party import tag

ITEMS = [{"code": "三（二）", "text": "推进两个覆盖提质"}, {"code": "四", "text": "建强党务工作者队伍"}]


def draft(committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A programme for the year of the clock."""
    return {
        "committee_id": committee_id, "year": 2026, "title": "2026年两新党建工作计划",
        "plan_title": "2026年基层党建工作要点", "plan_document": "西组发〔2026〕3号", "items": ITEMS,
    } | change  # fmt: skip


async def entered(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def drawn_up(client: httpx.AsyncClient, committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A draft."""
    return await entered(client, "/v1/programmes", draft(committee_id, **change))


def task(programme: dict[str, Any], department_id: str | None = None, /, **change: Any) -> dict[str, Any]:
    """Something for a department to do by autumn."""
    return {
        "programme_id": programme["id"], "item_id": programme["items"][0]["id"], "what": "规上企业应建未建清零",
        "department_id": department_id, "due_on": "2026-09-30",
    } | change  # fmt: skip


async def tasked(client: httpx.AsyncClient, programme: dict[str, Any], /, *told: Any, **change: Any) -> dict[str, Any]:
    """A task."""
    return await entered(client, "/v1/programme-tasks", task(programme, *told, **change))


async def aimed(client: httpx.AsyncClient, programme: dict[str, Any], /, **change: Any) -> dict[str, Any]:
    """A target on branches founded, unless told otherwise."""
    body = {"programme_id": programme["id"], "indicator": "branches_founded", "target": 4} | change
    return await entered(client, "/v1/programme-targets", body)


async def tried(
    client: httpx.AsyncClient, noun: str, row: dict[str, Any], verb: str, body: dict[str, Any]
) -> httpx.Response:
    """A verb on the version that is known; an empty one changes the row itself."""
    path = f"/v1/{noun}/{row['id']}"
    if not verb:
        return await client.patch(path, json=body, headers=tag(row))
    return await client.post(f"{path}/{verb}", json=body, headers=tag(row))


async def done(client: httpx.AsyncClient, noun: str, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A verb that must succeed; the row as it then is."""
    answer = await tried(client, noun, row, verb, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
