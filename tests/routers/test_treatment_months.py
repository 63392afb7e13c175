"""Monthly lists over HTTP: computed, closed by another, frozen; late changes come as differences, and nobody twice."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.party import errors, tag

XIHU = "330106000000"
STREET = "330106010000"
HANGZHOU = "330100000000"


async def posted(client: httpx.AsyncClient, path: str, body: Any, status: int = 201) -> dict[str, Any]:
    """What a POST answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def scheme(client: httpx.AsyncClient, valid_from: str, region: str = XIHU, **numbers: int | None) -> None:
    """Lay down a scheme."""
    told = {name: {"value": value, "document": "某区委两新工委〔2026〕3号"} for name, value in numbers.items()}
    body = {"kind": "treatment", "region_code": region, "valid_from": valid_from, "numbers": told, "reason": "试点"}
    await posted(client, "/v1/policies", body | {"region_level": 3 if region == XIHU else 2})


async def worker(client: httpx.AsyncClient, name: str, region: str = STREET) -> str:
    """A party worker on no roll here."""
    body = {"name": name, "formal_member": True, "region_code": region, "since": "2025-01-01"}
    return str((await posted(client, "/v1/workers", body))["id"])


async def role(client: httpx.AsyncClient, worker_id: str, valid_from: str, **more: Any) -> dict[str, Any]:
    """A role; an instructor's unless another is asked for."""
    body = {"worker_id": worker_id, "role": "instructor", "selection_channel": "dispatched", "valid_from": valid_from}
    return await posted(client, "/v1/worker-roles", body | more)


async def month(client: httpx.AsyncClient, name: str = "2026-03", region: str = XIHU) -> dict[str, Any]:
    """A computed list."""
    return await posted(client, "/v1/treatment/months", {"region_code": region, "month": name})


