"""Calendar periods: which one a day lies in, which full ones lie before it, and what a policy may set."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.findings import Cited
from app.services.activities.facts import ActivityKind, period_start, periods_before
from app.services.activities.policy import DEFAULT, WrongPeriod


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 3, 2), 1, date(2026, 3, 1)),
        (date(2026, 3, 31), 3, date(2026, 1, 1)),
        (date(2026, 4, 1), 3, date(2026, 4, 1)),
        (date(2026, 12, 31), 6, date(2026, 7, 1)),
        (date(2026, 1, 1), 12, date(2026, 1, 1)),
    ],
)
def test_a_day_lies_in_one_period(day: date, months: int, first: date) -> None:
    assert period_start(day, months) == first


def test_full_periods_lie_before_the_one_that_runs() -> None:
    assert periods_before(date(2026, 3, 2), 3, 2) == (date(2025, 7, 1), date(2025, 10, 1))
    assert periods_before(date(2026, 1, 31), 1, 3) == (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1))


@pytest.mark.parametrize("months", [0, 5, 7, 13, -1])
def test_a_period_divides_a_year(months: int) -> None:
    with pytest.raises(WrongPeriod):
        replace(DEFAULT, theme_day_months=Cited(months, "试点"))


def test_every_kind_has_a_period() -> None:
    assert {kind: DEFAULT.months(kind).value for kind in ActivityKind} == {
        ActivityKind.members_meeting: 3,
        ActivityKind.committee_meeting: 1,
        ActivityKind.lecture: 3,
        ActivityKind.theme_day: 1,
    }
