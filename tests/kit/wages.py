"""Closed monthly lists and the books that pay them, for tests of payment runs."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from app.core.acts import Acts
from app.core.clock import day_of
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import Holder
from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.spending import Books, headers, holding

COUNTY = "330106000000"
STREET = "330106010000"
RUNS = "/v1/funding/payment-runs"
ITEMS = "/v1/funding/payables"
DEBTS = "/v1/funding/payable-debts"
SCHEME = {"instructor_fen": 31_000, "full_time_worker_fen": 310_000}
NAMES = ("沈一鸣", "沈二鸣", "沈三鸣", "沈四鸣", "沈五鸣", "沈六鸣")


class Wages(Books):
    """A county's committee with money, party workers with roles, and everybody who has to do with their pay."""

    def __init__(self, api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands) -> None:
        super().__init__(api, acts, direct)
        self.clock = clock
        self.office = self.officer("office")  # keeps workers and computes lists
        self.closer = self.officer("closer")
        self.clerk = self.officer("clerk")  # draws runs up
        self.chief = self.officer("chief")
        self.cashier = self.officer("cashier")

    async def opened(self, fen: int = 10_000_000) -> "Wages":
        """The year 2026 is open, and the committee has so much of the fiscal budget; the clock is at March's end."""
        self.committee = await meetings.committee(self.office)
        await self.opened_year(2026)
        self.account = await self.funded(fen)
        self.clock.forward(days=29)
        numbers = {key: {"value": fen, "document": "某区委两新工委〔2026〕3号"} for key, fen in SCHEME.items()}
        body = {"kind": "treatment", "region_code": COUNTY, "region_level": 3, "valid_from": "2026-01-01"}
        await made(self.office, "/v1/policies", body | {"numbers": numbers, "reason": "试点"})
        return self

    async def funded(self, fen: int, purse: Purse = Purse.fiscal_budget) -> str:
        """The committee's own funds, with so much more in them."""
        return await holding(self.acts, self.committee, purse, Holder(HolderKind.committee, UUID(self.committee)), fen)

    async def worker(self, name: str, role: str = "instructor", since: str = "2026-01-01", region: str = STREET) -> str:
        """A worker with a role."""
        body = {"name": name, "formal_member": True, "region_code": region, "since": "2025-01-01"}
        worker_id = str((await made(self.office, "/v1/workers", body))["id"])
        await self.role(worker_id, role, since)
        return worker_id

    async def role(self, worker_id: str, role: str = "instructor", since: str = "2026-01-01") -> dict[str, Any]:
        """A role of a worker."""
        body = {"worker_id": worker_id, "role": role, "selection_channel": "dispatched", "valid_from": since}
        return await made(self.office, "/v1/worker-roles", body)

    async def crew(self, number: int = 3, region: str = STREET) -> list[str]:
        """So many instructors."""
        return [await self.worker(name, region=region) for name in NAMES[:number]]

    async def computed(self, month: str = "2026-03", region: str = COUNTY) -> dict[str, Any]:
        """A list of the county that is still open."""
        return await made(self.office, "/v1/treatment/months", {"region_code": region, "month": month})

    async def closed(self, month: str = "2026-03", region: str = COUNTY) -> dict[str, Any]:
        """A list that one computed and another closed."""
        row = await self.computed(month, region)
        answer = await self.closer.post(f"/v1/treatment/months/{row['id']}/close", headers=headers(row))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def wanted(self, month: dict[str, Any], **change: Any) -> dict[str, Any]:
        """What a run is drawn up from."""
        return {"account_id": self.account, "month_id": month["id"], "use": "worker_subsidies"} | change

    async def drawn(self, month: dict[str, Any], **change: Any) -> dict[str, Any]:
        """A draft."""
        return await made(self.clerk, RUNS, self.wanted(month, **change))

    async def approved(self, month: dict[str, Any], **change: Any) -> dict[str, Any]:
        """A run that one drew up and another approved."""
        return await done(self.chief, RUNS, await self.drawn(month, **change), "approve")

    async def pay(self, run: dict[str, Any], **change: Any) -> dict[str, Any]:
        """What a call of pay did."""
        answer = await self.try_to_pay(run, **change)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def try_to_pay(
        self, run: dict[str, Any], by: httpx.AsyncClient | None = None, key: str | None = None, **change: Any
    ) -> httpx.Response:
        """What pay answers, under a key of its own."""
        body = {"paid_on": self.today, "reference": "DF20260331007"} | change
        return await (by or self.cashier).post(
            f"{RUNS}/{run['id']}/pay", json=body, headers={"idempotency-key": key or uuid4().hex}
        )

    async def paid(self, month: dict[str, Any], **change: Any) -> dict[str, Any]:
        """A run of which everything is paid."""
        run = await self.approved(month, **change)
        await self.pay(run)
        return await shown(self.clerk, RUNS, run)

    async def items(self, run: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
        """A run's items in their order."""
        answer = await self.clerk.get(ITEMS, params={"run_id": run["id"], **asked})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def entries(self) -> list[dict[str, Any]]:
        """What is booked for workers, the oldest first."""
        rows = await self.direct.fetch(
            "SELECT kind, business_key, text, reference, amount_fen FROM funding_entries"
            " WHERE business_key LIKE 'treatment:%' ORDER BY id"
        )
        return [dict(row) for row in rows]

    @property
    def today(self) -> str:
        """The day of the clock in Shanghai."""
        return day_of(self.clock()).isoformat()


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a creation that must succeed answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def done(
    client: httpx.AsyncClient, path: str, row: dict[str, Any], verb: str, status: int = 200, **told: Any
) -> dict[str, Any]:
    """What a step answers."""
    answer = await client.post(f"{path}/{row['id']}/{verb}", json=told or None, headers=headers(row))
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(client: httpx.AsyncClient, path: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it stands."""
    answer = await client.get(f"{path}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
