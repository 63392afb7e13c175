"""Everybody at once, any step in any state: the requests, their payments and the books tell the same in the end."""

import asyncio
import random
from collections import Counter
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from tests.conftest import Api
from tests.kit.spending import (
    COUNTY,
    PAYMENTS,
    START,
    Books,
    accounted,
    drafted,
    now,
    payment,
    tried,
)

STEPS = 40
WHY = {"reason": "另行安排"}
ENTRIES = """
SELECT request.id, request.paid_fen - request.returned_fen AS told,
       (SELECT coalesce(sum(line.amount_fen), 0) FROM funding_lines AS line
          JOIN funding_entries AS entry ON entry.id = line.entry_id
         WHERE entry.kind IN ('spending', 'reversal') AND line.account_id <> request.account_id
           AND EXISTS (SELECT FROM spending_payments AS payment WHERE payment.request_id = request.id
                        AND entry.business_key LIKE 'payment:' || payment.id || '%')) AS booked,
       (SELECT count(*) FROM spending_payments AS payment WHERE payment.request_id = request.id
           AND payment.state = 'paid' AND payment.returned_fen < payment.amount_fen
           AND EXISTS (SELECT FROM funding_entries AS later WHERE later.reverses_id = payment.entry_id)) AS astray
  FROM spending_requests AS request
"""


class Person:
    """Somebody who does whatever comes to mind, now and then by an old version."""

    def __init__(self, client: httpx.AsyncClient, chance: random.Random, requests: list[str]) -> None:
        self.client, self.chance, self.requests = client, chance, requests
        self.told: Counter[int] = Counter()

    async def act(self) -> None:
        """So many steps."""
        for _ in range(STEPS):
            answer = await self.step({"id": self.chance.choice(self.requests)})
            assert answer.status_code < 500 or answer.status_code == 503, answer.text
            self.told[answer.status_code] += 1

    async def step(self, row: dict[str, Any]) -> httpx.Response:
        """One step on a request, or on one of its payments."""
        request = await now(self.client, row)
        if self.chance.random() < 0.1:
            request["version"] -= 1
        paid = [each for each in request["payments"] if each["state"] == "paid"]
        if paid and self.chance.random() < 0.6:
            return await self.account(self.chance.choice(paid))
        verb = self.verb(request, ("submit", "approve", "payments", "send-back"), {"payments": "pay"})
        told: dict[str, Any] = {"submit": {}, "approve": {}}.get(verb, WHY)
        if verb == "payments":
            told = payment(self.chance.randint(1, max(request["rest_fen"], 1)))
        return await tried(self.client, request, verb, **told)

    def verb(self, row: dict[str, Any], verbs: tuple[str, ...], called: dict[str, str]) -> str:
        """Mostly one that may be done now, else any."""
        allowed = {each["action"] for each in row["allowed_actions"] if each["allowed"]}
        fit = [verb for verb in verbs if called.get(verb, verb.replace("-", "_")) in allowed]
        return self.chance.choice(fit if fit and self.chance.random() < 0.8 else verbs)

    async def account(self, row: dict[str, Any]) -> httpx.Response:
        """One step on a payment."""
        row = await now(self.client, row, PAYMENTS)
        verb = self.verb(row, ("hand-in", "accept", "return", "give-back", "cancel"), {"return": "return_receipt"})
        if verb == "hand-in":
            if row["receipt_state"] == "none" and self.chance.random() < 0.8:
                invoice = {"kind": "invoice", "title": "发票", "number": uuid4().hex, "amount_fen": row["amount_fen"]}
                answer = await self.client.post(f"{PAYMENTS}/{row['id']}/evidence", json=invoice)
                if answer.status_code != 201:  # somebody handed it in meanwhile
                    return answer
                await self.client.post(
                    f"/v1/funding/spending-evidence/{answer.json()['id']}/files",
                    params={"filename": "发票.txt"}, content="发票".encode(),
                )  # fmt: skip
            told: dict[str, Any] = {"spent_fen": self.chance.randint(0, row["amount_fen"])}
        elif verb == "accept":
            told = {}
        elif verb == "give-back":
            told = WHY | {"amount_fen": self.chance.randint(1, max(row["spent_fen"], 1))}
        else:
            told = dict(WHY)
        return await accounted(self.client, row, verb, **told)


@pytest.mark.parametrize("seed", [7])
async def test_the_books_and_the_requests_tell_the_same(
    api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", seed: int
) -> None:
    chance = random.Random(seed)
    books = await Books(api, acts, direct).opened(2_000_000)
    asking = [books.officer(name, "work_committee_officer", COUNTY) for name in ("li", "wu")]
    requests = [
        str((await drafted(asking[number % 2], books.account, amount_fen=chance.randint(100_000, 900_000)))["id"])
        for number in range(6)
    ]
    clients = [*asking, *(books.officer(name, "work_committee_officer", COUNTY) for name in ("chen", "qian"))]
    people = [Person(client, random.Random(chance.random()), requests) for client in clients]
    await asyncio.gather(*(person.act() for person in people))
    told = sum((person.told for person in people), Counter[int]())
    assert told[200] + told[201] > 20, told
    rows = await direct.fetch(ENTRIES)
    assert [(row["told"], row["astray"]) for row in rows] == [(row["booked"], 0) for row in rows]
    assert await books.balance() + await books.spent() == 2_000_000
    assert await books.spent() == sum(row["told"] for row in rows)
    assert not await direct.fetchval("SELECT count(*) FROM spending_approvals WHERE by = requested_by")
    payments = (await clients[0].get(PAYMENTS, params={"limit": "200"})).json()["items"]
    assert sum(each["spent_fen"] for each in payments) == await books.spent()
    assert all(each["paid_on"] == START.isoformat() for each in payments)
