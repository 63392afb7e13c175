"""Budgets over HTTP: from the draft to the editions, who approves what, and what each step refuses."""

import csv
import io
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Scope
from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.budgets import LINES, adjusted, adjustment, approved, done, draft, drawn_up, tried, year_opened
from tests.kit.party import authority, errors
from tests.kit.programmes import entered

COUNTY = Scope(((330106000000, 330107000000),))
OTHER = Scope(((330108000000, 330109000000),))
REASON = {"departure_reason": "区委会议研究同意"}
BUDGETS, ADJUSTMENTS = "/v1/funding/budgets", "/v1/funding/budget-adjustments"


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who draws it up."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who approves it."""
    return house.officer("chief", "region_officer", COUNTY)


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


def codes(answer: httpx.Response) -> list[str]:
    """The findings of a refusal."""
    assert answer.status_code == 409, answer.text
    return [each["code"] for each in answer.json()["findings"]]


async def test_a_budget_from_the_draft_to_its_editions(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, house: meetings.House, committee: str, clock: Hands
) -> None:
    budget = await drawn_up(client, committee)
    clock.forward(minutes=1)
    assert (budget["state"], budget["edition"], budget["region_code"]) == ("draft", 0, "330106000000")
    assert (budget["budgeted_fen"], budget["executed_fen"], budget["left_fen"]) == (50_000_000, 0, 50_000_000)
    assert [line["use"] for line in budget["lines"]] == ["branch_activities", "member_education", None]
    assert (budget["drawn_up_by"], allowed(budget)) == (["office"], {"update", "discard"})
    assert [each["code"] for each in budget["findings"]] == ["budget_own_draft"]
    assert codes(await tried(client, "budgets", budget, "approve")) == ["budget_own_draft"]

    # Whoever writes a part of it has drawn it up as well; what stays keeps its id.
    second = house.officer("second", "region_officer", COUNTY)
    lines = [{**LINES[0], "amount_fen": 29_000_000}, LINES[2], LINES[1]]
    kept = {line["title"]: line["id"] for line in budget["lines"]}
    budget = await done(second, "budgets", budget, "", lines=lines)
    clock.forward(minutes=1)
    assert {line["title"]: line["id"] for line in budget["lines"]} == kept
    assert [line["budgeted_fen"] for line in budget["lines"]] == [29_000_000, 1_000_000, 19_000_000]
    assert budget["drawn_up_by"] == ["office", "second"]
    assert codes(await tried(second, "budgets", budget, "approve")) == ["budget_own_draft"]
    assert (await tried(chief, "budgets", {**budget, "version": 1}, "approve")).status_code == 412
    assert (await chief.post(f"{BUDGETS}/{budget['id']}/approve", json={})).status_code == 428
    budget = await done(chief, "budgets", budget, "approve")
    assert (budget["state"], budget["edition"], budget["approved_by"]) == ("approved", 1, "chief")
    assert allowed(budget) == {"adjust"}
    assert (budget["time_permille"], budget["expected_fen"], budget["pace"]) == (167, 8_189_041, "behind")
    assert [each["code"] for each in budget["findings"]] == ["budget_behind"]

    # What was approved stays; another edition is made by an adjustment alone.
    for verb, body in (("", {"title": "改名"}), ("discard", {"reason": "不要了"}), ("approve", {})):
        assert errors(await tried(client, "budgets", budget, verb, body)) == [("", "budget_approved")]
    clock.forward(days=30)
    row = await entered(client, ADJUSTMENTS, adjustment(budget, 800_000, -800_000))
    assert [(line["budgeted_fen"], line["after_fen"]) for line in row["lines"]] == [
        (29_000_000, 29_800_000), (1_000_000, 200_000),
    ]  # fmt: skip
    assert (row["raise_fen"], row["moved_fen"], allowed(row)) == (0, 800_000, {"update", "discard"})
    clock.forward(minutes=1)
    assert codes(await tried(client, "budget-adjustments", row, "approve")) == ["budget_own_draft"]
    row = await done(chief, "budget-adjustments", row, "approve")
    assert (row["state"], row["edition"]) == ("approved", 2)
    assert [(line["budgeted_fen"], line["after_fen"]) for line in row["lines"]] == [
        (29_000_000, 29_800_000), (1_000_000, 200_000),
    ]  # fmt: skip
    clock.forward(minutes=1)
    budget = await adjusted(
        client, chief, budget,
        lines=[{"use": "worker_subsidies", "title": "党建指导员补贴", "basis": "十人", "delta_fen": 1_000_000}],
        document="西财预〔2026〕31号",
    )  # fmt: skip
    assert (budget["edition"], budget["budgeted_fen"], len(budget["lines"])) == (3, 50_000_000, 4)
    assert [(line["original_fen"], line["budgeted_fen"]) for line in budget["lines"]][-1] == (0, 1_000_000)
    told = (await client.get(f"{BUDGETS}/{budget['id']}/editions")).json()["items"]
    assert [(each["edition"], each["total_fen"], len(each["lines"])) for each in told] == [
        (3, 50_000_000, 4), (2, 49_000_000, 3), (1, 49_000_000, 3),
    ]  # fmt: skip
    assert [line["amount_fen"] for line in told[2]["lines"]] == [29_000_000, 1_000_000, 19_000_000]
    assert [line["amount_fen"] for line in told[1]["lines"]] == [29_800_000, 200_000, 19_000_000]
    assert (told[1]["adjustment_id"], told[2]["adjustment_id"]) == (row["id"], None)
    pages = (await client.get(f"{BUDGETS}/{budget['id']}/editions?limit=2")).json()
    rest = await client.get(f"{BUDGETS}/{budget['id']}/editions", params={"limit": 2, "cursor": pages["next_cursor"]})
    assert [each["edition"] for each in rest.json()["items"]] == [1]
    assert rest.json()["next_cursor"] is None

    history = (await client.get(f"{BUDGETS}/{budget['id']}/history")).json()["items"]
    assert [(each["version"], each["state"], each["edition"]) for each in history] == [
        (5, "approved", 3), (4, "approved", 2), (3, "approved", 1), (2, "draft", 0), (1, "draft", 0),
    ]  # fmt: skip
    assert len((await client.get(f"{ADJUSTMENTS}/{row['id']}/history")).json()["items"]) == 2


