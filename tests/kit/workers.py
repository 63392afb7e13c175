"""Party workers and their roles, entered over HTTP."""

from typing import Any

import httpx

from tests.kit.members import made
from tests.kit.persons import person

COUNTY = "330106000000"


async def worker(client: httpx.AsyncClient, serial: int = 1, **told: Any) -> dict[str, Any]:
    """The n-th person, a formal member by statement, as a party worker of a county since January."""
    body = {"name": person(serial).name, "formal_member": True, "region_code": COUNTY, "since": "2026-01-05"} | told
    if body.get("member_id") is not None:
        body = {name: value for name, value in body.items() if name not in ("name", "formal_member")}
    return await made(client, "/v1/workers", **body)


async def given(
    client: httpx.AsyncClient, who: dict[str, Any], role: str = "instructor", **told: Any
) -> dict[str, Any]:
    """A role that somebody is given since February."""
    body = {"worker_id": who["id"], "role": role, "selection_channel": "dispatched", "valid_from": "2026-02-01"}
    return await made(client, "/v1/worker-roles", **(body | told))