async def verb(
    client: httpx.AsyncClient, row: dict[str, Any], name: str, status: int = 200, body: Any = None
) -> dict[str, Any]:
    """Do something to a list."""
    answer = await client.post(f"/v1/treatment/months/{row['id']}/{name}", json=body, headers=tag(row))
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lines(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    """Lines as listed."""
    answer = await client.get("/v1/treatment/entitlements", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.fixture
async def closer(api: Api) -> httpx.AsyncClient:
    """A second officer."""
    return await api.client("closer")


async def test_from_roles_to_what_is_due(client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands) -> None:
    clock.forward(days=29)  # the last of March
    await scheme(client, "2026-01-01", instructor_fen=31_000, full_time_worker_fen=310_000)
    one, two = await worker(client, "沈一"), await worker(client, "沈二")
    await role(client, one, "2026-03-11")
    await role(client, two, "2026-01-01")
    await role(client, two, "2026-03-22", role="full_time_worker")
    made = await month(client)
    assert made["state"] == "open"
    assert made["figures"] == {
        "workers": 2, "own_fen": 21_000 + 21_000 + 100_000, "differences_fen": 0, "due_fen": 142_000,
        "owed_back_fen": 0, "due": 2, "owed_back": 0, "differences": 0, "without_scheme": 0, "listed_elsewhere": 0,
    }  # fmt: skip
    assert [each["numbers"]["instructor_fen"]["value"] for each in made["schemes"]] == [31_000]
    assert await lines(client, state="due") == []
    closed = await verb(closer, made, "close")
    assert (closed["state"], closed["closed_by"]) == ("closed", "closer")
    due = {each["worker_id"]: each for each in await lines(client, state="due", month="2026-03")}
    assert {key: (each["due_fen"], each["days"], each["role"]) for key, each in due.items()} == {
        one: (21_000, 21, "instructor"),
        two: (121_000, 31, "instructor"),
    }
    assert due[one]["business_key"] == f"treatment:2026-03:{one}"
    detail = (await client.get(f"/v1/treatment/entitlements/{due[two]['id']}")).json()
    assert [(each["role"], each["start"], each["days"], each["share_fen"]) for each in detail["segments"]] == [
        ("instructor", "2026-03-01", 21, 21_000),
        ("full_time_worker", "2026-03-22", 10, 100_000),
    ]
    assert detail["findings"] == detail["differences"] == []
    assert detail["worker_name"] == "沈二"


async def test_the_list_leaves_as_a_file(client: httpx.AsyncClient) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_005)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    await month(client)
    answer = await client.get("/v1/treatment/entitlements", headers={"accept": "text/csv"})
    assert answer.status_code == 200
    head, row, *_ = answer.text.splitlines()
    assert "Due (yuan)" in head
    assert "310.05" in row
    assert (await client.get("/v1/treatment/months", headers={"accept": "text/csv"})).status_code == 200


async def test_a_month_is_closed_from_its_last_day_on(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands
) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    made = await month(client)
    clock.forward(days=28)  # the thirtieth
    early = await verb(closer, made, "close", 409)
    assert errors_of(early) == [("", "month_not_over")]
    assert "2026-03-31" in early["errors"][0]["detail"]
    told = (await closer.get(f"/v1/treatment/months/{made['id']}")).json()["allowed_actions"]
    assert {each["action"]: each["reason"] for each in told}["close"] == "month_not_over"
    clock.forward(days=1)
    assert (await verb(closer, made, "close"))["state"] == "closed"


async def test_nobody_closes_what_he_computed(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands
) -> None:
    clock.forward(days=29)
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    made = await month(client)
    told = {each["action"]: each["reason"] for each in made["allowed_actions"]}
    assert told == {"recompute": None, "close": "own_list", "discard": None}
    refused = await verb(client, made, "close", 409)
    assert [each["code"] for each in refused["findings"]] == ["treatment_own_month"]
    again = await verb(closer, made, "recompute")
    assert again["computed_by"] == "closer"
    await verb(closer, again, "close", 409)
    closed = await verb(client, again, "close")
    for name, body in (("recompute", None), ("close", None), ("discard", {"reason": "重复"})):
        assert errors_of(await verb(client, closed, name, 409, body)) == [("", "treatment_closed")]


def errors_of(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    return [(error["pointer"], error["code"]) for error in told["errors"]]


async def test_without_a_scheme_there_is_no_list_and_partly_a_finding(client: httpx.AsyncClient) -> None:
    one = await worker(client, "沈一")
    await role(client, one, "2026-01-01")
    refused = await client.post("/v1/treatment/months", json={"region_code": XIHU, "month": "2026-03"})
    assert refused.status_code == 409
    assert [each["code"] for each in refused.json()["findings"]] == ["no_scheme_here"]
    await scheme(client, "2026-01-01", full_time_worker_fen=310_000)
    two = await worker(client, "沈二")
    await role(client, two, "2026-01-01", role="full_time_worker")
    assert (await month(client))["figures"]["without_scheme"] == 1
    (line,) = await lines(client, without_scheme="true")
    assert (line["worker_id"], line["own_fen"], line["role"]) == (one, 0, "instructor")
    detail = (await client.get(f"/v1/treatment/entitlements/{line['id']}")).json()
    assert [(each["code"], each["role"], each["days"]) for each in detail["findings"]] == [
        ("no_scheme", "instructor", 31)
    ]
    assert detail["findings"][0]["text"] == "Instructor: 31 days that no subsidy scheme pays."


async def test_a_late_change_comes_with_a_later_month_by_the_scheme_of_its_time(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands
) -> None:
    clock.forward(days=29)
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    one = await worker(client, "沈一")
    held = await role(client, one, "2026-01-01")
    await verb(closer, await month(client), "close")
    clock.forward(days=6)  # the sixth of April
    await scheme(client, "2026-02-01", instructor_fen=62_000)  # for March too, which is closed
    ended = await client.post(
        f"/v1/worker-roles/{held['id']}/end", json={"ended_on": "2026-03-22", "reason": "召回"}, headers=tag(held)
    )
    assert ended.status_code == 200, ended.text
    two = await worker(client, "沈二")  # appointed in March, entered in April
    await role(client, two, "2026-03-02")
    made = await month(client, "2026-04")
    told = {each["worker_id"]: each for each in await lines(client, month="2026-04")}
    assert (told[one]["own_fen"], told[one]["differences_fen"]) == (0, -10_000)
    assert (told[two]["own_fen"], told[two]["differences_fen"]) == (62_000, 30_000)
    (difference,) = (await client.get(f"/v1/treatment/entitlements/{told[one]['id']}")).json()["differences"]
    assert (difference["for_month"], difference["listed_fen"], difference["amount_fen"]) == ("2026-03", 31_000, 21_000)
    clock.forward(days=24)
    await verb(closer, made, "close")
    states = {each["worker_id"]: each["state"] for each in await lines(client, month="2026-04")}
    assert states == {one: "owed_back", two: "due"}
    clock.forward(days=6)  # the difference has been listed: not once more
    await month(client, "2026-05")
    (line,) = await lines(client, month="2026-05")
    assert (line["worker_id"], line["own_fen"], line["differences_fen"]) == (two, 62_000, 0)


async def test_a_change_of_scheme_changes_open_months_alone(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands
) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    february = await month(client, "2026-02")
    march = await month(client)
    await verb(closer, february, "close")
    clock.forward(days=29)
    await scheme(client, "2026-02-01", instructor_fen=62_000)
    assert errors_of(await verb(closer, march, "close", 409)) == [("", "treatment_outdated")]
    again = await verb(client, march, "recompute")
    assert again["figures"]["own_fen"] == again["figures"]["due_fen"] == 62_000
    await verb(closer, again, "close")
    assert {each["month"]: each["due_fen"] for each in await lines(client)} == {"2026-02": 31_000, "2026-03": 62_000}


async def test_months_are_closed_in_their_order(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, clock: Hands
) -> None:
    clock.forward(days=29)
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    february, march = await month(client, "2026-02"), await month(client)
    assert errors_of(await verb(closer, march, "close", 409)) == [("", "treatment_earlier_open")]
    await verb(closer, february, "close")
    await verb(closer, march, "close")


async def test_a_worker_stands_in_one_list_a_month(client: httpx.AsyncClient) -> None:
    await scheme(client, "2026-01-01", region=HANGZHOU, instructor_fen=31_000)
    for name, region in (("沈一", STREET), ("沈二", "330102000000")):
        await role(client, await worker(client, name, region), "2026-01-01")
    county = await month(client)
    refused = await client.post("/v1/treatment/months", json={"region_code": XIHU, "month": "2026-03"})
    assert (refused.status_code, errors(refused)) == (409, [("/month", "treatment_listed")])
    city = await month(client, region=HANGZHOU)
    assert (city["figures"]["workers"], city["figures"]["listed_elsewhere"]) == (1, 1)
    refused = await client.post("/v1/treatment/months", json={"region_code": "330108000000", "month": "2026-03"})
    assert (refused.status_code, errors(refused)) == (409, [("/month", "treatment_listed")])  # by the city's
    gone = await verb(client, county, "discard", body={"reason": "由市里统一发放"})
    assert (gone["state"], gone["figures"]["workers"]) == ("discarded", 1)
    again = await verb(client, city, "recompute")
    assert (again["figures"]["workers"], again["figures"]["listed_elsewhere"]) == (2, 0)


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"month": "2026-04"}, 422, ("/month", "month_future")),
        ({"month": "2026-13"}, 422, ("/month", "string_pattern_mismatch")),
        ({"region_code": "330000000000"}, 422, ("/region_code", "treatment_too_wide")),
        ({"region_code": "330106"}, 422, ("/region_code", "string_pattern_mismatch")),
        ({"region_code": "990106000000"}, 422, ("/region_code", "region_unknown")),
        ({"region_code": "330102000000"}, 409, ("/region_code", "treatment_nobody")),
        ({"amount_fen": 5}, 422, ("/amount_fen", "extra_forbidden")),
    ],
)
async def test_a_list_that_cannot_be(
    client: httpx.AsyncClient, change: dict[str, Any], status: int, where: tuple[str, str]
) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    answer = await client.post("/v1/treatment/months", json={"region_code": XIHU, "month": "2026-03"} | change)
    assert (answer.status_code, errors(answer)) == (status, [where]), answer.text
    assert await lines(client) == []


