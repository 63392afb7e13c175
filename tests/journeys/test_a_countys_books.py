"""A county's books over HTTP: budget, appropriation, request, payment, receipt, the levy, and years that are closed.

Nobody reaches into the database: firms and wages are pushed, the secretary signs in, and another one approves.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.clock import day_of
from app.core.config import Settings
from app.demo.partner import Api as Caller
from app.web.lists import XLSX
from tests.conftest import Api, Hands
from tests.journeys.test_leave_no_blank import STREET, codes, listed, made, pushed
from tests.kit import meetings
from tests.kit.books import ACCOUNTS, ENTRIES, YEARS, account, balance, entry, once, posted, year
from tests.kit.budgets import approved
from tests.kit.databases import Clones
from tests.kit.identity import administrators, entered, granted, signed_in
from tests.kit.party import errors, findings, tag
from tests.kit.spending import PAYMENTS, REQUESTS, paper

XIHU = ((330106000000, 330107000000),)
WAGES = "统一社会信用代码,企业名称,年度,工资总额(万元),平均职工人数\r\n"
GIVEN = "/v1/funding/appropriations"
LEVIES = "/v1/funding/levies"
Row = dict[str, Any]


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """The worker inside, as `liangxin serve` has it."""
    return Settings.load(
        database_url=server.url(database_name), state=tmp_path / "state", pool_size=5, inline_worker=True
    )


@dataclass
class Office:
    """A county's committee, who works there, who approves, and the secretary of its branch."""

    api: Api
    clock: Hands
    officer: httpx.AsyncClient
    superior: httpx.AsyncClient
    secretary: httpx.AsyncClient
    committee: str
    branch: str
    firm: str

    def until(self, day: str) -> None:
        """Time passes."""
        self.clock.forward(days=(date.fromisoformat(day) - day_of(self.clock())).days)


@pytest.fixture
async def office(api: Api, clock: Hands) -> Office:
    """A branch of four members in the first of six firms, and its secretary signed in."""
    officer = await api.client("officer", "work_committee_officer")
    superior = await api.client("superior", "region_officer", XIHU)
    await pushed(api)
    committee = await meetings.committee(officer)
    firms = {row["uscc"]: row["id"] for row in await listed(officer, "/v1/organizations")}
    firm = str(firms[codes()[0]])
    branch = await made(
        officer,
        "/v1/branches",
        {
            "name": "中共云栖零号有限公司支部委员会",
            "formation_mode": "standalone",
            "authority_id": committee,
            "organization_ids": [firm],
            "region_code": STREET,
            "founded_on": "2026-02-10",
            "approved_on": "2026-02-01",
            "formal_members": 4,
        },
    )
    system, security = await administrators(api)
    machine = await entered(system, "支部书记手机")
    await granted(security, machine.id, "branch_secretary", subjects=[branch["id"]])
    return Office(api, clock, officer, superior, await signed_in(api, machine), committee, str(branch["id"]), firm)


async def did(client: httpx.AsyncClient, path: str, row: Row, **told: Any) -> Row:
    """A deed on a thing as it was last read, once."""
    answer = await client.post(path, json=told, headers=once() | tag(row))
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


async def funded(office: Office) -> tuple[Row, Row]:
    """A million yuan comes in, is budgeted, and the branch is given its share; the budget and the appropriation."""
    committee = office.committee
    await posted(
        office.officer,
        entry(
            committee,
            await account(office.officer, committee, "source"),
            await account(office.officer, committee),
            100_000_000,
        ),
    )
    budget = await approved(office.officer, office.superior, committee)
    line = next(each for each in budget["lines"] if each["use"] == "branch_activities")
    wish = {
        "committee_id": committee,
        "year": 2026,
        "purse": "fiscal_budget",
        "budget_line_id": line["id"],
        "title": "2026年两新党组织党建工作经费",
        "kinds": ["per_member", "founding"],
    }
    proposal = await made(office.officer, GIVEN, wish)
    assert proposal["total_fen"] == 4 * 30_000 + 200_000
    at = f"{GIVEN}/{proposal['id']}"
    own = await office.officer.post(f"{at}/approve", json={}, headers=once() | tag(proposal))
    assert own.status_code == 409, "nobody approves what he computed"
    proposal = await did(office.superior, f"{at}/approve", proposal)
    proposal = await did(office.officer, f"{at}/post", proposal, booked_on="2026-03-02")
    return (await office.officer.get(f"/v1/funding/budgets/{budget['id']}")).json(), proposal


