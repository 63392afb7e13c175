"""An account in the books with lines, and statements of it, for tests of reconciling."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

STATEMENTS = "/v1/funding/bank-statements"
LINES = "/v1/funding/bank-statement-lines"
MATCHES = "/v1/funding/bank-matches"
MARCH = {"from_on": "2026-03-01", "until_on": "2026-03-31"}

YEAR = """
INSERT INTO funding_years (committee_id, year, state, opened_by, version, created_at, recorded_at)
VALUES ($1, $2, 'open', 'books', 1, now(), now()) ON CONFLICT DO NOTHING
"""
ACCOUNT = """
INSERT INTO funding_accounts (committee_id, purse, kind, holder_kind, authority_id, use, version, created_at,
                              recorded_at)
VALUES ($1, 'fiscal_budget', $2, 'committee', $1, $3, 1, now(), now()) RETURNING id
"""
ENTRY = """
INSERT INTO funding_entries (committee_id, purse, kind, use, booked_on, business_key, text, reference, reverses_id,
                             posted_by, posted_at, fingerprint, lines, amount_fen)
VALUES ($1, 'fiscal_budget', $2, $3, $4, $5, $6, $7, $8, 'books', $9, '\\x00', 2, $10) RETURNING id
"""
LINE = """
INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, amount_fen)
VALUES ($1, $2, $3, 'fiscal_budget', $4, $5) RETURNING id
"""


class Books:
    """A committee's account of funds, and what is booked in it without the service."""

    def __init__(self, direct: "asyncpg.Connection[Any]", committee: str) -> None:
        self.direct = direct
        self.committee = UUID(committee)
        self.funds = self.source = self.use = UUID(int=0)

    async def opened(self, *years: int) -> "Books":
        """The years are open, with an account of each kind."""
        for year in years:
            await self.direct.execute(YEAR, self.committee, year)
        self.funds = await self.direct.fetchval(ACCOUNT, self.committee, "funds", None)
        self.source = await self.direct.fetchval(ACCOUNT, self.committee, "source", None)
        self.use = await self.direct.fetchval(ACCOUNT, self.committee, "use", "member_education")
        return self

    async def booked(
        self, day: str, fen: int, reference: str | None = None, reverses: str | None = None, text: str = "某项经费"
    ) -> str:
        """Fen into (+) or out of (-) the account; the key of the account's line."""
        booked_on = date.fromisoformat(day)
        other = self.use if reverses or fen < 0 else self.source
        kind = "reversal" if reverses else "income" if fen > 0 else "spending"
        first = None
        if reverses is not None:
            first = await self.direct.fetchval("SELECT entry_id FROM funding_lines WHERE id = $1", UUID(reverses))
        use = "member_education" if kind != "income" else None
        async with self.direct.transaction():
            now = await self.direct.fetchval("SELECT current_setting('liangxin.now')::text::timestamptz")
            entry = await self.direct.fetchval(
                ENTRY, self.committee, kind, use, booked_on, f"kit:{uuid4()}", text, reference, first, now, abs(fen)
            )
            line = await self.direct.fetchval(LINE, entry, 1, self.committee, self.funds, fen)
            await self.direct.fetchval(LINE, entry, 2, self.committee, other, -fen)
        return str(line)

    async def days(self) -> AsyncIterator[tuple[date, int]]:
        """The account's evenings."""
        for row in await self.direct.fetch(
            "SELECT day, balance_fen FROM funding_account_days WHERE account_id = $1 ORDER BY day", self.funds
        ):
            yield row["day"], row["balance_fen"]


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
