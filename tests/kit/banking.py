"""An account in the books with lines, and statements of it, for tests of reconciling."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from app.core.acts import Acts
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from tests.conftest import actor

STATEMENTS = "/v1/funding/bank-statements"
LINES = "/v1/funding/bank-statement-lines"
MATCHES = "/v1/funding/bank-matches"
MARCH = {"from_on": "2026-03-01", "until_on": "2026-03-31"}

YEAR = """
INSERT INTO funding_years (committee_id, year, state, opened_by, version, created_at, recorded_at)
VALUES ($1, $2, 'open', 'books', 1, now(), now()) ON CONFLICT DO NOTHING
"""


class Books:
    """A committee's account of funds, and what is booked in it."""

    def __init__(self, acts: Acts, direct: "asyncpg.Connection[Any]", committee: str) -> None:
        self.acts, self.direct = acts, direct
        self.committee = UUID(committee)
        self.funds = self.source = self.use = UUID(int=0)

    async def opened(self, *years: int) -> "Books":
        """The years are open, with an account of each kind."""
        for year in years:
            await self.direct.execute(YEAR, self.committee, year)
        async with self.acts.open(actor("books")) as act:
            holder = Holder(HolderKind.committee, self.committee)
            purse = Purse.fiscal_budget
            self.funds = await accounts.of(act, AccountKey(self.committee, purse, AccountKind.funds, holder))
            self.source = await accounts.of(act, AccountKey(self.committee, purse, AccountKind.source, holder))
            wanted = AccountKey(self.committee, purse, AccountKind.use, holder, Use.member_education)
            self.use = await accounts.of(act, wanted)
        return self

    async def booked(self, day: str, fen: int, reference: str | None = None, reverses: str | None = None) -> str:
        """Fen into (+) or out of (-) the account, or an earlier line taken back; the key of the account's line."""
        booked_on = date.fromisoformat(day)
        async with self.acts.open(actor("books")) as act:
            if reverses is not None:
                query = "SELECT entry_id FROM funding_lines WHERE id = $1"
                first = await self.direct.fetchval(query, UUID(reverses))
                entry = await ledger.reverse(act, first, booked_on, "记错了", f"kit:{uuid4()}")
            else:
                draft = EntryDraft(
                    committee_id=self.committee,
                    purse=Purse.fiscal_budget,
                    kind=EntryKind.income if fen > 0 else EntryKind.spending,
                    booked_on=booked_on,
                    business_key=f"kit:{uuid4()}",
                    text="某项经费",
                    lines=(LineDraft(self.funds, fen), LineDraft(self.source if fen > 0 else self.use, -fen)),
                    reference=reference,
                )
                entry = await ledger.post(act, draft)
        query = "SELECT id FROM funding_lines WHERE entry_id = $1 AND account_id = $2"
        return str(await self.direct.fetchval(query, entry, self.funds))


def csv_of(*rows: tuple[str, int] | tuple[str, int, str] | tuple[str, int, str, str], opening: int = 0) -> bytes:
    """A statement with running balances: day, fen, number, text."""
    lines, standing = ["记账日期,借方发生额,贷方发生额,余额,凭证号,摘要"], opening
    for row in rows:
        day, fen, number, text = (*row, "", "")[:4]
        standing += fen
        out, into = ("", f"{fen / 100:.2f}") if fen > 0 else (f"{-fen / 100:.2f}", "")
        lines.append(f"{day},{out},{into},{standing / 100:.2f},{number},{text}")
    return ("\r\n".join(lines) + "\r\n").encode()


async def tried(
    client: httpx.AsyncClient, account: UUID, body: bytes, media: str = "text/csv", key: str | None = None, **told: Any
) -> httpx.Response:
    """A statement is brought."""
    headers = {"content-type": media, "idempotency-key": key or str(uuid4())}
    params = {"account_id": str(account), **MARCH, **told}
    return await client.post(STATEMENTS, content=body, params=params, headers=headers)


async def brought(client: httpx.AsyncClient, account: UUID, body: bytes, **told: Any) -> dict[str, Any]:
    """A statement that is taken in."""
    answer = await tried(client, account, body, **told)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lines(client: httpx.AsyncClient, statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Its lines, in the order of the file."""
    answer = await client.get(f"{STATEMENTS}/{statement['id']}/lines", params={"limit": 200})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def done(client: httpx.AsyncClient, path: str, row: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    """Something is done with a row, at the version that one has."""
    where = f"{path}/{row['id']}/{verb}"
    return await client.post(where, json=body or None, headers={"if-match": f'"{row["version"]}"'})


async def changed(client: httpx.AsyncClient, path: str, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """And it is done."""
    answer = await done(client, path, row, verb, **body)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def again(client: httpx.AsyncClient, path: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is now."""
    answer = await client.get(f"{path}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sheet(client: httpx.AsyncClient, statement: dict[str, Any]) -> dict[str, Any]:
    """The sheet as it is now."""
    answer = await client.get(f"{STATEMENTS}/{statement['id']}/sheet")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
