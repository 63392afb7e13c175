"""A year's budget entered over HTTP, for tests of what becomes of it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from app.core.acts import Act
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
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


async def opened(
    act: Act, committee_id: UUID, income_fen: int = 100_000_000, purse: Purse = Purse.fiscal_budget
) -> UUID:
    """The committee's funds account with money in it, in the year of the clock."""
    funds = await _account(act, committee_id, purse, AccountKind.funds)
    source = await _account(act, committee_id, purse, AccountKind.source)
    lines = (LineDraft(funds, income_fen), LineDraft(source, -income_fen))
    await _posted(act, committee_id, EntryKind.income, f"income:{uuid4()}", lines, purse)
    return funds


async def spent(
    act: Act, committee_id: UUID, fen: int, use: Use = Use.branch_activities, key: str | None = None,
    purse: Purse = Purse.fiscal_budget, on: date | None = None, by: UUID | None = None,
) -> UUID:  # fmt: skip
    """The committee, or an authority below, spends; the entry."""
    funds = await _account(act, committee_id, purse, AccountKind.funds, by=by)
    spending = await _account(act, committee_id, purse, AccountKind.use, use, by)
    lines = (LineDraft(funds, -fen), LineDraft(spending, fen))
    return await _posted(act, committee_id, EntryKind.spending, key or f"spent:{uuid4()}", lines, purse, on)


async def handed_on(act: Act, committee_id: UUID, authority_id: UUID, fen: int) -> UUID:
    """The committee gives money to an authority below; the entry."""
    funds = await _account(act, committee_id, Purse.fiscal_budget, AccountKind.funds)
    below = await _account(act, committee_id, Purse.fiscal_budget, AccountKind.funds, by=authority_id)
    lines = (LineDraft(funds, -fen), LineDraft(below, fen))
    return await _posted(act, committee_id, EntryKind.appropriation, f"given:{uuid4()}", lines, Purse.fiscal_budget)


async def _account(
    act: Act, committee_id: UUID, purse: Purse, kind: AccountKind, use: Use | None = None, by: UUID | None = None
) -> UUID:
    holder = Holder(HolderKind.committee, committee_id) if by is None else Holder(HolderKind.authority, by)
    return await accounts.of(act, AccountKey(committee_id, purse, kind, holder, use))


async def _posted(
    act: Act, committee_id: UUID, kind: EntryKind, key: str, lines: tuple[LineDraft, ...], purse: Purse,
    on: date | None = None,
) -> UUID:  # fmt: skip
    draft_ = EntryDraft(committee_id, purse, kind, on or act.today, key, "党组织活动", lines)
    return await ledger.post(act, draft_)


async def year_opened(direct: "asyncpg.Connection[Any]", committee_id: str, year: int) -> None:
    """The committee's books of a year are open."""
    await direct.execute(
        "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
        " VALUES (1, $1, $2, 'open', 'tester', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')",
        UUID(committee_id),
        year,
    )
