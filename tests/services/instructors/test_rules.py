"""What is found when somebody is to be sent somewhere: each rule at its limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Severity, judge
from app.services.instructors.facts import AssignmentFacts, Days, fullest, term_from
from app.services.instructors.rules import ASSIGNMENT
from app.services.workers.policy import DEFAULT

USUAL = AssignmentFacts(
    formal=True,
    valid_from=date(2026, 3, 1),
    valid_to=date(2028, 3, 1),
    term_to=date(2028, 3, 1),
    target_open=True,
    running=5,
    others=0,
    conflict=False,
    covered=False,
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 9))


def found(**told: object) -> dict[str, Severity]:
    return {each.code: each.severity for each in judge(ASSIGNMENT, replace(USUAL, **told), DEFAULT)}  # type: ignore[arg-type]  # a test's own words


def test_the_usual_case_is_silent() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("told", "code", "severity"),
    [
        ({"term_to": None}, "assignment_without_role", Severity.hard),
        ({"valid_to": date(2028, 3, 2)}, "beyond_term", Severity.hard),
        ({"formal": False}, "instructor_not_formal", Severity.hard),
        ({"formal": None}, "instructor_not_formal", Severity.hard),
        ({"target_open": False}, "assignment_target_ended", Severity.hard),
        ({"running": 6}, "instructor_overloaded", Severity.departure),
        ({"conflict": True}, "assignment_conflict", Severity.departure),
        ({"others": 1}, "instructor_there_already", Severity.advice),
        ({"covered": True}, "organization_covered_already", Severity.advice),
    ],
)
def test_each_rule_at_its_limit(told: dict[str, object], code: str, severity: Severity) -> None:
    assert found(**told) == {code: severity}


def test_a_finding_tells_the_days() -> None:
    (one,) = judge(ASSIGNMENT, replace(USUAL, valid_to=date(2028, 6, 1)), DEFAULT)
    assert (one.limit, one.actual) == ("2028-03-01", "2028-06-01")


@pytest.mark.parametrize(
    ("terms", "until"),
    [
        ([], None),
        ([(date(2026, 3, 2), date(2027, 1, 1))], None),
        ([(date(2025, 1, 1), date(2026, 3, 1))], None),
        ([(date(2026, 3, 1), date(2027, 1, 1))], date(2027, 1, 1)),
        ([(date(2027, 1, 1), date(2028, 1, 1)), (date(2025, 1, 1), date(2027, 1, 1))], date(2028, 1, 1)),
        ([(date(2025, 1, 1), date(2027, 1, 1)), (date(2027, 1, 2), date(2028, 1, 1))], date(2027, 1, 1)),
    ],
)
def test_a_term_goes_on_while_there_is_no_gap(terms: list[Days], until: date | None) -> None:
    assert term_from(date(2026, 3, 1), terms) == until


@given(st.tuples(DAYS, DAYS), st.lists(st.tuples(DAYS, DAYS), max_size=8))
def test_the_fullest_day_is_the_fullest_of_all_days(days: Days, others: list[Days]) -> None:
    counts = [
        sum(begins <= day < ends for begins, ends in others)
        for day in (days[0] + timedelta(step) for step in range((days[1] - days[0]).days))
    ]
    assert fullest(days, others) == max(counts, default=0)
