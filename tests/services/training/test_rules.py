"""What is due of a year of learning, by pure rules."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited, Severity, judge
from app.services.training.facts import Due, Held, Study
from app.services.training.policy import DEFAULT, PLAN, TrainingPolicy, WrongStudy
from app.services.training.rules import DUES, due, hour_days, minutes_due, minutes_of, practice_due, sessions_due
from app.services.workers.facts import WorkerRole

YEAR = 2026
FIRST, AFTER = date(2026, 1, 1), date(2027, 1, 1)


def study(*held: Held, minutes: int = 0, sessions: int = 0, practice_days: int = 0, year: int = YEAR) -> Study:
    return Study(year, held, minutes, sessions, practice_days)


def all_year(role: WorkerRole) -> Held:
    return Held(role, date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("role", "hours"),
    [
        (WorkerRole.secretary, 56),
        (WorkerRole.deputy_secretary, 56),
        (WorkerRole.committee_member, 56),
        (WorkerRole.full_time_worker, 32),
        (WorkerRole.instructor, 32),
        (WorkerRole.liaison, 0),
    ],
)
def test_a_role_held_all_year_asks_for_its_hours(role: WorkerRole, hours: int) -> None:
    assert minutes_due(study(all_year(role)), DEFAULT) == hours * 45


def test_a_part_of_the_year_asks_for_its_part() -> None:
    half = Held(WorkerRole.secretary, date(2026, 7, 1), AFTER)  # 184 of 365 days
    assert minutes_due(study(half), DEFAULT) == round(56 * 45 * 184 / 365)
    leap = study(Held(WorkerRole.secretary, date(2028, 2, 29), date(2028, 3, 1)), year=2028)
    assert minutes_due(leap, DEFAULT) == 7  # 2520 / 366 = 6.885


def test_a_half_minute_is_rounded_up() -> None:
    # one day of 73 hours of 45 minutes in a year of 365 days: 9 minutes; of 146/292 nothing is left over
    policy = replace(DEFAULT, secretary_hours=Cited(73, PLAN), minutes_per_hour=Cited(5, PLAN))
    assert minutes_of(73, 2026, policy) == 1
    policy = replace(policy, minutes_per_hour=Cited(1, PLAN))
    assert minutes_of(365, 2026, policy) == 1
    assert minutes_of(183, 2026, policy) == 1
    assert minutes_of(182, 2026, policy) == 0
    assert minutes_of(183, 2028, policy) == 1  # exactly a half


def test_overlapping_roles_count_once_by_the_more_demanding() -> None:
    one = Held(WorkerRole.instructor, FIRST, AFTER)
    other = Held(WorkerRole.secretary, date(2026, 3, 1), date(2026, 6, 1))
    again = Held(WorkerRole.committee_member, date(2026, 5, 1), date(2026, 7, 1))
    days = (date(2026, 7, 1) - date(2026, 3, 1)).days
    assert hour_days((one, other, again), YEAR, DEFAULT) == days * 56 + (365 - days) * 32


def test_a_team_attends_a_training_once_it_has_been_there_long_enough() -> None:
    enough = Held(WorkerRole.deputy_secretary, FIRST, FIRST + timedelta(days=183))
    short = Held(WorkerRole.deputy_secretary, FIRST, FIRST + timedelta(days=182))
    assert sessions_due(study(enough), DEFAULT) == 1
    assert sessions_due(study(short), DEFAULT) == 0
    # two posts one after the other, and on some days at once, are one stay in a team
    assert sessions_due(study(short, Held(WorkerRole.secretary, date(2026, 6, 1), date(2026, 7, 3))), DEFAULT) == 1
    assert sessions_due(study(all_year(WorkerRole.instructor)), DEFAULT) == 0


def test_practice_is_asked_only_where_a_policy_asks() -> None:
    assert practice_due(study(all_year(WorkerRole.instructor)), DEFAULT) is None
    policy = replace(DEFAULT, practice_days=Cited(10, PLAN))
    assert practice_due(study(all_year(WorkerRole.instructor)), policy) == 10
    assert practice_due(study(Held(WorkerRole.instructor, FIRST, date(2026, 7, 2))), policy) == 5
    assert practice_due(study(all_year(WorkerRole.secretary)), policy) == 0


def test_what_is_short_is_found_with_its_document() -> None:
    policy = replace(DEFAULT, practice_days=Cited(10, "某市办法"))
    told = judge(DUES, due(study(all_year(WorkerRole.secretary), all_year(WorkerRole.instructor)), policy), policy)
    assert [(each.code, each.limit, each.actual, each.citation, each.severity) for each in told] == [
        ("training_hours_short", 2520, 0, PLAN, Severity.advice),
        ("training_sessions_short", 1, 0, PLAN, Severity.advice),
        ("practice_days_short", 10, 0, "某市办法", Severity.advice),
    ]
    enough = study(all_year(WorkerRole.secretary), minutes=2520, sessions=1)
    assert judge(DUES, due(enough, DEFAULT), DEFAULT) == ()


def test_nothing_is_due_of_who_holds_nothing() -> None:
    assert due(study(all_year(WorkerRole.liaison)), DEFAULT) == Due(None, 0, 0, 0, 0, None, 0)
    assert judge(DUES, due(study(), DEFAULT), DEFAULT) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"minutes_per_hour": Cited(0, PLAN)},
        {"secretary_hours": Cited(-1, PLAN)},
        {"sessions_after_days": Cited(0, PLAN)},
        {"practice_days": Cited(367, PLAN)},
    ],
)
def test_a_policy_that_no_year_can_hold_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WrongStudy):
        replace(DEFAULT, **change)


DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))
PERIODS = st.tuples(DAYS, DAYS).filter(lambda pair: pair[0] != pair[1]).map(sorted)


@given(st.lists(st.tuples(st.sampled_from(WorkerRole), PERIODS), max_size=8))
def test_day_by_day_is_the_same(drawn: list[tuple[WorkerRole, list[date]]]) -> None:
    held = tuple(Held(role, start, end) for role, (start, end) in drawn)
    slow = 0
    day = FIRST
    while day < AFTER:
        slow += max((DEFAULT.asked_of(each.role) for each in held if each.valid_from <= day < each.valid_to), default=0)
        day += timedelta(days=1)
    assert hour_days(held, YEAR, DEFAULT) == slow


@given(st.lists(st.tuples(st.sampled_from(WorkerRole), PERIODS), max_size=8))
def test_the_layers_of_the_limits_add_up_to_the_days(drawn: list[tuple[WorkerRole, list[date]]]) -> None:
    """How the database reckons: for each limit the days on which a role that asks for so much was held."""
    held = tuple(Held(role, start, end) for role, (start, end) in drawn)
    total, below = 0, 0
    for hours, roles in DEFAULT.limits():
        days = {
            day
            for each in held
            if each.role in roles
            for day in range(each.valid_from.toordinal(), each.valid_to.toordinal())
            if FIRST.toordinal() <= day < AFTER.toordinal()
        }
        total += (hours - below) * len(days)
        below = hours
    assert total == hour_days(held, YEAR, DEFAULT)


def test_every_role_has_its_hours() -> None:
    assert set(TrainingPolicy.__dataclass_fields__) >= {f"{role}_hours" for role in WorkerRole}
