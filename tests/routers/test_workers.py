"""Party workers over HTTP: entered, masked, put right, ended, found, revealed, erased; and hostile input."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.members import BINJIANG, XIHU, branch, errors, firm, made, member, read, tag
from tests.kit.party import holder
from tests.kit.persons import person
from tests.kit.vaults import superuser
from tests.kit.workers import COUNTY, given, worker

ONE, TWO = person(1), person(2)
WORKERS = "/v1/workers"
NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"


def reasons(row: dict[str, Any]) -> dict[str, str | None]:
    """Why each action is not allowed."""
    return {action["action"]: action["reason"] for action in row["allowed_actions"]}


async def test_a_worker_is_entered_masked_and_told(client: httpx.AsyncClient) -> None:
    row = await worker(
        client,
        phone=ONE.phone,
        identity_number=ONE.identity_number,
        background="veteran",
        sending_body="西湖区退役军人事务局",
        qualifications=["party_affairs", "business_management"],
        industries=["65", "C"],
        home_region_code="330106010000",
    )
    assert row["phone"] == f"{ONE.phone[:3]}****{ONE.phone[-4:]}"
    assert row["identity_number"] == "330" + "*" * 14 + ONE.identity_number[-1]
    assert (row["name"], row["formal"], row["region_code"], row["region_level"]) == (ONE.name, True, COUNTY, 3)
    assert (row["qualifications"], row["industries"]) == (["business_management", "party_affairs"], ["65", "C"])
    assert (row["home_region_code"], row["home_region_level"], row["roles"]) == ("330106010000", 4, [])
    assert set(reasons(row).values()) == {None}
    told = await client.get(f"{WORKERS}/{row['id']}")
    assert (told.json(), told.headers["etag"]) == (row, '"1"')
    await given(client, row)
    await worker(client, 2)
    for asked, found in (
        ({"role": "instructor"}, 1),
        ({"role": "instructor", "role_on": "2026-01-31"}, 0),
        ({"role_on": "2026-02-01"}, 1),
        ({"selection_channel": "dispatched"}, 1),
        ({"selection_channel": "internal"}, 0),
        ({"background": "veteran"}, 1),
        ({"qualification": "party_affairs"}, 1),
        ({"qualification": "law"}, 0),
        ({"full_time": "false"}, 2),
        ({"region": "330106000000"}, 2),
        ({"region": "330108000000"}, 0),
        ({"authority": "033001006000000"}, 0),
        ({"state": "ended"}, 0),
    ):
        answer = await client.get(WORKERS, params=asked | {"count": "exact"})
        assert (answer.status_code, answer.json()["count"]["value"]) == (200, found), (asked, answer.text)
    sheet = await client.get(WORKERS, headers={"accept": "text/csv"})
    assert ONE.name in sheet.text
    assert "Instructor" in sheet.text
    for text in (told.text, sheet.text):
        assert ONE.identity_number not in text
        assert ONE.phone not in text
    for wrong, code in (({"q": "x"}, "query_unknown"), ({"authority": "12"}, "string_pattern_mismatch")):
        answer = await client.get(WORKERS, params=wrong)
        assert (answer.status_code, errors(answer)[0][1]) == (422, code)


async def test_a_member_is_named_by_the_roll_and_once(client: httpx.AsyncClient, api: Api) -> None:
    home = await branch(client)
    someone = await member(client, branch_id=home["id"])
    row = await worker(client, member_id=someone["id"])
    assert (row["name"], row["formal"], row["member_id"]) == (someone["name"], True, someone["id"])
    again = await client.post(WORKERS, json={"member_id": someone["id"], "region_code": COUNTY})
    assert errors(again) == [("/uq_workers_member_id", "constraint.uq_workers_member_id")]
    by_number = {"name": "同一人", "identity_number": ONE.identity_number, "region_code": COUNTY}
    named = await client.post(WORKERS, json=by_number)
    assert (named.status_code, errors(named)) == (409, [("/identity_number", "worker_on_roll")])
    stated = await client.patch(f"{WORKERS}/{row['id']}", json={"formal_member": False}, headers=tag(row))
    assert errors(stated) == [("/formal_member", "holder_stated_twice")]
    renamed = await client.patch(f"{WORKERS}/{row['id']}", json={"name": "某人"}, headers=tag(row))
    assert errors(renamed) == [("/member_id", "holder_one_of_two")]
    elsewhere = await api.client("elsewhere", ranges=BINJIANG)
    unseen = await elsewhere.post(WORKERS, json={"member_id": someone["id"], "region_code": "330108000000"})
    assert errors(unseen) == [("/member_id", "reference_unknown")]
    await client.post(f"/v1/members/{someone['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(someone))
    assert (await read(client, WORKERS, row))["formal"] is False


async def test_an_identity_number_is_one_current_worker_in_the_country(api: Api, client: httpx.AsyncClient) -> None:
    first = await worker(client, identity_number=ONE.identity_number)
    across = await api.client("across", ranges=BINJIANG)
    body = {"name": "同一人", "identity_number": ONE.identity_number, "region_code": "330108000000"}
    answers = await asyncio.gather(*(across.post(WORKERS, json=body) for _ in range(2)))
    for twice in answers:
        assert errors(twice) == [("/uq_workers_identity_number", "constraint.uq_workers_identity_number")]
        assert first["id"] not in twice.text
    end = {"ended_on": "2026-03-01", "reason": "工作调动"}
    assert (await client.post(f"{WORKERS}/{first['id']}/end", json=end, headers=tag(first))).status_code == 200
    answers = await asyncio.gather(*(across.post(WORKERS, json=body) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"name": None}, ("/body", "holder_one_of_two")),
        ({"member_id": NOBODY}, ("/body", "holder_one_of_two")),
        ({"member_id": NOBODY, "name": None}, ("/body", "holder_stated_twice")),
        ({"member_id": NOBODY, "name": None, "formal_member": None}, ("/member_id", "reference_unknown")),
        (
            {"member_id": NOBODY, "name": None, "formal_member": None, "identity_number": ONE.identity_number},
            ("/body", "number_on_roll"),
        ),
        ({"formal_member": "yes"}, ("/formal_member", "bool_type")),
        ({"name": f"李 {ONE.phone}"}, ("/name", "number_in_text")),
        ({"identity_number": "330102198001011234"}, ("/identity_number", "identity_number_wrong")),
        ({"identity_number": 3.3e17}, ("/identity_number", "code_as_number")),
        ({"phone": "12345"}, ("/phone", "phone_wrong")),
        ({"background": "abroad"}, ("/background", "enum")),
        ({"qualifications": ["charm"]}, ("/qualifications/0", "enum")),
        ({"qualifications": ["law", "law"]}, ("/qualifications", "listed_twice")),
        ({"industries": ["U"]}, ("/industries/0", "string_pattern_mismatch")),
        ({"industries": ["98"]}, ("/industries/0", "string_pattern_mismatch")),
        ({"industries": ["C", "C"]}, ("/industries", "listed_twice")),
        ({"home_region_code": "339999000000"}, ("/home_region_code", "region_unknown")),
        ({"home_region_level": 3}, ("/home_region_code", "missing")),
        ({"region_code": "339999000000"}, ("/region_code", "region_unknown")),
        ({"region_code": "330106"}, ("/region_code", "string_pattern_mismatch")),
        ({"region_code": "330106000000", "region_level": 1}, ("/region_code", "region_shape")),
        ({"authority_id": NOBODY}, ("/authority_id", "reference_unknown")),
        ({"since": "2026-03-03"}, ("/since", "day_future")),
        ({"since": "1921-06-30"}, ("/since", "day_too_early")),
        ({"since": 20260301}, ("/since", "date_parsing")),
        ({"state": "ended"}, ("/state", "extra_forbidden")),
        ({"name": "李\x00清"}, None),
    ],
)
async def test_what_is_wrong_is_told_by_place_and_never_echoed(
    client: httpx.AsyncClient, change: dict[str, Any], wrong: tuple[str, str] | None
) -> None:
    body = {"name": ONE.name, "formal_member": True, "region_code": COUNTY} | change
    answer = await client.post(WORKERS, json=body)
    assert answer.status_code in ((422,) if wrong else (400, 422)), answer.text
    assert wrong is None or wrong in errors(answer), answer.text
    assert ONE.phone not in answer.text
    assert "330102198001011234" not in answer.text
    assert (await client.get(WORKERS)).json()["items"] == []


async def test_putting_right_needs_the_version_and_keeps_what_was(client: httpx.AsyncClient, clock: Hands) -> None:
    row = await worker(client, phone=ONE.phone)
    clock.forward(minutes=1)
    place = f"{WORKERS}/{row['id']}"
    assert (await client.patch(place, json={"name": TWO.name})).status_code == 428
    change = {"name": TWO.name, "phone": TWO.phone, "home_region_code": "330108000000", "full_time": True}
    changed = await client.patch(place, json=change, headers=tag(row))
    assert changed.status_code == 200, changed.text
    assert (changed.json()["version"], changed.json()["corrected"]) == (
        2, ["full_time", "home_region_code", "home_region_level", "name", "phone"],
    )  # fmt: skip
    assert (await client.patch(place, json={"name": ONE.name}, headers=tag(row))).status_code == 412
    same = await client.patch(place, json=change, headers=tag(changed.json()))
    assert same.json()["version"] == 2
    versions = (await client.get(f"{place}/history")).json()["items"]
    assert [(each["version"], each["name"]) for each in versions] == [(2, TWO.name), (1, ONE.name)]
    for body, wrong in (
        ({"name": None}, ("/name", "holder_one_of_two")),
        ({"qualifications": None}, ("/qualifications", "list_type")),
        ({"region_level": 3}, ("/region_code", "missing")),
        ({"since": "2026-03-03"}, ("/since", "day_future")),
        ({"industries": ["A", "A"]}, ("/industries", "listed_twice")),
        ({"member_id": NOBODY}, ("/member_id", "reference_unknown")),
    ):
        answer = await client.patch(place, json=body, headers=tag(changed.json()))
        assert wrong in errors(answer), answer.text
    emptied = await client.patch(place, json={"home_region_code": None, "phone": None}, headers=tag(changed.json()))
    assert (emptied.json()["home_region_code"], emptied.json()["phone"]) == (None, None)


async def test_a_named_worker_turns_out_to_be_a_member(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    row = await worker(client, identity_number=ONE.identity_number, formal_member=False)
    someone = await member(client, branch_id=home["id"])
    linked = await client.patch(f"{WORKERS}/{row['id']}", json={"member_id": someone["id"]}, headers=tag(row))
    assert linked.status_code == 200, linked.text
    told = linked.json()
    assert (told["member_id"], told["name"], told["formal"]) == (someone["id"], someone["name"], True)
    assert told["identity_number"] is None  # the roll has it


async def test_who_moves_to_another_county_is_kept_there(
    client: httpx.AsyncClient, api: Api, server: Clones, database_name: str
) -> None:
    row = await worker(client, phone=ONE.phone)
    role = await given(client, row)
    there, here = await api.client("there", ranges=BINJIANG), await api.client("here", ranges=XIHU)
    assert (await there.get(f"{WORKERS}/{row['id']}")).status_code == 404
    assert (await there.get("/v1/worker-roles")).json()["items"] == []
    away = await here.patch(f"{WORKERS}/{row['id']}", json={"region_code": "330108000000"}, headers=tag(row))
    assert away.status_code == 403
    moved = await client.patch(f"{WORKERS}/{row['id']}", json={"region_code": "330108000000"}, headers=tag(row))
    assert moved.status_code == 200, moved.text
    assert (await there.get(f"{WORKERS}/{row['id']}")).json()["phone"] is not None
    assert (await there.get(f"/v1/worker-roles/{role['id']}")).json()["region_code"] == "330108000000"
    assert (await here.get(WORKERS)).json()["items"] == []
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT region_code FROM personal_values") == 330108000000


async def test_whose_work_ends_holds_no_role_any_more(client: httpx.AsyncClient) -> None:
    row, works = await worker(client), await firm(client)
    await given(client, row)
    await given(client, row, "liaison", organization_id=works["id"])
    place = f"{WORKERS}/{row['id']}"
    for day, code in (("2026-03-03", "day_future"), ("2026-01-04", "day_too_early")):
        answer = await client.post(f"{place}/end", json={"ended_on": day, "reason": "调动"}, headers=tag(row))
        assert errors(answer) == [("/ended_on", code)]
    wish = {"ended_on": "2026-03-01", "reason": "工作调动"}
    ended = (await client.post(f"{place}/end", json=wish, headers=tag(row))).json()
    assert (ended["state"], ended["until"], ended["roles"]) == ("ended", "2026-03-01", [])
    assert {(role["valid_to"], role["end_kind"], role["end_reason"], role["state"]) for role in ended["held"]} == {
        ("2026-03-01", "worker_ended", "工作调动", "ended")
    }
    assert {reasons(ended)[name] for name in ("update", "give_role", "end")} == {"worker_ended"}
    for method, path, body in (("PATCH", "", {"full_time": True}), ("POST", "/end", wish)):
        answer = await client.request(method, place + path, json=body, headers=tag(ended))
        assert (answer.status_code, errors(answer)) == (409, [("", "worker_ended")])
    late = {"worker_id": row["id"], "role": "instructor", "selection_channel": "internal", "valid_from": "2026-03-01"}
    assert errors(await client.post("/v1/worker-roles", json=late)) == [("/worker_id", "reference_ended")]
    assert (await client.get(WORKERS)).json()["items"] == []
    assert len((await client.get(WORKERS, params={"state": "ended"})).json()["items"]) == 1


async def test_who_holds_a_post_leaves_the_team_first(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    someone = await member(client, branch_id=home["id"])
    term = await made(
        client, "/v1/terms", branch_id=home["id"], election="elected", valid_from="2026-02-10",
        posts=[holder(someone["id"])],
    )  # fmt: skip
    row = await read(client, WORKERS, {"id": term["posts"][0]["worker_id"]})
    wish = {"ended_on": "2026-03-01", "reason": "工作调动"}
    refused = await client.post(f"{WORKERS}/{row['id']}/end", json=wish, headers=tag(row))
    assert (refused.status_code, errors(refused)) == (409, [("", "worker_in_office")])
    left = {"valid_to": "2026-03-01", "reason": "工作调动"}
    await client.post(f"/v1/terms/{term['id']}/posts/{term['posts'][0]['id']}/end", json=left, headers=tag(term))
    done = await client.post(f"{WORKERS}/{row['id']}/end", json=wish, headers=tag(row))
    assert done.status_code == 200, done.text
    assert [(role["end_kind"], role["end_reason"]) for role in done.json()["held"]] == [("ended", "工作调动")]


async def test_numbers_are_found_whole_and_revealed_with_a_purpose(
    client: httpx.AsyncClient, server: Clones, database_name: str
) -> None:
    row = await worker(client, phone=ONE.phone, identity_number=ONE.identity_number)
    await worker(client, 2, phone=TWO.phone)
    found = await client.post(f"{WORKERS}/search", json={"identity_number": ONE.identity_number.lower()})
    assert [each["id"] for each in found.json()["items"]] == [row["id"]]
    wish = {"fields": ["phone"], "purpose": "通知参加培训"}
    shown = await client.post(f"{WORKERS}/{row['id']}/reveal", json=wish)
    assert shown.json() == {"id": row["id"], "phone": ONE.phone, "identity_number": None}
    assert shown.headers["cache-control"] == "no-store"
    await client.get(WORKERS)
    await client.get("/v1/worker-roles")
    async with superuser(server, database_name) as keeper:
        verbs = await keeper.fetch("SELECT subject, verb, why FROM audit WHERE verb IN ('reveal', 'search', 'list')")
        assert sorted((each["subject"], each["verb"]) for each in verbs) == [
            ("worker_roles", "list"), ("workers", "list"), ("workers", "reveal"), ("workers", "search"),
        ]  # fmt: skip
        assert "通知参加培训" in {each["why"] for each in verbs}
        told = await keeper.fetchval("SELECT string_agg(detail::text, '') FROM audit")
        sealed = await keeper.fetchval("SELECT string_agg(sealed::text, '') FROM personal_values")
    for secret in (ONE.name, ONE.phone, ONE.identity_number):
        assert secret not in told
        assert secret not in sealed


async def test_current_workers_are_kept_and_others_lose_whatever_tells_who_they_are(
    client: httpx.AsyncClient, server: Clones, database_name: str, clock: Hands
) -> None:
    home = await branch(client)
    named = holder("", "committee_member", "external") | {"member_id": None, "holder_name": "旧名字"}
    term = await made(
        client, "/v1/terms", branch_id=home["id"], election="elected", valid_from="2026-02-10", posts=[named],
        departure_reason="试点",
    )  # fmt: skip
    (post,) = term["posts"]
    clock.forward(minutes=1)
    row = await read(client, WORKERS, {"id": post["worker_id"]})
    change = {"name": ONE.name, "phone": ONE.phone, "sending_body": "某单位", "industries": ["C"]}
    row = (await client.patch(f"{WORKERS}/{row['id']}", json=change, headers=tag(row))).json()
    assert (await client.get("/v1/posts")).json()["items"][0]["holder_name"] == ONE.name
    place, wish = f"{WORKERS}/{row['id']}", {"ground": "purpose_achieved", "reason": "本人申请"}
    kept = await client.post(f"{place}/erase", json=wish, headers=tag(row))
    assert [finding["code"] for finding in kept.json()["findings"]] == ["current_worker_kept"]
    left = {"valid_to": "2026-03-01", "reason": "工作调动"}
    term = await read(client, "/v1/terms", term)
    clock.forward(minutes=1)
    await client.post(f"/v1/terms/{term['id']}/posts/{post['id']}/end", json=left, headers=tag(term))
    ended = await client.post(f"{place}/end", json={"ended_on": "2026-03-01", "reason": "调动"}, headers=tag(row))
    export = await client.post("/v1/data-subjects/export", json={"phone": ONE.phone, "reason": "本人申请查阅"})
    (told,) = export.json()["items"]
    assert (told["table"], told["data"]["phone"], len(told["data"]["held"])) == ("workers", ONE.phone, 1)
    clock.forward(minutes=1)
    done = await client.post(f"{place}/erase", json=wish, headers=tag(ended.json()))
    assert done.status_code == 204, done.text
    left_over = await read(client, WORKERS, row)
    for name in ("name", "phone", "sending_body", "formal", "member_id"):
        assert left_over[name] is None
    assert (left_over["industries"], left_over["qualifications"], len(left_over["held"])) == ([], [], 1)
    assert (await client.get("/v1/posts")).json()["items"][0]["holder_name"] is None
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 0
        assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'workers'") == 0
        assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'posts'") > 0
        kept_text = await keeper.fetchval(
            "SELECT concat((SELECT string_agg(row::text, '') FROM history),"
            " (SELECT string_agg(detail::text, '') FROM audit), (SELECT string_agg(posts::text, '') FROM posts))"
        )
        assert await keeper.fetchval("SELECT count(*) FROM erasures WHERE holder = 'workers'") == 1
    assert ONE.name not in kept_text
    assert "旧名字" not in kept_text
    again = await client.post(f"{place}/erase", json=wish, headers=tag(left_over))
    assert again.status_code == 404


async def test_a_county_and_a_line_see_their_workers(api: Api, client: httpx.AsyncClient) -> None:
    authority = await made(
        client, "/v1/authorities", code="033001006003000", kind="township", name="党工委", region_code=COUNTY
    )
    row = await worker(client, phone=ONE.phone)
    ours = await worker(client, 2, authority_id=authority["id"])
    assert ours["authority_code"] == "033001006003000"
    other = await api.client("other", ranges=BINJIANG)
    assert (await other.get(f"{WORKERS}/{row['id']}")).status_code == 404
    assert (await other.post(f"{WORKERS}/search", json={"phone": ONE.phone})).json()["items"] == []
    assert (await other.post(WORKERS, json={"name": "某人", "region_code": COUNTY})).status_code == 403
    reader = await api.client("reader", role="portal_reader")
    for path in (WORKERS, "/v1/worker-roles"):
        assert (await reader.get(path)).status_code == 403
    found = await client.get(WORKERS, params={"authority": "033001006003000"})
    assert [each["id"] for each in found.json()["items"]] == [ours["id"]]


async def test_who_is_erased_as_a_member_is_erased_as_a_worker(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    home = await branch(client)
    row = await worker(client, name="旧名字", sending_body="某单位", home_region_code="330106010000")
    await given(client, row)
    someone = await member(client, branch_id=home["id"])
    clock.forward(minutes=1)
    linked = await client.patch(
        f"{WORKERS}/{row['id']}", json={"member_id": someone["id"], "phone": TWO.phone}, headers=tag(row)
    )
    assert linked.json()["name"] == someone["name"]
    export = await client.post(
        "/v1/data-subjects/export", json={"identity_number": ONE.identity_number, "reason": "本人申请查阅"}
    )
    (told,) = export.json()["items"]
    (work,) = told["data"]["work"]
    assert (work["sending_body"], work["phone"], [each["role"] for each in work["held"]]) == (
        "某单位", TWO.phone, ["instructor"],
    )  # fmt: skip
    clock.forward(minutes=1)
    wish = {"ground": "unlawful", "reason": "录入有误，本人申请"}
    erased = await client.post(f"/v1/members/{someone['id']}/erase", json=wish, headers=tag(someone))
    assert erased.status_code == 204, erased.text
    left = await read(client, WORKERS, row)
    for name in ("name", "member_id", "formal", "sending_body", "home_region_code", "phone"):
        assert left[name] is None, name
    assert (left["state"], left["until"], len(left["held"])) == ("ended", "2026-03-02", 1)
    assert await direct.fetchval("SELECT count(*) FROM history WHERE subject = 'workers'") == 0
    assert await direct.fetchval("SELECT count(*) FROM personal_values") == 0
