"""Action items entered over HTTP, for tests of what becomes of them."""

from typing import Any

import httpx

from tests.kit.party import tag


def wish(committee_id: str, department_id: str, /, **change: Any) -> dict[str, Any]:
    """Something to be done by the end of the month."""
    return {
        "committee_id": committee_id, "department_id": department_id, "due_on": "2026-03-31",
        "what": "摸清骑手中党员底数",
    } | change  # fmt: skip


async def decided(client: httpx.AsyncClient, committee_id: str, department_id: str, /, **change: Any) -> dict[str, Any]:
    """An item that no meeting decided."""
    answer = await client.post("/v1/action-items", json=wish(committee_id, department_id, **change))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def said(verb: str) -> dict[str, Any]:
    """What a verb is sent with."""
    told: dict[str, dict[str, Any]] = {
        "report": {"text": "已排查站点十二处"},
        "accept": {},
        "send-back": {"reason": "缺少街道明细"},
        "carry-over": {"reason": "数据尚未移交", "due_on": "2026-04-30"},
        "withdraw": {"reason": "与另一项重复"},
        "supporters": {"supporters": []},
    }
    return told[verb]


async def tried(client: httpx.AsyncClient, item: dict[str, Any], verb: str, **change: Any) -> httpx.Response:
    """A verb on the version that is known."""
    where = f"/v1/action-items/{item['id']}/{verb}"
    return await client.post(where, json=said(verb) | change, headers=tag(item))


async def done(client: httpx.AsyncClient, item: dict[str, Any], verb: str, **change: Any) -> dict[str, Any]:
    """A verb that must succeed; the item as it then is."""
    answer = await tried(client, item, verb, **change)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
