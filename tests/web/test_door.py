"""What every request passes on its way in and every answer on its way out."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.config import Settings
from app.web.headers import NOTHING, page_policy
from app.web.rates import Rates
from tests.conftest import Api, Hands, running

PLANTED = ("330106199001011234", "13800138000", "张三丰")


def with_(settings: Settings, **changed: Any) -> Settings:
    return settings.model_copy(update=changed)


def test_a_bucket_fills_steadily_and_tells_what_is_left() -> None:
    now = 0.0
    rates = Rates("client", 60, lambda: now)
    verdicts = [rates.take("a") for _ in range(61)]
    assert [v.left for v in verdicts if v is not None] == [*range(59, -1, -1), 0]
    refused = verdicts[-1]
    assert refused is not None
    assert (refused.retry_after, refused.full_in) == (1, 60)
    assert refused.headers() == {"RateLimit-Policy": '"client";q=60;w=60', "RateLimit": '"client";r=0;t=60'}
    other = rates.take("b")
    assert other is not None
    assert other.left == 59, "another client's bucket is another"
    now = 1.0
    again = [rates.take("a"), rates.take("a")]
    assert [v.retry_after for v in again if v is not None] == [0, 1]
    assert Rates("client", 0).take("a") is None


def test_buckets_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.rates.MOST", 100)
    rates = Rates("address", 10, lambda: 0.0)
    for number in range(1000):
        rates.take(str(number))
    assert len(rates._filled) <= 100


async def test_a_client_over_its_quota_is_told_when_to_come_back(settings: Settings, clock: Hands) -> None:
    async with running(with_(settings, rate_limit=3), clock) as api:
        client = await api.client()
        answers = [await client.get("/v1/me") for _ in range(5)]
        assert [a.status_code for a in answers] == [200] * 3 + [429] * 2
        assert answers[0].headers["ratelimit-policy"] == '"client";q=3;w=60'
        assert answers[0].headers["ratelimit"] == '"client";r=2;t=20'
        assert answers[-1].json()["code"] == "too_many_requests"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        assert (await client.get("/health/ready")).status_code == 200, "a supervisor is not counted"
        assert "ratelimit" not in (await client.get("/health/live")).headers
        assert (await (await api.client("another")).get("/v1/me")).status_code == 200


async def test_strangers_share_their_address_and_nobody_elses(settings: Settings, clock: Hands) -> None:
    async with running(with_(settings, rate_limit_anonymous=3), clock) as api:
        stranger = await api.anonymous()
        statuses = [(await stranger.get("/v1/me")).status_code for _ in range(3)]
        statuses += [(await stranger.post("/v1/hosts", content=b"{" * 99)).status_code for _ in range(2)]
        assert statuses == [401] * 3 + [429] * 2, "counted before anything of the request is read"
        assert (await (await api.client()).get("/v1/me")).status_code == 200


async def crawling() -> AsyncIterator[bytes]:
    """A body whose end never comes."""
    yield b'{"name": '
    await asyncio.Event().wait()


async def test_a_body_that_crawls_is_cut_off(settings: Settings, clock: Hands) -> None:
    async with running(with_(settings, body_time=0.05), clock) as api:
        client = await api.client()
        answer = await client.post("/v1/hosts", content=crawling(), headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")
        assert answer.headers["connection"] == "close"


async def test_a_request_that_runs_too_long_is_ended_and_leaves_nothing(
    settings: Settings, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    async with running(with_(settings, request_time=0.2), clock) as api:
        client = await api.client()
        monkeypatch.setattr("app.services.hosts.reads.listed", forever)
        answers = [await client.get("/v1/hosts") for _ in range(8)]  # more than the pool has connections
        assert {a.status_code for a in answers} == {503}
        assert {a.json()["code"] for a in answers} == {"took_too_long"}
        monkeypatch.undo()
        assert (await client.get("/v1/hosts")).status_code == 200


async def test_a_flood_of_headers_is_refused(client: httpx.AsyncClient) -> None:
    for headers in ({"x-long": "x" * 20_000}, {f"x-{number}": "1" for number in range(150)}):
        answer = await client.get("/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (431, "head_too_large")
    assert (await client.get("/v1/me?" + "x" * 20_000)).status_code == 431


async def test_every_answer_tells_browsers_to_run_nothing_and_keep_nothing(
    api: Api, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    stranger = await api.anonymous()
    answers = [await client.get("/v1/me"), await stranger.get("/v1/me"), await client.get("/nowhere")]
    monkeypatch.setattr("app.services.hosts.reads.listed", broken)
    answers.append(await client.get("/v1/hosts"))
    assert [a.status_code for a in answers] == [200, 401, 404, 500]
    for answer in answers:
        assert answer.headers["content-security-policy"] == NOTHING
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["x-request-id"]) == 32
        assert "strict-transport-security" not in answer.headers


async def test_the_bundled_pages_may_run_what_they_were_made_with(api: Api) -> None:
    stranger = await api.anonymous()
    for path in ("/docs", "/docs/oauth2-redirect"):
        page = await stranger.get(path)
        policy = page.headers["content-security-policy"]
        assert policy == page_policy(page.content)
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy, "nothing from elsewhere"
        scripts = policy.partition("script-src ")[2].partition(";")[0]
        assert "unsafe" not in scripts
        assert page.text.count("<script>") == scripts.count("'sha256-")
        assert page.text.count("<script") == page.text.count("<script>") + page.text.count('<script src="/static')
    assert (await stranger.get("/redoc")).status_code == 404
    other = page_policy(b"<script>alert(1)</script>")
    assert other.partition("'sha256-")[2][:20] not in (await stranger.get("/docs")).headers["content-security-policy"]


async def test_hsts_is_a_setting(settings: Settings, clock: Hands) -> None:
    async with running(with_(settings, hsts=31536000), clock) as api:
        answer = await (await api.anonymous()).get("/health/live")
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_other_origins_are_let_in_by_setting_alone(api: Api, settings: Settings, clock: Hands) -> None:
    asks = {"origin": "https://portal.example.gov.cn", "access-control-request-method": "GET"}
    off = await (await api.anonymous()).options("/v1/me", headers=asks)
    assert "access-control-allow-origin" not in off.headers
    async with running(with_(settings, cors_origins=asks["origin"]), clock) as open_:
        stranger = await open_.anonymous()
        told = await stranger.options("/v1/me", headers={**asks, "access-control-request-headers": "authorization"})
        assert told.headers["access-control-allow-origin"] == asks["origin"]
        assert "access-control-allow-credentials" not in told.headers
        elsewhere = await stranger.options("/v1/me", headers={**asks, "origin": "https://elsewhere.example"})
        assert "access-control-allow-origin" not in elsewhere.headers
    for wrong in ("*", "portal.example.gov.cn", "https://portal.example.gov.cn/"):
        with pytest.raises(ValueError, match="origin"):
            Settings.load(cors_origins=wrong)


async def test_logs_have_the_request_id_and_nothing_of_a_person(
    api: Api, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = await api.client(f"person:{PLANTED[1]}")
    for planted in PLANTED:
        await client.get(f"/v1/contacts/{planted}")
        await client.get(f"/{planted}")
        await client.get("/v1/organizations", params={"search": planted, planted: planted})
        await client.post("/v1/contacts/search", json={"phone": planted, planted: planted})
        await client.get("/v1/me", headers={"if-none-match": PLANTED[0], "user-agent": PLANTED[1]})
        await client.post("/oauth/token", data={"grant_type": planted, "client_id": planted, "client_secret": planted})
    lines = [record for record in caplog.records if record.name == "liangxin.access"]
    assert len(lines) == 6 * len(PLANTED)
    assert all(len(vars(line)["request_id"]) == 32 for line in lines)
    ours = [vars(record) for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    told = "\n".join(str({**record, "msg": str(record["msg"]), "args": str(record["args"])}) for record in ours)
    assert not [planted for planted in PLANTED if planted in told]
    assert {"/v1/contacts/{contact_id}", "-", "/v1/organizations"} <= {vars(line)["route"] for line in lines}
