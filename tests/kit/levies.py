"""A firm in a county whose committee keeps books: wages pushed, money put aside and spent, for tests of levies."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.core.acts import Act
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts, service
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from tests.routers.test_organizations import uscc

LEVIES = "/v1/funding/levies"
RATIOS = "/v1/funding/levy-ratios"
ASIDES = "/v1/funding/levy-set-asides"
PAYROLLS = "/v1/funding/payrolls"
STREET = "330106010000"


async def firm(client: httpx.AsyncClient, serial: int = 1, **told: Any) -> dict[str, Any]:
    """A private firm of the county, entered by hand."""
    body = {
        "uscc": uscc(serial), "name": f"清溪县云岭茶业第{serial}有限公司", "kind": "private_enterprise",
        "region_code": STREET,
    } | told  # fmt: skip
    answer = await client.post("/v1/organizations", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def wages(serial: int = 1, year: int = 2025, **told: Any) -> dict[str, Any]:
    """A record of the dataset `workforce`."""
    return {"uscc": uscc(serial), "year": year, "payroll_yuan": 4_800_000, "staff": 45} | told


def tag(row: dict[str, Any]) -> dict[str, str]:
    """The row's version, and a key of its own, as a change sends them."""
    return {"if-match": f'"{row["version"]}"', "idempotency-key": f"key-{uuid4()}"}


async def tried(client: httpx.AsyncClient, path: str, row: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    """A step, whatever it answers."""
    return await client.post(f"{path}/{row['id']}/{verb}", json=body, headers=tag(row))


async def done(client: httpx.AsyncClient, path: str, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A step that must succeed."""
    answer = await tried(client, path, row, verb, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def computed(client: httpx.AsyncClient, committee: str, year: int = 2025, **told: Any) -> dict[str, Any]:
    """What a computation answers."""
    answer = await client.post(LEVIES, json={"committee_id": committee, "year": year} | told)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def levy(client: httpx.AsyncClient, organization: str, year: int = 2025) -> dict[str, Any]:
    """A firm's levy, in detail."""
    listed = await client.get(LEVIES, params={"organization_id": organization, "year": year})
    (row,) = [each for each in listed.json()["items"] if each["state"] != "discarded"]
    return await read(client, row)


async def read(client: httpx.AsyncClient, row: dict[str, Any], path: str = LEVIES) -> dict[str, Any]:
    """A row as it stands now."""
    answer = await client.get(f"{path}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def aside(row: dict[str, Any], fen: int, key: str = "V-1", day: str = "2025-03-31", **told: Any) -> dict[str, Any]:
    """A set-aside as it is sent."""
    body = {"levy_id": row["id"], "amount_fen": fen, "booked_on": day, "business_key": key, "text": "计提党建工作经费"}
    return body | told


async def put_aside(client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    """A set-aside sent under a key of its own."""
    return await client.post(ASIDES, json=body, headers={"idempotency-key": f"key-{uuid4()}"})


async def spend(
    act: Act,
    committee: str,
    organization: str,
    fen: int,
    on: str = "2025-06-30",
    use: Use = Use.branch_activities,
    key: str | None = None,
) -> UUID:
    """Money of a firm's levy account spent; the entry."""
    holder = Holder(HolderKind.organization, UUID(organization))
    books = UUID(committee)
    funds = await accounts.of(act, AccountKey(books, Purse.enterprise_levy, AccountKind.funds, holder))
    spent = await accounts.of(act, AccountKey(books, Purse.enterprise_levy, AccountKind.use, holder, use))
    lines = (LineDraft(funds, -fen), LineDraft(spent, fen))
    day = date.fromisoformat(on)
    return await service.post(
        act,
        EntryDraft(books, Purse.enterprise_levy, EntryKind.spending, day, key or f"kit:{uuid4()}", "党组织活动", lines),
    )


async def take_back(act: Act, entry: UUID, on: str) -> UUID:
    """An entry taken back."""
    return await service.reverse(act, entry, date.fromisoformat(on), "退回", f"kit:{uuid4()}")
