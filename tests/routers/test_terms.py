"""Leading teams over HTTP: who takes office, who joins and leaves, when the next one is due, and who sees it."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import asyncpg
import httpx
import pytest

from app.services.teams import repository
from tests.conftest import Api, Hands
from tests.kit import members, party
from tests.kit.party import errors, findings, holder, tag

NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
BINJIANG = ((330108000000, 330109000000),)


@pytest.fixture
async def branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """A branch of five formal members."""
    return await party.branch(client, direct, await party.authority(client))


@pytest.fixture
async def roll(direct: "asyncpg.Connection[Any]", branch: dict[str, Any]) -> list[str]:
    """Its members."""
    return await party.enrol(direct, branch["id"], ["沈若安", "陆明远", "顾清和"])


def draft(branch: dict[str, Any], *posts: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {
        "branch_id": branch["id"], "election": "elected", "valid_from": "2026-02-10", "posts": list(posts),
    } | change  # fmt: skip


async def begun(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/terms", json=body)
    assert answer.status_code == 201, answer.text
    term: dict[str, Any] = answer.json()
    return term


async def test_a_team_takes_office_and_the_next_one_replaces_it(
    client: httpx.AsyncClient, branch: dict[str, Any], roll: list[str], clock: Hands
) -> None:
    first = await begun(client, draft(branch, holder(roll[0]), holder(roll[1], "deputy_secretary")))
    assert (first["number"], first["state"], first["due_on"], first["posts_held"]) == (1, "current", "2029-02-10", 2)
    assert [(post["holder_name"], post["role"]) for post in first["posts"]] == [
        ("沈若安", "secretary"),
        ("陆明远", "deputy_secretary"),
    ]
    assert (first["findings"], first["departures"], first["policy_version"]) == ([], [], "default-2026")
    assert (first["region_code"], first["authority_code"]) == ("330106010000", "033001006010000")
    assert all(each["allowed"] for each in first["allowed_actions"])

    clock.now = clock.now.replace(year=2029)
    second = await begun(client, draft(branch, holder(roll[1]), valid_from="2029-02-20", chosen_on="2029-02-12"))
    assert (second["number"], second["departures"]) == (2, [])
    then = (await client.get(f"/v1/terms/{first['id']}")).json()
    assert (then["state"], then["end_kind"], then["valid_to"]) == ("ended", "replaced", "2029-02-20")
    assert {(post["end_kind"], post["valid_to"]) for post in then["posts"]} == {("replaced", "2029-02-20")}
    assert {each["reason"] for each in then["allowed_actions"]} == {"term_ended"}
    versions = (await client.get(f"/v1/terms/{first['id']}/history")).json()["items"]
    assert [(each["version"], each["valid_to"]) for each in versions] == [(2, "2029-02-20"), (1, None)]


async def test_what_is_refused_and_what_needs_a_reason(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], roll: list[str]
) -> None:
    (probationary,) = await party.enrol(direct, branch["id"], ["林知夏"], "probationary")
    other = await party.branch(client, direct, branch["authority_id"], name="另一支部")
    (stranger,) = await party.enrol(direct, other["id"], ["贺嘉树"])
    named = {"holder_name": "温知许", "role": "secretary", "selection_channel": "external"}
    for posts, code in (
        ([holder(probationary)], "team_secretary_not_formal"),
        ([named], "team_secretary_not_formal"),
        ([holder(roll[0]), holder(roll[1])], "team_several_secretaries"),
        ([holder(stranger)], "team_internal_from_outside"),
    ):
        answer = await client.post("/v1/terms", json=draft(branch, *posts, departure_reason="试点"))
        assert (answer.status_code, answer.json()["code"]) == (409, "rule_violation"), answer.text
        assert findings(answer)[code] == "hard"

    body = draft(branch, holder(roll[0], "deputy_secretary"), election="appointed")
    refused = await client.post("/v1/terms", json=body)
    assert (refused.status_code, errors(refused)) == (409, [("/departure_reason", "departure_reason_missing")])
    assert findings(refused) == {"team_without_secretary": "departure", "branch_leaders_appointed": "departure"}
    term = await begun(client, body | {"departure_reason": "书记待选派", "approval_document": "转党委〔2026〕3号"})
    assert {each["code"]: each["reason"] for each in term["departures"]} == {
        "team_without_secretary": "书记待选派",
        "branch_leaders_appointed": "书记待选派",
    }
    assert [each["code"] for each in term["findings"]] == ["team_without_secretary"]
    assert term["approval_document"] == "转党委〔2026〕3号"

    dispatched = await client.post(
        f"/v1/terms/{term['id']}/posts", headers=tag(term),
        json=holder(stranger, channel="dispatched") | {"valid_from": "2026-02-20"},
    )  # fmt: skip
    assert dispatched.status_code == 200, dispatched.text
    assert (dispatched.json()["findings"], dispatched.json()["posts_held"], dispatched.json()["version"]) == ([], 2, 2)


async def test_a_member_of_a_branch_below_is_of_the_branch_above(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    below = await party.branch(
        client, direct, branch["authority_id"], name="下属支部", parent_id=(
            await party.branch(
                client, direct, branch["authority_id"], 60, name="某党总支", level="general_branch"
            )
        )["id"],
    )  # fmt: skip
    (someone,) = await party.enrol(direct, below["id"], ["宁远舟"])
    above = {"id": below["parent_id"]}
    term = await begun(client, draft(above, holder(someone)))
    assert (term["findings"], term["due_on"]) == ([], "2029-02-10")


async def test_joining_qualifying_leaving_and_ending(
    client: httpx.AsyncClient, branch: dict[str, Any], roll: list[str], clock: Hands
) -> None:
    term = await begun(client, draft(branch, holder(roll[0], qualifications=[])))
    assert [(each["code"], each["severity"]) for each in term["findings"]] == [
        ("team_secretary_not_in_business", "advice")
    ]
    where = f"/v1/terms/{term['id']}"
    secretary = f"{where}/posts/{term['posts'][0]['id']}"
    clock.forward(days=1)
    better = await client.patch(secretary, json={"qualifications": ["business_management"]}, headers=tag(term))
    assert (better.status_code, better.json()["findings"], better.json()["version"]) == (200, [], 2), better.text
    same = await client.patch(secretary, json={"qualifications": ["business_management"]}, headers=tag(better.json()))
    assert same.json()["version"] == 2

    join = {"valid_from": "2026-03-01"}
    twice = await client.post(f"{where}/posts", json=holder(roll[1]) | join, headers=tag(same.json()))
    assert (twice.status_code, findings(twice)) == (409, {"team_several_secretaries": "hard"})
    already = await client.post(f"{where}/posts", json=holder(roll[0], "deputy_secretary") | join, headers=tag(term))
    assert already.status_code == 412
    already = await client.post(
        f"{where}/posts", json=holder(roll[0], "deputy_secretary") | join, headers=tag(same.json())
    )
    assert (already.status_code, errors(already)) == (422, [("/member_id", "post_held_already")])

    left = await client.post(
        f"{secretary}/end", json={"valid_to": "2026-02-20", "reason": "工作调动"}, headers=tag(same.json())
    )
    assert left.status_code == 200, left.text
    assert [each["code"] for each in left.json()["findings"]] == ["team_without_secretary"]
    early = await client.post(
        f"{where}/posts", json=holder(roll[1]) | {"valid_from": "2026-02-19"}, headers=tag(left.json())
    )
    assert (early.status_code, errors(early)) == (409, [("/ex_posts_secretary", "constraint.ex_posts_secretary")]), (
        early.text
    )
    next_one = await client.post(f"{where}/posts", json=holder(roll[1]) | join, headers=tag(left.json()))
    assert next_one.status_code == 200, next_one.text
    gone = await client.post(
        f"{secretary}/end", json={"valid_to": "2026-03-01", "reason": "再次"}, headers=tag(next_one.json())
    )
    assert gone.status_code == 404

    ended = await client.post(
        f"{where}/end", json={"valid_to": "2026-03-02", "reason": "整改"}, headers=tag(next_one.json())
    )
    assert (ended.status_code, ended.json()["state"], ended.json()["posts_held"]) == (200, "ended", 0), ended.text
    for path, body in (
        ("/end", {"valid_to": "2026-03-02", "reason": "再次"}),
        ("/posts", holder(roll[2]) | join),
        ("/extend", {"until": "2029-05-01", "departure_reason": "搬迁"}),
    ):
        answer = await client.post(where + path, json=body, headers=tag(ended.json()))
        assert (answer.status_code, errors(answer)) == (409, [("", "term_ended")])


async def test_late_elections_are_approved_beforehand_or_explained(
    client: httpx.AsyncClient, branch: dict[str, Any], roll: list[str], clock: Hands
) -> None:
    term = await begun(client, draft(branch, holder(roll[0])))
    where = f"/v1/terms/{term['id']}/extend"
    bare = await client.post(where, json={"until": "2029-08-10"}, headers=tag(term))
    assert (bare.status_code, findings(bare)) == (409, {"term_extended": "departure"})
    back = await client.post(where, json={"until": "2029-02-10", "departure_reason": "搬迁"}, headers=tag(term))
    assert (back.status_code, errors(back)) == (422, [("/until", "term_extended_backwards")])
    clock.now = clock.now.replace(year=2029)
    assert (await client.get(f"/v1/terms/{term['id']}")).json()["state"] == "overdue"
    late = await client.post(where, json={"until": "2029-08-10", "departure_reason": "企业搬迁"}, headers=tag(term))
    assert (late.status_code, late.json()["state"], late.json()["extended_to"]) == (200, "ending_soon", "2029-08-10")

    clock.now = clock.now.replace(month=12)
    body = draft(branch, holder(roll[1]), valid_from="2029-11-30")
    shifted = await client.post("/v1/terms", json=body)
    assert (shifted.status_code, findings(shifted)) == (409, {"term_election_shifted": "departure"})
    clock.now = clock.now.replace(month=9)
    assert (await begun(client, body | {"valid_from": "2029-08-20"}))["departures"] == []


async def test_lists_filter_by_state_and_files_hold_names_only_with_the_posts(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], roll: list[str], clock: Hands
) -> None:
    first = await begun(client, draft(branch, holder(roll[0])))
    other = await party.branch(client, direct, branch["authority_id"], name="另一支部", founded_on="2022-01-01")
    named = {"holder_name": "温知许", "formal_member": True, "role": "secretary", "selection_channel": "dispatched"}
    old = await begun(
        client, draft(other, named, election="appointed", valid_from="2023-02-10", departure_reason="接管原有支部")
    )
    soon = await party.branch(client, direct, branch["authority_id"], name="再一支部", founded_on="2022-01-01")
    ending = await begun(client, draft(soon, named | {"holder_name": "程砚秋"}, valid_from="2023-06-10"))
    for asked, expected in (
        ("", [old["id"], ending["id"], first["id"]]),
        ("state=overdue", [old["id"]]),
        ("state=ending_soon", [ending["id"]]),
        ("state=current", [first["id"]]),
        ("in_office=false", []),
        ("election=appointed", [old["id"]]),
        ("due_before=2026-06-10", [old["id"]]),
        (f"branch_id={branch['id']}", [first["id"]]),
        ("region=330108000000", []),
        ("region=330106000000&sort=-due_on", [first["id"], ending["id"], old["id"]]),
        ("authority=033001006000000&limit=2", [old["id"], ending["id"]]),
    ):
        answer = await client.get("/v1/terms", params={"sort": "due_on"} | dict(parse_qsl(asked)))
        assert answer.status_code == 200, answer.text
        assert [row["id"] for row in answer.json()["items"]] == expected, asked
    file = (await client.get("/v1/terms", headers={"accept": "text/csv"})).text
    assert "温知许" not in file
    assert "Overdue" in file

    for asked, expected in (
        ("role=secretary&count=exact", ["沈若安", "温知许", "程砚秋"]),
        ("selection_channel=internal", ["沈若安"]),
        ("qualification=business_management", ["沈若安"]),
        ("held=false", []),
        (f"member_id={roll[0]}", ["沈若安"]),
        (f"term_id={old['id']}", ["温知许"]),
    ):
        answer = await client.get(f"/v1/posts?{asked}")
        assert answer.status_code == 200, answer.text
        assert sorted(row["holder_name"] for row in answer.json()["items"]) == sorted(expected), asked
    names = (await client.get("/v1/posts", headers={"accept": "text/csv"})).text
    assert "Knows business management" in names
    noted = await direct.fetchval("SELECT count(*) FROM audit WHERE verb = 'list' AND subject = 'posts'")
    assert noted == 7
    told = await direct.fetchval("SELECT string_agg(detail::text, '') FROM audit WHERE subject = 'posts'")
    assert "温知许" not in told


async def test_a_policy_of_the_region_sets_when_a_term_is_ending_soon(
    client: httpx.AsyncClient, branch: dict[str, Any], roll: list[str], clock: Hands
) -> None:
    await begun(client, draft(branch, holder(roll[0]), due_on="2026-11-01", departure_reason="试点"))
    body = {
        "kind": "teams", "region_code": "330106000000", "region_level": 3, "valid_from": "2026-03-03",
        "reason": "区里规定",
        "numbers": {"remind_months": {"value": 9, "document": "区委组织部通知"}},
    }  # fmt: skip
    laid_down = await client.post("/v1/policies", json=body)
    assert laid_down.status_code == 201, laid_down.text
    clock.forward(days=1)
    country = (await client.get("/v1/terms")).json()["items"]
    district = (await client.get("/v1/terms?region=330106000000")).json()["items"]
    assert ([row["state"] for row in country], [row["state"] for row in district]) == (["current"], ["ending_soon"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"valid_from": "2026-03-03"}, ("/valid_from", "day_future")),
        ({"valid_from": "2025-02-09", "chosen_on": "2025-02-09"}, ("/chosen_on", "day_too_early")),
        ({"chosen_on": "2026-02-11"}, ("/chosen_on", "term_chosen_after_start")),
        ({"chosen_on": "2025-02-09"}, ("/chosen_on", "day_too_early")),
        ({"due_on": "2026-02-10"}, ("/due_on", "term_due_before_start")),
        ({"branch_id": NOBODY}, ("/branch_id", "reference_unknown")),
        ({"posts": []}, ("/posts", "value_wrong")),
        ({"posts": [holder(NOBODY)]}, ("/posts/0/member_id", "reference_unknown")),
        ({"posts": [{"role": "secretary", "selection_channel": "internal"}]}, ("/posts/0", "holder_one_of_two")),
        ({"posts": [holder(NOBODY, holder_name="温知许")]}, ("/posts/0", "holder_one_of_two")),
        ({"posts": [holder(NOBODY, formal_member=True)]}, ("/posts/0", "holder_stated_twice")),
        ({"posts": [holder(NOBODY, "chairman")]}, ("/posts/0/role", "enum")),
        ({"election": "inherited"}, ("/election", "enum")),
        ({"departure_reason": "身份证 11010519491231002X"}, ("/departure_reason", "number_in_text")),
        ({"unknown": 1}, ("/unknown", "extra_forbidden")),
    ],
)
async def test_a_wrong_draft_is_told_where(
    client: httpx.AsyncClient,
    branch: dict[str, Any],
    roll: list[str],
    change: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    answer = await client.post("/v1/terms", json=draft(branch, holder(roll[0])) | change)
    assert answer.status_code == 422, answer.text
    assert errors(answer)[-1] == expected


async def test_members_who_left_and_doubles_are_told(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], roll: list[str]
) -> None:
    await direct.execute("UPDATE members SET state = 'ended', until = '2026-02-01' WHERE id = $1::text::uuid", roll[2])
    doubled = ["party_affairs", "party_affairs"]
    answer = await client.post(
        "/v1/terms",
        json=draft(
            branch, holder(roll[0]), holder(roll[0], "deputy_secretary", qualifications=doubled), holder(roll[2])
        ),
    )
    assert errors(answer) == [
        ("/posts/1/qualifications", "listed_twice"),
        ("/posts/1/member_id", "listed_twice"),
        ("/posts/2/member_id", "reference_ended"),
    ]
    first = await begun(client, draft(branch, holder(roll[0])))
    again = await client.post("/v1/terms", json=draft(branch, holder(roll[1])))
    assert errors(again) == [("/valid_from", "term_not_after_last")]
    assert first["number"] == 1


async def test_two_teams_at_once_make_one(client: httpx.AsyncClient, branch: dict[str, Any], roll: list[str]) -> None:
    answers = await asyncio.gather(*(client.post("/v1/terms", json=draft(branch, holder(who))) for who in roll))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    assert len((await client.get("/v1/terms")).json()["items"]) == 1


async def test_a_team_goes_where_its_branch_goes_and_ends_with_it(
    client: httpx.AsyncClient, api: Api, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], roll: list[str]
) -> None:
    term = await begun(client, draft(branch, holder(roll[0])))
    there = await api.client("there", ranges=BINJIANG)
    assert (await there.get(f"/v1/terms/{term['id']}")).status_code == 404
    assert (await there.get("/v1/posts")).json()["items"] == []
    refused = await there.post("/v1/terms", json=draft(branch, holder(roll[0])))
    assert errors(refused) == [("/branch_id", "reference_unknown")]
    await direct.execute(
        "UPDATE branches SET region_code = 330108001000, version = version + 1 WHERE id = $1::text::uuid", branch["id"]
    )
    moved = (await there.get(f"/v1/terms/{term['id']}")).json()
    assert (moved["region_code"], moved["version"], moved["posts"][0]["region_code"]) == (
        "330108001000", 2, "330108001000",
    )  # fmt: skip

    version = (await client.get(f"/v1/branches/{branch['id']}")).json()
    await direct.execute(
        "UPDATE members SET state = 'ended', until = '2026-02-01' WHERE branch_id::text = $1", branch["id"]
    )
    version = (await client.get(f"/v1/branches/{branch['id']}")).json()
    end = {"dissolved_on": "2026-03-01", "reason": "企业注销"}
    dissolved = await client.post(f"/v1/branches/{branch['id']}/dissolve", json=end, headers=tag(version))
    assert dissolved.status_code == 200, dissolved.text
    over = (await client.get(f"/v1/terms/{term['id']}")).json()
    assert (over["end_kind"], over["valid_to"], over["posts"][0]["end_kind"]) == (
        "dissolved",
        "2026-03-01",
        "dissolved",
    )
    late = await client.post("/v1/terms", json=draft(branch, holder(roll[0])))
    assert errors(late) == [("/branch_id", "reference_ended")]


async def test_an_erased_member_leaves_no_name_in_a_post(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], clock: Hands
) -> None:
    someone = await members.member(client, branch_id=branch["id"])
    term = await begun(client, draft(branch, holder(someone["id"])))
    assert term["posts"][0]["holder_name"] == someone["name"]
    clock.forward(days=1)
    wish = {"ground": "unlawful", "reason": "录入有误，本人申请"}
    erased = await client.post(f"/v1/members/{someone['id']}/erase", json=wish, headers=tag(someone))
    assert erased.status_code == 204, erased.text
    after = (await client.get(f"/v1/terms/{term['id']}")).json()
    assert (after["posts"][0]["member_id"], after["posts"][0]["holder_name"]) == (None, None)
    assert [each["code"] for each in after["findings"]] == ["team_secretary_not_formal"]
    kept = await direct.fetchval("SELECT string_agg(row::text, '') FROM history WHERE subject = 'posts'")
    assert kept is not None
    assert someone["name"] not in kept


@pytest.mark.parametrize("verb", ["elected", "elected again", "appointed"])
async def test_a_member_is_not_erased_while_a_post_of_his_is_written(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    branch: dict[str, Any],
    roll: list[str],
    clock: Hands,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
) -> None:
    """The erasure comes when the branch is held and the post not yet there: it waits, and nobody waits for it."""
    someone = await members.member(client, branch_id=branch["id"])
    path, body = "/v1/terms", draft(branch, holder(someone["id"]))
    headers = {}
    if verb == "elected again":
        await begun(client, body)
        clock.now = clock.now.replace(year=2029)
        body |= {"valid_from": "2029-02-20", "chosen_on": "2029-02-12"}
    if verb == "appointed":
        term = await begun(client, draft(branch, holder(roll[0])))
        path, headers = f"/v1/terms/{term['id']}/posts", tag(term)
        body = holder(someone["id"], "deputy_secretary") | {"valid_from": "2026-02-11"}
    clock.forward(minutes=1)
    someone = await members.read(client, "/v1/members", someone)
    wish = {"ground": "unlawful", "reason": "录入有误，本人申请"}
    started = []
    insert = repository.join

    async def joined(*given: Any) -> None:
        erasing = client.post(f"/v1/members/{someone['id']}/erase", json=wish, headers=tag(someone))
        started.append(asyncio.create_task(erasing))
        for _ in range(500):
            if await direct.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                break
            await direct.execute("SELECT pg_sleep(0.02)")
        await insert(*given)

    monkeypatch.setattr(repository, "join", joined)
    written = await client.post(path, json=body, headers=headers)
    assert written.status_code in (200, 201), written.text
    (erased,) = await asyncio.gather(*started)
    assert erased.status_code == 204, erased.text
    assert await direct.fetchval("SELECT count(*) FROM posts WHERE member_id = $1::text::uuid", someone["id"]) == 0


async def test_only_those_whose_work_needs_names_read_them(api: Api, branch: dict[str, Any]) -> None:
    reader = await api.client("reader", role="portal_reader")
    for path in ("/v1/terms", "/v1/posts"):
        assert (await reader.get(path)).status_code == 403
    secretary = await api.client("secretary", role="branch_secretary")
    assert (await secretary.get("/v1/posts")).status_code == 200
