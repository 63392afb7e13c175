"""A year of the books as a whole over HTTP: what it comes to, that it reconciles, and its workbook."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import SYSTEM, Acts, Scope
from app.services.funding.ledger.years import service as years
from tests.conftest import Api, Hands
from tests.kit import reckoning
from tests.kit.books import ENTRIES, YEARS, account, entry, once, posted, year
from tests.kit.meetings import committee
from tests.kit.party import authority, tag

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = dict[str, Any]


class Town:
    """A county's committee with a street below it, and its books of 2025 and 2026."""

    def __init__(self, client: httpx.AsyncClient, office: str, street: str) -> None:
        self.client, self.office, self.street = client, office, street
        self.years: dict[int, Row] = {}
        self.accounts: dict[str, Row] = {}

    async def open(self) -> None:
        """Open the years and the accounts of the fiscal budget."""
        for of in (2025, 2026):
            self.years[of] = await year(self.client, self.office, of)
        below = {"holder_kind": "authority", "holder_id": self.street}
        for name, kind, told in (
            ("source", "source", {}),
            ("funds", "funds", {}),
            ("street", "funds", below),
            ("education", "use", {"use": "member_education"}),
            ("activities", "use", below | {"use": "branch_activities"}),
        ):
            self.accounts[name] = await account(self.client, self.office, kind, **told)

    async def post(self, kind: str, out: str, into: str, fen: int, on: str) -> Row:
        """Book something."""
        body = entry(self.office, self.accounts[out], self.accounts[into], fen, kind=kind, booked_on=on)
        return await posted(self.client, body)

    async def back(self, row: Row, on: str) -> None:
        """Take an entry back."""
        body = {"reason": "单据有误，冲回", "booked_on": on}
        answer = await self.client.post(f"{ENTRIES}/{row['id']}/reverse", json=body, headers=once())
        assert answer.status_code == 201, answer.text

    async def report(self, of: int, **asked: Any) -> Row:
        """A year's report."""
        answer = await self.client.get(f"{YEARS}/{self.years[of]['id']}/report", params=asked)
        assert answer.status_code == 200, answer.text
        found: Row = answer.json()
        return found


@pytest.fixture
async def town(client: httpx.AsyncClient) -> Town:
    """Money came in, was handed on, spent, given back, and some of each taken back, in two years."""
    office = await committee(client)
    street = await authority(client)
    found = Town(client, office, street)
    await found.open()
    await found.post("income", "source", "funds", 1_000_000, "2025-03-01")
    await found.post("appropriation", "funds", "street", 400_000, "2025-04-01")
    spent = await found.post("spending", "street", "activities", 150_001, "2025-05-06")
    await found.post("spending", "funds", "education", 99_999, "2025-12-31")
    await found.post("income", "source", "funds", 500_000, "2026-01-05")
    wrong = await found.post("income", "source", "funds", 30_000, "2026-01-05")
    await found.back(wrong, "2026-01-06")
    await found.back(spent, "2026-01-07")  # of the year before
    await found.post("spending", "street", "activities", 200_000, "2026-02-03")
    await found.post("refund", "funds", "source", 70_000, "2026-02-28")
    return found


def purse(report: Row, of: str = "fiscal_budget") -> Row:
    """A purse of a report."""
    found: Row = next(each for each in report["purses"] if each["purse"] == of)
    return found


async def test_a_year_is_told_by_purse_and_reconciles(town: Town) -> None:
    first, second = await town.report(2025), await town.report(2026)
    for report in (first, second):
        assert report["reconciles"], report["checks"]
        assert [each["purse"] for each in report["purses"]] == [
            "fiscal_budget", "enterprise_levy", "dues_refund", "higher_grant",
        ]  # fmt: skip
    told = purse(first)
    assert (told["carried_over_fen"], told["income"]["net_fen"]) == (0, 1_000_000)
    assert (told["spent"]["net_fen"], told["closing_fen"]) == (250_000, 750_000)
    told = purse(second)
    assert told["carried_over_fen"] == 750_000
    assert told["income"] == {"booked_fen": 530_000, "taken_back_fen": 30_000, "net_fen": 500_000}
    assert told["given_back"] == {"booked_fen": 70_000, "taken_back_fen": 0, "net_fen": 70_000}
    assert told["spent"] == {"booked_fen": 200_000, "taken_back_fen": 150_001, "net_fen": 49_999}
    assert told["closing_fen"] == 750_000 + 500_000 - 70_000 - 49_999
    assert told["by_month"] == [
        {"month": 1, "use": "branch_activities", "spent_fen": -150_001},
        {"month": 2, "use": "branch_activities", "spent_fen": 200_000},
    ]
    assert {each["holder_kind"]: each["closing_fen"] for each in told["by_holder"]} == {
        "committee": 930_001, "authority": 200_000,
    }  # fmt: skip
    assert (second["on"], second["state"], second["accounts"], second["recounted"]) == ("2026-03-02", "open", 5, False)


