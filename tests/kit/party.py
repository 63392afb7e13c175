"""A branch with its members, for tests of what branches have."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.kit.organizations import add

STREET = "330106010000"


async def authority(client: httpx.AsyncClient, code: str = "033001006010000", region: str = STREET) -> str:
    """A street's committee."""
    body = {"code": code, "kind": "township", "name": f"街道党工委{code}", "region_code": region}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def branch(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority_id: str, members: int = 5, **change: Any
) -> dict[str, Any]:
    """A branch of one firm's own with so many formal members."""
    firms = await add(direct, 1, formal_members_relation=members)
    body = {
        "name": "某公司支部",
        "formation_mode": "standalone",
        "authority_id": authority_id,
        "region_code": STREET,
        "founded_on": "2025-02-10",
        "organization_ids": [str(key) for key in firms],
    } | change
    answer = await client.post("/v1/branches", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def enrol(
    direct: "asyncpg.Connection[Any]", branch_id: str, names: Sequence[str], kind: str = "formal"
) -> list[str]:
    """Members whose relation is with a branch; their ids in order."""
    return [
        str(
            await direct.fetchval(
                "INSERT INTO members (version, name, kind, branch_id, state, since, departures, source, source_time,"
                " created_at, recorded_at) VALUES (1, $1, $2, $3, 'current', '2025-02-10', '[]', 'officer',"
                " '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z') RETURNING id",
                name,
                kind,
                UUID(branch_id),
            )
        )
        for name in names
    ]


def holder(who: str, role: str = "secretary", channel: str = "internal", **more: Any) -> dict[str, Any]:
    """A post for a member, by id."""
    return {
        "member_id": who,
        "role": role,
        "selection_channel": channel,
        "qualifications": ["business_management"],
    } | more


def tag(row: dict[str, Any]) -> dict[str, str]:
    """The version that is changed."""
    return {"if-match": f'"{row["version"]}"'}


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def findings(answer: httpx.Response) -> dict[str, str]:
    """What the rules found, with its weight."""
    return {finding["code"]: finding["severity"] for finding in answer.json()["findings"]}
