"""What is asked of a worker's year, and how it is judged, without a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.indicators import INDICATORS
from app.core.findings import Cited, judge
from app.services.activities.policy import DEFAULT as RHYTHM
from app.services.assessment.contract import Catalogue, Indicator, Period, SubjectKind, Unit
from app.services.duties.facts import (
    Band,
    Consequence,
    Held,
    Measured,
    Opinions,
    ReviewFacts,
    Target,
    TargetSource,
    so_far,
    year_of,
)
from app.services.duties.figures.facts import WorkerFigure
from app.services.duties.policy import DEFAULT, WrongBands
from app.services.duties.rules import DECIDING, GATHERING, suggest
from app.services.duties.targets.rules import DUTIES, GROWING, asked, targets
from app.services.training.facts import Held as Studying
from app.services.training.facts import Study
from app.services.training.policy import DEFAULT as TRAINING
from app.services.training.rules import minutes_due
from app.services.workers.facts import WorkerRole

YEAR = 2025
WHOLE = year_of(YEAR)
ALL = Held("instructor", date(2024, 1, 1), None)
WANTED = asked(DEFAULT, RHYTHM, TRAINING)
NOBODY = Opinions(0, 0, 0, 0)

roles = st.sampled_from([role.value for role in WorkerRole])
days = st.dates(date(2024, 6, 1), date(2026, 6, 1))
held = st.lists(
    st.builds(
        lambda role, since, length: Held(role, since, None if length is None else since + timedelta(days=length)),
        roles,
        days,
        st.one_of(st.none(), st.integers(1, 500)),
    ),
    max_size=5,
)


def measured(value: int | None, due: int, indicator: str = "visits_due_met_percent") -> Measured:
    return Measured(Target(indicator, "instructor", due, due, TargetSource.policy, ""), value)


def facts(*figures: Measured, opinions: Opinions = NOBODY, **more: object) -> ReviewFacts:
    told = ReviewFacts(measured=figures, opinions=opinions, self_reported=True, year_over=True)
    return replace(told, **more)  # type: ignore[arg-type]  # fields by name


def codes(rules: object, found: ReviewFacts) -> dict[str, str]:
    return {each.code: each.severity.value for each in judge(rules, found, DEFAULT)}  # type: ignore[arg-type]  # a tuple of rules


def test_every_role_has_duties_and_every_target_an_indicator() -> None:
    assert set(DUTIES) == set(WorkerRole)
    assert set(WANTED) <= set(WorkerFigure)
    for figure in WorkerFigure:
        indicator = INDICATORS.of(figure.value)
        assert indicator is not None, figure
        assert indicator.subject_kind is SubjectKind.worker
        assert indicator.grows == (figure in GROWING), figure


def test_a_catalogue_tells_each_figure_once() -> None:
    one = INDICATORS.indicators[0]
    with pytest.raises(ValueError, match="twice"):
        Catalogue((one, one))
    assert INDICATORS.of("nothing") is None
    assert Indicator("x", SubjectKind.worker, Unit.tasks, True, one.read).code == "x"


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 1, 2), date(2026, 1, 1))
    assert so_far(2026, date(2026, 3, 2)) == Period(date(2026, 1, 1), date(2026, 3, 3))
    assert so_far(2025, date(2026, 3, 2)) == WHOLE
    assert so_far(2027, date(2026, 3, 2)).last == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (date(2025, 1, 1), None, 1440),
        (date(2024, 1, 1), date(2030, 1, 1), 1440),
        (date(2025, 9, 1), None, 481),  # 1440 × 122 ÷ 365 = 481.3
        (date(2025, 1, 1), date(2025, 1, 2), 4),  # 3.9
        (date(2026, 1, 1), None, None),
        (date(2024, 1, 1), date(2025, 1, 1), None),
    ],
)
def test_a_part_of_the_year_asks_a_part(since: date, until: date | None, minutes: int | None) -> None:
    found = {each.indicator: each for each in targets(WANTED, {}, [Held("instructor", since, until)], WHOLE, WHOLE)}
    target = found.get("training_minutes")
    assert (None if target is None else target.year) == minutes
    assert ("visits_due_met_percent" in found) == (minutes is not None)


def test_the_most_demanding_role_of_a_day_counts_once() -> None:
    both = [Held("secretary", date(2025, 1, 1), None), Held("instructor", date(2025, 1, 1), None)]
    found = {each.indicator: each for each in targets(WANTED, {}, both, WHOLE, WHOLE)}
    assert (found["training_minutes"].year, found["training_minutes"].role) == (56 * 45, "secretary")
    assert found["branch_meetings_held"].year == 20


@given(held)
def test_training_is_asked_as_the_training_room_asks(roles_held: list[Held]) -> None:
    found = {each.indicator: each for each in targets(WANTED, {}, roles_held, WHOLE, WHOLE)}
    there = tuple(Studying(WorkerRole(each.role), each.since, each.until or date.max) for each in roles_held)
    due = minutes_due(Study(YEAR, there, 0, 0, 0), TRAINING)
    assert (found["training_minutes"].year if "training_minutes" in found else 0) == due


@given(held, st.dates(date(2025, 1, 1), date(2025, 12, 31)))
def test_what_is_due_so_far_grows_up_to_the_whole(roles_held: list[Held], today: date) -> None:
    tomorrow = so_far(YEAR, today + timedelta(days=1))
    now, then = (targets(WANTED, {}, roles_held, WHOLE, over) for over in (so_far(YEAR, today), tomorrow))
    for early, late in zip(now, then, strict=True):
        assert 0 <= early.due <= late.due <= late.year


def test_a_changed_target_takes_the_policys_place() -> None:
    over = so_far(YEAR, date(2025, 7, 1))
    changed = {"training_minutes": (730, "挂职"), "tasks_done": (4, "试点"), "tasks_on_time_percent": (50, "新手")}
    found = {each.indicator: each for each in targets(WANTED, changed, [ALL], WHOLE, over)}
    assert (found["training_minutes"].year, found["training_minutes"].due) == (730, 364)
    assert (found["tasks_done"].source, found["tasks_done"].document) == (TargetSource.changed, "试点")
    assert found["tasks_on_time_percent"].due == 50


@pytest.mark.parametrize(
    ("value", "due", "percent"),
    [(0, 10, 0), (5, 10, 50), (10, 10, 100), (99, 10, 100), (None, 10, None), (3, 0, None), (2, 3, 66)],
)
def test_how_much_was_done(value: int | None, due: int, percent: int | None) -> None:
    assert measured(value, due).percent == percent


@pytest.mark.parametrize(
    ("percents", "band"),
    [
        ((), None),
        ((100,), Band.excellent),
        ((90,), Band.excellent),
        ((89,), Band.competent),
        ((80,), Band.competent),
        ((79,), Band.basic),
        ((60,), Band.basic),
        ((59,), Band.incompetent),
        ((100, 0), Band.incompetent),
        ((100, 60), Band.competent),
    ],
)
def test_the_band_that_the_numbers_point_to(percents: tuple[int, ...], band: Band | None) -> None:
    assert suggest(facts(*(measured(each, 100) for each in percents)), DEFAULT).band is band


@pytest.mark.parametrize(
    ("opinions", "band"),
    [
        (Opinions(5, 0, 0, 0), Band.excellent),  # nobody answered
        (Opinions(5, 4, 1, 0), Band.excellent),
        (Opinions(5, 3, 2, 0), Band.competent),
        (Opinions(10, 7, 0, 3), Band.competent),
        (Opinions(10, 6, 0, 4), Band.basic),
        (Opinions(1, 0, 0, 1), Band.basic),
    ],
)
def test_bodies_that_are_not_content_cap_the_band(opinions: Opinions, band: Band) -> None:
    assert suggest(facts(measured(100, 100), opinions=opinions), DEFAULT).band is band
    assert suggest(facts(measured(0, 100), opinions=opinions), DEFAULT).band is Band.incompetent


@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=5),
    st.integers(0, 4),
    st.integers(1, 60),
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)),
)
def test_doing_more_never_lowers_the_band(values: list[int], which: int, more: int, told: tuple[int, int, int]) -> None:
    better = list(values)
    better[which % len(values)] += more
    opinions = Opinions(sum(told), *told)
    before, after = (
        suggest(facts(*(measured(each, 100) for each in figures), opinions=opinions), DEFAULT).band
        for figures in (values, better)
    )
    order = list(Band)
    assert before is not None
    assert after is not None
    assert order.index(after) <= order.index(before)


def test_what_stands_against_closing_and_deciding() -> None:
    good = facts(measured(100, 100), opinions=Opinions(2, 2, 0, 0))
    assert codes(GATHERING, good) == {}
    assert codes(GATHERING, replace(good, self_reported=False, opinions=Opinions(2, 1, 0, 0))) == {
        "review_without_report": "departure",
        "review_opinions_missing": "departure",
    }
    right = replace(good, band=Band.excellent, consequence=Consequence.keep_on)
    assert codes(DECIDING, right) == {}
    assert codes(DECIDING, replace(right, own=True)) == {"review_own": "hard"}
    assert codes(DECIDING, replace(right, year_over=False)) == {"review_year_not_over": "departure"}
    assert codes(DECIDING, replace(right, band=Band.competent)) == {"review_band_departs": "departure"}
    assert codes(DECIDING, replace(right, consequence=Consequence.adjust_post)) == {
        "review_consequence_departs": "departure"
    }
    unmeasured = facts(band=Band.basic, consequence=Consequence.retrain)
    assert codes(DECIDING, unmeasured) == {}  # nothing points anywhere


@pytest.mark.parametrize(
    "wrong",
    [
        {"competent_from": Cited(95, "")},
        {"basic_from": Cited(-1, "")},
        {"excellent_from": Cited(101, "")},
        {"excellent_satisfied": Cited(120, "")},
        {"visits_due_met_percent": Cited(101, "")},
        {"branches_founded": Cited(-1, "")},
    ],
)
def test_bands_stand_in_order(wrong: dict[str, Cited[int]]) -> None:
    with pytest.raises(WrongBands):
        replace(DEFAULT, **wrong)  # type: ignore[arg-type]  # fields by name
