"""Working days over HTTP: what is official, what an operator loads, and what is refused."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.services.access.permissions import Role
from tests.conftest import Api
from tests.kit.party import errors

PATH = "/v1/working-days"
NOTICE = "国办发明电〔2030〕7号"


async def days(client: httpx.AsyncClient, first: str, last: str) -> list[dict[str, Any]]:
    answer = await client.get(PATH, params={"from": first, "until": last})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_official_days_and_provisional_ones(client: httpx.AsyncClient) -> None:
    saturday, sunday, monday = await days(client, "2026-02-14", "2026-02-16")
    assert saturday == {"day": "2026-02-14", "working": True, "name": "春节", "basis": "official"}
    assert (sunday["working"], monday["working"], monday["name"]) == (False, False, "春节")
    far = (await client.get(PATH, params={"from": "2031-01-01", "until": "2031-12-31"})).json()
    assert (len(far["items"]), far["provisional"], far["working"]) == (365, 365, 261)
    assert len(await days(client, "2025-01-01", "2027-01-01")) == 731
    for query, expected in (
        ({"from": "2025-01-01", "until": "2027-01-02"}, "days_span"),
        ({"from": "2026-01-02", "until": "2026-01-01"}, "days_span"),
        ({"from": "2026-01-02"}, "missing"),
        ({"from": "2026-01-02", "until": "2026-02-30"}, "date_from_datetime_parsing"),
    ):
        answer = await client.get(PATH, params=query)
        assert (answer.status_code, [code for _, code in errors(answer)]) == (422, [expected]), answer.text
    assert (await client.get(PATH, params={"from": "2026-01-02", "until": "2026-01-03", "x": "1"})).status_code == 422


async def test_a_loaded_year_is_known_and_can_be_doubted_again(client: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {
        "source": NOTICE,
        "days": [
            {"day": "2031-01-01", "working": False, "name": "元旦"},
            {"day": "2031-01-04", "working": True, "name": "元旦"},
        ],
    }
    first = await client.post(PATH, json=body)
    assert first.json() == {"created": 2, "updated": 0, "unchanged": 0, "loaded_years": []}
    shown = await days(client, "2031-01-01", "2031-01-04")
    assert [day["basis"] for day in shown] == ["loaded", "provisional", "provisional", "loaded"]
    body["known_years"] = [2031]
    body["days"][1]["working"] = False
    again = await client.post(PATH, json=body)
    assert again.json() == {"created": 0, "updated": 1, "unchanged": 1, "loaded_years": [2031]}
    assert [(day["basis"], day["working"]) for day in await days(client, "2031-01-02", "2031-01-04")] == [
        ("loaded", True), ("loaded", True), ("loaded", False),
    ]  # fmt: skip
    doubted = await client.post(PATH, json={"source": NOTICE, "days": [], "unknown_years": [2031]})
    assert doubted.json()["loaded_years"] == []
    assert (await days(client, "2031-01-02", "2031-01-02"))[0]["basis"] == "provisional"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"days": [{"day": "2031-01-01", "working": False}] * 2}, ("/days/1/day", "listed_twice")),
        ({"known_years": [2033]}, ("/known_years/0", "year_without_days")),
        ({"known_years": [2031], "unknown_years": [2031]}, ("/known_years/0", "year_known_and_unknown")),
        ({"known_years": [2031, 2031]}, ("/known_years", "listed_twice")),
        ({"days": [{"day": "2031-02-29", "working": False}]}, ("/days/0/day", "date_from_datetime_parsing")),
        ({"days": [{"day": f"{2000 + year}-01-01", "working": True} for year in range(401)]}, ("/days", "value_wrong")),
        (
            {"days": [{"day": str(date(2031, 1, 1) + timedelta(day)), "working": False} for day in range(80)]},
            ("/days/0/day", "days_off_without_end"),
        ),
        ({"days": [{"day": "9999-12-31", "working": False}]}, ("/days/0/day", "less_than")),
        ({"days": [{"day": "2031-01-01", "working": 0}]}, ("/days/0/working", "bool_type")),
        ({"source": " "}, ("/source", "string_too_short")),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    client: httpx.AsyncClient, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    body = {"source": NOTICE, "days": [{"day": "2031-01-01", "working": False, "name": "元旦"}]} | change
    answer = await client.post(PATH, json=body)
    assert (answer.status_code, errors(answer)) == (422, [expected]), answer.text
    assert (await days(client, "2031-01-01", "2031-01-01"))[0]["basis"] == "provisional"


async def test_the_country_is_written_by_nobody_who_stands_in_a_part_of_it(api: Api) -> None:
    body = {"source": NOTICE, "days": [{"day": "2031-01-01", "working": False}]}
    county = await api.client(role=Role.work_committee_officer, ranges=((330106000000, 330107000000),))
    refused = await county.post(PATH, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await days(county, "2026-01-01", "2026-01-01"))[0]["name"] == "元旦"
    officer = await api.client(role=Role.region_officer)
    assert (await officer.post(PATH, json=body)).status_code == 403
    stranger = await api.anonymous()
    assert (await stranger.get(PATH, params={"from": "2026-01-01", "until": "2026-01-01"})).status_code == 401
