"""Terms beside terms: what a push may say of a time in office, and what it may not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.workers.pushed.terms import Standing, Term, months_between, unfit

FIRST, END = date(2026, 3, 1), date(2028, 3, 1)
HERE = [Standing(FIRST, END)]


@pytest.mark.parametrize(
    ("first", "end", "months"),
    [
        (FIRST, END, 24),
        (FIRST, END + timedelta(days=1), 25),
        (date(2024, 2, 29), date(2026, 2, 28), 24),
        (date(2024, 2, 29), date(2026, 3, 1), 25),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (FIRST, FIRST + timedelta(days=1), 1),
    ],
)
def test_months_are_counted_whole(first: date, end: date, months: int) -> None:
    assert months_between(Term(first, end)) == months


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_a_term_of_so_many_months_takes_so_many(first: date, months: int) -> None:
    term = Term.lasting(first, months)
    assert months_between(term) == months
    assert months_between(Term(first, term.end + timedelta(days=1))) == months + 1
    assert term.last_day < term.end.isoformat()


@pytest.mark.parametrize(
    ("first", "end", "code"),
    [
        (FIRST, END, None),
        (FIRST, END + timedelta(days=31), None),
        (END, END + timedelta(days=31), None),
        (date(2024, 3, 1), FIRST, None),
        (FIRST, END - timedelta(days=1), "term_shortened"),
        (FIRST + timedelta(days=1), END, "term_overlaps"),
        (date(2024, 3, 1), FIRST + timedelta(days=1), "term_overlaps"),
    ],
)
def test_beside_one_that_stands(first: date, end: date, code: str | None) -> None:
    wrong = unfit(Term(first, end), HERE)
    assert (None if wrong is None else wrong.code) == code


def test_beside_one_that_was_ended_and_after_leaving() -> None:
    ended = [Standing(FIRST, date(2027, 1, 1), ended=True)]
    assert unfit(Term(FIRST, date(2027, 1, 1)), ended) is None
    assert getattr(unfit(Term(FIRST, END), ended), "code", None) == "term_over"
    assert unfit(Term(date(2027, 1, 1), END), ended) is None
    left = [Standing(date.min, date(2027, 1, 1), left=True)]
    assert getattr(unfit(Term(FIRST, END), left), "code", None) == "term_before_leaving"
    assert unfit(Term(date(2027, 1, 1), END), left) is None
