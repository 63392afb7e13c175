"""Roles of party workers over HTTP: given by rules, prolonged, ended; those of posts follow the team."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.agreement import disagreements
from tests.kit.members import BINJIANG, branch, errors, firm, made, member, read, tag
from tests.kit.party import findings, holder
from tests.kit.persons import person
from tests.kit.workers import COUNTY, given, worker

ROLES = "/v1/worker-roles"
WORKERS = "/v1/workers"
NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"


def reasons(row: dict[str, Any]) -> dict[str, str | None]:
    """Why each action is not allowed."""
    return {action["action"]: action["reason"] for action in row["allowed_actions"]}


def named(name: str, role: str = "secretary", **more: Any) -> dict[str, Any]:
    """A post for who stands on no roll here."""
    return {"holder_name": name, "formal_member": True, "role": role, "selection_channel": "external"} | more


async def team(client: httpx.AsyncClient, home: dict[str, Any], *posts: dict[str, Any], **told: Any) -> dict[str, Any]:
    """A team that takes office."""
    body = {"branch_id": home["id"], "election": "elected", "valid_from": "2026-02-10", "posts": list(posts)}
    return await made(client, "/v1/terms", **(body | {"departure_reason": "试点"} | told))


async def held(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    """The roles that a list tells."""
    answer = await client.get(ROLES, params=asked)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


async def test_an_instructor_is_sent_for_two_years(client: httpx.AsyncClient) -> None:
    who = await worker(client)
    row = await given(client, who)
    assert (row["valid_to"], row["state"], row["region_code"], row["worker_name"]) == (
        "2028-02-01", "held", COUNTY, person(1).name,
    )  # fmt: skip
    assert (row["findings"], row["departures"], row["policy_version"]) == ([], [], "default-2026")
    assert set(reasons(row).values()) == {None}
    assert (await read(client, WORKERS, who))["since"] == "2026-01-05"
    earlier = await given(client, who, "full_time_worker", valid_from="2025-06-01", valid_to="2025-12-01")
    assert (earlier["state"], earlier["findings"]) == ("ended", [])
    told = await read(client, WORKERS, who)
    assert (told["since"], told["roles"]) == ("2025-06-01", ["instructor"])
    late = await client.patch(f"{WORKERS}/{who['id']}", json={"since": "2025-06-02"}, headers=tag(told))
    assert errors(late) == [("/since", "day_too_late")]
    long = {"until": "2028-02-02"}
    refused = await client.post(f"{ROLES}/{row['id']}/extend", json=long, headers=tag(row))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_term_long": "departure"})
    assert errors(refused) == [("/departure_reason", "departure_reason_missing")]
    longer = await client.post(
        f"{ROLES}/{row['id']}/extend", json=long | {"departure_reason": "重点项目"}, headers=tag(row)
    )
    assert longer.status_code == 200, longer.text
    assert [(each["code"], each["actual"], each["reason"]) for each in longer.json()["departures"]] == [
        ("instructor_term_long", 25, "重点项目")
    ]
    back = await client.post(f"{ROLES}/{row['id']}/extend", json=long, headers=tag(longer.json()))
    assert errors(back) == [("/until", "role_extended_backwards")]
    versions = (await client.get(f"{ROLES}/{row['id']}/history")).json()["items"]
    assert [each["version"] for each in versions] == [2]  # both were written at one instant
    sheet = await client.get(ROLES, headers={"accept": "text/csv"})
    assert "Instructor" in sheet.text
    assert "Ending soon" not in sheet.text


@pytest.mark.parametrize("formal", [None, False])
async def test_an_instructor_is_a_formal_member(client: httpx.AsyncClient, formal: bool | None) -> None:
    who = await worker(client, formal_member=formal)
    body = {"worker_id": who["id"], "role": "instructor", "selection_channel": "internal", "valid_from": "2026-02-01"}
    refused = await client.post(ROLES, json=body | {"departure_reason": "人手不足"})
    assert (refused.status_code, findings(refused)) == (409, {"instructor_not_formal": "hard"})
    assert await held(client) == []


async def test_a_member_on_probation_is_no_instructor(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    someone = await member(client, branch_id=home["id"], kind="probationary", admitted_on="2025-03-02")
    who = await worker(client, member_id=someone["id"])
    body = {"worker_id": who["id"], "role": "instructor", "selection_channel": "internal", "valid_from": "2026-02-01"}
    refused = await client.post(ROLES, json=body)
    assert findings(refused) == {"instructor_not_formal": "hard"}
    confirmed = {"formal_on": "2026-03-02"}
    await client.post(f"/v1/members/{someone['id']}/confirm", json=confirmed, headers=tag(someone))
    assert (await client.post(ROLES, json=body)).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "wrong"),
    [
        ({"role": "secretary"}, 422, ("/role", "role_of_a_post")),
        ({"role": "committee_member"}, 422, ("/role", "role_of_a_post")),
        ({"role": "boss"}, 422, ("/role", "enum")),
        ({"selection_channel": "elected"}, 422, ("/selection_channel", "enum")),
        ({"worker_id": NOBODY}, 422, ("/worker_id", "reference_unknown")),
        ({"organization_id": NOBODY}, 422, ("/organization_id", "instructor_no_place")),
        ({"branch_id": NOBODY}, 422, ("/branch_id", "instructor_no_place")),
        ({"role": "liaison"}, 422, ("/organization_id", "missing")),
        ({"role": "liaison", "organization_id": NOBODY}, 422, ("/organization_id", "reference_unknown")),
        ({"role": "full_time_worker", "branch_id": NOBODY}, 422, ("/branch_id", "reference_unknown")),
        (
            {"role": "full_time_worker", "branch_id": NOBODY, "organization_id": NOBODY},
            422,
            ("/organization_id", "role_one_place"),
        ),
        ({"valid_from": "2026-03-03"}, 422, ("/valid_from", "day_future")),
        ({"valid_from": "1921-06-30"}, 422, ("/valid_from", "day_too_early")),
        ({"valid_to": "2026-02-01"}, 422, ("/valid_to", "role_ends_before_start")),
        ({"valid_to": "2028-02-02"}, 409, ("/departure_reason", "departure_reason_missing")),
        ({"full_time": "yes"}, 422, ("/full_time", "bool_type")),
        ({"departure_reason": f"电话{person(1).phone}"}, 422, ("/departure_reason", "number_in_text")),
        ({"name": "x"}, 422, ("/name", "extra_forbidden")),
    ],
)
async def test_what_does_not_fit_is_told_and_nothing_is_written(
    client: httpx.AsyncClient, change: dict[str, Any], status: int, wrong: tuple[str, str]
) -> None:
    who = await worker(client)
    body = {"worker_id": who["id"], "role": "instructor", "selection_channel": "internal", "valid_from": "2026-02-01"}
    answer = await client.post(ROLES, json=body | change)
    assert (answer.status_code, errors(answer)) == (status, [wrong]), answer.text
    assert await held(client) == []


async def test_places_that_have_ended_take_nobody(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    who, works, home = await worker(client), await firm(client), await branch(client)
    closed = {"closed_on": "2026-03-01", "reason": "注销"}
    await client.post(f"/v1/organizations/{works['id']}/close", json=closed, headers=tag(works))
    over = {"dissolved_on": "2026-03-01", "reason": "撤销"}
    dissolved = await client.post(f"/v1/branches/{home['id']}/dissolve", json=over, headers=tag(home))
    assert dissolved.status_code == 200, dissolved.text
    for place, row in (("organization_id", works), ("branch_id", home)):
        body = {"worker_id": who["id"], "role": "full_time_worker", "selection_channel": "external"}
        answer = await client.post(ROLES, json=body | {place: row["id"], "valid_from": "2026-02-10"})
        assert errors(answer) == [(f"/{place}", "reference_ended")]
    early = await branch(client, authority_id=home["authority_id"], name="另一支部")
    answer = await client.post(
        ROLES,
        json={
            "worker_id": who["id"], "role": "full_time_worker", "selection_channel": "external",
            "branch_id": early["id"], "valid_from": "2026-02-01",
        },
    )  # fmt: skip
    assert errors(answer) == [("/valid_from", "day_too_early")]


async def test_the_same_role_at_the_same_place_is_held_once(client: httpx.AsyncClient) -> None:
    who, works, other = await worker(client), await firm(client), await firm(client, name="另一公司")
    body = {
        "worker_id": who["id"], "role": "liaison", "selection_channel": "internal", "valid_from": "2026-02-01",
        "organization_id": works["id"],
    }  # fmt: skip
    answers = await asyncio.gather(*(client.post(ROLES, json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert (refused.json()["code"], errors(refused)[0][1]) == ("taken", "constraint.ex_worker_roles_period")
    second = await client.post(ROLES, json=body | {"organization_id": other["id"]})
    assert second.status_code == 201, second.text
    assert [(each["code"], each["severity"], each["actual"]) for each in second.json()["findings"]] == [
        ("worker_several_roles", "advice", 2)
    ]
    await given(client, who)
    with_instructor = await client.post(
        ROLES, json={key: value for key, value in body.items() if key != "organization_id"} | {"role": "instructor"}
    )
    assert errors(with_instructor)[0][1] == "constraint.ex_worker_roles_period"


async def test_a_role_ends_by_a_reason_or_by_its_day(client: httpx.AsyncClient, clock: Hands) -> None:
    who = await worker(client)
    row = await given(client, who, valid_to="2026-08-01")
    assert row["state"] == "ending_soon"
    for day, code in (("2026-03-03", "day_future"), ("2026-01-31", "day_too_early")):
        answer = await client.post(
            f"{ROLES}/{row['id']}/end", json={"ended_on": day, "reason": "调动"}, headers=tag(row)
        )
        assert errors(answer) == [("/ended_on", code)]
    assert [each["id"] for each in await held(client, ends_before="2026-08-02")] == [row["id"]]
    assert await held(client, ends_before="2026-08-01") == []
    clock.now = clock.now.replace(month=8)
    over = await read(client, ROLES, row)
    assert (over["state"], over["end_kind"], over["findings"], set(reasons(over).values())) == (
        "ended", None, [], {"role_ended"},
    )  # fmt: skip
    assert (await read(client, WORKERS, who))["roles"] == []
    late = await client.post(
        f"{ROLES}/{row['id']}/end", json={"ended_on": "2026-07-01", "reason": "调动"}, headers=tag(row)
    )
    assert (late.status_code, errors(late)) == (409, [("", "role_ended")])
    other = await given(client, who, "full_time_worker")
    assert reasons(other) == {"end": None, "extend": "role_without_end"}
    endless = await client.post(f"{ROLES}/{other['id']}/extend", json={"until": "2027-01-01"}, headers=tag(other))
    assert (endless.status_code, errors(endless)) == (409, [("", "role_without_end")])
    done = await client.post(
        f"{ROLES}/{other['id']}/end", json={"ended_on": "2026-08-01", "reason": "调动"}, headers=tag(other)
    )
    assert (done.json()["valid_to"], done.json()["end_kind"], done.json()["end_reason"]) == (
        "2026-08-01", "ended", "调动",
    )  # fmt: skip
    assert [each["id"] for each in await held(client, held_on="2026-07-31")] == [row["id"], other["id"]]


async def test_a_local_policy_sets_other_numbers(client: httpx.AsyncClient) -> None:
    numbers = {"instructor_term_months": {"value": 12, "document": "区委组织部文件"}}
    await made(
        client, "/v1/policies", kind="workers", region_code=COUNTY, region_level=3, valid_from="2026-03-02",
        numbers=numbers, reason="试点",
    )  # fmt: skip
    who = await worker(client)
    row = await given(client, who)
    assert (row["valid_to"], row["policy_version"]) == ("2027-02-01", "workers-1")


async def test_whoever_is_named_for_a_post_is_a_worker_once(
    client: httpx.AsyncClient, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    home = await branch(client)
    other = await branch(client, authority_id=home["authority_id"], name="另一支部")
    someone = await member(client, branch_id=home["id"])
    known = await worker(client, member_id=someone["id"], region_code="330108000000")
    first = await team(
        client, home, holder(someone["id"]), named("同名人", "deputy_secretary"), named("同名人", "committee_member")
    )
    people = {post["role"]: post["worker_id"] for post in first["posts"]}
    assert people["secretary"] == known["id"]
    assert len(set(people.values())) == 3
    deputy = await read(client, WORKERS, {"id": people["deputy_secretary"]})
    assert (deputy["name"], deputy["formal"], deputy["source"], deputy["since"], deputy["roles"]) == (
        "同名人", True, "posts", "2026-02-10", ["deputy_secretary"],
    )  # fmt: skip
    assert (deputy["region_code"], deputy["authority_id"]) == (home["region_code"], home["authority_id"])
    secretary = await read(client, WORKERS, known)
    assert (secretary["qualifications"], secretary["held"][0]["branch_id"]) == (["business_management"], home["id"])
    assert secretary["held"][0]["post_id"] == first["posts"][0]["id"]
    elsewhere = await team(client, other, named("同名人"))
    assert elsewhere["posts"][0]["worker_id"] not in people.values()

    clock.now = clock.now.replace(year=2029)
    again = await team(
        client, home, {"worker_id": people["deputy_secretary"], "role": "secretary", "selection_channel": "internal"},
        named("同名人", "deputy_secretary"), valid_from="2029-02-20",
    )  # fmt: skip
    now = {post["role"]: post for post in again["posts"]}
    assert now["secretary"]["holder_name"] == "同名人"
    assert now["secretary"]["worker_id"] == people["deputy_secretary"]
    ended = await held(client, worker_id=known["id"])
    assert [(each["valid_to"], each["end_kind"], each["state"]) for each in ended] == [
        ("2029-02-20", "replaced", "ended")
    ]
    assert await disagreements(direct, clock.now.date()) == {}


async def test_two_branches_that_name_one_member_at_once_make_one_worker(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    home = await branch(client)
    homes = [home, *[await branch(client, authority_id=home["authority_id"], name=name) for name in ("二", "三")]]
    someone = await member(client, branch_id=home["id"])
    terms = await asyncio.gather(*(team(client, each, holder(someone["id"], channel="dispatched")) for each in homes))
    (who,) = {term["posts"][0]["worker_id"] for term in terms}
    assert len(await held(client, worker_id=who)) == 3
    row = await read(client, WORKERS, {"id": who})
    corrections = [
        client.patch(f"{WORKERS}/{who}", json={"industries": [f"{code}"]}, headers=tag(row)) for code in (10, 11)
    ]
    posts = [
        client.patch(
            f"/v1/terms/{term['id']}/posts/{term['posts'][0]['id']}", json={"qualifications": [word]}, headers=tag(term)
        )
        for term, word in zip(terms, ("law", "finance", "technology"), strict=True)
    ]
    answers = await asyncio.gather(*corrections, *posts)
    assert {answer.status_code for answer in answers} <= {200, 412}, [answer.text for answer in answers]
    assert [answer.status_code for answer in answers[2:]] == [200, 200, 200]
    assert await disagreements(direct, clock.now.date()) == {}


async def test_a_team_may_be_named_by_workers(client: httpx.AsyncClient, api: Api) -> None:
    home = await branch(client)
    who = await worker(client, qualifications=["business_management"])
    unstated = await worker(client, 2, formal_member=None)
    post = {"worker_id": who["id"], "role": "secretary", "selection_channel": "dispatched"}
    for posts, wrong in (
        ([post | {"worker_id": NOBODY}], ("/posts/0/worker_id", "reference_unknown")),
        ([post, post | {"role": "deputy_secretary"}], ("/posts/1/worker_id", "listed_twice")),
        ([post | {"formal_member": True}], ("/posts/0", "holder_stated_twice")),
        ([post | {"holder_name": "某人"}], ("/posts/0", "holder_one_of_two")),
    ):
        body = {"branch_id": home["id"], "election": "elected", "valid_from": "2026-02-10", "posts": posts}
        answer = await client.post("/v1/terms", json=body)
        assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text
    body = {"branch_id": home["id"], "election": "elected", "valid_from": "2026-02-10"}
    refused = await client.post("/v1/terms", json=body | {"posts": [post | {"worker_id": unstated["id"]}]})
    assert findings(refused)["team_secretary_not_formal"] == "hard"
    term = await team(client, home, post)
    assert term["findings"] == []  # what is recorded of the worker counts
    assert (term["posts"][0]["holder_name"], term["posts"][0]["worker_id"]) == (person(1).name, who["id"])
    twice = await client.post(
        f"/v1/terms/{term['id']}/posts",
        json=post | {"role": "committee_member", "valid_from": "2026-02-11"}, headers=tag(term),
    )  # fmt: skip
    assert errors(twice) == [("/worker_id", "post_held_already")]
    (role,) = await held(client, worker_id=who["id"])
    told = await read(client, ROLES, role)
    assert set(reasons(told).values()) == {"role_of_a_post"}
    for path, wish in (
        ("end", {"ended_on": "2026-03-01", "reason": "调动"}),
        ("extend", {"until": "2030-01-01"}),
    ):
        answer = await client.post(f"{ROLES}/{role['id']}/{path}", json=wish, headers=tag(role))
        assert (answer.status_code, errors(answer)) == (409, [("", "role_of_a_post")])
    listed = (await client.get("/v1/posts", params={"worker_id": who["id"]})).json()["items"]
    assert [each["id"] for each in listed] == [term["posts"][0]["id"]]


async def test_what_is_recorded_with_a_post_is_recorded_of_the_worker(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    who = await worker(client, qualifications=["law"], full_time=True)
    post = {"worker_id": who["id"], "role": "secretary", "selection_channel": "dispatched"}
    term = await team(client, home, post | {"qualifications": ["finance"]})
    assert (await read(client, WORKERS, who))["qualifications"] == ["finance", "law"]
    place = f"/v1/terms/{term['id']}/posts/{term['posts'][0]['id']}"
    done = await client.patch(place, json={"qualifications": ["technology"]}, headers=tag(term))
    assert done.status_code == 200, done.text
    row = await read(client, WORKERS, who)
    assert row["qualifications"] == ["technology"]  # the post showed what was recorded, and that was replaced
    assert [role["full_time"] for role in row["held"]] == [True]
    await client.patch(f"{WORKERS}/{who['id']}", json={"full_time": False}, headers=tag(row))
    assert [role["full_time"] for role in await held(client)] == [False]


async def test_roles_go_where_their_places_go_and_end_with_the_branch(
    client: httpx.AsyncClient, api: Api, direct: "asyncpg.Connection[Any]"
) -> None:
    home, works = await branch(client), await firm(client)
    term = await team(client, home, named("某书记"))
    who = await worker(client)
    await given(client, who, "full_time_worker", branch_id=home["id"], valid_from="2026-02-10")
    await given(client, who, "liaison", organization_id=works["id"])
    there = await api.client("there", ranges=BINJIANG)
    assert await held(there) == []
    await direct.execute("UPDATE branches SET region_code = 330108001000, version = version + 1")
    assert sorted(each["role"] for each in await held(there)) == ["full_time_worker", "secretary"]
    # The secretary is a worker for this post alone and goes along; the other is kept where he was.
    assert [each["name"] for each in (await there.get(WORKERS)).json()["items"]] == ["某书记"]
    assert [each["worker_name"] for each in await held(there, role="full_time_worker")] == [None]
    await direct.execute("UPDATE organizations SET region_code = 330108001000, version = version + 1")
    assert [each["organization_id"] for each in await held(there, role="liaison")] == [works["id"]]
    over = {"dissolved_on": "2026-03-01", "reason": "撤销"}
    home = await read(client, "/v1/branches", home)
    dissolved = await client.post(f"/v1/branches/{home['id']}/dissolve", json=over, headers=tag(home))
    assert dissolved.status_code == 200, dissolved.text
    ended = await held(client, branch_id=home["id"])
    assert {(each["role"], each["valid_to"], each["end_kind"]) for each in ended} == {
        ("full_time_worker", "2026-03-01", "dissolved"),
        ("secretary", "2026-03-01", "dissolved"),
    }
    assert term["posts"][0]["holder_name"] == "某书记"


async def test_roles_end_with_the_organization_on_the_day_it_closed(client: httpx.AsyncClient, clock: Hands) -> None:
    works, other, who = await firm(client), await firm(client, name="另一公司"), await worker(client)
    await given(client, who, "liaison", organization_id=works["id"], valid_from="2026-01-10")
    await given(client, who, "full_time_worker", organization_id=works["id"], valid_from="2026-02-25")
    await given(client, who, "liaison", organization_id=other["id"], valid_from="2026-01-10")
    clock.forward(days=1)
    over = {"closed_on": "2026-02-20", "reason": "注销"}
    works = await read(client, "/v1/organizations", works)
    closed = await client.post(f"/v1/organizations/{works['id']}/close", json=over, headers=tag(works))
    assert closed.status_code == 200, closed.text
    ended = await held(client, organization_id=works["id"])
    # Who came only afterwards never held the role.
    assert {(each["role"], each["valid_to"], each["end_kind"], each["state"]) for each in ended} == {
        ("liaison", "2026-02-20", "closed", "ended"),
        ("full_time_worker", "2026-02-25", "closed", "ended"),
    }
    assert [each["valid_to"] for each in await held(client, organization_id=other["id"])] == [None]
