"""Departments entered over HTTP, and batches that came for a dataset."""

from datetime import datetime
from typing import Any

import asyncpg
import httpx

DEPARTMENT = {"kind": "market_regulator", "name": "某区市场监管局", "valid_from": "2026-01-01"}


async def joined(client: httpx.AsyncClient, committee_id: str, **change: Any) -> dict[str, Any]:
    """A department that belongs to the committee's meeting."""
    return await entered(client, "/v1/departments", {"committee_id": committee_id, **DEPARTMENT} | change)


async def entered(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pushed(
    direct: "asyncpg.Connection[Any]", source_time: datetime, *, dataset: str = "registrations",
    owner: str = "client-x", region: int = 330106000000, level: int = 3, state: str = "done", mode: str = "commit",
) -> None:  # fmt: skip
    """A batch of a dataset as it stands when it has been worked through."""
    await direct.execute(
        "INSERT INTO batches (dataset, owner, owner_name, scope, region_code, region_level, mode, atomic, strategy,"
        " format, encoding, source_time, size_bytes, sha256, state, records, chunks, chunks_done, blank_rows,"
        " created_at, finished_at)"
        " VALUES ($1, $2, 'x', '{}', $3, $4, $5, 'record', 'upsert', 'csv', 'utf-8', $6::timestamptz, 1, '',"
        " $7, 12, 1, 1, 0, $6::timestamptz, $6::timestamptz + interval '1 hour')",
        dataset, owner, region, level, mode, source_time, state,
    )  # fmt: skip
