"""Branches to be given to, and proposals entered over HTTP, for tests of what becomes of them."""

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
from tests.kit.budgets import opened, year_opened
from tests.kit.party import tag
from tests.kit.programmes import entered

APPROPRIATIONS, ITEMS = "/v1/funding/appropriations", "/v1/funding/appropriation-items"
PROJECTS = "/v1/funding/brand-projects"
STREET = 330106010000


async def branch(
    direct: "asyncpg.Connection[Any]", authority_id: str, formal: int = 5, probationary: int = 0, **told: Any
) -> str:
    """A branch of an authority with so many members, an old one unless told otherwise."""
    row: dict[str, Any] = {
        "version": 1,
        "name": f"支部{uuid4().hex[:6]}",
        "level": "branch",
        "formation_mode": "joint",
        "management_mode": "territorial",
        "stage": "established",
        "authority_id": UUID(authority_id),
        "region_code": STREET,
        "region_level": 4,
        "founded_on": date(2020, 7, 1),
        "formal_members": formal,
        "probationary_members": probationary,
        "departures": "[]",
        "created_at": await direct.fetchval("SELECT '2026-03-01T00:00:00Z'::timestamptz"),
        "recorded_at": await direct.fetchval("SELECT '2026-03-01T00:00:00Z'::timestamptz"),
        **told,
    }
    names, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
    statement = f"INSERT INTO branches ({names}) VALUES ({places}) RETURNING id"
    return str(await direct.fetchval(statement, *row.values()))


async def branches(direct: "asyncpg.Connection[Any]", authority_id: str, number: int) -> None:
    """So many old branches of three members each."""
    await direct.execute(
        "INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id, region_code,"
        " region_level, founded_on, formal_members, probationary_members, departures, created_at, recorded_at)"
        " SELECT 1, '支部' || n, 'branch', 'joint', 'territorial', 'established', $1, $2, 4, '2020-07-01', 3, 0, '[]',"
        " '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z' FROM generate_series(1, $3::integer) AS n",
        UUID(authority_id),
        STREET,
        number,
    )


async def grown(direct: "asyncpg.Connection[Any]", branch_id: str, formal: int) -> None:
    """It has so many formal members now."""
    await direct.execute(
        "UPDATE branches SET formal_members = $2, version = version + 1,"
        " recorded_at = current_setting('liangxin.now')::timestamptz WHERE id = $1",
        UUID(branch_id),
        formal,
    )


async def dissolved(direct: "asyncpg.Connection[Any]", branch_id: str, day: date) -> None:
    """It has ended."""
    await direct.execute(
        "UPDATE branches SET dissolved_on = $2, dissolution_reason = '企业注销', version = version + 1 WHERE id = $1",
        UUID(branch_id),
        day,
    )


async def succeeded(direct: "asyncpg.Connection[Any]", ended: str, heir: str, day: date, kind: str = "reform") -> None:
    """One has ended and goes on in the other."""
    await dissolved(direct, ended, day)
    await direct.execute(
        "INSERT INTO branch_successions (version, predecessor_id, successor_id, kind, succeeded_on, reason, created_at,"
        " recorded_at) VALUES (1, $1, $2, $3, $4, '改建', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')",
        UUID(ended),
        UUID(heir),
        kind,
        day,
    )


async def in_funds(act: Act, direct: "asyncpg.Connection[Any]", committee_id: str, fen: int = 100_000_000) -> UUID:
    """The committee's books of the year are open and its funds hold money; the account."""
    await year_opened(direct, committee_id, 2026)
    return await opened(act, UUID(committee_id), fen)


async def spent(act: Act, committee_id: UUID, branch_id: UUID, fen: int) -> None:
    """A branch spends of what it was given."""
    holder = Holder(HolderKind.branch, branch_id)
    purse, use = Purse.fiscal_budget, Use.branch_activities
    funds = await accounts.of(act, AccountKey(committee_id, purse, AccountKind.funds, holder))
    spending = await accounts.of(act, AccountKey(committee_id, purse, AccountKind.use, holder, use))
    lines = (LineDraft(funds, -fen), LineDraft(spending, fen))
    key = f"spent:{uuid4()}"
    await ledger.post(act, EntryDraft(committee_id, purse, EntryKind.spending, act.today, key, "主题党日", lines))


def draft(committee_id: str, /, **change: Any) -> dict[str, Any]:
    """What is due by members and for foundings in the year of the clock."""
    return {
        "committee_id": committee_id,
        "year": 2026,
        "purse": "fiscal_budget",
        "title": "2026年两新党组织工作经费",
        "kinds": ["per_member", "founding"],
    } | change


async def proposed(client: httpx.AsyncClient, committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A draft."""
    return await entered(client, APPROPRIATIONS, draft(committee_id, **change))


async def tried(
    client: httpx.AsyncClient, row: dict[str, Any], verb: str, /, noun: str = APPROPRIATIONS, **body: Any
) -> httpx.Response:
    """A verb on the version that is known; an empty one changes the row itself."""
    path = f"{noun}/{row['id']}"
    headers = tag(row) | {"idempotency-key": str(uuid4())}
    if not verb:
        return await client.patch(path, json=body, headers=headers)
    return await client.post(f"{path}/{verb}", json=body, headers=headers)


async def done(
    client: httpx.AsyncClient, row: dict[str, Any], verb: str, /, noun: str = APPROPRIATIONS, **body: Any
) -> dict[str, Any]:
    """A verb that must succeed; the row as it then is."""
    answer = await tried(client, row, verb, noun, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def given(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee_id: str, /, **change: Any
) -> dict[str, Any]:
    """One that was proposed by one, approved by the other and posted today."""
    row = await done(chief, await proposed(client, committee_id, **change), "approve")
    return await done(client, row, "post", booked_on="2026-03-02")


async def lines(client: httpx.AsyncClient, row: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Its lines."""
    answer = await client.get(ITEMS, params={"appropriation_id": row["id"], **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def held(direct: "asyncpg.Connection[Any]", branch_id: str) -> int:
    """What the books say a branch has."""
    found = await direct.fetchval(
        "SELECT coalesce(sum(held.balance_fen), 0)::bigint FROM funding_balances AS held"
        " JOIN funding_accounts AS account ON account.id = held.account_id"
        " WHERE account.kind = 'funds' AND account.branch_id = $1",
        UUID(branch_id),
    )
    return int(found)
