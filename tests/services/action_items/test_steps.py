"""The one table of steps: what it says, and that the database holds the same."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from app.services.action_items.facts import (
    TRANSITIONS,
    UNDER_WAY,
    WAITING,
    ActionItemState,
    Verb,
    Who,
    days_overdue,
    step,
)

S, V = ActionItemState, Verb
TODAY = date(2026, 3, 2)


async def test_the_database_holds_the_same_table(direct: "asyncpg.Connection[Any]") -> None:
    rows = await direct.fetch("SELECT come_from, verb, leads_to, who FROM action_item_steps()")
    assert [tuple(row.values()) for row in rows] == [tuple(map(str, each)) for each in TRANSITIONS]


def test_a_verb_leads_to_one_state() -> None:
    assert len({(each.come_from, each.verb) for each in TRANSITIONS}) == len(TRANSITIONS)
    told = step(S.open, V.report)
    assert told is not None
    assert (told.to, told.who) == (S.reported, Who.department)
    assert step(S.open, V.accept) is None


def test_what_is_settled_stays_and_what_is_not_can_be_settled() -> None:
    assert not [each for each in TRANSITIONS if each.come_from in (S.accepted, S.withdrawn)]
    for state in UNDER_WAY:
        assert step(state, V.withdraw)
        assert step(state, V.set_supporters)
    assert {each.come_from for each in TRANSITIONS if each.verb is V.report} == set(WAITING)


def test_only_a_report_is_the_departments_step() -> None:
    assert {each.verb for each in TRANSITIONS if each.who is Who.department} == {V.report}


@pytest.mark.parametrize(
    ("state", "due_on", "days"),
    [
        (S.open, date(2026, 3, 2), 0),
        (S.open, date(2026, 3, 1), 1),
        (S.sent_back, date(2026, 2, 1), 29),
        (S.reported, date(2026, 2, 1), 0),
        (S.accepted, date(2026, 2, 1), 0),
        (S.carried_over, date(2026, 3, 3), 0),
    ],
)
def test_overdue_is_a_matter_of_the_day(state: ActionItemState, due_on: date, days: int) -> None:
    assert days_overdue(state, due_on, TODAY) == days
