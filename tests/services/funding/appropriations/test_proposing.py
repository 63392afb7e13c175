"""Proposals against a slow and independent reference, and what each rule says in so many words."""

from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited
from app.services.funding.appropriations.facts import COMPUTED, Ground, ItemKind, LeftOut, Passing, Project
from app.services.funding.appropriations.inheriting import inherited
from app.services.funding.appropriations.policy import DEFAULT
from app.services.funding.appropriations.proposing import MoreThanDue, propose
from app.services.funding.appropriations.sharing import shares
from tests.services.funding.appropriations import slow
from tests.services.funding.appropriations.grounds import ON, a_ground, a_policy, standing

CASES = 10_000
A, B, C, D = (UUID(int=number) for number in (1, 2, 3, 4))
ALL: tuple[ItemKind, ...] = COMPUTED


def test_ten_thousand_proposals_equal_the_slow_reference() -> None:
    random = Random(20260630)
    shared = 0
    for _ in range(CASES):
        ground, policy = a_ground(random), a_policy(random)
        kinds = set(random.sample(ALL, random.randint(1, 3)))
        due = sum(fen for fen in slow.wanted(ground, kinds, policy).values())
        wished = random.randint(1, due) if due and random.random() < 0.5 else None
        found = propose(ground, kinds, policy, wished)
        told = {(line.kind, line.branch_id, line.project_id): line.amount_fen for line in found.lines}
        assert told == slow.given(ground, kinds, policy, wished)
        assert found.total_fen == (due if wished is None else wished)
        assert found.wanted_fen == due
        assert all(0 <= line.amount_fen <= line.wanted_fen for line in found.lines)
        shared += wished is not None and wished < due
    assert shared > CASES // 4


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**13), min_size=1, max_size=50))
def test_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert parts == slow.split(total, weights)
    if total <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))


def test_nobody_to_share_among_is_refused() -> None:
    for total, weights in ((-1, [1]), (1, []), (1, [1, -1])):
        with pytest.raises(ValueError, match="nobody"):
            shares(total, weights)


def test_equal_remainders_go_to_the_larger_and_then_to_the_first() -> None:
    assert shares(1, [1, 1]) == [1, 0]
    assert shares(2, [1, 3]) == [0, 2]  # a half each: the larger one
    assert shares(100, [1, 1, 1]) == [34, 33, 33]
    assert shares(5, [0, 0]) == [3, 2]


def _lines(ground: Ground, *kinds: ItemKind) -> list[tuple[ItemKind, int, int]]:
    return [(line.kind, line.amount_fen, line.turn) for line in propose(ground, kinds or ALL, DEFAULT).lines]


def test_a_branch_is_given_by_its_members_and_the_line_says_how() -> None:
    (line,) = propose(Ground(2026, ON, (standing(A, 12, 2),)), ALL, DEFAULT).lines
    assert (line.members, line.due_fen, line.granted_fen, line.amount_fen) == (14, 420_000, 0, 420_000)
    assert line.explanation["rate_fen"] * line.explanation["members"] == line.due_fen
    assert line.explanation["document"] == DEFAULT.member_year_fen.document


def test_who_grew_is_given_the_difference_and_who_shrank_keeps_what_he_has() -> None:
    assert _lines(Ground(2026, ON, (standing(A, 5, given_fen=90_000, turns=1),))) == [(ItemKind.per_member, 60_000, 2)]
    shrunk = propose(Ground(2026, ON, (standing(A, 2, given_fen=90_000, turns=1),)), ALL, DEFAULT)
    assert shrunk.lines == ()
    assert [each.why for each in shrunk.left_out] == [LeftOut.all_given]


def test_a_branch_without_members_is_named() -> None:
    found = propose(Ground(2026, ON, (standing(A, 0),)), [ItemKind.per_member], DEFAULT)
    assert [(each.branch_id, each.why) for each in found.left_out] == [(A, LeftOut.no_members)]


def test_the_founding_grant_is_for_the_new_once() -> None:
    new = standing(A, 0, approved_on=date(2026, 2, 1), founded_on=date(2026, 2, 10))
    kinds = [ItemKind.founding]
    ground = Ground(2026, ON, (new,))
    assert _lines(ground, *kinds) == [(ItemKind.founding, 200_000, 1)]
    for changed, why in (
        (replace(new, founding_given=True), LeftOut.founding_given),
        (replace(new, came_of=True), LeftOut.successor),
    ):
        found = propose(Ground(2026, ON, (changed,)), kinds, DEFAULT)
        assert (found.lines, [each.why for each in found.left_out]) == ((), [why])
    assert _lines(Ground(2025, ON, (new,)), *kinds) == []  # another year's
    late = Ground(2026, ON, (replace(new, approved_on=date(2025, 12, 20)),))
    assert _lines(late, *kinds) == []
    back = replace(DEFAULT, founding_years_back=Cited(1, "某区〔2026〕1号"))
    assert propose(late, kinds, back).total_fen == 200_000


def test_what_a_branch_had_goes_on_in_whoever_it_became() -> None:
    became = Ground(2026, ON, (standing(B, 6),), passings=(Passing(A, B),), given=((A, 150_000),))
    assert _lines(became) == [(ItemKind.per_member, 30_000, 1)]
    merged = replace(became, passings=(Passing(A, B), Passing(C, B)), given=((A, 90_000), (C, 60_000)))
    assert _lines(merged) == [(ItemKind.per_member, 30_000, 1)]


def test_what_a_branch_had_is_split_among_its_heirs_by_members() -> None:
    came = inherited({A: 100_000}, [Passing(A, B), Passing(A, C)], {B: 2, C: 1})
    assert came == {B: 66_667, C: 33_333}
    assert inherited({A: 90, B: 10}, [Passing(A, B), Passing(B, C)], {C: 3}) == {B: 90, C: 100}
    assert inherited({A: 3}, [Passing(A, B), Passing(A, C)], {}) == {B: 2, C: 1}


def test_short_money_is_shared_out_to_the_last_fen() -> None:
    ground = Ground(2026, ON, (standing(A, 1), standing(B, 1), standing(C, 1)), (Project(D, C, "红色楼宇", 90_000),))
    found = propose(ground, ALL, DEFAULT, 100_000)
    assert sorted(line.amount_fen for line in found.lines) == [16_666, 16_667, 16_667, 50_000]
    assert all(line.explanation["shared_of_fen"] == 180_000 for line in found.lines)
    with pytest.raises(MoreThanDue) as refused:
        propose(ground, ALL, DEFAULT, 180_001)
    assert refused.value.due_fen == 180_000
    assert propose(ground, ALL, DEFAULT, 180_000).total_fen == 180_000


def test_a_project_of_a_branch_that_is_gone_is_not_paid() -> None:
    assert _lines(Ground(2026, ON, (), (Project(D, A, "红色楼宇", 90_000),))) == []
