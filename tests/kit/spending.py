"""A committee's books with money in them, and requests for it, for tests of spending."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from app.core.acts import EVERYWHERE, Actor, Acts, Scope
from app.services.access.permissions import ROLES
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from tests.access.cast import client as named
from tests.access.cast import on_stage
from tests.conftest import Api, actor
from tests.kit import meetings, party
from tests.kit.papers import PDF

COUNTY = Scope(((330106000000, 330107000000),))
START = date(2026, 3, 2)
REQUESTS = "/v1/funding/spending-requests"
PAYMENTS = "/v1/funding/spending-payments"
EVIDENCE = "/v1/funding/spending-evidence"


class Books:
    """A county's committee, a street's branch with its account, and everybody who has to do with it."""

    def __init__(self, api: Api, acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
        self.app, self.acts, self.direct = api.app, acts, direct
        self.cast = on_stage(api.app)
        self.committee = ""
        self.branch = ""
        self.account = ""

    async def opened(self, fen: int = 10_000_000) -> "Books":
        """The year 2026 is open, and the branch has so much of the fiscal budget."""
        office = self.officer("office")
        self.committee = await meetings.committee(office)
        self.branch = str((await party.branch(office, self.direct, await party.authority(office)))["id"])
        await self.opened_year(2026)
        self.account = await self.holding(Purse.fiscal_budget, Holder(HolderKind.branch, UUID(self.branch)), fen)
        return self

    async def opened_year(self, year: int) -> None:
        """The committee's books of a year."""
        await self.direct.execute(
            "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
            " VALUES (1, $1, $2, 'open', 'books', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')",
            UUID(self.committee),
            year,
        )

    def officer(self, name: str, role: str = "officer", scope: Scope = EVERYWHERE) -> httpx.AsyncClient:
        """Somebody with a role in a scope."""
        self.cast.put(name, role, scope)
        return named(self.app, name)

    def secretary(self, name: str, branch_id: str) -> httpx.AsyncClient:
        """The secretary of a branch."""
        own = Scope(subjects=frozenset({UUID(branch_id)}))
        self.cast.actors[name] = Actor(name, name, frozenset(ROLES["branch_secretary"]), own)
        return named(self.app, name)

    async def holding(self, purse: Purse, holder: Holder, fen: int) -> str:
        """An account of funds with so much in it."""
        return await holding(self.acts, self.committee, purse, holder, fen)

    async def balance(self, account_id: str | None = None) -> int:
        """What an account, the branch's by default, holds now."""
        found = await self.direct.fetchval(
            "SELECT balance_fen FROM funding_balances WHERE account_id = $1", UUID(account_id or self.account)
        )
        return int(found or 0)

    async def spent(self) -> int:
        """What all accounts of uses hold now."""
        query = "SELECT coalesce(sum(balance_fen), 0) FROM funding_balances WHERE kind = 'use'"
        return int(await self.direct.fetchval(query))


async def holding(acts: Acts, committee: str, purse: Purse, holder: Holder, fen: int, on: date = START) -> str:
    """An account of funds with so much in it, out of the committee's purse, or of a firm's own."""
    committee_id, own = UUID(committee), HolderKind.organization
    giver = holder if holder.kind is own else Holder(HolderKind.committee, committee_id)
    async with acts.open(actor("books")) as act:
        source = await accounts.of(act, AccountKey(committee_id, purse, AccountKind.source, giver))
        funds = await accounts.of(act, AccountKey(committee_id, purse, AccountKind.funds, giver))
        wanted = await accounts.of(act, AccountKey(committee_id, purse, AccountKind.funds, holder))
        steps = [(EntryKind.set_aside if holder.kind is own else EntryKind.income, source, funds)]
        if wanted != funds:
            steps.append((EntryKind.appropriation, funds, wanted))
        for kind, out_of, into in steps:
            draft = EntryDraft(
                committee_id=committee_id,
                purse=purse,
                kind=kind,
                booked_on=on,
                business_key=f"kit:{uuid4()}",
                text="拨入经费",
                lines=(LineDraft(out_of, -fen), LineDraft(into, fen)),
            )
            await ledger.post(act, draft)
    return str(wanted)


def wish(account_id: str, **change: Any) -> dict[str, Any]:
    """Three thousand yuan for a day of activities."""
    return {
        "account_id": account_id,
        "use": "branch_activities",
        "title": "三月主题党日活动",
        "reason": "组织党员赴红色教育基地开展主题党日",
        "amount_fen": 300_000,
    } | change


async def drafted(client: httpx.AsyncClient, account_id: str, **change: Any) -> dict[str, Any]:
    """A request with its plan."""
    answer = await client.post(REQUESTS, json=wish(account_id, **change))
    assert answer.status_code == 201, answer.text
    request: dict[str, Any] = answer.json()
    await paper(client, f"{REQUESTS}/{request['id']}", kind="plan", title="活动方案")
    return request


async def paper(client: httpx.AsyncClient, of: str, **told: Any) -> dict[str, Any]:
    """A paper with one file, of a request or of a payment."""
    answer = await client.post(f"{of}/evidence", json=told)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    kept = await client.post(f"{EVIDENCE}/{row['id']}/files", params={"filename": "材料.pdf"}, content=PDF)
    assert kept.status_code == 201, kept.text
    return row


def headers(row: dict[str, Any], key: str | None = None) -> dict[str, str]:
    """The row's version, and a key for the deed."""
    return {"if-match": f'"{row["version"]}"', "idempotency-key": key or uuid4().hex}


async def tried(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **told: Any) -> httpx.Response:
    """What a step on a request answers."""
    return await client.post(f"{REQUESTS}/{row['id']}/{verb}", json=told, headers=headers(row))


async def done(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **told: Any) -> dict[str, Any]:
    """The request after a step that must succeed."""
    answer = await tried(client, row, verb, **told)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def payment(fen: int = 300_000, **change: Any) -> dict[str, Any]:
    """A payment of today."""
    return {
        "amount_fen": fen,
        "paid_on": START.isoformat(),
        "payee": "某客运有限公司",
        "business_key": f"凭证-{uuid4().hex[:8]}",
    } | change


async def paid(client: httpx.AsyncClient, row: dict[str, Any], fen: int = 300_000, **change: Any) -> dict[str, Any]:
    """A payment of a request that must succeed."""
    answer = await tried(client, row, "payments", **payment(fen, **change))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def accounted(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **told: Any) -> httpx.Response:
    """What a step on a payment answers."""
    return await client.post(f"{PAYMENTS}/{row['id']}/{verb}", json=told, headers=headers(row))


async def now(client: httpx.AsyncClient, row: dict[str, Any], path: str = REQUESTS) -> dict[str, Any]:
    """The row as it stands."""
    answer = await client.get(f"{path}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def approved(
    asking: httpx.AsyncClient, deciding: httpx.AsyncClient, account_id: str, **change: Any
) -> dict[str, Any]:
    """A small request that was approved."""
    request = await drafted(asking, account_id, **change)
    return await done(deciding, await done(asking, request, "submit"), "approve")
