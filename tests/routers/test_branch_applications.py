"""Applications over HTTP: from being put forward to filing, by whom, in which order, judged by which rules."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.organizations import add

PATH = "/v1/branch-applications"
STREET = "330106010000"
XIHU = ((330106000000, 330107000000),)
NEIGHBOURS = ((330108000000, 330109000000),)


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    body = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": STREET}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
async def superior(api: Api) -> httpx.AsyncClient:
    """Somebody of the committee above."""
    return await api.client("superior", ranges=XIHU)


def draft(authority: str, organizations: list[UUID], **change: Any) -> dict[str, Any]:
    return {
        "name": "中共云栖联合支部委员会",
        "formation_mode": "joint",
        "authority_id": authority,
        "region_code": STREET,
        "organization_ids": [str(key) for key in organizations],
    } | change


async def applied(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def post(client: httpx.AsyncClient, row: dict[str, Any], verb: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(f"{PATH}/{row['id']}/{verb}", json=body, headers={"if-match": f'"{row["version"]}"'})


async def done(client: httpx.AsyncClient, row: dict[str, Any], verb: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await post(client, row, verb, body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def codes(answer: httpx.Response) -> list[str]:
    return [finding["code"] for finding in answer.json()["findings"]]


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def allowed(row: dict[str, Any]) -> set[str]:
    return {step["action"] for step in row["allowed_actions"] if step["allowed"]}


async def test_from_application_to_filing(
    client: httpx.AsyncClient,
    superior: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
    clock: Hands,
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    row = await applied(client, draft(authority, firms, applied_on="2026-02-02"))
    assert (row["state"], row["applied_on"], row["due_on"], row["overdue"]) == (
        "applied", "2026-02-02", "2026-03-02", False,
    )  # fmt: skip
    assert (row["findings"], row["departures"], row["applied_by"]) == ([], [], "tester")
    assert allowed(row) == {"update", "return", "withdraw"}
    assert allowed((await superior.get(f"{PATH}/{row['id']}")).json()) >= {"approve", "return"}
    assert (await client.get("/v1/branches")).json()["items"] == []

    clock.forward(hours=1)
    row = await done(superior, row, "approve", {"decided_on": "2026-02-20", "remark": "同意"})
    assert (row["state"], row["decided_by"], row["decision_reason"]) == ("approved", "superior", "同意")
    early = await post(client, row, "found", {"founded_on": "2026-02-19", "election": "elected"})
    assert (early.status_code, errors(early)) == (422, [("/founded_on", "day_too_early")])

    clock.forward(hours=1)
    row = await done(client, row, "found", {"founded_on": "2026-02-26", "election": "elected"})
    assert (row["state"], row["founded_on"], row["election"]) == ("founded", "2026-02-26", "elected")
    branch = (await client.get(f"/v1/branches/{row['branch_id']}")).json()
    assert (branch["approved_on"], branch["founded_on"], branch["filed_on"]) == ("2026-02-20", "2026-02-26", None)
    assert (branch["organizations_covered"], branch["formal_members"], branch["stage"]) == (3, 3, "established")
    modes = await direct.fetch("SELECT coverage_mode FROM organizations WHERE id = ANY ($1)", firms)
    assert {mode[0] for mode in modes} == {"joint"}

    clock.forward(hours=1)
    row = await done(client, row, "file", {"filed_on": "2026-03-01"})
    assert (row["state"], row["filed_on"], allowed(row)) == ("filed", "2026-03-01", set())
    assert (await client.get(f"/v1/branches/{row['branch_id']}")).json()["filed_on"] == "2026-03-01"
    versions = (await client.get(f"{PATH}/{row['id']}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["filed", "founded", "approved", "applied"]
    assert [each["replaced_by"] for each in versions] == [None, "tester", "tester", "superior"]


async def test_nobody_approves_what_he_put_forward(
    client: httpx.AsyncClient, superior: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    row = await applied(client, draft(authority, await add(direct, 3, formal_members_relation=1)))
    own = await post(client, row, "approve", {"departure_reason": "情况紧急"})
    assert (own.status_code, codes(own)) == (409, ["application_own"])
    assert "第六条" in own.json()["findings"][0]["citation"]
    changed = await superior.patch(
        f"{PATH}/{row['id']}", json={"name": "中共云栖第一支部"}, headers={"if-match": '"1"'}
    )
    assert (changed.status_code, changed.json()["applied_by"]) == (200, "superior")
    refused = await post(superior, changed.json(), "approve", {})
    assert codes(refused) == ["application_own"]
    assert (await done(client, changed.json(), "approve", {}))["state"] == "approved"


async def test_the_superior_body_must_lie_in_the_approvers_scope(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    """A city's committee is above a street's officer: he sees it, and does not answer for it."""
    city = {"code": "033001000000000", "kind": "work_committee", "name": "市两新工委", "region_code": "330100000000"}
    above = (await client.post("/v1/authorities", json=city)).json()["id"]
    row = await applied(client, draft(above, await add(direct, 3, formal_members_relation=1)))
    street = await api.client("street", ranges=XIHU)
    for verb, body in (("approve", {}), ("return", {"reason": "需核实"})):
        assert (await post(street, row, verb, body)).status_code == 403
    shown = (await street.get(f"{PATH}/{row['id']}")).json()
    told = {step["action"]: step["reason"] for step in shown["allowed_actions"]}
    assert (told["approve"], told["withdraw"]) == ("outside_scope", None)
    elsewhere = await api.client("elsewhere", ranges=NEIGHBOURS)
    assert (await elsewhere.get(f"{PATH}/{row['id']}")).status_code == 404
    assert (await elsewhere.get(PATH)).json()["items"] == []
    reader = await api.client("reader", role="reader")
    assert (await post(reader, row, "approve", {})).status_code == 403
    assert (await post(reader, row, "withdraw", {"reason": "不再需要"})).status_code == 403
    city_officer = await api.client("city", ranges=((330100000000, 330200000000),))
    assert (await done(city_officer, row, "approve", {}))["state"] == "approved"


async def test_hard_rules_refuse_an_application_and_departures_are_let_pass_by_the_superior(
    client: httpx.AsyncClient,
    superior: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
) -> None:
    two = await add(direct, 2, formal_members_relation=1)
    refused = await client.post(PATH, json=draft(authority, two, departure_reason="试点"))
    assert (refused.status_code, codes(refused)[0]) == (409, "branch_joint_too_few_members")
    six = await add(direct, 6, formal_members_relation=1)
    asked = await client.post(PATH, json=draft(authority, six))
    assert (asked.status_code, errors(asked)) == (409, [("/departure_reason", "departure_reason_missing")])

    row = await applied(client, draft(authority, six, departure_reason="同一楼宇"))
    assert [(each["code"], each["by"]) for each in row["departures"]] == [
        ("branch_joint_too_many_organizations", "tester")
    ]
    row = await done(superior, row, "approve", {})
    row = await done(client, row, "found", {"founded_on": "2026-03-02", "election": "elected"})
    branch = (await client.get(f"/v1/branches/{row['branch_id']}")).json()
    assert [(each["code"], each["by"], each["reason"]) for each in branch["departures"]] == [
        ("branch_joint_too_many_organizations", "superior", "同一楼宇")
    ]


async def test_what_departs_since_the_approval_needs_a_reason_of_its_own(
    client: httpx.AsyncClient, superior: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    row = await done(superior, await applied(client, draft(authority, firms)), "approve", {})
    await direct.execute("UPDATE organizations SET formal_members_relation = 3 WHERE id = $1", firms[0])
    founding = {"founded_on": "2026-03-02", "election": "appointed"}
    refused = await post(client, row, "found", founding)
    assert refused.status_code == 409
    assert sorted(codes(refused)) == ["branch_leaders_appointed", "branch_shares_able"]
    row = await done(client, row, "found", founding | {"departure_reason": "党员意见一致"})
    branch = (await client.get(f"/v1/branches/{row['branch_id']}")).json()
    assert sorted(each["code"] for each in branch["departures"]) == ["branch_leaders_appointed", "branch_shares_able"]


async def test_organizations_taken_meanwhile_refuse_the_founding(
    client: httpx.AsyncClient, superior: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    row = await done(superior, await applied(client, draft(authority, firms)), "approve", {})
    other = draft(authority, firms, founded_on="2026-03-01")
    assert (await client.post("/v1/branches", json=other)).status_code == 201
    refused = await post(client, row, "found", {"founded_on": "2026-03-02", "election": "elected"})
    assert (refused.status_code, codes(refused)) == (409, ["branch_already_covered"])
    assert (await client.get(f"{PATH}/{row['id']}")).json()["state"] == "approved"


async def test_an_answer_after_a_month_is_a_departure_and_the_list_tells_who_waits(
    client: httpx.AsyncClient,
    superior: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
    clock: Hands,
) -> None:
    row = await applied(client, draft(authority, await add(direct, 3, formal_members_relation=1)))
    assert row["due_on"] == "2026-04-02"

    async def waiting(query: str) -> int:
        answer = await client.get(f"{PATH}?{query}")
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert [await waiting(each) for each in ("overdue=true", "due_before=2026-04-02", "due_before=2026-04-03")] == [
        0, 0, 1,
    ]  # fmt: skip
    clock.forward(days=32)
    assert (await waiting("overdue=true"), await waiting("overdue=false"), await waiting("state=applied")) == (1, 0, 1)
    file = await client.get(f"{PATH}?overdue=true", headers={"accept": "text/csv", "accept-language": "zh"})
    assert "已请示" in file.content.decode("utf-8-sig")
    late = await post(superior, row, "approve", {})
    assert (late.status_code, codes(late)) == (409, ["application_decided_late"])
    assert late.json()["findings"][0]["actual"] == 1
    row = await done(superior, row, "approve", {"departure_reason": "换届期间"})
    assert [each["code"] for each in row["departures"]] == ["application_decided_late"]
    assert await waiting("overdue=true") == 0


async def test_returned_amended_and_put_forward_again(
    client: httpx.AsyncClient,
    superior: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
    clock: Hands,
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    row = await applied(client, draft(authority, firms[:3], ends_on="2026-12-31", term_kind="project"))
    row = await done(superior, row, "return", {"reason": "项目周期需核实"})
    assert (row["state"], row["decision_reason"], allowed(row)) == (
        "returned", "项目周期需核实", {"update", "resubmit", "withdraw"},
    )  # fmt: skip
    for verb, body in (("approve", {}), ("found", {"founded_on": "2026-03-02", "election": "elected"}), ("file", {})):
        answer = await post(superior, row, verb, body)
        assert (answer.status_code, errors(answer)) == (409, [("", "application_state")]), verb
    change = {"ends_on": "2026-07-01"}
    tag = {"if-match": f'"{row["version"]}"'}
    short = await client.patch(f"{PATH}/{row['id']}", json=change, headers=tag)
    assert (short.status_code, codes(short)) == (409, ["branch_project_too_short"])
    clock.forward(days=3)
    amended = await client.patch(f"{PATH}/{row['id']}", json=change | {"departure_reason": "分期实施"}, headers=tag)
    assert (amended.status_code, amended.json()["state"]) == (200, "returned")
    row = await done(client, amended.json(), "resubmit", {})
    assert (row["state"], row["applied_on"], row["due_on"]) == ("applied", "2026-03-05", "2026-04-05")
    assert (row["decided_on"], row["decision_reason"], row["ends_on"]) == (None, None, "2026-07-01")
    assert [each["code"] for each in row["departures"]] == ["branch_project_too_short"]
    row = await done(client, row, "withdraw", {"reason": "企业迁出"})
    assert (row["state"], allowed(row), row["findings"]) == ("withdrawn", set(), None)


async def test_a_change_that_changes_nothing_makes_no_version(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    row = await applied(client, draft(authority, await add(direct, 3, formal_members_relation=1)))
    same = await client.patch(f"{PATH}/{row['id']}", json={"name": row["name"]}, headers={"if-match": '"1"'})
    assert (same.status_code, same.json()["version"]) == (200, 1)
    assert (await client.patch(f"{PATH}/{row['id']}", json={}, headers={"if-match": '"9"'})).status_code == 412
    assert (await client.patch(f"{PATH}/{row['id']}", json={"name": "x"})).status_code == 428
    assert (await client.post(f"{PATH}/{uuid4()}/file", json={}, headers={"if-match": '"1"'})).status_code == 404


async def test_filing_the_branch_files_its_application(
    client: httpx.AsyncClient, superior: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    row = await done(superior, await applied(client, draft(authority, firms)), "approve", {})
    row = await done(client, row, "found", {"founded_on": "2026-03-02", "election": "elected"})
    early = await client.post(
        f"/v1/branches/{row['branch_id']}/file", json={"filed_on": "2026-03-01"}, headers={"if-match": '"1"'}
    )
    assert (early.status_code, errors(early)) == (422, [("/filed_on", "day_too_early")])
    filed = await client.post(f"/v1/branches/{row['branch_id']}/file", json={}, headers={"if-match": '"1"'})
    assert (filed.status_code, filed.json()["filed_on"]) == (200, "2026-03-02")
    assert (await client.get(f"{PATH}/{row['id']}")).json()["state"] == "filed"
    again = await client.post(f"/v1/branches/{row['branch_id']}/file", json={}, headers={"if-match": '"2"'})
    assert (again.status_code, errors(again)) == (409, [("", "branch_filed")])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"applied_on": "2026-03-03"}, "/applied_on"),
        ({"applied_on": 20260302}, "/applied_on"),
        ({"term_kind": "project"}, "/ends_on"),
        ({"ends_on": "2026-12-31"}, "/ends_on"),
        ({"term_kind": "temporary", "ends_on": "2026-03-02"}, "/ends_on"),
        ({"term_kind": "eternal"}, "/term_kind"),
        ({"authority_id": str(uuid4())}, "/authority_id"),
        ({"organization_ids": [str(uuid4())]}, "/organization_ids/0"),
        ({"region_code": "330106999999"}, "/region_code"),
        ({"founded_on": "2026-03-02"}, "/founded_on"),
        ({"state": "approved"}, "/state"),
    ],
)
async def test_wrong_values_are_named(
    client: httpx.AsyncClient, authority: str, change: dict[str, Any], pointer: str
) -> None:
    answer = await client.post(PATH, json=draft(authority, [], formation_mode="territorial") | change)
    assert answer.status_code == 422, answer.text
    assert errors(answer)[0][0] == pointer


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("approve", {"decided_on": "2026-03-03"}),
        ("approve", {"decided_on": "2026-02-01"}),
        ("approve", {"approved": True}),
        ("return", {}),
        ("withdraw", {"reason": ""}),
        ("resubmit", {"applied_on": "yesterday"}),
        ("found", {"founded_on": "2026-03-02"}),
        ("found", {"founded_on": "2026-03-02", "election": "drawn"}),
        ("file", {"filed_on": 1}),
    ],
)
async def test_wrong_verbs_change_nothing(
    client: httpx.AsyncClient, superior: httpx.AsyncClient, authority: str, verb: str, body: dict[str, Any]
) -> None:
    row = await applied(client, draft(authority, [], formation_mode="territorial", formal_members=3))
    assert (await post(superior, row, verb, body)).status_code == 422
    assert (await client.get(f"{PATH}/{row['id']}")).json()["version"] == 1
