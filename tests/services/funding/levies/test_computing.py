"""What a payroll makes: against an independent slow reference, and what must hold for any firm."""

import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited, judge
from app.services.funding.facts import MOST_FEN
from app.services.funding.levies.computing import computed
from app.services.funding.levies.facts import Band, Firm, PayrollSource, deductible, share
from app.services.funding.levies.policy import DEFAULT, LevyPolicy, WrongLevy
from app.services.funding.levies.rules import COMPUTING, FILING, SETTLING, TELLING, LevyFacts
from app.services.organizations.kinds import Kind
from tests.services.funding.levies import slow

CASES = 10_000


def firm(
    payroll: int | None = 480_000_000, staff: int | None = 45, members: int | None = 5, filed: int | None = None
) -> Firm:
    return Firm(
        UUID(int=1),
        "清溪县云岭茶业有限公司",
        None,
        Kind.private_enterprise,
        staff,
        members,
        payroll,
        PayrollSource.workforce if payroll is not None else None,
        None,
        filed,
    )


def policy(bands: list[tuple[int, int, int]], default: int = 0, limit: int = 100) -> LevyPolicy:
    return replace(
        DEFAULT,
        limit_permyriad=Cited(limit, "x"),
        bands=Cited(tuple(Band(*band) for band in bands), "x"),
        default_permyriad=Cited(default, "x"),
    )


def test_ten_thousand_firms_come_to_what_the_slow_way_comes_to() -> None:
    dice = random.Random(20260302)
    sources = set()
    for _ in range(CASES):
        limit = dice.choice((100, 100, dice.randint(0, 100)))
        sizes = {
            (dice.choice((0, 10, 50, 300, 1000)), dice.choice((0, 1, 3, 10, 50))) for _ in range(dice.randint(0, 5))
        }
        bands = [(*size, dice.randint(1, limit)) for size in sizes] if limit else []
        default = dice.choice((0, dice.randint(0, limit)))
        payroll = dice.choice(
            (None, 0, 1, 99, dice.randint(0, 10**6), dice.randint(0, MOST_FEN), MOST_FEN, dice.randint(1, 10**10))
        )
        staff = dice.choice((None, 0, 9, 10, 49, 50, dice.randint(0, 5000)))
        members = dice.choice((None, 0, 1, 2, 3, dice.randint(0, 200)))
        filed = dice.choice((None, None, dice.randint(1, 10_000), 100))
        ours = computed(firm(payroll, staff, members, filed), policy(bands, default, limit))
        theirs = slow.levy(payroll, staff, members, filed, bands, default, limit)
        assert (ours.ratio.permyriad, str(ours.ratio.source), ours.limit_fen, ours.planned_fen) == theirs
        sources.add(theirs.source)
    assert sources == {"none", "default", "band", "filed"}


fen = st.integers(0, MOST_FEN)


@given(fen, st.integers(1, 10_000))
def test_rounding_is_down_and_by_less_than_a_fen(payroll: int, permyriad: int) -> None:
    planned = share(payroll, permyriad)
    assert planned * 10_000 <= payroll * permyriad < (planned + 1) * 10_000


@given(fen, fen, st.integers(0, 100))
def test_parts_of_what_was_spent_add_up_and_none_is_below_zero(payroll: int, spent: int, limit: int) -> None:
    may = share(payroll, limit)
    inside = deductible(spent, may)
    assert 0 <= inside <= may
    assert inside + (spent - inside) == spent
    assert spent - inside >= 0
    assert (inside == spent) == (spent <= may)


@given(fen, fen, st.integers(1, 100))
def test_more_payroll_never_makes_less(one: int, other: int, permyriad: int) -> None:
    low, high = sorted((one, other))
    assert share(low, permyriad) <= share(high, permyriad)
    assert share(low, permyriad) + share(high, permyriad) <= share(low + high, permyriad)


def test_a_fen_of_a_payroll_is_too_little_for_any_limit() -> None:
    ours = computed(firm(99), policy([]))
    assert (ours.limit_fen, ours.planned_fen) == (0, None)
    assert computed(firm(100), policy([])).limit_fen == 1


def test_state_owned_firms_are_refused_with_the_document() -> None:
    (found,) = judge(COMPUTING, LevyFacts(Kind.state_owned), DEFAULT)
    assert (found.code, found.severity) == ("levy_state_owned", "hard")
    assert "组通字〔2017〕38号" in found.citation
    (other,) = judge(COMPUTING, LevyFacts(Kind.administrative), DEFAULT)
    assert other.code == "levy_kind_not_counted"
    assert judge(COMPUTING, LevyFacts(Kind.unclassified), DEFAULT) == ()


def test_a_ratio_above_the_limit_is_a_departure_when_filed_and_told_ever_after() -> None:
    facts = LevyFacts(Kind.private_enterprise, ratio_permyriad=150)
    (found,) = judge(FILING, facts, DEFAULT)
    assert (found.code, found.severity, found.limit, found.actual) == ("levy_ratio_above_limit", "departure", 100, 150)
    told = {each.code: each.severity for each in judge(TELLING, facts, DEFAULT)}
    assert told["levy_ratio_above_limit"] == "advice"
    assert judge(FILING, replace(facts, ratio_permyriad=100), DEFAULT) == ()


def test_what_keeps_a_levy_from_being_settled() -> None:
    codes = {
        each.code: str(each.severity) for each in judge(SETTLING, LevyFacts(Kind.private_enterprise, own=True), DEFAULT)
    }
    assert codes == {
        "levy_own_computation": "hard", "levy_year_not_over": "hard", "levy_payroll_missing": "hard",
    }  # fmt: skip
    zero = LevyFacts(Kind.private_enterprise, payroll_fen=0, limit_fen=0, spent_fen=5, year_over=True)
    assert {each.code: str(each.severity) for each in judge(SETTLING, zero, DEFAULT)} == {
        "levy_payroll_zero": "departure", "levy_above_limit": "advice",
    }  # fmt: skip


def test_wages_a_head_that_nobody_pays_are_told() -> None:
    low = LevyFacts(Kind.private_enterprise, payroll_fen=48_000, staff=45)
    assert "levy_wage_low" in {each.code for each in judge(TELLING, low, DEFAULT)}
    high = replace(low, payroll_fen=4_800_000_000_000)
    assert "levy_wage_high" in {each.code for each in judge(TELLING, high, DEFAULT)}
    fair = replace(low, payroll_fen=480_000_000)
    assert not {each.code for each in judge(TELLING, fair, DEFAULT)} & {"levy_wage_low", "levy_wage_high"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit_permyriad", 101, "levy_limit_wrong"),
        ("limit_permyriad", -1, "levy_limit_wrong"),
        ("default_permyriad", 101, "levy_ratio_wrong"),
        ("bands", (Band(0, 0, 101),), "levy_ratio_wrong"),
        ("bands", (Band(0, 0, 0),), "levy_ratio_wrong"),
        ("bands", (Band(-1, 0, 50),), "levy_band_wrong"),
        ("bands", (Band(10, 0, 50), Band(10, 0, 60)), "levy_band_twice"),
        ("counted_kinds", (Kind.state_owned,), "levy_state_owned_counted"),
        ("wage_from_fen", 200_000_000, "levy_wage_wrong"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(name: str, value: Any, code: str) -> None:
    changed: dict[str, Any] = {name: Cited(value, "x")}
    with pytest.raises(WrongLevy) as refused:
        replace(DEFAULT, **changed)
    assert refused.value.code == code
