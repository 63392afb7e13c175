"""Grants: what a role needs, what nobody may hold, under which one a request acts, and the yearly review."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.acts import SYSTEM, Scope
from tests.conftest import Api, Hands
from tests.kit.identity import HANGZHOU, XIHU, administrators, entered, granted, signed_in

NINGBO = ((330200000000, 330300000000),)
ZHANG = "person:张"


async def wish(security: httpx.AsyncClient, **body: Any) -> httpx.Response:
    """A grant asked for."""
    full = {"subject": ZHANG, "role": "region_officer", "regions": [{"region_code": XIHU}], "reason": "任职"} | body
    return await security.post("/v1/grants", json=full)


async def test_a_grant_is_given_read_listed_and_ended(api: Api, clock: Hands) -> None:
    _, security = await administrators(api)
    made = await wish(security, valid_to="2027-03-02")
    assert made.status_code == 201, made.text
    grant = made.json()
    assert grant["regions"] == [{"first": "330106000000", "last": "330106999999"}]
    assert (grant["state"], grant["granted_by"], grant["used_on"]) == ("in_force", "person:security", None)
    assert grant["confirmed_on"] == grant["valid_from"] == "2026-03-02"
    where = made.headers["location"]
    assert (await security.get(where)).json() == grant

    clock.forward(days=10)
    ended = await security.post(f"{where}/end", json={"reason": "调离"}, headers={"if-match": '"1"'})
    assert (ended.json()["state"], ended.json()["valid_to"], ended.json()["end_reason"]) == (
        "ended",
        "2026-03-12",
        "调离",
    )
    assert ended.json()["allowed_actions"] == [{"action": "end", "allowed": False, "reason": "grant_ended"}]
    again = await security.post(f"{where}/end", json={"reason": "调离"}, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "grant_ended")
    listed = await security.get("/v1/grants", params={"state": "ended", "subject": ZHANG, "count": "exact"})
    assert [each["id"] for each in listed.json()["items"]] == [grant["id"]]
    assert (await security.get("/v1/grants", params={"state": "in_force"})).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"regions": []}, "/regions", "grant_needs"),
        ({"datasets": ["*"]}, "/datasets", "grant_without"),
        ({"role": "department_partner"}, "/datasets", "grant_needs"),
        ({"role": "line_officer", "regions": []}, "/lines", "grant_needs"),
        ({"role": "branch_secretary", "regions": [], "subjects": [str(uuid4())]}, "/subjects/0", "reference_unknown"),
        ({"role": "line_officer", "regions": [], "lines": ["001000000000000"]}, "/lines/0", "reference_unknown"),
        ({"role": "line_officer", "regions": [], "lines": ["000000000000001"]}, "/lines/0", "authority_code"),
        ({"regions": [{"region_code": "330106000001", "region_level": 3}]}, "/regions/0", "region_shape"),
        ({"role": "department_partner", "datasets": ["nothing"]}, "/datasets/0", "dataset_unknown"),
        ({"valid_to": "2026-03-02"}, "/valid_to", "day_too_early"),
        ({"subject": "client-" + "0" * 32}, "/subject", "subject_unknown"),
        ({"subject": "system"}, "/subject", "string_pattern_mismatch"),
    ],
)
async def test_what_a_grant_cannot_be(api: Api, body: dict[str, Any], pointer: str, code: str) -> None:
    _, security = await administrators(api)
    answer = await wish(security, **body)
    assert answer.status_code == 422, answer.text
    assert {"pointer": pointer, "code": code} in [
        {"pointer": each["pointer"], "code": each["code"]} for each in answer.json()["errors"]
    ]


async def test_nobody_gives_more_than_he_has(api: Api) -> None:
    ningbo = await api.client("person:n", role="security_administrator", ranges=NINGBO)
    answer = await wish(ningbo)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    whole = await wish(ningbo, regions=[{"region_code": "330000000000"}])
    assert whole.status_code == 403
    own = await wish(ningbo, regions=[{"region_code": "330203000000"}])
    assert own.status_code == 201


async def line(client: httpx.AsyncClient, code: str, region: str, level: int) -> str:
    """An authority that can head a line; its code."""
    body = {"name": f"党委{code}", "code": code, "kind": "unit", "region_code": region, "region_level": level}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return code


async def test_a_line_headed_above_the_granter_is_not_the_granters_to_give(api: Api, client: httpx.AsyncClient) -> None:
    """The county sees the city's bodies, since its branches stand under them; it gives no line of theirs."""
    city = await line(client, "033002000000000", "330200000000", 2)
    county = await line(client, "033002003000000", "330203000000", 3)
    aside = await line(client, "033002005000000", "330205000000", 3)
    haishu = await api.client("person:h", role="security_administrator", ranges=((330203000000, 330204000000),))
    as_line: dict[str, Any] = {"role": "line_officer", "regions": []}
    above = await wish(haishu, **as_line, lines=[city])
    assert (above.status_code, above.json()["code"]) == (403, "forbidden")
    assert "ask the security administrator above" in above.json()["detail"]
    mixed = await wish(haishu, **as_line, lines=[county, city])
    assert mixed.status_code == 403
    elsewhere = await wish(haishu, **as_line, lines=[aside])
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["code"]) == (422, "reference_unknown")
    spoken = await api.client("person:h", "security_administrator", ((330203000000, 330204000000),), language="zh-Hans")
    assert "请上级安全管理员授予" in (await wish(spoken, **as_line, lines=[city])).json()["detail"]

    own = await wish(haishu, **as_line, lines=[county])
    assert own.status_code == 201, own.text
    _, security = await administrators(api)
    wide = await wish(security, **as_line, lines=[city], subject="person:王")
    assert wide.status_code == 201, wide.text
    both = await wish(security, **as_line, lines=[county, aside], subject="person:赵")
    assert both.status_code == 201, both.text
    # A grant stands where all its lines' heads do: the county sees its own, not the city's, nor one it has a part in.
    assert [each["id"] for each in (await haishu.get("/v1/grants")).json()["items"]] == [own.json()["id"]]
    for grant in (wide, both):
        assert (await haishu.get(f"/v1/grants/{grant.json()['id']}")).status_code == 404
    ningbo = await api.client("person:n", role="security_administrator", ranges=NINGBO)
    seen = {each["id"] for each in (await ningbo.get("/v1/grants")).json()["items"]}
    assert seen == {grant.json()["id"] for grant in (own, wide, both)}
    parts = ((330203000000, 330204000000), (330205000000, 330206000000))
    apart = await api.client("person:p", role="security_administrator", ranges=parts)
    assert (await wish(apart, **as_line, lines=[county, aside], subject="person:钱")).status_code == 403
    for code in (county, aside):
        assert (await wish(apart, **as_line, lines=[code], subject="person:钱")).status_code == 201