async def spent(office: Office) -> Row:
    """The secretary asks for money, another approves, it is paid and accounted for; the branch's account."""
    (own,) = await listed(office.secretary, ACCOUNTS, kind="funds")
    assert (own["branch_id"], own["balance_fen"]) == (office.branch, 320_000)
    wish = {
        "account_id": own["id"],
        "use": "branch_activities",
        "title": "三月主题党日活动",
        "reason": "组织党员赴红色教育基地开展主题党日",
        "amount_fen": 180_000,
    }
    request = await made(office.secretary, REQUESTS, wish)
    await paper(office.secretary, f"{REQUESTS}/{request['id']}", kind="plan", title="活动方案")
    request = await did(office.secretary, f"{REQUESTS}/{request['id']}/submit", request)
    himself = await office.secretary.post(f"{REQUESTS}/{request['id']}/approve", json={}, headers=once() | tag(request))
    assert himself.status_code == 403
    request = await did(office.superior, f"{REQUESTS}/{request['id']}/approve", request)
    pay = {"amount_fen": 180_000, "paid_on": "2026-03-02", "payee": "某客运有限公司", "business_key": "凭证-0031"}
    answer = await office.officer.post(f"{REQUESTS}/{request['id']}/payments", json=pay, headers=once() | tag(request))
    assert answer.status_code in (200, 201), answer.text
    (payment,) = await listed(office.officer, PAYMENTS, request_id=request["id"])
    told = {"kind": "invoice", "title": "大巴租赁发票", "number": "25332000000012345678", "amount_fen": 176_500}
    await paper(office.secretary, f"{PAYMENTS}/{payment['id']}", **told)
    payment = (await office.secretary.get(f"{PAYMENTS}/{payment['id']}")).json()
    payment = await did(office.secretary, f"{PAYMENTS}/{payment['id']}/hand-in", payment, spent_fen=176_500)
    payment = await did(office.superior, f"{PAYMENTS}/{payment['id']}/accept", payment)
    assert (payment["spent_fen"], payment["receipt_state"]) == (176_500, "accepted")
    return own


async def test_from_the_budget_to_a_year_that_adds_up(office: Office) -> None:
    officer, committee = office.officer, office.committee
    this = await year(officer, committee)
    budget, proposal = await funded(office)
    assert budget["executed_fen"] == proposal["total_fen"] == 320_000
    own = await spent(office)
    assert await balance(officer, own) == 320_000 - 176_500
    mine = (await office.secretary.get(f"{ACCOUNTS}/{own['id']}/statement")).json()
    assert (mine["opening_fen"], mine["closing_fen"]) == (0, 143_500)
    assert mine["items"][-1]["balance_fen"] == mine["closing_fen"]
    assert mine["in_fen"] - mine["out_fen"] == sum(line["amount_fen"] for line in mine["items"]) == 143_500
    office.until("2027-01-10")
    officer = await office.api.client("officer", "work_committee_officer")
    this = (await officer.get(f"{YEARS}/{this['id']}")).json()
    this = await did(officer, f"{YEARS}/{this['id']}/close", this, give_back=["fiscal_budget"], note="财政结余交回")
    assert (this["state"], this["numbered"]) == ("closed", this["entries"])
    report = (await officer.get(f"{YEARS}/{this['id']}/report")).json()
    assert report["reconciles"], report["checks"]
    purse = next(each for each in report["purses"] if each["purse"] == "fiscal_budget")
    given_back = purse["given_back"]["net_fen"]
    assert purse["income"]["net_fen"] - purse["spent"]["net_fen"] - given_back == purse["closing_fen"] == 143_500
    assert [(use["use"], use["net_fen"]) for use in purse["by_use"] if use["net_fen"]] == [
        ("branch_activities", 176_500)
    ]
    book = await officer.get(f"{YEARS}/{this['id']}/report", headers={"accept": XLSX})
    assert book.status_code == 200
    assert book.content.startswith(b"PK")
    late = await officer.post(
        ENTRIES,
        json=entry(committee, {"id": own["id"]}, {"id": own["id"]}, 1, booked_on="2026-12-31"),
        headers=once(),
    )
    assert late.status_code == 409
    (carried,) = (await officer.get(f"{YEARS}/{this['id']}/carry-overs")).json()["items"]
    assert (carried["account_id"], carried["balance_fen"]) == (own["id"], 143_500)


