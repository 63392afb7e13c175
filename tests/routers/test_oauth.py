"""Signing in of machines: RFC 6749's shapes, the key set, and what leaves a trace."""

import base64
from typing import Any

import asyncpg
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from app.core.config import Settings
from tests.conftest import Api, Hands
from tests.kit.databases import Clones, dsn
from tests.kit.identity import Machine, administrators, asked, entered, granted, signed_in


@pytest.fixture
async def machine(api: Api) -> Machine:
    system, _ = await administrators(api)
    return await entered(system)


def basic(name: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


async def test_a_token_says_who_and_nothing_of_what(api: Api, machine: Machine, settings: Settings) -> None:
    answer = await asked(api, machine)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", settings.token_lifetime)

    stranger = await api.anonymous()
    keys = KeySet.import_key_set((await stranger.get("/oauth/jwks.json")).json())
    token = jwt.decode(body["access_token"], keys, algorithms=["Ed25519"])
    assert token.header["typ"] == "at+jwt"
    assert token.claims["sub"] == token.claims["client_id"] == machine.id
    assert (token.claims["iss"], token.claims["aud"]) == (settings.issuer, settings.audience)
    assert token.claims["exp"] - token.claims["iat"] == settings.token_lifetime
    assert set(token.claims) == {"iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti"}


async def test_the_header_serves_as_well_as_the_body(api: Api, machine: Machine) -> None:
    stranger = await api.anonymous()
    form = {"grant_type": "client_credentials"}
    answer = await stranger.post("/oauth/token", data=form, headers=basic(machine.id, machine.secret))
    assert answer.status_code == 200
    wrong = await stranger.post("/oauth/token", data=form, headers=basic(machine.id, "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    assert wrong.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "all"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "client-" + "0" * 32}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "密" * 1000}, 401, "invalid_client"),
    ],
)
async def test_refusals_have_the_rfcs_words(
    api: Api, machine: Machine, form: dict[str, str], status: int, error: str
) -> None:
    stranger = await api.anonymous()
    data = {"client_id": machine.id, "client_secret": machine.secret} | form
    answer = await stranger.post("/oauth/token", data=data)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert machine.secret not in answer.text


@pytest.mark.parametrize(
    "body", [b"grant_type=client_credentials&grant_type=client_credentials", b"grant_type", b"\xff\xfe=1", b"a=%ff"]
)
async def test_a_body_that_is_no_form(api: Api, body: bytes) -> None:
    stranger = await api.anonymous({"content-type": "application/x-www-form-urlencoded"})
    answer = await stranger.post("/oauth/token", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_both_places_at_once_and_two_names(api: Api, machine: Machine) -> None:
    stranger = await api.anonymous(basic(machine.id, machine.secret))
    both = {"grant_type": "client_credentials", "client_secret": machine.secret}
    assert (await stranger.post("/oauth/token", data=both)).json()["error"] == "invalid_request"
    other = {"grant_type": "client_credentials", "client_id": "client-" + "1" * 32}
    assert (await stranger.post("/oauth/token", data=other)).json()["error"] == "invalid_request"


async def test_json_is_no_form_and_a_huge_body_is_refused(api: Api) -> None:
    stranger = await api.anonymous()
    assert (await stranger.post("/oauth/token", json={"grant_type": "client_credentials"})).status_code == 415
    form = {"content-type": "application/x-www-form-urlencoded"}
    huge = await stranger.post("/oauth/token", content=b"a=" + b"x" * (2 << 20), headers=form)
    assert huge.status_code == 413


async def test_metadata_leads_to_the_token(api: Api) -> None:
    stranger = await api.anonymous()
    told = (await stranger.get("/.well-known/oauth-authorization-server")).json()
    assert told["grant_types_supported"] == ["client_credentials"]
    (key,) = (await stranger.get(told["jwks_uri"])).json()["keys"]  # there before the first token is asked for
    assert "d" not in key
    assert (key["alg"], key["use"]) == ("Ed25519", "sig")


async def test_signing_in_and_failing_to_leave_a_trace(
    api: Api, machine: Machine, server: Clones, database_name: str
) -> None:
    await asked(api, machine)
    await asked(api, machine, client_secret="wrong")
    await asked(api, machine, client_id="my password")
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    rows = await connection.fetch(
        "SELECT actor, verb, detail FROM audit WHERE verb IN ('sign_in', 'refuse_sign_in') ORDER BY id"
    )
    await connection.close()
    assert [(row["actor"], row["verb"]) for row in rows] == [
        (machine.id, "sign_in"),
        ("anonymous", "refuse_sign_in"),
        ("anonymous", "refuse_sign_in"),
    ]
    assert machine.id in rows[1]["detail"]
    assert "password" not in str([dict(row) for row in rows])


async def test_two_secrets_hold_while_a_machine_changes_over(api: Api, machine: Machine, clock: Hands) -> None:
    system, _ = await administrators(api)
    where = f"/v1/clients/{machine.row['id']}"
    soon = {"old_ends_at": "2026-03-03T01:00:00+00:00"}
    made = await system.post(f"{where}/secrets", json=soon, headers={"if-match": '"1"'})
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    new = Machine(made.json(), made.json()["secret"])
    assert (await asked(api, machine)).status_code == (await asked(api, new)).status_code == 200
    third = await system.post(f"{where}/secrets", json={}, headers={"if-match": '"2"'})
    assert (third.status_code, third.json()["errors"][0]["code"]) == (409, "secrets_two")

    clock.forward(days=1)
    assert (await asked(api, machine)).status_code == 401
    assert (await asked(api, new)).status_code == 200
    shown = (await system.get(where)).json()
    assert [each["used_on"] for each in shown["secrets"]] == ["2026-03-02", "2026-03-03"]
    assert "lxs_" not in str(shown)
    ended = await system.post(f"{where}/secrets/{shown['secrets'][1]['id']}/end", headers={"if-match": '"2"'})
    assert ended.status_code == 200
    assert (await asked(api, new)).status_code == 401


async def test_a_disabled_machine_stops_at_once(api: Api, machine: Machine) -> None:
    system, security = await administrators(api)
    await granted(security, machine.id, "region_officer")
    running = await signed_in(api, machine)
    assert (await running.get("/v1/hosts")).status_code == 200
    done = await system.post(
        f"/v1/clients/{machine.row['id']}/disable", json={"reason": "停用"}, headers={"if-match": '"1"'}
    )
    assert done.status_code == 200, done.text
    assert (await running.get("/v1/hosts")).status_code == 401
    assert (await asked(api, machine)).status_code == 401
    where = f"/v1/clients/{machine.row['id']}"
    again = await system.post(f"{where}/secrets", json={}, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "client_disabled")


async def test_who_enters_machines_does_not_grant_and_the_other_way_round(api: Api) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    wish: dict[str, Any] = {"subject": machine.id, "role": "portal_reader", "reason": "试点"}
    assert (await system.post("/v1/grants", json=wish)).status_code == 403
    assert (await security.post("/v1/clients", json={"name": "x"})).status_code == 403
    officer = await api.client()
    for path in ("/v1/clients", "/v1/grants", "/v1/access-reviews", "/v1/push-tokens"):
        assert (await officer.get(path)).status_code == 403, path


async def test_machines_of_another_place_are_not_seen(api: Api) -> None:
    ningbo = await api.client(
        "person:n", role="system_administrator", ranges=((330200000000, 330300000000),), language="en"
    )
    machine = await entered(ningbo)
    elsewhere = await api.client(
        "person:h", role="system_administrator", ranges=((330100000000, 330200000000),), language="en"
    )
    assert (await ningbo.get("/v1/clients")).json()["items"][0]["client_id"] == machine.id
    assert (await elsewhere.get("/v1/clients")).json()["items"] == []
    assert (await elsewhere.get(f"/v1/clients/{machine.row['id']}")).status_code == 404


async def test_the_answer_to_a_wrong_secret_is_the_same_as_to_an_unknown_machine(api: Api, machine: Machine) -> None:
    def without_id(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, answer.text

    wrong = await asked(api, machine, client_secret="lxs_wrong")
    unknown = await asked(api, machine, client_id="client-" + "a" * 32)
    assert without_id(wrong) == without_id(unknown)