async def test_a_closed_year_agrees_with_what_was_written_down(town: Town, acts: Acts) -> None:
    async with acts.open(SYSTEM) as act:
        await years.number_entries(act)
    row = (await town.client.get(f"{YEARS}/{town.years[2025]['id']}")).json()
    closed = await town.client.post(f"{YEARS}/{row['id']}/close", json={}, headers=tag(row) | once())
    assert closed.status_code == 200, closed.text
    first, second = await town.report(2025, recount=True), await town.report(2026, recount=True)
    told = {(each["check"], each["purse"]): each for each in first["checks"]}
    assert told["closing_frozen", "fiscal_budget"]["right"] == 750_000
    assert (told["numbers", None]["left"], told["numbers", None]["right"]) == (4, 4)
    assert told["lines_in", "fiscal_budget"]["right"] == 1_000_000 + 400_000 + 150_001 + 99_999
    assert first["reconciles"], first["checks"]
    assert first["recounted"]
    opening = [each for each in second["checks"] if each["check"] == "opening_frozen"]
    assert [(each["left"], each["right"], each["holds"]) for each in opening] == [(750_000, 750_000, True)]
    assert second["reconciles"], second["checks"]


async def test_entries_without_a_number_are_told_by_a_recount(town: Town) -> None:
    told = await town.report(2026, recount=True)
    assert not told["reconciles"]
    assert [(each["check"], each["left"], each["right"]) for each in told["checks"] if not each["holds"]] == [
        ("numbers", 6, 0)
    ]


@pytest.mark.parametrize(
    ("damage", "failing"),
    [
        (
            "UPDATE funding_account_days SET in_fen = in_fen + 1 WHERE account_id = $1",
            {"year_adds_up", "handed_on", "months_add_up", "lines_in"},
        ),
        ("UPDATE funding_balances SET balance_fen = balance_fen + 1 WHERE account_id = $1", {"held_now"}),
    ],
)
async def test_books_that_are_wrong_are_shown_as_wrong(
    town: Town, direct: "asyncpg.Connection[Any]", acts: Acts, damage: str, failing: set[str]
) -> None:
    async with acts.open(SYSTEM) as act:
        await years.number_entries(act)
    await direct.execute(damage, UUID(town.accounts["education"]["id"]))
    told = await town.report(2025, recount=True)
    assert not told["reconciles"]
    found = {each["check"] for each in told["checks"] if not each["holds"]}
    assert found <= failing
    assert found
    assert all(abs(each["difference"]) == 1 for each in told["checks"] if not each["holds"])
    body = (await town.client.get(f"{YEARS}/{told['year_id']}/report", headers={"accept": XLSX})).content
    shown = [cell.value for cell in reckoning.read(body).sheets["Checks"].values()]
    assert "differs" in shown


@pytest.mark.parametrize(("language", "sheet"), [("en", "Summary"), ("zh-CN", "收支总表")])
async def test_the_workbook_computes_what_the_report_tells(
    town: Town, direct: "asyncpg.Connection[Any]", language: str, sheet: str
) -> None:
    path = f"{YEARS}/{town.years[2026]['id']}/report"
    answer = await town.client.get(path, headers={"accept": XLSX, "accept-language": language})
    assert answer.status_code == 200, answer.text
    assert "year-report-2026.xlsx" in answer.headers["content-disposition"]
    book = reckoning.read(answer.content)
    for name, row, column, cell in book.formulas():
        found = book.at(name, row, column)
        assert found == (pytest.approx(cell.value, abs=1e-9) if isinstance(cell.value, float) else cell.value)
    assert book.at(sheet, 3, 1) == 7_500.00
    assert book.at(sheet, 3, 10) == book.at(sheet, 3, 11) == 11_300.01
    (noted,) = await direct.fetch("SELECT subject, detail FROM audit WHERE verb = 'export'")
    assert noted["subject"] == "funding"
    assert XLSX in str(noted["detail"])


async def test_who_does_not_see_the_year_is_told_nothing(api: Api, town: Town) -> None:
    path = f"{YEARS}/{town.years[2026]['id']}/report"
    other = await api.client("other", "region_officer", ((330108000000, 330109000000),))
    assert (await other.get(path)).status_code == 404
    nobody = await api.client("partner", "department_partner", Scope(((330106000000, 330107000000),)).ranges)
    assert (await nobody.get(path)).status_code == 403
    own = await api.client("own", "region_officer", ((330106000000, 330107000000),))
    assert (await own.get(path)).json()["reconciles"]


async def test_what_is_asked_wrongly_is_refused(town: Town) -> None:
    path = f"{YEARS}/{town.years[2026]['id']}/report"
    for params in ({"recount": "perhaps"}, {"on": "2026-01-01"}):
        assert (await town.client.get(path, params=params)).status_code == 422
    assert (await town.client.get(path, headers={"accept": "text/csv"})).status_code == 406
    assert (await town.client.get(f"{YEARS}/{town.street}/report")).status_code == 404


async def test_a_year_to_come_begins_with_what_is_there(town: Town, clock: Hands) -> None:
    clock.forward(days=290)  # the sixteenth of December
    found = await year(town.client, town.office, 2027)
    told = (await town.client.get(f"{YEARS}/{found['id']}/report")).json()
    assert purse(told)["carried_over_fen"] == purse(told)["closing_fen"] == 1_130_001
    assert (told["on"], told["reconciles"]) == ("2027-01-01", True)