async def test_of_two_who_make_a_list_at_once_one_does(client: httpx.AsyncClient) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    for number in range(3):
        await role(client, await worker(client, f"沈{number}"), "2026-01-01")
    body = {"region_code": XIHU, "month": "2026-03"}
    answers = await asyncio.gather(*(client.post("/v1/treatment/months", json=body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"taken"}
    assert len(await lines(client)) == 3


async def test_only_who_has_the_whole_region_makes_its_list(api: Api, client: httpx.AsyncClient) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    street = await api.client("street", "region_officer", ((330106010000, 330106011000),))
    body = {"region_code": XIHU, "month": "2026-03"}
    assert (await street.post("/v1/treatment/months", json=body)).status_code == 403
    made = await month(client)
    assert (await street.get(f"/v1/treatment/months/{made['id']}")).status_code == 404
    assert len(await lines(street)) == 1  # he sees his own people's
    reader = await api.client("reader", "portal_reader")
    assert (await reader.get("/v1/treatment/entitlements")).status_code == 403
    assert (await reader.post("/v1/treatment/months", json=body)).status_code == 403


async def test_a_version_that_has_moved_on_is_refused(client: httpx.AsyncClient, clock: Hands) -> None:
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    made = await month(client)
    clock.forward(hours=1)
    await verb(client, made, "recompute")
    await verb(client, made, "recompute", 412)
    path = f"/v1/treatment/months/{made['id']}"
    assert (await client.post(f"{path}/close")).status_code == 428
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [each["version"] for each in versions] == [2, 1]


async def test_what_a_closed_list_says_cannot_be_changed_by_anybody(
    client: httpx.AsyncClient, closer: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    clock.forward(days=29)
    await scheme(client, "2026-01-01", instructor_fen=31_000)
    await role(client, await worker(client, "沈一"), "2026-01-01")
    await verb(closer, await month(client), "close")
    for statement in (
        "UPDATE treatment_entitlements SET own_fen = own_fen + 1, due_fen = due_fen + 1",
        "DELETE FROM treatment_entitlements",
        "UPDATE treatment_months SET state = 'open', closed_by = NULL, closed_at = NULL",
        "UPDATE treatment_months SET figures = '{}'",
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await direct.execute(statement)
        assert refused.value.constraint_name == "ck_treatment_months_frozen"


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ({"secretary_fen": -1}, "subsidy_wrong"),
        ({"secretary_fen": 10_000_001}, "subsidy_wrong"),
        ({"secretary_fen": 1.5}, "policy_value_wrong"),
        ({"excellent_percent": 301}, "subsidy_percent_wrong"),
        ({"excellent_percent": None}, "policy_value_wrong"),
    ],
)
async def test_a_scheme_that_cannot_be(client: httpx.AsyncClient, numbers: dict[str, Any], code: str) -> None:
    told = {name: {"value": value, "document": "某文件"} for name, value in numbers.items()}
    body = {"kind": "treatment", "region_code": XIHU, "region_level": 3, "valid_from": "2026-03-01", "numbers": told}
    answer = await client.post("/v1/policies", json=body | {"reason": "试点"})
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == [code]
