"""Members, and the branches and employers they stand with, entered over HTTP."""

from typing import Any

import httpx

from tests.kit.persons import person

XIHU = ((330106000000, 330107000000),)
BINJIANG = ((330108000000, 330109000000),)
STREET = "330106010000"
ACROSS = "330108001000"  # a street of the neighbouring district


def tag(row: dict[str, Any]) -> dict[str, str]:
    """The row's version, as an update sends it."""
    return {"if-match": f'"{row["version"]}"'}


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointer and code of what is wrong."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def made(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def authority(client: httpx.AsyncClient, region: str = STREET) -> str:
    """The street's committee."""
    code = f"0330{region[4:9]}000000"[:15].ljust(15, "0")
    row = await made(client, "/v1/authorities", code=code, kind="township", name=f"{region} 党工委", region_code=region)
    return str(row["id"])


async def branch(
    client: httpx.AsyncClient, organizations: list[str] | None = None, region: str = STREET, **told: Any
) -> dict[str, Any]:
    """A branch of a street, founded a month ago, with three formal members stated."""
    body = {
        "name": f"{region} 党支部",
        "formation_mode": "territorial",
        "authority_id": told.pop("authority_id", None) or await authority(client, region),
        "region_code": region,
        "founded_on": "2026-02-02",
        "formal_members": 3,
        "organization_ids": organizations or [],
        "departure_reason": "试点",
    }
    return await made(client, "/v1/branches", **(body | told))


async def firm(client: httpx.AsyncClient, region: str = STREET, **told: Any) -> dict[str, Any]:
    """An organisation of a street."""
    return await made(client, "/v1/organizations", **({"name": "杭州云栖数据有限公司", "region_code": region} | told))


async def member(client: httpx.AsyncClient, serial: int = 1, **told: Any) -> dict[str, Any]:
    """The n-th person, as a formal member since January."""
    one = person(serial)
    body = {"name": one.name, "kind": "formal", "identity_number": one.identity_number, "since": "2026-02-10"}
    return await made(client, "/v1/members", **(body | told))


async def read(client: httpx.AsyncClient, path: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it stands now."""
    answer = await client.get(f"{path}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def counts(client: httpx.AsyncClient, organization: dict[str, Any]) -> tuple[int | None, ...]:
    """An organisation's members as they hold today: working, relation, on probation."""
    row = await read(client, "/v1/organizations", organization)
    return row["members_working"], row["members_relation"], row["members_probationary"]
