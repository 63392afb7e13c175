"""What stands against approving budgets and adjustments, and how spending stands against the year's time."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited, Severity, judge
from app.services.funding.budgets.facts import AdjustmentFacts, BudgetFacts, ExecutionFacts, Pace, yuan
from app.services.funding.budgets.judging import paced
from app.services.funding.budgets.policy import DEFAULT, WrongShare
from app.services.funding.budgets.rules import ADJUSTING, APPROVING, EXECUTING
from app.services.funding.facts import MOST_FEN

DRAWN = BudgetFacts(own=False, year_over=False, total_fen=1_000_000, reserve_fen=30_000, without_basis=0)
CHANGED = AdjustmentFacts(
    own=False,
    year_over=False,
    total_fen=1_000_000,
    original_fen=1_000_000,
    changed_fen=100_000,
    raise_fen=0,
    document=False,
    short=0,
)
SPENT = ExecutionFacts(2026, date(2026, 7, 2), 1_000_000, 500_000)


def _codes(rules: object, facts: object) -> list[tuple[str, Severity]]:
    return [(found.code, found.severity) for found in judge(rules, facts, DEFAULT)]  # type: ignore[arg-type]  # any rules


def test_a_budget_is_approved_by_another_and_gaps_depart() -> None:
    assert _codes(APPROVING, DRAWN) == []
    assert _codes(APPROVING, replace(DRAWN, own=True)) == [("budget_own_draft", Severity.hard)]
    assert _codes(APPROVING, replace(DRAWN, total_fen=0, reserve_fen=0)) == [("budget_empty", Severity.hard)]
    assert _codes(APPROVING, replace(DRAWN, year_over=True)) == [("budget_year_over", Severity.departure)]
    assert _codes(APPROVING, replace(DRAWN, without_basis=2)) == [("budget_basis_missing", Severity.departure)]
    assert _codes(APPROVING, replace(DRAWN, reserve_fen=30_001)) == [("budget_reserve_large", Severity.departure)]


def test_an_adjustment_keeps_what_was_spent_and_most_of_what_was_approved() -> None:
    assert _codes(ADJUSTING, CHANGED) == []
    assert _codes(ADJUSTING, replace(CHANGED, own=True)) == [("budget_own_draft", Severity.hard)]
    assert _codes(ADJUSTING, replace(CHANGED, short=1)) == [("adjustment_below_executed", Severity.hard)]
    assert _codes(ADJUSTING, replace(CHANGED, raise_fen=-1_000_000)) == [("budget_empty", Severity.hard)]
    assert _codes(ADJUSTING, replace(CHANGED, changed_fen=100_001)) == [("budget_changed_much", Severity.departure)]
    raised = replace(CHANGED, raise_fen=1)
    assert _codes(ADJUSTING, raised) == [("adjustment_raise_undocumented", Severity.departure)]
    assert _codes(ADJUSTING, replace(raised, document=True)) == []


@pytest.mark.parametrize(
    ("on", "time", "expected"),
    [
        (date(2025, 12, 31), 0, 0),
        (date(2026, 1, 1), 2, 2_739),
        (date(2026, 7, 2), 501, 501_369),
        (date(2026, 12, 31), 1000, 1_000_000),
        (date(2027, 3, 1), 1000, 1_000_000),
    ],
)
def test_time_passes_by_days(on: date, time: int, expected: int) -> None:
    facts = replace(SPENT, on=on)
    assert (facts.time_permille, facts.expected_fen) == (time, expected)


def test_a_leap_year_has_a_day_more() -> None:
    assert replace(SPENT, year=2028, on=date(2028, 2, 29)).days == (60, 366)


def test_spending_is_told_against_its_time() -> None:
    def pace(fen: int, budgeted: int = 1_000_000) -> tuple[object, list[str]]:
        told, findings = paced(replace(SPENT, executed_fen=fen, budgeted_fen=budgeted), DEFAULT)
        return told["pace"], [found.code for found in findings]

    assert pace(500_000) == (Pace.on_pace, [])
    assert pace(400_999) == (Pace.behind, ["budget_behind"])  # 400 of 501, more than the 100 that are let pass
    assert pace(401_000) == (Pace.on_pace, [])
    assert pace(701_999) == (Pace.on_pace, [])
    assert pace(702_000) == (Pace.ahead, ["budget_ahead"])
    assert pace(0, 0) == (Pace.on_pace, [])  # nothing was planned, nothing is late


@given(
    st.integers(2012, 2200), st.integers(-400, 800), st.integers(0, MOST_FEN), st.fractions(min_value=0, max_value=1)
)
def test_execution_equals_a_slow_reference(year: int, day: int, budgeted: int, part: Fraction) -> None:
    """Day by day, in fractions: what every day would have spent, rounded down once."""
    executed = floor(budgeted * part)
    first = date(year, 1, 1)
    on = first + timedelta(days=day)
    facts = ExecutionFacts(year, on, budgeted, executed)
    calendar = [first + timedelta(days=at) for at in range(366) if (first + timedelta(days=at)).year == year]
    passed = sum(1 for each in calendar if each <= on)
    assert facts.expected_fen == floor(Fraction(budgeted * passed, len(calendar)))
    assert facts.time_permille == floor(Fraction(1000 * passed, len(calendar)))
    assert facts.rate_permille == (floor(Fraction(1000 * executed, budgeted)) if budgeted else None)
    assert facts.left_fen + executed == budgeted
    codes = {found.code for found in judge(EXECUTING, facts, DEFAULT)}
    assert len(codes) <= 1  # never behind and ahead at once


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_yuan_are_told_to_the_fen(fen: int) -> None:
    told = yuan(fen)
    assert Fraction(told) * 100 == fen
    assert len(told.rpartition(".")[2]) == 2


def test_a_share_lies_within_the_whole() -> None:
    for share in (-1, 1001):
        with pytest.raises(WrongShare):
            replace(DEFAULT, lag_permille=Cited(share, "x"))
