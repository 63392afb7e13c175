"""A year's budget entered over HTTP, for tests of what becomes of it."""

from typing import Any

import httpx

from tests.kit.party import tag
from tests.kit.programmes import entered

LINES = [
    {
        "use": "branch_activities",
        "title": "党组织活动经费",
        "basis": "党员1,000名，每人每年300元",
        "amount_fen": 30_000_000,
    },
    {"use": "member_education", "title": "党员教育培训", "basis": "轮训两期", "amount_fen": 19_000_000},
    {"title": "预备费", "basis": "按百分之二安排", "amount_fen": 1_000_000},
]


def draft(committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A fiscal budget of half a million yuan for the year of the clock."""
    return {
        "committee_id": committee_id, "year": 2026, "purse": "fiscal_budget", "title": "2026年两新党建经费预算",
        "document": "西财预〔2026〕8号", "lines": LINES,
    } | change  # fmt: skip


async def drawn_up(client: httpx.AsyncClient, committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A draft."""
    return await entered(client, "/v1/funding/budgets", draft(committee_id, **change))


async def approved(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee_id: str, /, **change: Any
) -> dict[str, Any]:
    """A budget that one drew up and the other approved."""
    return await done(chief, "budgets", await drawn_up(client, committee_id, **change), "approve")


def adjustment(budget: dict[str, Any], *deltas: int, **change: Any) -> dict[str, Any]:
    """More or less for a budget's lines, in their order."""
    lines = [
        {"budget_line_id": line["id"], "delta_fen": delta}
        for line, delta in zip(budget["lines"], deltas, strict=False)
        if delta
    ]
    return {"budget_id": budget["id"], "reason": "年中新成立党组织较多", "lines": lines} | change


async def adjusted(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, budget: dict[str, Any], /, *deltas: int, **change: Any
) -> dict[str, Any]:
    """An adjustment that one drew up and the other approved; the budget as it then is."""
    row = await entered(client, "/v1/funding/budget-adjustments", adjustment(budget, *deltas, **change))
    await done(chief, "budget-adjustments", row, "approve")
    found: dict[str, Any] = (await client.get(f"/v1/funding/budgets/{budget['id']}")).json()
    return found


async def tried(
    client: httpx.AsyncClient, noun: str, row: dict[str, Any], verb: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    """A verb on the version that is known; an empty one changes the row itself."""
    path = f"/v1/funding/{noun}/{row['id']}"
    if not verb:
        return await client.patch(path, json=body, headers=tag(row))
    return await client.post(f"{path}/{verb}", json=body or {}, headers=tag(row))


async def done(client: httpx.AsyncClient, noun: str, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A verb that must succeed; the row as it then is."""
    answer = await tried(client, noun, row, verb, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
