"""What entries take of a line and give back: never more than it holds, and always what was really posted."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Act, Acts
from app.core.errors import Conflict, Failure, Invalid, RuleViolation
from app.services.funding.budgets import service as budgets
from app.services.funding.budgets.adjustments import service as adjustments
from app.services.funding.budgets.schemas import BudgetStep
from app.services.funding.facts import Purse, Use
from app.services.funding.ledger import service as ledger
from tests.conftest import Api, Hands, actor
from tests.kit import meetings
from tests.kit.budgets import (
    LINES,
    adjustment,
    approved,
    done,
    drawn_up,
    handed_on,
    opened,
    spent,
    year_opened,
)
from tests.kit.party import authority
from tests.kit.plans import sending
from tests.kit.programmes import entered

DESK = actor("desk")


@dataclass(frozen=True)
class Place:
    """A committee with money and an approved budget: activities 300,000 yuan, education 190,000, reserve 10,000."""

    client: httpx.AsyncClient
    chief: httpx.AsyncClient
    committee: UUID
    budget: dict[str, Any]

    @property
    def line(self) -> UUID:
        """Activities."""
        return UUID(self.budget["lines"][0]["id"])

    async def executed(self) -> list[int]:
        """What is executed of each line."""
        row = (await self.client.get(f"/v1/funding/budgets/{self.budget['id']}")).json()
        return [line["executed_fen"] for line in row["lines"]]


@pytest.fixture
async def place(api: Api, acts: Acts, direct: "asyncpg.Connection[Any]") -> Place:
    """The committee's books of this year and the next are open."""
    house = meetings.House(api)
    client, chief = house.officer("office"), house.officer("chief")
    committee = await meetings.committee(client)
    for year in (2026, 2027):
        await year_opened(direct, committee, year)
    budget = await approved(client, chief, committee)
    async with acts.open(DESK) as act:
        await opened(act, UUID(committee))
    return Place(client, chief, UUID(committee), budget)


async def _takes(act: Act, place: Place, fen: int, line: UUID | None = None, **how: Any) -> UUID:
    entry = await spent(act, place.committee, fen, **how)
    await budgets.take(act, line or place.line, fen, entry_id=entry)
    return entry


def _told(refused: Failure) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in refused.errors]


async def test_a_line_is_spent_to_the_last_fen_and_no_further(acts: Acts, place: Place) -> None:
    async with acts.open(DESK) as act:
        await _takes(act, place, 29_999_999)
    with pytest.raises(Conflict) as refused:
        async with acts.open(DESK) as act:
            await _takes(act, place, 2)
    assert _told(refused.value) == [("/amount_fen", "budget_exceeded")]
    assert refused.value.errors[0].params == {"left": "0.01"}
    async with acts.open(DESK) as act:
        await _takes(act, place, 1)
    assert await place.executed() == [30_000_000, 0, 0]
    takings = (await place.client.get(f"/v1/funding/budgets/{place.budget['id']}/takings")).json()["items"]
    assert sum(each["amount_fen"] for each in takings) == 30_000_000
    assert {each["line_title"] for each in takings} == {"党组织活动经费"}


async def test_taking_costs_three_statements(acts: Acts, place: Place) -> None:
    async with acts.open(DESK) as act:
        entry = await spent(act, place.committee, 5)
    async with sending(acts) as sent, acts.open(DESK) as act:
        await budgets.take(act, place.line, 5, entry_id=entry)
    assert len(sent) == 3, [each.statement for each in sent]


async def test_an_entry_takes_once(acts: Acts, place: Place) -> None:
    async with acts.open(DESK) as act:
        entry = await _takes(act, place, 30_000_000)
    async with acts.open(DESK) as act:
        await budgets.take(act, place.line, 30_000_000, entry_id=entry)
        with pytest.raises(Conflict) as refused:
            await budgets.take(act, place.line, 5, entry_id=entry)
    assert _told(refused.value) == [("/amount_fen", "budget_taken_otherwise")]
    assert await place.executed() == [30_000_000, 0, 0]


