"""Series of joint meetings, for tests."""

from typing import Any

import httpx

SERIES: dict[str, Any] = {
    "purpose": "study", "title": "季度研究会议", "rrule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;COUNT=4",
    "first_on": "2026-03-01", "starts_at": "14:30", "minutes": 90, "place": "三楼会议室", "shift": "next",
}  # fmt: skip


def series(committee_id: str, /, **change: Any) -> dict[str, Any]:
    """Four meetings a quarter apart, from the 10th of March 2026 to the 8th of December."""
    return {"committee_id": committee_id, **SERIES} | change


async def laid(client: httpx.AsyncClient, committee_id: str, /, **change: Any) -> dict[str, Any]:
    """A series, laid down."""
    answer = await client.post("/v1/joint-meeting-schedules", json=series(committee_id, **change))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def times(client: httpx.AsyncClient, row: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    """The times of a series, from the beginning of 2020 unless asked otherwise."""
    path = f"/v1/joint-meeting-schedules/{row['id']}/occurrences"
    answer = await client.get(path, params={"since": "2020-01-01"} | asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found
