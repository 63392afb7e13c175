"""Signing in slows down after failures, the same in every process, and tells nobody who exists."""

import asyncio

import asyncpg
import httpx
import pytest

from app.core.config import Settings
from app.services.access.lockout.rules import LONGEST, counted, wait
from tests.conftest import Api, Hands, running
from tests.kit.databases import Clones, dsn
from tests.kit.identity import Machine, administrators, asked, entered

NOBODY = "client-" + "0" * 32


@pytest.fixture
async def machine(api: Api) -> Machine:
    system, _ = await administrators(api)
    return await entered(system)


async def tried(api: Api, client_id: str, secret: str = "wrong") -> httpx.Response:
    stranger = await api.anonymous({"accept-language": "en"})
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return await stranger.post("/oauth/token", data=form)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert [wait(failures, 5) for failures in range(4, 10)] == [0, 1, 2, 4, 8, 16]
    assert wait(40, 5) == wait(10**6, 5) == LONGEST == 900


def test_a_client_is_counted_with_its_address_and_never_alone() -> None:
    assert [one.key for one in counted(NOBODY, "192.0.2.1")] == [f"{NOBODY} at 192.0.2.1", "address 192.0.2.1"]
    assert [one.key for one in counted(None, None)] == ["address -"]


async def test_known_and_unknown_are_refused_alike(api: Api, machine: Machine) -> None:
    known = [await tried(api, machine.id) for _ in range(7)]
    unknown = [await tried(api, NOBODY) for _ in range(7)]
    assert [answer.status_code for answer in known] == [401] * 5 + [429] * 2
    assert [answer.status_code for answer in unknown] == [401] * 5 + [429] * 2
    assert [a.headers.get("retry-after") for a in known] == [a.headers.get("retry-after") for a in unknown]
    assert {**known[-1].json(), "request_id": ""} == {**unknown[-1].json(), "request_id": ""}
    assert known[-1].json()["code"] == "too_many_requests"


async def test_not_even_the_right_secret_is_taken_until_the_wait_is_over(
    api: Api, machine: Machine, clock: Hands
) -> None:
    for _ in range(5):
        await tried(api, machine.id)
    refused = await asked(api, machine)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    clock.forward(seconds=2)
    assert (await asked(api, machine)).status_code == 200
    assert (await tried(api, machine.id)).status_code == 401, "whoever got in begins anew"


async def test_after_a_rest_all_is_forgotten(api: Api, machine: Machine, clock: Hands) -> None:
    for _ in range(5):
        await tried(api, machine.id)
    clock.forward(minutes=31)
    assert [(await tried(api, machine.id)).status_code for _ in range(5)] == [401] * 5


async def test_two_processes_agree_and_a_crowd_counts_one_by_one(
    api: Api, machine: Machine, settings: Settings, clock: Hands
) -> None:
    async with running(settings, clock) as other:
        both = [tried((api, other)[turn % 2], machine.id) for turn in range(16)]
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*both))
    assert statuses == [401] * 5 + [429] * 11


async def test_an_address_that_asks_for_many_names_waits_too(api: Api, machine: Machine) -> None:
    statuses = [(await tried(api, "client-" + f"{number:032x}")).status_code for number in range(21)]
    assert statuses == [401] * 20 + [429]
    assert (await asked(api, machine)).status_code == 429


async def test_refusals_are_in_the_audit_though_nobody_was_let_in(
    api: Api, machine: Machine, server: Clones, database_name: str
) -> None:
    for _ in range(6):
        await tried(api, machine.id)
    superuser = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    rows = await superuser.fetch(
        "SELECT actor, origin, detail::text AS detail FROM audit WHERE verb = 'refuse_sign_in' ORDER BY id"
    )
    await superuser.close()
    assert len(rows) == 6
    assert {row["actor"] for row in rows} == {"anonymous"}
    assert all(machine.id in row["detail"] for row in rows)
    assert [row for row in rows if '"locked": 0' in row["detail"]] == list(rows[:4])
