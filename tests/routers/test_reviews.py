"""The review queue over HTTP: what waits, for whom, and decisions singly and in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.catalogues.datasets import DATASETS
from app.core.acts import Act, Acts
from app.core.errors import NotFound
from app.services.exchange.contract import Dataset, MergeItem, Subject, Target
from tests.conftest import Api, actor

SUBJECT = UUID("019b2c34-6f00-7a11-8a55-2f6f0c1d9e01")
HANGZHOU = 330100000000


@dataclass
class Things:
    """A merge target that only writes down what it was asked."""

    merged: list[MergeItem] = field(default_factory=list)
    placed: list[tuple[UUID, int, int]] = field(default_factory=list)

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        self.merged += items
        return [Subject(item.subject or SUBJECT, item.derived.get("region_code", HANGZHOU)) for item in items]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        if subject != SUBJECT:
            raise NotFound()
        return Subject(subject, HANGZHOU)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        self.placed.append((subject, code, level))


async def _no_context(*_: object) -> None:
    return None


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """A dataset `things` merged into `Things`."""
    target = Things()
    dataset = Dataset("things", 1, (), True, cast(Target, target), _no_context, lambda *_: None)
    monkeypatch.setitem(DATASETS, "things", dataset)
    return target


async def waiting(acts: Acts, **changes: object) -> str:
    """A review item; its path."""
    values: dict[str, object] = {
        "record_key": f"key-{uuid4()}", "region_code": HANGZHOU, "region_level": 2, "reason": "no_code",
        "subject_id": None, "line": 7, "batch_id": uuid4(), "dataset": "things", **changes,
    }  # fmt: skip
    async with acts.open(actor("system")) as act:
        found = await act.session.scalar(
            text(
                "INSERT INTO review_items (dataset, record_key, owner, region_code, region_level, reason, subject_id,"
                " values, batch_id, line, recorded_at) VALUES (:dataset, :record_key, 'partner', :region_code,"
                ' :region_level, :reason, :subject_id, \'{"name": "甲"}\', :batch_id, :line, :now) RETURNING id'
            ),
            {**values, "now": act.now},
        )
    return f"/v1/reviews/{found}"


async def decide(client: httpx.AsyncClient, place: str, version: int = 1, **said: Any) -> httpx.Response:
    return await client.post(f"{place}/decide", json=said, headers={"If-Match": f'"{version}"'})


async def test_the_queue_shows_what_waits_in_ones_scope(api: Api, acts: Acts, things: Things) -> None:
    here = await waiting(acts)
    there = await waiting(acts, region_code=640100000000, reason="place_unknown")
    client = await api.client()
    items = (await client.get("/v1/reviews")).json()["items"]
    assert {f"/v1/reviews/{item['id']}" for item in items} == {here, there}
    for params in ({"region": "330000000000"}, {"reason": "no_code"}):
        items = (await client.get("/v1/reviews", params=params)).json()["items"]
        assert [f"/v1/reviews/{item['id']}" for item in items] == [here], params
    assert (await client.get("/v1/reviews", params={"region": "33"})).status_code == 422
    assert (await client.get("/v1/reviews", params={"dataset": "registrations"})).json()["items"] == []
    local = await api.client(ranges=((640000000000, 650000000000),))
    assert [item["reason"] for item in (await local.get("/v1/reviews")).json()["items"]] == ["place_unknown"]
    assert (await local.get(here)).status_code == 404
    assert (await decide(local, here, verdict="discard")).status_code == 404


async def test_one_item_tells_all(api: Api, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    answer = await (await api.client(language="zh-Hans")).get(place)
    assert answer.headers["etag"] == '"1"'
    item = answer.json()
    assert item["region_code"] == "330100000000"
    assert item["values"] == {"name": "甲"}
    assert (item["line"], item["reason"], item["reason_text"]) == (7, "no_code", "无信用代码")
    assert refusals(item) == {"match": None, "create": None, "place": "record_has_no_row", "discard": None}


def refusals(item: dict[str, Any]) -> dict[str, str | None]:
    """Each verdict, and why it may not be said."""
    assert all(each["allowed"] is (each["reason"] is None) for each in item["allowed_actions"])
    return {each["action"]: each["reason"] for each in item["allowed_actions"]}


async def test_the_actions_say_which_verdicts_fit(api: Api, acts: Acts, things: Things) -> None:
    client, reader = await api.client(), await api.client("reader", role="reader")
    placeless = await waiting(acts, subject_id=SUBJECT, reason="place_unknown")
    nobody = await waiting(acts, dataset="party_facts")
    assert refusals((await client.get(placeless)).json()) == {
        "match": "record_has_row", "create": "record_has_row", "place": None, "discard": None,
    }  # fmt: skip
    assert refusals((await client.get(nobody)).json()) == {
        "match": None, "create": "dataset_founds_nothing", "place": "record_has_no_row", "discard": None,
    }  # fmt: skip
    assert set(refusals((await reader.get(nobody)).json()).values()) == {"permission"}
    for verdict in ("match", "create"):
        answer = await decide(client, placeless, verdict=verdict, subject_id=str(SUBJECT))
        assert answer.json()["errors"][0]["code"] == "verdict_not_fitting"


async def test_match(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    assert (await decide(client, place, verdict="match")).status_code == 422
    assert (await decide(client, place, verdict="match", subject_id=str(uuid4()))).status_code == 404
    answer = await decide(client, place, verdict="match", subject_id=str(SUBJECT), reason="same address")
    assert answer.status_code == 200
    item = answer.json()
    assert (item["state"], item["version"], item["subject_id"]) == ("decided", 2, str(SUBJECT))
    assert item["decision"] == {"verdict": "match", "reason": "same address", "subject_id": str(SUBJECT)}
    assert (item["decided_by"], item["allowed_actions"][0]["reason"]) == ("tester", "already_decided")
    assert [merge.subject for merge in things.merged] == [SUBJECT]
    assert (await client.get("/v1/reviews")).json()["items"] == []
    assert len((await client.get("/v1/reviews", params={"state": "decided"})).json()["items"]) == 1
    assert (await decide(client, place, 2, verdict="discard")).status_code == 409


async def test_place(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts, subject_id=SUBJECT, reason="place_unknown")
    assert (await decide(client, place, verdict="place")).status_code == 422
    for region in ("330199000000", "330", "999999000000"):
        answer = await decide(client, place, verdict="place", region_code=region)
        assert answer.status_code == 422, region
    answer = await decide(client, place, verdict="place", region_code="330106000000")
    assert answer.status_code == 200
    assert things.placed == [(SUBJECT, 330106000000, 3)]
    assert answer.json()["decision"]["region_code"] == "330106000000"


async def test_a_code_that_stands_for_two_levels(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts, subject_id=SUBJECT, region_code=460400000000, reason="place_unknown")
    answer = await decide(client, place, verdict="place", region_code="460400000000", region_level=3)
    assert answer.status_code == 200
    assert things.placed == [(SUBJECT, 460400000000, 3)]


async def test_create(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    answer = await decide(client, place, verdict="create", region_code="330106000000")
    assert answer.status_code == 200
    assert things.merged[0].subject is None
    assert things.merged[0].derived["region_code"] == 330106000000
    assert answer.json()["subject_id"] == str(SUBJECT)


async def test_versions_and_wishes_that_do_not_fit(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    assert (await client.post(f"{place}/decide", json={"verdict": "discard"})).status_code == 428
    assert (await decide(client, place, 2, verdict="discard")).status_code == 412
    for said in ({"verdict": "perhaps"}, {"verdict": "discard", "more": 1}, {}, {"verdict": "discard", "reason": "x"}):
        assert (await decide(client, place, **said)).status_code == 422, said
    assert (await decide(client, f"/v1/reviews/{uuid4()}", verdict="discard")).status_code == 404


async def test_many_at_once_are_answered_one_by_one(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    one, two, three = [(await waiting(acts)).rsplit("/", 1)[-1] for _ in range(3)]
    items = [
        {"id": one, "version": 1, "verdict": "discard"},
        {"id": two, "version": 5, "verdict": "discard"},
        {"id": str(uuid4()), "version": 1, "verdict": "discard"},
        {"id": three, "version": 1, "verdict": "match"},
        {"id": one, "version": 2, "verdict": "discard"},
    ]
    answer = await client.post("/v1/reviews/decide", json={"items": items})
    assert answer.status_code == 200
    assert [item["status"] for item in answer.json()["items"]] == [200, 412, 404, 422, 409]
    assert (answer.json()["succeeded"], answer.json()["refused"]) == (1, 4)
    assert [item["id"] for item in answer.json()["items"]] == [item["id"] for item in items]
    assert answer.json()["items"][1]["problem"]["code"] == "stale_version"
    open_ones = (await client.get("/v1/reviews")).json()["items"]
    assert {item["id"] for item in open_ones} == {two, three}
    assert (await client.post("/v1/reviews/decide", json={"items": []})).status_code == 422


async def test_a_decision_is_kept_with_its_reason(client: httpx.AsyncClient, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    await decide(client, place, verdict="discard", reason="closed long ago")
    async with acts.open(actor("system")) as act:
        row = await act.session.scalar(text("SELECT decision FROM review_items"))
        assert row == {"verdict": "discard", "reason": "closed long ago"}


async def test_who_may_decide(api: Api, acts: Acts, things: Things) -> None:
    place = await waiting(acts)
    reader = await api.client("reader", role="reader")
    assert (await reader.get(place)).status_code == 200
    assert (await decide(reader, place, verdict="discard")).status_code == 403
    assert (await (await api.anonymous()).get("/v1/reviews")).status_code == 401
