"""What a month brings, held against a slow separate reckoning, and what is told with it."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited
from app.services.policies.facts import InForce
from app.services.treatment.entitling import again, apportioned, basis, entitle
from app.services.treatment.facts import Month, Period
from app.services.treatment.policy import DEFAULT, TreatmentPolicy
from app.services.treatment.schemes import Schemes
from tests.kit.subsidies import (
    BANDS,
    COUNTY,
    ROLES,
    Held,
    Scheme,
    random_bands,
    random_held,
    random_schemes,
    reckon,
)

MARCH = Month(date(2026, 3, 1))
HERE = (COUNTY, 3)


def laid_down(schemes: list[Scheme]) -> Schemes:
    """The same schemes as the application knows them."""
    return Schemes(InForce(_numbers(each), each.name, *each.region, each.since) for each in schemes)


def _numbers(scheme: Scheme) -> TreatmentPolicy:
    numbers: dict[str, Any] = {f"{role}_fen": Cited(scheme.fen[role], "某文件") for role in ROLES}
    numbers |= {f"{band}_percent": Cited(scheme.percent[band], "某文件") for band in (*BANDS, "unreviewed")}
    return TreatmentPolicy(version=scheme.name, closed_by_another=DEFAULT.closed_by_another, **numbers)


def periods(held: list[Held]) -> list[Period]:
    """The same roles as the application knows them."""
    return [Period(each.key, each.role, each.since, each.until, each.region) for each in held]


def one_scheme(fen: dict[str, int | None], percent: dict[str, int] | None = None) -> list[Scheme]:
    """A scheme of the country, for ever."""
    full = dict.fromkeys((*BANDS, "unreviewed"), 100) | (percent or {})
    return [Scheme("treatment-1", (0, 0), date(2020, 1, 1), dict.fromkeys(ROLES, None) | fen, full)]


def held(role: str, since: date, until: date | None, number: int = 1, region: tuple[int, int] = HERE) -> Held:
    """A role."""
    return Held(UUID(int=number), role, since, until, region)


@given(st.integers(0, 2**32), st.dates(date(2023, 1, 1), date(2028, 12, 28)))
def test_it_is_what_a_day_by_day_reckoning_gives(seed: int, day: date) -> None:
    told = random.Random(seed)
    month = Month.of(day)
    schemes = random_schemes(told, month.first, told.randrange(7))
    roles, bands = random_held(told, month.first, 5), random_bands(told, month.first, 3)
    found = entitle(periods(roles), bands, month, laid_down(schemes))
    slow = reckon(roles, bands, month.first.year, month.first.month, schemes)
    assert found.amount_fen == slow.fen
    assert dict(found.unpaid) == slow.unpaid
    days = {
        each.start + timedelta(days=n): (each.key, each.policy) for each in found.segments for n in range(each.days)
    }
    assert days == slow.paid
    assert sum(each.share_fen for each in found.segments) == found.amount_fen
    for each in found.segments:
        exact = each.days * each.rate_fen * each.percent / (100 * month.days)
        assert abs(each.share_fen - exact) < 1 + 1e-6


@given(st.integers(0, 2**32))
def test_what_a_list_froze_gives_the_same_again(seed: int) -> None:
    """Cut to the month and computed again, nothing has changed; nor when the place or the appraisal has since."""
    told = random.Random(seed)
    schemes = laid_down(random_schemes(told, MARCH.first, 5))
    roles, bands = periods(random_held(told, MARCH.first, 5)), random_bands(told, MARCH.first, 3)
    first = entitle(roles, bands, MARCH, schemes)
    frozen = basis(roles, bands, MARCH)
    assert entitle(frozen.periods, frozen.bands, MARCH, schemes) == first
    moved = [Period(each.key, each.role, each.start, each.end, (0, 0)) for each in roles]
    assert again(moved, frozen, [(date(2026, 3, 1), "excellent")], MARCH, schemes) == first


@given(st.lists(st.integers(0, 10**9), max_size=12), st.integers(1, 3100))
def test_parts_add_up(parts: list[int], divisor: int) -> None:
    total, shares = apportioned(parts, divisor)
    assert sum(shares) == total
    assert abs(total * divisor - sum(parts)) * 2 <= divisor
    assert all(0 <= share - part // divisor <= 1 for part, share in zip(parts, shares, strict=True))


def test_half_a_fen_is_rounded_up() -> None:
    assert apportioned([1], 2) == (1, [1])
    assert apportioned([1, 1, 1], 6) == (1, [1, 0, 0])
    assert apportioned([1, 1], 6) == (0, [0, 0])


def test_a_whole_month_is_the_month_s_amount() -> None:
    roles = [held("secretary", date(2025, 1, 1), None)]
    found = entitle(periods(roles), [], MARCH, laid_down(one_scheme({"secretary": 50_001})))
    assert found.amount_fen == 50_001
    (whole,) = found.segments
    assert (whole.days, whole.share_fen, whole.band, whole.percent) == (31, 50_001, None, 100)


def test_two_roles_at_a_time_are_paid_as_the_higher_one_alone() -> None:
    roles = [
        held("secretary", date(2026, 3, 1), date(2026, 3, 11), 1),
        held("instructor", date(2026, 1, 1), None, 2, (330108000000, 3)),
    ]
    found = entitle(periods(roles), [], MARCH, laid_down(one_scheme({"secretary": 62_000, "instructor": 31_000})))
    assert [(each.role, each.days, each.share_fen) for each in found.segments] == [
        ("secretary", 10, 20_000),
        ("instructor", 21, 21_000),
    ]
    assert found.amount_fen == 41_000


def test_the_same_role_in_two_branches_is_paid_once() -> None:
    roles = [held("secretary", date(2025, 1, 1), None, number) for number in (1, 2)]
    found = entitle(periods(roles), [], MARCH, laid_down(one_scheme({"secretary": 50_000})))
    assert found.amount_fen == 50_000
    assert [each.key.int for each in found.segments] == [1]


def test_without_a_scheme_it_is_told_and_not_taken_for_nothing() -> None:
    roles = [held("liaison", date(2026, 3, 30), None, 1), held("instructor", date(2026, 3, 31), None, 2)]
    found = entitle(periods(roles), [], MARCH, laid_down(one_scheme({})))
    assert (found.amount_fen, found.segments) == (0, ())
    assert found.unpaid == (("instructor", 1), ("liaison", 2))
    zero = entitle(periods(roles), [], MARCH, laid_down(one_scheme({"liaison": 0, "instructor": 0})))
    assert (zero.amount_fen, zero.unpaid) == (0, ())
    assert [(each.role, each.days) for each in zero.segments] == [("liaison", 1), ("instructor", 1)]


def test_the_scheme_of_the_day_pays() -> None:
    roles = [held("secretary", date(2025, 1, 1), None)]
    schemes = one_scheme({"secretary": 31_000})
    schemes.append(Scheme("treatment-2", HERE, date(2026, 3, 16), dict(schemes[0].fen) | {"secretary": 62_000},
                          schemes[0].percent))  # fmt: skip
    found = entitle(periods(roles), [], MARCH, laid_down(schemes))
    assert [(each.policy, each.days, each.share_fen) for each in found.segments] == [
        ("treatment-1", 15, 15_000),
        ("treatment-2", 16, 32_000),
    ]


def test_the_band_holds_from_the_day_of_the_decision() -> None:
    roles = [held("secretary", date(2025, 1, 1), None)]
    schemes = laid_down(one_scheme({"secretary": 31_000}, {"excellent": 120, "incompetent": 0}))
    found = entitle(periods(roles), [(date(2026, 1, 10), "incompetent"), (date(2026, 3, 21), "excellent")], MARCH,
                    schemes)  # fmt: skip
    assert [(each.band, each.days, each.share_fen) for each in found.segments] == [
        ("incompetent", 20, 0),
        ("excellent", 11, 13_200),
    ]


def test_a_role_of_no_day_brings_nothing() -> None:
    roles = [held("secretary", date(2026, 3, 5), date(2026, 3, 5)), held("secretary", date(2026, 4, 1), None, 2)]
    found = entitle(periods(roles), [], MARCH, laid_down(one_scheme({"secretary": 31_000})))
    assert (found.amount_fen, found.segments, found.unpaid) == (0, (), ())


def test_the_shipped_numbers_pay_nobody() -> None:
    """No document names an amount: whoever pays lays down a scheme."""
    assert all(DEFAULT.fen(role).value is None for role in ROLES)
