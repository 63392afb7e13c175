"""Execution as the service tells it, on any day and summed by anything, against a slow count of what was done."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.acts import Acts
from app.core.errors import Conflict
from app.core.pagination import Ask
from app.services.funding.budgets import service as budgets
from app.services.funding.budgets.execution import service as execution
from app.services.funding.budgets.execution.schemas import ExecutionFilters, GroupBy, TotalFilters
from app.services.funding.facts import Use
from app.services.funding.ledger import service as ledger
from tests.conftest import Api, Hands, actor
from tests.kit import meetings
from tests.kit.budgets import adjustment, done, drawn_up, opened, spent, year_opened
from tests.kit.programmes import entered

DESK = actor("desk")
REASON = {"departure_reason": "区委会议研究同意"}
USES = [Use.branch_activities, Use.member_education, Use.full_time_pay]
PLACES = [("033001006000000", "330106000000"), ("033001008000000", "330108000000"), ("033001000000000", "330100000000")]


@dataclass
class Told:
    """One line, by what was done to it: day and fen of each deed, in the order they were done."""

    committee: str
    region: str
    use: str | None
    approved_on: date
    planned: list[tuple[date, int]] = field(default_factory=list)
    taken: list[tuple[date, int]] = field(default_factory=list)

    def on(self, day: date) -> tuple[int, int] | None:
        """Budgeted and executed in the evening of a day; None before there was a budget."""
        if day < self.approved_on:
            return None
        planned = [fen for at, fen in self.planned if at <= day]
        return (sum(planned), sum(fen for at, fen in self.taken if at <= day)) if planned else None


async def _budget(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, region: str, day: date, dice: Random
) -> tuple[dict[str, Any], dict[str, Told]]:
    lines = [
        {"use": use, "title": f"项目{use}", "basis": "测算", "amount_fen": dice.randrange(1, 5_000)} for use in USES
    ]
    lines.append({"title": "预备费", "basis": "测算", "amount_fen": 900})
    row = await drawn_up(client, committee, lines=lines)
    row = await done(chief, "budgets", row, "approve", **REASON)
    told = {
        line["id"]: Told(committee, region, line["use"], day, [(day, line["budgeted_fen"])]) for line in row["lines"]
    }
    return row, told


async def test_execution_equals_a_slow_reference(
    api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    """Payments on past days, reversals and adjustments at random; every refusal is one that the reference foresees."""
    dice = Random(7)
    house = meetings.House(api)
    client, chief = house.officer("office"), house.officer("chief")
    known: dict[str, Told] = {}
    rows: dict[str, dict[str, Any]] = {}
    for code, region in PLACES:
        committee = await meetings.committee(client, code, region)
        await year_opened(direct, committee, 2026)
        rows[committee], told = await _budget(client, chief, committee, region, date(2026, 3, 2), dice)
        known |= told
        async with acts.open(DESK) as act:
            await opened(act, UUID(committee), 10_000_000)
        clock.forward(days=1)
    standing: list[tuple[str, UUID, int]] = []
    for _ in range(120):
        clock.forward(days=dice.choice((0, 0, 1, 2)))
        committee = dice.choice(list(rows))
        deed = dice.choice(("pay", "pay", "pay", "reverse", "adjust"))
        if deed == "pay":
            await _pay(acts, committee, known, standing, dice)
        elif deed == "reverse" and standing:
            line, entry, fen = standing.pop(dice.randrange(len(standing)))
            async with acts.open(DESK) as act:
                await ledger.reverse(act, entry, act.today, "付款有误", f"back:{entry}")
                known[line].taken.append((act.today, -fen))
        elif deed == "adjust":
            today = (clock.now + timedelta(hours=8)).date()
            await _adjust(client, chief, rows[committee], known, today, dice)
    await _compare(acts, known, clock)


async def _pay(
    acts: Acts, committee: str, known: dict[str, Told], standing: list[tuple[str, UUID, int]], dice: Random
) -> None:
    line, told = dice.choice([(key, each) for key, each in known.items() if each.committee == committee and each.use])
    fen = dice.randrange(1, 1_500)
    left = sum(each for _, each in told.planned) - sum(each for _, each in told.taken)
    try:
        async with acts.open(DESK) as act:
            on = act.today - timedelta(days=dice.randrange((act.today - date(2026, 3, 4)).days + 1))
            entry = await spent(act, UUID(committee), fen, Use(str(told.use)), on=on)
            await budgets.take(act, UUID(line), fen, entry_id=entry)
    except Conflict as refused:
        assert (refused.errors[0].code, fen > left) == ("budget_exceeded", True)  # noqa: PT017  (either may be right)
        return
    assert fen <= left
    told.taken.append((on, fen))
    standing.append((line, entry, fen))


async def _adjust(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, row: dict[str, Any], known: dict[str, Told], today: date,
    dice: Random,
) -> None:  # fmt: skip
    lines = [line["id"] for line in row["lines"]]
    less, more = dice.sample(lines, 2)
    fen = dice.randrange(1, 800)
    held = known[less]
    left = sum(each for _, each in held.planned) - sum(each for _, each in held.taken)
    changes = [{"budget_line_id": less, "delta_fen": -fen}, {"budget_line_id": more, "delta_fen": fen}]
    draft = await entered(client, "/v1/funding/budget-adjustments", adjustment(row, lines=changes))
    answer = await chief.post(
        f"/v1/funding/budget-adjustments/{draft['id']}/approve", json=REASON, headers={"if-match": '"1"'}
    )
    if fen > left:
        assert "adjustment_below_executed" in {each["code"] for each in answer.json()["findings"]}
        return
    assert answer.status_code == 200, answer.text
    known[less].planned.append((today, -fen))
    known[more].planned.append((today, fen))


def _sums(known: dict[str, Told], day: date, key: str) -> dict[str, tuple[int, int]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for told in known.values():
        stood = told.on(day)
        if stood is not None:
            name = {
                "committee": told.committee,
                "use": told.use or "reserve",
                "region": told.region,
                "purse": "fiscal_budget",
            }[key]
            for at, fen in enumerate(stood):
                sums[name][at] += fen
    return {name: (sum_[0], sum_[1]) for name, sum_ in sums.items()}


async def _compare(acts: Acts, known: dict[str, Told], clock: Hands) -> None:
    today = (clock.now + timedelta(hours=8)).date()
    days = [date(2026, 3, 1) + timedelta(days=at) for at in range(0, (today - date(2026, 3, 1)).days + 3, 5)] + [today]
    async with acts.open(actor()) as act:
        for day in days:
            found = await execution.lines(act, ExecutionFilters(year=2026, on=day), Ask(limit=200))
            assert {str(row["id"]): (row["budgeted_fen"], row["executed_fen"]) for row in found.rows} == {
                key: stood for key, told in known.items() if (stood := told.on(day)) is not None
            }
            for group in GroupBy:
                wish = TotalFilters(group_by=group, year=2026, region="330100000000", region_level=2, on=day)
                sums = await execution.totals(act, wish, Ask(limit=200))
                assert {row["key"]: (row["budgeted_fen"], row["executed_fen"]) for row in sums.rows} == _sums(
                    known, day, group
                )
        # And what the lines count equals what the entries took.
        whole = await execution.totals(act, TotalFilters(group_by=GroupBy.purse, year=2026), Ask())
        assert whole.rows[0]["executed_fen"] == sum(fen for told in known.values() for _, fen in told.taken)
