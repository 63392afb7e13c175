"""Figures from tallies: judged once a key, the unknown beside, moves and other policies."""

import random

import pytest

from app.services.coverage.easy_first import gap_of
from app.services.coverage.figures import Bench, Share, by_kind, figures
from app.services.coverage.moves import Move, NotSoMany, moved
from app.services.coverage.policy import DEFAULT
from app.services.organizations.facts import CoverageMode, OrganizationFacts, Status, UncoveredReason, pack
from app.services.organizations.kinds import Kind
from tests.services.coverage.cases import an, policy


def tally(*entries: tuple[int, OrganizationFacts]) -> list[tuple[int, int]]:
    return [(pack(facts), number) for number, facts in entries]


MIXED = tally(
    (10, an(3, coverage_mode=CoverageMode.standalone)),
    (4, an(5)),
    (6, an(2, coverage_mode=CoverageMode.joint)),
    (2, an(1)),
    (30, an(0)),
    (8, an(0, has_union=True)),
    (7, an(None)),
    (5, an(None, kind=Kind.unclassified)),
    (3, an(3, kind=Kind.state_owned, coverage_mode=CoverageMode.standalone)),
    (9, an(3, status=Status.closed)),
)


def test_every_figure_carries_what_it_rests_on() -> None:
    found = figures(MIXED, DEFAULT, "all_operating")
    assert found.organizations == 84
    assert found.organisation_coverage == Share(16, 67)
    assert found.work_coverage == Share(24, 67)
    assert found.standalone_rate == Share(10, 67)
    assert (found.unclassified, found.undetermined) == (5, 0)
    assert found.unclassified_share == Share(5, 72)
    assert found.kinds == DEFAULT.counted_all_operating.value
    assert (found.policy_version, found.member_basis) == (DEFAULT.version, "relation")


def test_the_denominator_decides() -> None:
    found = figures(MIXED, DEFAULT, "eligible")
    assert found.organisation_coverage == Share(10, 14)
    assert (found.unclassified, found.undetermined) == (5, 7)
    assert figures(MIXED, DEFAULT, "has_members").organisation_coverage == Share(16, 22)


def test_the_classes() -> None:
    told = {each.code: (each.reached, each.undetermined) for each in figures(MIXED, DEFAULT, "all_operating").classes}
    assert told == {
        "above_scale": (Share(0, 0), 0),
        "three_members": (Share(10, 14), 12),
        "few_members": (Share(6, 8), 12),
        "no_members": (Share(8, 38), 12),
    }


def test_rates() -> None:
    assert Share(1, 3).rate == 0.3333
    assert Share(0, 0).rate is None
    assert figures([], DEFAULT, "san_you").organisation_coverage == Share(0, 0)


def test_a_tally_is_the_sum_of_its_parts() -> None:
    told = random.Random(7)
    for _ in range(20):
        parts = [(key, told.randint(0, number)) for key, number in MIXED]
        rest = [(key, number - part) for (key, number), (_, part) in zip(MIXED, parts, strict=True)]
        whole, one, two = (figures(each, DEFAULT, "eligible") for each in (MIXED, parts, rest))
        assert whole.organisation_coverage.numerator == (
            one.organisation_coverage.numerator + two.organisation_coverage.numerator
        )
        assert whole.undetermined == one.undetermined + two.undetermined


def test_a_key_is_judged_once() -> None:
    judged = Bench(DEFAULT)
    assert judged.verdict(MIXED[0][0]) is judged.verdict(MIXED[0][0])


def test_by_kind_loses_nobody() -> None:
    split = by_kind(MIXED)
    assert list(split) == [Kind.unclassified, Kind.private_enterprise, Kind.state_owned]
    assert sum(sum(part.values()) for part in split.values()) == 84


def test_what_if_another_policy() -> None:
    assert figures(MIXED, policy(branch_minimum=7), "eligible").organisation_coverage == Share(0, 0)


def test_what_if_some_are_taken_in() -> None:
    after = moved(MIXED, [Move(2, CoverageMode.none, CoverageMode.joint, "few_members")], DEFAULT)
    assert after.total() == 84
    found = figures(after.items(), DEFAULT, "all_operating")
    assert found.organisation_coverage == Share(18, 67)
    assert {each.code: each.reached for each in found.classes}["few_members"] == Share(8, 8)


def test_moves_take_the_easy_ones_first() -> None:
    after = moved(MIXED, [Move(5, CoverageMode.none, CoverageMode.standalone)], DEFAULT)
    classes = {each.code: each.reached for each in figures(after.items(), DEFAULT, "all_operating").classes}
    assert classes["three_members"] == Share(14, 14)
    assert classes["few_members"] == Share(7, 8)


def test_more_than_there_are_cannot_move() -> None:
    with pytest.raises(NotSoMany) as refused:
        moved(MIXED, [Move(3, CoverageMode.none, CoverageMode.joint, "few_members")], DEFAULT)
    assert refused.value.available == 2


def step(facts: OrganizationFacts) -> str | None:
    gap = gap_of(facts, DEFAULT)
    return gap.step if gap else None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (an(3), "form_own"), (an(2), "join"), (an(0, revenue=20_000_000), "enter_above_scale"),
        (an(None, revenue=20_000_000), "enter_above_scale"), (an(3, revenue=20_000_000), "form_own"), (an(0), "reach"),
        (an(0, has_union=True), None), (an(None), "find_out"),
        (an(3, coverage_mode=CoverageMode.joint), "own_from_shared"),
        (an(3, coverage_mode=CoverageMode.standalone), None), (an(2, coverage_mode=CoverageMode.joint), None),
        (an(3, kind=Kind.unclassified), None), (an(3, status=Status.closed), None), (an(3, kind=Kind.collective), None),
    ],
)  # fmt: skip
def test_the_step_a_gap_waits_for(facts: OrganizationFacts, expected: str | None) -> None:
    assert step(facts) == expected


def test_easy_first() -> None:
    queue = [
        an(3, has_union=True),
        an(7),
        an(3, uncovered_reason=UncoveredReason.owner_not_ready, has_union=True),
        an(3, uncovered_reason=UncoveredReason.owner_not_ready),
        an(2),
        an(0, revenue=20_000_000),
        an(0),
        an(None),
        an(3, coverage_mode=CoverageMode.joint),
    ]
    orders = [gap.order for facts in queue if (gap := gap_of(facts, DEFAULT))]
    assert len(set(orders)) == len(queue)
    assert sorted(orders) == orders