async def test_of_two_that_take_the_last_fen_one_does(
    acts: Acts, place: Place, direct: "asyncpg.Connection[Any]"
) -> None:
    async with acts.open(DESK) as act:
        await _takes(act, place, 29_999_990)
    before = await direct.fetchval("SELECT count(*) FROM funding_entries")

    async def one(number: int) -> str:
        try:
            async with acts.open(DESK) as act:
                await _takes(act, place, 1, key=f"last:{number}")
        except Conflict as refused:
            return refused.errors[0].code
        return "taken"

    told = await asyncio.gather(*(one(number) for number in range(25)))
    assert sorted(told) == ["budget_exceeded"] * 15 + ["taken"] * 10
    assert await place.executed() == [30_000_000, 0, 0]
    # Who was refused has posted nothing either.
    assert await direct.fetchval("SELECT count(*) FROM funding_entries") == before + 10


async def test_whoever_takes_an_entry_back_gives_back_what_it_took(acts: Acts, place: Place, clock: Hands) -> None:
    async with acts.open(DESK) as act:
        entry = await _takes(act, place, 700)
        await _takes(act, place, 300)
    async with acts.open(DESK) as act:
        back = await ledger.reverse(act, entry, act.today, "付款对象有误", f"back:{entry}")
    assert await place.executed() == [300, 0, 0]
    async with acts.open(DESK) as act:  # saying so as well gives back once
        assert await budgets.give_back(act, place.line, 700, entry_id=back) == 700
        again = await _takes(act, place, 40)
        later = await ledger.reverse(act, again, act.today, "重复付款", f"back:{again}")
        assert await budgets.give_back(act, place.line, 40, entry_id=later) == 40  # at once, in the same act
        await _takes(act, place, 29_999_700)
    assert await place.executed() == [30_000_000, 0, 0]


async def test_a_year_that_is_over_stays_as_it_was_executed(acts: Acts, place: Place, clock: Hands) -> None:
    async with acts.open(DESK) as act:
        entry = await _takes(act, place, 700)
    clock.forward(days=365)
    async with acts.open(DESK) as act:
        back = await ledger.reverse(act, entry, act.today, "上年多付，收回", f"back:{entry}")
        assert await budgets.give_back(act, place.line, 700, entry_id=back) == 0
    assert await place.executed() == [700, 0, 0]
    with pytest.raises(Conflict) as refused:  # nor does this year's entry take of it
        async with acts.open(DESK) as act:
            await _takes(act, place, 1)
    assert _told(refused.value) == [("/budget_line_id", "budget_entry_foreign")]


async def test_more_does_not_come_back_than_was_taken(acts: Acts, place: Place) -> None:
    async with acts.open(DESK) as act:
        entry = await _takes(act, place, 700)
        back = await ledger.reverse(act, entry, act.today, "付款对象有误", "back:1")
        with pytest.raises(Conflict) as refused:
            await budgets.give_back(act, place.line, 701, entry_id=back)
    assert _told(refused.value) == [("/amount_fen", "budget_returned_too_much")]
    for fen in (0, -1):
        async with acts.open(DESK) as act:
            with pytest.raises(ValueError, match="positive"):
                await budgets.take(act, place.line, fen, entry_id=entry)


async def test_money_that_was_handed_on_is_executed_once(
    acts: Acts, place: Place, direct: "asyncpg.Connection[Any]"
) -> None:
    """An appropriation takes of the line; what the body below then spends is not taken a second time."""
    below = await authority(place.client)
    async with acts.open(DESK) as act:
        entry = await handed_on(act, place.committee, UUID(below), 500)
        await budgets.take(act, place.line, 500, entry_id=entry)
        later = await spent(act, place.committee, 400, by=UUID(below))
    with pytest.raises(Conflict) as refused:
        async with acts.open(DESK) as act:
            await budgets.take(act, place.line, 400, entry_id=later)
    assert _told(refused.value) == [("/budget_line_id", "budget_money_elsewhere")]
    assert await place.executed() == [500, 0, 0]


async def test_an_entry_is_shared_by_two_lines_and_no_more(acts: Acts, place: Place) -> None:
    second = await drawn_up(
        place.client, str(place.committee), purse="dues_refund",
        lines=[{**LINES[0], "title": title} for title in ("一", "二", "三")],
    )  # fmt: skip
    second = await done(place.chief, "budgets", second, "approve")
    one, two, three = (UUID(line["id"]) for line in second["lines"])
    async with acts.open(DESK) as act:
        await opened(act, place.committee, purse=Purse.dues_refund)
        entry = await spent(act, place.committee, 100, purse=Purse.dues_refund)
        await budgets.take(act, one, 60, entry_id=entry)
        await budgets.take(act, two, 40, entry_id=entry)
        with pytest.raises(Conflict) as refused:
            await budgets.take(act, three, 1, entry_id=entry)
    assert _told(refused.value) == [("/budget_line_id", "budget_money_elsewhere")]


