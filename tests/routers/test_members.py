"""Members over HTTP: entered, masked, counted, put right, confirmed, ended, revealed, erased; and hostile input."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.members import BINJIANG, STREET, XIHU, branch, counts, errors, firm, member, read, tag
from tests.kit.persons import person
from tests.kit.vaults import superuser

ONE, TWO = person(1), person(2)
MEMBERS = "/v1/members"


async def audited(server: Clones, database_name: str, verb: str) -> list[asyncpg.Record]:
    """What the audit says of this verb on members."""
    async with superuser(server, database_name) as keeper:
        return await keeper.fetch("SELECT * FROM audit WHERE subject = 'members' AND verb = $1 ORDER BY id", verb)


def reasons(row: dict[str, Any]) -> dict[str, str | None]:
    """Why each action is not allowed."""
    return {action["action"]: action["reason"] for action in row["allowed_actions"]}


async def test_a_member_is_entered_masked_and_told(client: httpx.AsyncClient) -> None:
    home, works = await branch(client), await firm(client)
    made = await member(client, branch_id=home["id"], organization_id=works["id"], phone=ONE.phone)
    assert made["phone"] == f"{ONE.phone[:3]}****{ONE.phone[-4:]}"
    assert made["identity_number"] == "330" + "*" * 14 + ONE.identity_number[-1]
    assert (made["branch_name"], made["organization_name"]) == (home["name"], works["name"])
    assert (made["region_code"], made["state"], made["since"]) == (STREET, "current", "2026-02-10")
    assert reasons(made)["confirm"] == "member_formal"
    told = await client.get(f"{MEMBERS}/{made['id']}")
    assert told.json() == made
    assert told.headers["etag"] == '"1"'
    page = await client.get(MEMBERS, params={"branch_id": home["id"], "count": "exact"})
    assert [item["id"] for item in page.json()["items"]] == [made["id"]]
    sheet = await client.get(MEMBERS, headers={"accept": "text/csv"})
    assert ONE.name in sheet.text
    relations = (await client.get(f"{MEMBERS}/{made['id']}/relations")).json()["items"]
    assert [(row["branch_id"], row["valid_from"], row["valid_to"]) for row in relations] == [
        (home["id"], "2026-02-10", None)
    ]
    for answer in (told.text, page.text, sheet.text):
        assert ONE.identity_number not in answer
        assert ONE.phone not in answer


async def test_who_works_there_and_whose_relation_is_there_are_counted_apart(client: httpx.AsyncClient) -> None:
    works = await firm(client)
    home = await branch(client)
    assert await counts(client, works) == (None, None, None)
    await member(client, 1, organization_id=works["id"])
    assert await counts(client, works) == (1, 0, 0)
    second = await member(client, 2, organization_id=works["id"], branch_id=home["id"])
    await member(client, 3, organization_id=works["id"], branch_id=home["id"], kind="probationary")
    assert await counts(client, works) == (2, 1, 1)
    answer = await client.post(f"{MEMBERS}/{second['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(second))
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "ended"
    assert await counts(client, works) == (1, 0, 1)


async def test_the_larger_of_reported_and_counted_holds(client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_working=2, formal_members_relation=0)
    await member(client, 1, organization_id=works["id"])
    assert await counts(client, works) == (2, 0, 0)
    await member(client, 2, organization_id=works["id"])
    await member(client, 3, organization_id=works["id"])
    assert await counts(client, works) == (3, 0, 0)
    row = await read(client, "/v1/organizations", works)
    assert (row["formal_members_working"], row["counted_working"], row["roll_kept"]) == (2, 3, False)


async def test_an_identity_number_is_one_current_member_in_the_country(api: Api, client: httpx.AsyncClient) -> None:
    home = await branch(client)
    first = await member(client, branch_id=home["id"])
    elsewhere = await firm(client, region="330108001000")
    body = {"name": "同一人", "kind": "formal", "identity_number": ONE.identity_number}
    across = await api.client("across", ranges=BINJIANG)
    twice = await across.post(MEMBERS, json=body | {"organization_id": elsewhere["id"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "taken")
    assert errors(twice) == [("/uq_members_identity_number", "constraint.uq_members_identity_number")]
    assert first["id"] not in twice.text
    gone = await client.post(f"{MEMBERS}/{first['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(first))
    assert gone.status_code == 200
    again = await across.post(MEMBERS, json=body | {"organization_id": elsewhere["id"]})
    assert again.status_code == 201, again.text


async def test_of_racing_entries_of_one_person_one_wins(client: httpx.AsyncClient) -> None:
    home, works = await branch(client), await firm(client)
    body = {"name": ONE.name, "kind": "formal", "identity_number": ONE.identity_number}
    answers = await asyncio.gather(
        *(
            client.post(MEMBERS, json=body | {place: row["id"]})
            for place, row in (("branch_id", home), ("organization_id", works), ("branch_id", home))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_racing_entries_are_all_counted(client: httpx.AsyncClient) -> None:
    works, home = await firm(client), await branch(client)
    await asyncio.gather(
        *(member(client, serial, organization_id=works["id"], branch_id=home["id"]) for serial in range(1, 9))
    )
    assert await counts(client, works) == (8, 8, 0)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"branch_id": None}, ("/branch_id", "member_place_missing")),
        ({"branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}, ("/branch_id", "reference_unknown")),
        ({"organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}, ("/organization_id", "organization_unknown")),
        ({"identity_number": "330102198001011234"}, ("/identity_number", "identity_number_wrong")),
        ({"identity_number": 3.3e17}, ("/identity_number", "code_as_number")),
        ({"phone": "12345"}, ("/phone", "phone_wrong")),
        ({"name": f"李 {ONE.phone}"}, ("/name", "number_in_text")),
        ({"name": ""}, ("/name", "string_too_short")),
        ({"name": None}, ("/name", "string_type")),
        ({"kind": "applicant"}, ("/kind", "enum")),
        ({"since": "2026-03-03"}, ("/since", "day_out_of_range")),
        ({"since": "2026-01-01"}, ("/since", "before_founding")),
        ({"since": 20260301}, ("/since", "date_parsing")),
        ({"admitted_on": "1921-06-30"}, ("/admitted_on", "day_out_of_range")),
        ({"admitted_on": "2020-01-02", "formal_on": "2020-01-01"}, ("/formal_on", "formal_before_admitted")),
        ({"kind": "probationary", "formal_on": "2020-01-01"}, ("/formal_on", "formal_on_of_probationary")),
        ({"outflow_branch_name": "某村党支部"}, ("/outflow_branch_name", "only_floating")),
        ({"floating": True, "outflow_authority_code": "12"}, ("/outflow_authority_code", "string_pattern_mismatch")),
        ({"gender": "f"}, ("/gender", "extra_forbidden")),
        ({"state": "ended"}, ("/state", "extra_forbidden")),
        ({"name": "李\x00清"}, None),
    ],
)
async def test_what_is_wrong_is_told_by_place_and_never_echoed(
    client: httpx.AsyncClient, change: dict[str, Any], wrong: tuple[str, str] | None
) -> None:
    home = await branch(client)
    body = {"name": ONE.name, "kind": "formal", "branch_id": home["id"], "since": "2026-02-10"} | change
    answer = await client.post(MEMBERS, json=body)
    assert answer.status_code in ((422,) if wrong else (400, 422)), answer.text
    assert wrong is None or wrong in errors(answer), answer.text
    assert ONE.phone not in answer.text
    assert "330102198001011234" not in answer.text


async def test_an_unknown_outflow_authority_is_told_by_name(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    body = {"name": ONE.name, "kind": "formal", "branch_id": home["id"], "floating": True}
    answer = await client.post(MEMBERS, json=body | {"outflow_authority_code": "011000000000000"})
    assert answer.status_code == 409
    assert errors(answer)[0][1] == "constraint.fk_members_outflow_authority_code"


async def test_putting_right_needs_the_version_and_keeps_what_was(client: httpx.AsyncClient, clock: Hands) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"], phone=ONE.phone)
    clock.forward(minutes=1)
    place = f"{MEMBERS}/{made['id']}"
    assert (await client.patch(place, json={"name": TWO.name})).status_code == 428
    changed = await client.patch(place, json={"name": TWO.name, "phone": TWO.phone}, headers=tag(made))
    assert changed.status_code == 200, changed.text
    assert (changed.json()["version"], changed.json()["corrected"]) == (2, ["name", "phone"])
    stale = await client.patch(place, json={"name": ONE.name}, headers=tag(made))
    assert stale.status_code == 412
    same = await client.patch(place, json={"name": TWO.name}, headers=tag(changed.json()))
    assert same.json()["version"] == 2
    versions = (await client.get(f"{place}/history")).json()["items"]
    assert [(row["version"], row["name"]) for row in versions] == [(2, TWO.name), (1, ONE.name)]
    null = await client.patch(place, json={"name": None}, headers=tag(changed.json()))
    assert null.status_code == 422
    moved = await client.patch(place, json={"branch_id": None}, headers=tag(changed.json()))
    assert errors(moved) == [("/branch_id", "extra_forbidden")]


async def test_floating_comes_and_goes_with_its_places(client: httpx.AsyncClient) -> None:
    home, works = await branch(client), await firm(client)
    made = await member(
        client,
        organization_id=works["id"],
        floating=True,
        outflow_branch_name="某村党支部",
        inflow_branch_id=home["id"],
    )
    place = f"{MEMBERS}/{made['id']}"
    assert (made["branch_id"], made["inflow_branch_id"]) == (None, home["id"])
    page = await client.get(MEMBERS, params={"inflow_branch_id": home["id"]})
    assert [row["id"] for row in page.json()["items"]] == [made["id"]]
    settled = await client.patch(place, json={"floating": False}, headers=tag(made))
    assert settled.status_code == 200, settled.text
    told = settled.json()
    assert (told["floating"], told["outflow_branch_name"], told["inflow_branch_id"]) == (False, None, None)
    both = {"floating": True, "inflow_branch_id": home["id"], "inflow_branch_name": "某支部"}
    answer = await client.patch(place, json=both, headers=tag(told))
    assert errors(answer) == [("/inflow_branch_name", "one_inflow_branch")]


async def test_a_probation_is_judged_and_a_departure_kept(client: httpx.AsyncClient) -> None:
    home, works = await branch(client), await firm(client)
    made = await member(
        client, kind="probationary", branch_id=home["id"], organization_id=works["id"], admitted_on="2025-06-10"
    )
    place = f"{MEMBERS}/{made['id']}/confirm"
    refused = await client.post(place, json={"formal_on": "2026-03-01"}, headers=tag(made))
    assert refused.status_code == 409
    (finding,) = refused.json()["findings"]
    assert (finding["code"], finding["severity"], finding["limit"], finding["actual"]) == (
        "probation_too_short", "departure", 12, 8,
    )  # fmt: skip
    assert "第七条" in finding["citation"]
    wish = {"formal_on": "2026-03-01", "departure_reason": "上级党委批准"}
    done = await client.post(place, json=wish, headers=tag(made))
    assert done.status_code == 200, done.text
    assert (done.json()["kind"], done.json()["formal_on"]) == ("formal", "2026-03-01")
    assert [kept["reason"] for kept in done.json()["departures"]] == ["上级党委批准"]
    assert await counts(client, works) == (1, 1, 0)
    again = await client.post(place, json=wish, headers=tag(done.json()))
    assert (again.status_code, errors(again)) == (409, [("", "member_formal")])


async def test_a_full_probation_needs_no_reason(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    made = await member(client, kind="probationary", branch_id=home["id"], admitted_on="2025-03-02")
    place = f"{MEMBERS}/{made['id']}/confirm"
    early = await client.post(place, json={"formal_on": "2025-03-01"}, headers=tag(made))
    assert errors(early) == [("/formal_on", "formal_before_admitted")]
    late = await client.post(place, json={"formal_on": "2026-03-03"}, headers=tag(made))
    assert errors(late) == [("/formal_on", "day_out_of_range")]
    done = await client.post(place, json={"formal_on": "2026-03-02"}, headers=tag(made))
    assert done.status_code == 200, done.text
    assert done.json()["departures"] == []


async def test_who_has_left_is_left_alone(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"])
    place = f"{MEMBERS}/{made['id']}"
    for day in ("2026-02-09", "2026-03-03"):
        answer = await client.post(f"{place}/end", json={"ended_on": day}, headers=tag(made))
        assert errors(answer) == [("/ended_on", "member_day")]
    ended = (await client.post(f"{place}/end", json={"ended_on": "2026-03-01"}, headers=tag(made))).json()
    assert reasons(ended)["transfer"] == "member_not_current"
    for path, body in (("/end", {"ended_on": "2026-03-01"}), ("/confirm", {"formal_on": "2026-03-01"})):
        answer = await client.post(place + path, json=body, headers=tag(ended))
        assert (answer.status_code, errors(answer)) == (409, [("", "member_not_current")])
    answer = await client.patch(place, json={"name": TWO.name}, headers=tag(ended))
    assert answer.status_code == 409
    assert (await client.get(MEMBERS)).json()["items"] == []
    (left,) = (await client.get(MEMBERS, params={"state": "ended"})).json()["items"]
    assert (left["id"], left["until"]) == (made["id"], "2026-03-01")
    (relation,) = (await client.get(f"{place}/relations")).json()["items"]
    assert relation["valid_to"] == "2026-03-01"


async def test_numbers_are_found_whole_and_revealed_with_a_purpose(
    client: httpx.AsyncClient, server: Clones, database_name: str
) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"], phone=ONE.phone)
    await member(client, 2, branch_id=home["id"])
    found = await client.post(f"{MEMBERS}/search", json={"identity_number": ONE.identity_number.lower()})
    assert [row["id"] for row in found.json()["items"]] == [made["id"]]
    none = await client.post(f"{MEMBERS}/search", json={})
    assert none.status_code == 422
    wish = {"fields": ["phone"], "purpose": "通知参加党员大会"}
    shown = await client.post(f"{MEMBERS}/{made['id']}/reveal", json=wish)
    assert shown.json() == {"id": made["id"], "phone": ONE.phone, "identity_number": None}
    assert shown.headers["cache-control"] == "no-store"
    (row,) = await audited(server, database_name, "reveal")
    assert row["why"] == "通知参加党员大会"
    assert len(await audited(server, database_name, "search")) == 1
    await client.get(MEMBERS)
    assert len(await audited(server, database_name, "list")) == 1
    async with superuser(server, database_name) as keeper:
        told = await keeper.fetchval("SELECT string_agg(detail::text, '') FROM audit WHERE subject = 'members'")
    assert ONE.name not in told
    assert ONE.phone not in told


async def test_current_members_are_kept_and_others_erased_whole(
    client: httpx.AsyncClient, server: Clones, database_name: str
) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"], phone=ONE.phone)
    place = f"{MEMBERS}/{made['id']}"
    wish = {"ground": "purpose_achieved", "reason": "本人申请"}
    kept = await client.post(f"{place}/erase", json=wish, headers=tag(made))
    assert [finding["code"] for finding in kept.json()["findings"]] == ["current_member_kept"]
    out = {"destination": "省外某市", "effective_on": "2026-03-01", "reason": "工作调动"}
    assert (await client.post(f"{place}/transfer", json=out, headers=tag(made))).status_code == 201
    export = await client.post(
        "/v1/data-subjects/export", json={"identity_number": ONE.identity_number, "reason": "本人申请查阅"}
    )
    (told,) = export.json()["items"]
    assert told["table"] == "members"
    assert (told["data"]["identity_number"], told["data"]["transfers"][0]["destination"]) == (
        ONE.identity_number, "省外某市",
    )  # fmt: skip
    done = await client.post(f"{place}/erase", json=wish, headers=tag(await read(client, MEMBERS, made)))
    assert done.status_code == 204, done.text
    assert (await client.get(place)).status_code == 404
    async with superuser(server, database_name) as keeper:
        for table in ("members", "member_relations", "member_transfers"):
            assert await keeper.fetchval(f"SELECT count(*) FROM {table}") == 0
            assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = $1", table) == 0
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 0
        assert await keeper.fetchval("SELECT count(*) FROM erasures WHERE holder = 'members'") == 1


async def test_a_member_follows_the_branch_and_the_employer(
    client: httpx.AsyncClient, server: Clones, database_name: str, clock: Hands
) -> None:
    home, works = await branch(client), await firm(client)
    relating = await member(client, 1, branch_id=home["id"], organization_id=works["id"])
    working = await member(client, 2, organization_id=works["id"])
    clock.forward(days=1)
    moved = await client.patch(
        f"/v1/organizations/{works['id']}",
        json={"region_code": "330108001000"},
        headers=tag(await read(client, "/v1/organizations", works)),
    )
    assert moved.status_code == 200, moved.text
    assert (await read(client, MEMBERS, working))["region_code"] == "330108001000"
    assert (await read(client, MEMBERS, relating))["region_code"] == STREET
    async with superuser(server, database_name) as keeper:
        await keeper.execute("UPDATE branches SET region_code = 330108001000, version = version + 1")
        for table in ("personal_values", "member_relations"):
            places = await keeper.fetch(f"SELECT DISTINCT region_code FROM {table}")
            assert [row["region_code"] for row in places] == [330108001000], table
    assert (await read(client, MEMBERS, relating))["region_code"] == "330108001000"


async def test_a_county_sees_its_members_and_touches_no_other(api: Api, client: httpx.AsyncClient) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"])
    own, other = await api.client("own", ranges=XIHU), await api.client("other", ranges=BINJIANG)
    assert (await own.get(f"{MEMBERS}/{made['id']}")).status_code == 200
    assert (await other.get(f"{MEMBERS}/{made['id']}")).status_code == 404
    assert (await other.get(MEMBERS)).json()["items"] == []
    found = await other.post(f"{MEMBERS}/search", json={"identity_number": ONE.identity_number})
    assert found.json()["items"] == []
    body = {"name": TWO.name, "kind": "formal", "branch_id": home["id"]}
    assert errors(await other.post(MEMBERS, json=body)) == [("/branch_id", "reference_unknown")]
    partner = await api.client("portal", role="portal_reader")
    assert (await partner.get(MEMBERS)).status_code == 403