async def wages(office: Office, payroll: str) -> Row:
    """The tax department's file of one firm's wages of 2025."""
    partner = Caller(await office.api.client("tax", "partner", XIHU, ("workforce",)))
    text = f"{WAGES}{codes()[0]},杭州云栖0号有限公司,2025,{payroll},45\r\n"
    batch: Row = await partner.push("workforce", iter([text.encode()]), "text/csv", lambda _: None)
    return batch


async def test_from_pushed_wages_to_the_statement_of_a_firm(office: Office) -> None:
    officer, committee, firm = office.officer, office.committee, office.firm
    last = await year(officer, committee, 2025)
    first = await wages(office, "480")
    assert first["updated"] == 1  # a firm that the register knows
    computed = await officer.post(LEVIES, json={"committee_id": committee, "year": 2025})
    assert computed.status_code == 200, computed.text
    assert (computed.json()["computed"], computed.json()["limit_fen"]) == (1, 4_800_000)
    (levy,) = await listed(officer, LEVIES, organization_id=firm)
    aside = {
        "levy_id": levy["id"], "amount_fen": 6_000_000, "booked_on": "2025-12-20", "business_key": "YL-2025-12",
        "text": "2025年计提党建工作经费",
    }  # fmt: skip
    answer = await officer.post("/v1/funding/levy-set-asides", json=aside, headers=once())
    assert answer.status_code == 201, answer.text
    funds = next(row for row in await listed(officer, ACCOUNTS, organization_id=firm) if row["kind"] == "funds")
    held = {"purse": "enterprise_levy", "holder_kind": "organization", "holder_id": firm}
    use = await account(officer, committee, "use", use="branch_activities", **held)
    told = {"purse": "enterprise_levy", "kind": "spending", "booked_on": "2025-12-28", "text": "党员活动室设施"}
    await posted(officer, entry(committee, funds, use, 5_000_000, **told))
    levy = (await officer.get(f"{LEVIES}/{levy['id']}")).json()
    own = await officer.post(f"{LEVIES}/{levy['id']}/settle", json={}, headers=once() | tag(levy))
    assert own.status_code == 409, "nobody settles what he computed"
    assert "hard" in findings(own).values()
    levy = await did(office.superior, f"{LEVIES}/{levy['id']}/settle", levy, document="西财税〔2026〕3号")
    assert (levy["deductible_fen"], levy["above_fen"], levy["unspent_fen"]) == (4_800_000, 200_000, 1_000_000)
    for form in ("text/csv", XLSX):
        assert (await officer.get(LEVIES, headers={"accept": form})).status_code == 200
    last = await did(officer, f"{YEARS}/{last['id']}/close", last)
    report = (await officer.get(f"{YEARS}/{last['id']}/report")).json()
    assert report["reconciles"], report["checks"]
    assert (await wages(office, "500"))["updated"] == 1  # late: beside what was settled, and nothing of it changes
    after = (await officer.get(f"{LEVIES}/{levy['id']}")).json()
    assert (after["deductible_fen"], after["above_fen"]) == (4_800_000, 200_000)
    assert (after["deductible_now_fen"], after["above_now_fen"], after["adjustments"]) == (5_000_000, 0, 1)
    late = entry(committee, funds, use, 5, **told | {"booked_on": "2025-12-31"})
    refused = await officer.post(ENTRIES, json=late, headers=once())
    assert (refused.status_code, errors(refused)) == (409, [("/booked_on", "year_closed")])