async def test_only_the_lines_own_money_takes_of_it(
    acts: Acts, place: Place, direct: "asyncpg.Connection[Any]"
) -> None:
    reserve, education = (UUID(place.budget["lines"][at]["id"]) for at in (2, 1))
    draft = await drawn_up(place.client, str(place.committee), purse="dues_refund", lines=LINES[:1])
    drafted = UUID(draft["lines"][0]["id"])
    other = await meetings.committee(place.client, "033001008000000", "330108000000")
    await year_opened(direct, other, 2026)
    async with acts.open(DESK) as act:
        await opened(act, place.committee, purse=Purse.dues_refund)
        await opened(act, UUID(other))
    cases: list[tuple[UUID, dict[str, Any], str]] = [
        (reserve, {}, "budget_line_reserve"),
        (drafted, {"purse": Purse.dues_refund}, "budget_not_approved"),
        (education, {}, "budget_entry_foreign"),
        (place.line, {"purse": Purse.dues_refund}, "budget_entry_foreign"),
    ]
    for line, how, code in cases:
        with pytest.raises(Conflict) as refused:
            async with acts.open(DESK) as act:
                await _takes(act, place, 1, line, **how)
        assert _told(refused.value) == [("/budget_line_id", code)]
    async with acts.open(DESK) as act:
        entry = await spent(act, UUID(other), 1)
    with pytest.raises(Conflict) as refused:
        async with acts.open(DESK) as act:
            await budgets.take(act, place.line, 1, entry_id=entry)
    assert _told(refused.value) == [("/budget_line_id", "budget_entry_foreign")]
    with pytest.raises(Invalid):
        async with acts.open(DESK) as act:
            await budgets.take(act, uuid4(), 1, entry_id=entry)
    assert await place.executed() == [0, 0, 0]


@pytest.mark.parametrize("turned", [False, True])
async def test_an_adjustment_and_a_payment_do_not_pass_each_other(acts: Acts, place: Place, turned: bool) -> None:
    """Both want what is left of the line: whoever comes second is refused, whichever that is."""
    moved = adjustment(place.budget, -30_000_000, 30_000_000)
    row = await entered(place.client, "/v1/funding/budget-adjustments", moved)

    async def lowered() -> str:
        try:
            async with acts.open(actor("chief")) as act:
                wish = BudgetStep(departure_reason="区委会议研究同意")
                await adjustments.approve(act, UUID(row["id"]), row["version"], wish)
        except RuleViolation as refused:
            return refused.findings[0].code
        return "lowered"

    async def paid() -> str:
        try:
            async with acts.open(DESK) as act:
                await _takes(act, place, 1_000)
        except Conflict as refused:
            return refused.errors[0].code
        return "paid"

    both = (paid(), lowered()) if turned else (lowered(), paid())
    assert set(await asyncio.gather(*both)) in ({"lowered", "budget_exceeded"}, {"paid", "adjustment_below_executed"})
    now = (await place.client.get(f"/v1/funding/budgets/{place.budget['id']}")).json()["lines"][0]
    assert (now["budgeted_fen"], now["executed_fen"]) in ((0, 0), (30_000_000, 1_000))


async def test_takings_are_counted_on_their_day(acts: Acts, place: Place, clock: Hands) -> None:
    clock.forward(days=30)
    async with acts.open(DESK) as act:
        await _takes(act, place, 500, on=date(2026, 3, 2))
        await _takes(act, place, 70, on=date(2026, 3, 20))
        await spent(act, place.committee, 5, Use.member_education)  # outside of any budget
    for on, executed in (("2026-03-01", 0), ("2026-03-02", 500), ("2026-03-19", 500), ("2026-03-20", 570)):
        rows = (
            await place.client.get(
                "/v1/funding/budget-execution", params={"on": on, "use": "branch_activities", "year": 2026}
            )
        ).json()["items"]
        assert [row["executed_fen"] for row in rows] == ([executed] if on >= "2026-03-02" else [])
    whole = (await place.client.get(f"/v1/funding/budgets/{place.budget['id']}")).json()
    assert (whole["executed_fen"], whole["received_fen"]) == (570, 100_000_000)