async def test_the_database_keeps_a_line_above_from_being_given_when_the_check_is_gone(
    api: Api, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await line(client, "033002000000000", "330200000000", 2)
    county = await line(client, "033002003000000", "330203000000", 3)
    haishu = await api.client("person:h", role="security_administrator", ranges=((330203000000, 330204000000),))
    monkeypatch.setattr(Scope, "covers", lambda *_: True)
    for lines in ([city], [county, city]):
        answer = await wish(haishu, role="line_officer", regions=[], lines=lines)
        assert answer.status_code == 403, answer.text


async def test_a_grant_is_seen_by_whose_scope_holds_all_of_it(api: Api) -> None:
    _, security = await administrators(api)
    both = [{"region_code": HANGZHOU}, {"region_code": "330200000000"}]
    wide = (await wish(security, regions=both)).json()
    narrow = (await wish(security, regions=[{"region_code": "330203000000"}])).json()
    ningbo = await api.client("person:n", role="security_administrator", ranges=NINGBO)
    assert [each["id"] for each in (await ningbo.get("/v1/grants")).json()["items"]] == [narrow["id"]]
    assert (await ningbo.get(f"/v1/grants/{wide['id']}")).status_code == 404
    end = {"reason": "试试"}
    refused = await ningbo.post(f"/v1/grants/{wide['id']}/end", json=end, headers={"if-match": '"1"'})
    assert refused.status_code == 404


async def test_nobody_grants_to_himself(api: Api) -> None:
    _, security = await administrators(api)
    answer = await wish(security, subject="person:security")
    assert (answer.status_code, answer.json()["code"]) == (409, "rule_violation")
    assert answer.json()["findings"][0]["code"] == "own_grant"


ADMINISTRATORS = ["system_administrator", "security_administrator", "audit_administrator"]


@pytest.mark.parametrize("first", ADMINISTRATORS)
@pytest.mark.parametrize("second", ADMINISTRATORS)
async def test_no_person_holds_two_of_the_three(api: Api, first: str, second: str) -> None:
    _, security = await administrators(api)
    assert (await wish(security, role=first, valid_to="2026-06-01")).status_code == 201
    answer = await wish(security, role=second)
    if first == second:
        assert answer.status_code == 201
        return
    assert answer.status_code == 409
    finding = answer.json()["findings"][0]
    assert (finding["code"], finding["limit"], finding["actual"]) == ("administrators_apart", 1, 2)
    later = await wish(security, role=second, valid_from="2026-06-01")
    assert later.status_code == 201  # one after the other is no two at once


async def test_the_database_keeps_the_three_apart_when_the_rule_cannot_see(api: Api) -> None:
    """A grant elsewhere is out of the granter's sight, and still counts."""
    _, security = await administrators(api)
    await wish(security, role="audit_administrator")
    ningbo = await api.client("person:n", role="security_administrator", ranges=NINGBO)
    answer = await wish(ningbo, role="system_administrator", regions=[{"region_code": "330200000000"}])
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")
    assert answer.json()["errors"][0]["code"] == "constraint.ex_grants_separate_duties"


async def test_one_grant_is_implied_and_several_must_be_named(api: Api) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    someone = await signed_in(api, machine)
    none = await someone.get("/v1/hosts")
    assert (none.status_code, none.json()["code"]) == (403, "no_grant")

    first = await granted(security, machine.id, "region_officer")
    assert (await someone.get("/v1/hosts")).status_code == 200
    second = await granted(security, machine.id, "portal_reader", regions=[{"region_code": "330203000000"}])
    unclear = await someone.get("/v1/hosts")
    assert (unclear.status_code, unclear.json()["code"]) == (403, "grant_unclear")
    assert {each["detail"] for each in unclear.json()["errors"]} == {
        f"{first['id']}: region_officer",
        f"{second['id']}: portal_reader",
    }
    other = await someone.get("/v1/hosts", headers={"liangxin-grant": str(uuid4())})
    assert (other.status_code, other.json()["code"]) == (403, "grant_unclear")
    assert (await someone.get("/v1/hosts", headers={"liangxin-grant": "x"})).status_code == 422

    park = {"kind": "park", "name": "云栖小镇", "region_code": "330106010000"}
    under = {"liangxin-grant": first["id"]}
    assert (await someone.post("/v1/hosts", json=park, headers=under)).status_code == 201
    assert len((await someone.get("/v1/hosts", headers=under)).json()["items"]) == 1
    reading = {"liangxin-grant": second["id"]}
    assert (await someone.post("/v1/hosts", json=park, headers=reading)).status_code == 403
    assert (await someone.get("/v1/hosts", headers=reading)).json()["items"] == []
    used = {each["id"]: each["used_on"] for each in (await security.get("/v1/grants")).json()["items"]}
    assert used == {first["id"]: "2026-03-02", second["id"]: "2026-03-02"}


async def test_me_tells_what_i_hold(api: Api, clock: Hands) -> None:
    system, security = await administrators(api)
    machine = await entered(system, "民政局")
    someone = await signed_in(api, machine)
    assert (await someone.get("/v1/me")).json() == {
        "subject": machine.id,
        "name": "民政局",
        "grants": [],
        "resting": [],
    }
    grant = await granted(security, machine.id, "department_partner", datasets=["registrations"])
    me = (await someone.get("/v1/me")).json()
    assert me["grants"] == [
        {
            "id": grant["id"],
            "role": "department_partner",
            "regions": grant["regions"],
            "lines": [],
            "subjects": [],
            "datasets": ["registrations"],
            "permissions": [
                *("batches:read", "batches:write", "labels:read", "me:read", "regions:read", "working_days:read")
            ],
            "ends_on": None,
        }
    ]
    officer = (await (await api.client()).get("/v1/me")).json()
    assert (officer["subject"], officer["grants"][0]["id"]) == ("tester", None)
    assert "organizations:write" in officer["grants"][0]["permissions"]
    assert (await (await api.anonymous()).get("/v1/me")).status_code == 401


async def test_a_token_with_its_own_grant_takes_no_other(api: Api) -> None:
    officer = await api.client()
    answer = await officer.get("/v1/hosts", headers={"liangxin-grant": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_grant_begins_ends_and_rests_by_the_calendar(api: Api, clock: Hands) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    grant = await granted(security, machine.id, "portal_reader", valid_from="2026-03-05")
    assert grant["state"] == "future"

    async def status() -> int:
        return (await (await signed_in(api, machine)).get("/v1/hosts")).status_code

    assert await status() == 403
    clock.forward(days=3)
    assert await status() == 200
    clock.forward(days=398)
    assert await status() == 403  # 400 days after it was given nobody has confirmed it
    assert (await (await signed_in(api, machine)).get("/v1/me")).json()["resting"] == [grant["id"]]
    _, security = await administrators(api)
    assert (await security.get(f"/v1/grants/{grant['id']}")).json()["state"] == "resting"

    review = (await security.post("/v1/access-reviews", json={"due_on": "2027-05-01"})).json()
    body = {"items": [{"grant_id": grant["id"], "verdict": "keep"}]}
    answer = await security.post(f"/v1/access-reviews/{review['id']}/decide", json=body)
    assert answer.json()["items"][0]["status"] == 200
    assert await status() == 200


async def test_an_access_review_looks_at_every_grant(api: Api, clock: Hands) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    kept = await granted(security, machine.id, "region_officer")
    dropped = (await wish(security)).json()
    own = await api.client("person:other", role="security_administrator")
    mine = (await wish(own, subject="person:security", role="portal_reader")).json()
    gone = (await wish(security, subject="person:gone")).json()
    ended = {"reason": "调离"}
    await security.post(f"/v1/grants/{gone['id']}/end", json=ended, headers={"if-match": '"1"'})
    running = await signed_in(api, machine)
    assert (await running.get("/v1/hosts")).status_code == 200

    clock.forward(days=360)
    _, security = await administrators(api)
    past = await security.post("/v1/access-reviews", json={"due_on": "2027-01-01"})
    assert past.status_code == 422
    opened = await security.post("/v1/access-reviews", json={"due_on": "2027-04-01"})
    assert opened.status_code == 201, opened.text
    review = opened.json()
    assert (review["grants"], review["undecided"]) == (3, 3)
    assert [(each["action"], each["reason"]) for each in review["allowed_actions"]] == [
        ("decide", None),
        ("close", "review_open"),
    ]
    where = f"/v1/access-reviews/{review['id']}"
    items = (await security.get(f"{where}/grants")).json()["items"]
    assert {each["id"]: each["used_on"] for each in items} == {
        kept["id"]: "2026-03-02",
        dropped["id"]: None,
        mine["id"]: None,
    }
    decisions = {
        "items": [
            {"grant_id": kept["id"], "verdict": "keep"},
            {"grant_id": dropped["id"], "verdict": "end", "reason": "已调离"},
            {"grant_id": mine["id"], "verdict": "keep"},
            {"grant_id": str(uuid4()), "verdict": "keep"},
        ]
    }
    body = (await security.post(f"{where}/decide", json=decisions)).json()
    answer = body["items"]
    assert (body["succeeded"], body["refused"]) == (2, 2)
    assert [each["status"] for each in answer] == [200, 200, 409, 404]
    assert answer[2]["problem"]["errors"][0]["code"] == "review_own"
    early = await security.post(f"{where}/close", headers={"if-match": '"1"'})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "review_open")

    other = await api.client("person:other", role="security_administrator")
    body = {"items": [{"grant_id": mine["id"], "verdict": "keep"}]}
    assert (await other.post(f"{where}/decide", json=body)).json()["items"][0]["status"] == 200
    undecided = await other.get(f"{where}/grants", params={"undecided": "true"})
    assert undecided.json()["items"] == []
    closed = await other.post(f"{where}/close", headers={"if-match": '"1"'})
    assert (closed.json()["closed_on"], closed.json()["undecided"]) == ("2027-02-25", 0)
    late = (await other.post(f"{where}/decide", json=body)).json()["items"][0]
    assert (late["status"], late["problem"]["errors"][0]["code"]) == (409, "review_closed")
    assert (await security.get(f"/v1/grants/{kept['id']}")).json()["confirmed_on"] == "2027-02-25"
    assert (await security.get(f"/v1/grants/{dropped['id']}")).json()["end_reason"] == "已调离"


async def test_a_grant_ended_elsewhere_holds_five_seconds_at_most(api: Api, clock: Hands) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    await granted(security, machine.id, "region_officer")
    running = await signed_in(api, machine)
    assert (await running.get("/v1/hosts")).status_code == 200
    async with api.app.state.liangxin.acts.open(SYSTEM) as act:
        await act.session.execute(text("UPDATE grants SET valid_to = '2026-03-02'"))
    clock.forward(seconds=6)
    assert (await running.get("/v1/hosts")).status_code == 403
