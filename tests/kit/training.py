"""Courses, sessions and party workers, entered for tests of training."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx

COUNTY = "330106000000"
AT = "'2026-03-01T00:00:00Z'"
ROLE = f"""
INSERT INTO worker_roles (version, worker_id, role, selection_channel, organization_id, valid_from, valid_to,
                          departures, created_at, recorded_at)
VALUES (1, $1, $2, 'internal', $3, $4, $5, '[]', {AT}, {AT})
"""


async def made(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def course(client: httpx.AsyncClient, **told: Any) -> dict[str, Any]:
    """A county's course for secretaries."""
    body = {"title": "书记示范培训班", "kind": "party_work", "body": "区委党校", "region_code": COUNTY}
    return await made(client, "/v1/courses", **(body | told))


async def session(client: httpx.AsyncClient, course_id: str, day: str = "2026-02-25", **told: Any) -> dict[str, Any]:
    """A session of one day, six hours of teaching."""
    body = {
        "course_id": course_id,
        "starts_at": f"{day}T09:00:00+08:00",
        "ends_at": f"{day}T17:00:00+08:00",
        "minutes": 360,
        "place": "二号报告厅",
        "region_code": COUNTY,
    }
    return await made(client, "/v1/training-sessions", **(body | told))


async def role(
    direct: "asyncpg.Connection[Any]",
    worker: str,
    code: str,
    since: date,
    until: date | None,
    organization: UUID | None = None,
) -> None:
    """A role that is no post, on some days."""
    await direct.execute(ROLE, UUID(worker), code, organization, since, until)
