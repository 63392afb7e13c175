"""Progress against time, and what stands against approving and closing a year's programme."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.findings import Cited, Severity, judge
from app.services.programmes.facts import Direction, ProgrammeFacts, TargetFacts
from app.services.programmes.policy import DEFAULT, WrongLag
from app.services.programmes.rules import APPROVING, CHANGING, CLOSING, TARGETS

UP = TargetFacts(Direction.up, 700, 850, date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 1), 742)
FINE = ProgrammeFacts(
    own_draft=False, year_over=True, tasks=3, unlinked=0, open_tasks=0, unmarked=0, targets=1, missed=0
)


def _codes(rules: object, facts: object) -> list[tuple[str, Severity]]:
    return [(found.code, found.severity) for found in judge(rules, facts, DEFAULT)]  # type: ignore[arg-type]  # any rules


@pytest.mark.parametrize(
    ("today", "time", "expected"),
    [
        (date(2025, 12, 31), 0, 700),
        (date(2026, 1, 1), 2, 700),
        (date(2026, 7, 1), 498, 774),
        (date(2026, 12, 31), 1000, 850),
        (date(2027, 2, 1), 1000, 850),
    ],
)
def test_time_passes_by_days(today: date, time: int, expected: int) -> None:
    facts = replace(UP, today=today)
    assert (facts.time_permille, facts.expected) == (time, expected)


def test_a_figure_that_is_to_fall_is_expected_to_fall() -> None:
    falling = replace(UP, direction=Direction.down, baseline=40, target=0, value=10)
    assert (falling.expected, falling.progress_permille, falling.reached) == (21, 750, False)
    assert replace(falling, value=0).reached
    assert replace(falling, value=50).progress_permille == -250


def test_what_is_behind_its_time_is_told() -> None:
    assert UP.progress_permille == 280
    assert _codes(TARGETS, UP) == [("target_behind", Severity.advice)]
    assert _codes(TARGETS, replace(UP, value=760)) == []  # 400 of 498: inside the lag that is let pass
    assert _codes(TARGETS, replace(UP, value=None)) == [("target_unmeasured", Severity.advice)]
    assert _codes(TARGETS, replace(UP, target=700, value=690)) == []  # no way to go, nothing to be behind of


def test_nobody_approves_his_own_draft_and_gaps_depart() -> None:
    assert _codes(APPROVING, FINE) == []
    assert _codes(APPROVING, replace(FINE, own_draft=True)) == [("programme_own_draft", Severity.hard)]
    assert _codes(APPROVING, replace(FINE, tasks=0)) == [("programme_empty", Severity.departure)]
    assert _codes(APPROVING, replace(FINE, unlinked=2)) == [("programme_tasks_unlinked", Severity.departure)]
    assert _codes(CHANGING, replace(FINE, changing=True)) == [("programme_changed_late", Severity.departure)]


def test_what_stands_against_closing() -> None:
    assert _codes(CLOSING, FINE) == []
    lacking = replace(FINE, year_over=False, open_tasks=1, unmarked=2, missed=1)
    assert _codes(CLOSING, lacking) == [
        ("programme_year_not_over", Severity.departure),
        ("programme_tasks_open", Severity.departure),
        ("programme_tasks_unmarked", Severity.departure),
        ("programme_targets_missed", Severity.advice),
    ]


def test_a_lag_is_a_share_of_the_way() -> None:
    with pytest.raises(WrongLag):
        replace(DEFAULT, lag_permille=Cited(1001, "某文件"))