async def test_lists_narrow_and_leave_as_files(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str
) -> None:
    budget = await approved(client, chief, committee)
    second = await drawn_up(client, committee, purse="dues_refund")
    both = (await client.get(BUDGETS, params={"region": "330106000000", "year": 2026, "count": "exact"})).json()
    assert both["count"]["value"] == 2
    one = (await client.get(BUDGETS, params={"purse": "dues_refund"})).json()["items"]
    assert [each["id"] for each in one] == [second["id"]]
    for query in ({"year": 2025}, {"state": "discarded"}, {"committee_id": str(uuid4())}, {"region": "330108000000"}):
        assert (await client.get(BUDGETS, params=query)).json()["items"] == []
    assert (await client.get(BUDGETS, params={"colour": "red"})).status_code == 422
    table = await client.get(BUDGETS, params={"purse": "fiscal_budget"}, headers={"accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [(row["Budgeted (yuan)"], row["How far the budget is"]) for row in rows] == [("500000.00", "Approved")]
    lines = (await client.get("/v1/funding/budget-execution", params={"budget_id": budget["id"]})).json()["items"]
    assert {(line["title"], line["budgeted_fen"]) for line in lines} == {
        ("党组织活动经费", 30_000_000), ("党员教育培训", 19_000_000), ("预备费", 1_000_000),
    }  # fmt: skip
    assert {line["pace"] for line in lines} == {"behind"}


async def test_a_draft_set_aside_leaves_room_for_another(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str
) -> None:
    budget = await drawn_up(client, committee)
    again = await client.post(BUDGETS, json=draft(committee))
    assert (again.status_code, again.json()["code"]) == (409, "taken")
    budget = await done(client, "budgets", budget, "discard", reason="口径调整，重新编制")
    assert (budget["state"], budget["discard_reason"], allowed(budget)) == ("discarded", "口径调整，重新编制", set())
    assert errors(await tried(chief, "budgets", budget, "approve")) == [("", "budget_discarded")]
    assert errors(await client.post(ADJUSTMENTS, json=adjustment(budget, 1))) == [("/budget_id", "budget_discarded")]
    fresh = await drawn_up(client, committee)
    assert errors(await client.post(ADJUSTMENTS, json=adjustment(fresh, 1))) == [("/budget_id", "budget_draft")]


async def test_what_departs_needs_a_reason(client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str) -> None:
    lines = [{**LINES[0], "basis": None}, {**LINES[2], "amount_fen": 2_000_000}]
    budget = await drawn_up(client, committee, lines=lines, year=2025)
    refused = await tried(chief, "budgets", budget, "approve")
    assert codes(refused) == ["budget_year_over", "budget_basis_missing", "budget_reserve_large"]
    budget = await done(chief, "budgets", budget, "approve", **REASON)
    assert [each["code"] for each in budget["departures"]] == codes(refused)
    row = await entered(client, ADJUSTMENTS, adjustment(budget, 4_000_000))
    refused = await tried(chief, "budget-adjustments", row, "approve")
    assert codes(refused) == ["budget_year_over", "adjustment_raise_undocumented", "budget_changed_much"]
    row = await done(client, "budget-adjustments", row, "", document="西财预〔2026〕40号")
    row = await done(chief, "budget-adjustments", row, "approve", **REASON)
    assert [each["code"] for each in row["departures"]] == ["budget_year_over", "budget_changed_much"]


async def test_an_empty_budget_is_none(client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str) -> None:
    budget = await drawn_up(client, committee, lines=[])
    assert codes(await tried(chief, "budgets", budget, "approve", REASON)) == ["budget_empty"]
    budget = await done(client, "budgets", budget, "", lines=LINES)
    budget = await done(chief, "budgets", budget, "approve")
    row = await entered(client, ADJUSTMENTS, adjustment(budget, -30_000_000, -19_000_000, -1_000_000))
    assert codes(await tried(chief, "budget-adjustments", row, "approve", REASON)) == ["budget_empty"]
    row = await entered(client, ADJUSTMENTS, adjustment(budget, -30_000_001))
    assert codes(await tried(chief, "budget-adjustments", row, "approve", REASON)) == ["adjustment_below_executed"]


@pytest.mark.parametrize("amount", ["1.5", '"5"', "1e3", "0", "-1", "10000000000001", "null", "1e400"])
async def test_an_amount_is_a_whole_number_of_fen(client: httpx.AsyncClient, committee: str, amount: str) -> None:
    text = (
        f'{{"committee_id": "{committee}", "year": 2026, "purse": "fiscal_budget", "title": "预算", "lines":'
        f' [{{"use": "member_education", "title": "培训", "amount_fen": {amount}}}]}}'
    )
    answer = await client.post(BUDGETS, content=text, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert (await client.get(BUDGETS)).json()["items"] == []


async def test_what_a_budget_says_is_looked_at(
    client: httpx.AsyncClient, house: meetings.House, committee: str
) -> None:
    street = await authority(client)
    told: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
        ({"committee_id": str(uuid4())}, ("/committee_id", "reference_unknown")),
        ({"currency": "USD"}, ("/currency", "currency_unsupported")),
        ({"lines": [LINES[0], LINES[0]]}, ("/lines/1/title", "listed_twice")),
        (
            {"lines": [{**LINES[0], "amount_fen": 10**13, "title": name} for name in "甲乙"]},
            ("/lines", "budget_too_large"),
        ),
    )
    for change, wrong in told:
        answer = await client.post(BUDGETS, json=draft(committee, **change))
        assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text
    odd: tuple[dict[str, Any], ...] = (
        {"year": 2011}, {"year": "2026"}, {"purse": "gold"}, {"title": ""}, {"colour": "red"},
    )  # fmt: skip
    for change in odd:
        assert (await client.post(BUDGETS, json=draft(committee, **change))).status_code == 422
    answer = await client.post(BUDGETS, json=draft(street))
    assert errors(answer) == [("/committee_id", "authority_no_committee")]
    elsewhere = house.officer("elsewhere", "region_officer", OTHER)
    assert errors(await elsewhere.post(BUDGETS, json=draft(committee))) == [("/committee_id", "reference_unknown")]


async def test_what_an_adjustment_says_is_looked_at(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, house: meetings.House, committee: str
) -> None:
    budget = await approved(client, chief, committee)
    first = budget["lines"][0]["id"]
    new = {"use": "member_education", "title": "新项目"}
    for lines, wrong in (
        ([{"budget_line_id": first, "delta_fen": 0}], ("/lines/0/delta_fen", "adjustment_of_nothing")),
        ([{"budget_line_id": str(uuid4()), "delta_fen": 1}], ("/lines/0/budget_line_id", "reference_unknown")),
        ([{"budget_line_id": first, "title": "名", "delta_fen": 1}], ("/lines/0/title", "adjustment_line_named")),
        ([{"delta_fen": 1}], ("/lines/0/budget_line_id", "adjustment_line_unnamed")),
        ([{**new, "delta_fen": -1}], ("/lines/0/delta_fen", "adjustment_line_starts")),
        (
            [{"use": "branch_activities", "title": "党组织活动经费", "delta_fen": 1}],
            ("/lines/0/title", "adjustment_line_known"),
        ),
        ([{"budget_line_id": first, "delta_fen": fen} for fen in (1, 2)], ("/lines/1", "listed_twice")),
    ):
        answer = await client.post(ADJUSTMENTS, json=adjustment(budget, lines=lines))
        assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text
    answer = await client.post(ADJUSTMENTS, json=adjustment(budget, 1, budget_id=str(uuid4())))
    assert errors(answer) == [("/budget_id", "reference_unknown")]
    answer = await client.post(ADJUSTMENTS, json=adjustment(budget, 1, currency="EUR"))
    assert errors(answer) == [("/currency", "currency_unsupported")]
    for lines in ([], [{"budget_line_id": first, "delta_fen": 1.5}], [{"budget_line_id": first, "delta_fen": 10**14}]):
        assert (await client.post(ADJUSTMENTS, json=adjustment(budget, lines=lines))).status_code == 422
    # Two drafts that bring the same line: whoever comes second is told so.
    rows = [
        await entered(client, ADJUSTMENTS, adjustment(budget, lines=[{**new, "delta_fen": 5}], document="某文件"))
        for _ in range(2)
    ]
    await done(chief, "budget-adjustments", rows[0], "approve")
    refused = await tried(chief, "budget-adjustments", rows[1], "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")
    await done(client, "budget-adjustments", rows[1], "discard", reason="已另行调整")
    elsewhere = house.officer("elsewhere", "region_officer", OTHER)
    assert (await elsewhere.get(f"{BUDGETS}/{budget['id']}")).status_code == 404
    assert errors(await elsewhere.post(ADJUSTMENTS, json=adjustment(budget, 1))) == [
        ("/budget_id", "reference_unknown")
    ]
    reader = house.officer("reader", "portal_reader", COUNTY)
    assert (await reader.get(f"{BUDGETS}/{budget['id']}")).status_code == 200
    assert (await reader.post(ADJUSTMENTS, json=adjustment(budget, 1))).status_code == 403


async def test_the_budget_of_a_closed_year_stays(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", committee: str
) -> None:
    await year_opened(direct, committee, 2025)
    budget = await done(chief, "budgets", await drawn_up(client, committee, year=2025), "approve", **REASON)
    other = await drawn_up(client, committee, year=2025, purse="higher_grant")
    row = await entered(client, ADJUSTMENTS, adjustment(budget, 1, -1))
    await direct.execute("SET session_replication_role = replica")  # as closing leaves it
    await direct.execute("UPDATE funding_years SET state = 'closed', closed_by = 'x', closed_at = now()")
    for noun, told in (("budgets", other), ("budget-adjustments", row)):
        assert errors(await tried(chief, noun, told, "approve", REASON)) == [("/year", "budget_year_closed")]
        seen = (await chief.get(f"/v1/funding/{noun}/{told['id']}")).json()
        assert {"action": "approve", "allowed": False, "reason": "budget_year_closed"} in seen["allowed_actions"]
    assert errors(await client.post(ADJUSTMENTS, json=adjustment(budget, 1))) == [("/year", "budget_year_closed")]
    await done(client, "budget-adjustments", row, "discard", reason="年度账已关闭")
