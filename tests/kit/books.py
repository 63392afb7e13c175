"""A committee's books over HTTP alone: a year, accounts, entries."""

from typing import Any
from uuid import uuid4

import httpx

from tests.kit.programmes import entered

YEARS, ACCOUNTS, ENTRIES = "/v1/funding/years", "/v1/funding/accounts", "/v1/funding/entries"


def once() -> dict[str, str]:
    """A key of its own for a request."""
    return {"idempotency-key": uuid4().hex}


async def year(client: httpx.AsyncClient, committee_id: str, of: int = 2026) -> dict[str, Any]:
    """The committee's books of a year, open."""
    return await entered(client, YEARS, {"committee_id": committee_id, "year": of})


async def account(client: httpx.AsyncClient, committee_id: str, kind: str = "funds", **told: Any) -> dict[str, Any]:
    """An account of the fiscal budget, the committee's own unless told otherwise."""
    body = {
        "committee_id": committee_id,
        "purse": "fiscal_budget",
        "kind": kind,
        "holder_kind": "committee",
        "holder_id": committee_id,
    }
    return await entered(client, ACCOUNTS, body | told)


def entry(committee_id: str, out: dict[str, Any], into: dict[str, Any], fen: int, **told: Any) -> dict[str, Any]:
    """An entry of two lines, income unless told otherwise."""
    return {
        "committee_id": committee_id,
        "purse": "fiscal_budget",
        "kind": "income",
        "business_key": uuid4().hex,
        "text": "财政拨款到账",
        "lines": [
            {"account_id": out["id"], "amount_fen": -fen},
            {"account_id": into["id"], "amount_fen": fen},
        ],
    } | told


async def posted(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """An entry that must succeed."""
    answer = await client.post(ENTRIES, json=body, headers=once())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def balance(client: httpx.AsyncClient, row: dict[str, Any]) -> int:
    """What an account holds now."""
    return int((await client.get(f"{ACCOUNTS}/{row['id']}")).json()["balance_fen"])
