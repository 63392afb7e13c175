"""Every rule, denominator and class on both sides of its line."""

import inspect

import pytest

from app.core.findings import Severity, judge
from app.services.coverage import rules
from app.services.coverage.facts import OrganizationFacts
from app.services.coverage.policy import DEFAULT, CoveragePolicy, DenominatorName, ScaleLimit
from app.services.coverage.rules import COVERAGE, QUESTIONS, all_of, any_of, is_above_scale
from app.services.organizations.bands import MEMBERS, UNKNOWN, OffCutPoint
from app.services.organizations.facts import CoverageMode, Status, UncoveredReason
from app.services.organizations.kinds import Kind
from app.services.organizations.sectors import Sector
from tests.services.coverage.cases import an, policy

STANDALONE, JOINT, ATTACHED, TERRITORIAL = list(CoverageMode)[1:]
NO_MEMBERS, TOO_FEW = UncoveredReason.no_members, UncoveredReason.fewer_than_three


def codes(facts: OrganizationFacts, under: CoveragePolicy = DEFAULT) -> set[str]:
    return {finding.code for finding in judge(COVERAGE, facts, under)}


def test_three_valued_and_or() -> None:
    assert all_of(True, None, False) is False
    assert all_of(True, None) is None
    assert all_of(True, True) is True
    assert any_of(False, None, True) is True
    assert any_of(False, None) is None
    assert any_of(False, False) is False


@pytest.mark.parametrize(
    ("rule", "found", "not_found"),
    [
        ("kind_unclassified", an(kind=Kind.unclassified), an()),
        ("kind_unclassified", an(kind=Kind.unclassified), an(kind=Kind.unclassified, status=Status.closed)),
        ("members_unknown", an(None), an(0)),
        ("members_unknown", an(None), an(None, kind=Kind.state_owned)),
        ("own_branch_below_minimum", an(2, coverage_mode=STANDALONE), an(2, coverage_mode=JOINT)),
        ("own_branch_below_minimum", an(2, coverage_mode=STANDALONE), an(3, coverage_mode=STANDALONE)),
        ("own_branch_below_minimum", an(2, coverage_mode=STANDALONE), an(None, coverage_mode=STANDALONE)),
        ("three_members_without_own_branch", an(3), an(2)),
        ("three_members_without_own_branch", an(3, coverage_mode=ATTACHED), an(3, coverage_mode=STANDALONE)),
        ("three_members_without_own_branch", an(3), an(3, status=Status.suspended)),
        ("three_members_without_own_branch", an(3), an(3, kind=Kind.collective)),
        ("few_members_without_joint_branch", an(1), an(0)),
        ("few_members_without_joint_branch", an(2), an(3)),
        ("few_members_without_joint_branch", an(2), an(2, coverage_mode=TERRITORIAL)),
        ("above_scale_without_branch", an(revenue=20_000_000), an(revenue=19_999_999)),
        ("above_scale_without_branch", an(above_scale_reported=True),
         an(above_scale_reported=True, coverage_mode=JOINT)),
        ("no_members_unreached", an(0), an(1)),
        ("no_members_unreached", an(0), an(0, has_union=True)),
        ("no_members_unreached", an(0), an(0, community_leads=True)),
        ("san_you_unreached", an(staff=10), an(staff=9)),
        ("san_you_unreached", an(staff=10), an(staff=10, fixed_premises=None)),
        ("san_you_unreached", an(staff=10), an(staff=10, has_instructor=True)),
        ("no_reason_stated", an(), an(uncovered_reason=NO_MEMBERS)),
        ("no_reason_stated", an(), an(coverage_mode=JOINT)),
        ("reason_contradicted", an(1, uncovered_reason=NO_MEMBERS), an(0, uncovered_reason=NO_MEMBERS)),
        ("reason_contradicted", an(3, uncovered_reason=TOO_FEW), an(2, uncovered_reason=TOO_FEW)),
        ("reason_contradicted", an(1, uncovered_reason=NO_MEMBERS), an(None, uncovered_reason=NO_MEMBERS)),
    ],
)  # fmt: skip
def test_a_rule_on_both_sides(rule: str, found: OrganizationFacts, not_found: OrganizationFacts) -> None:
    assert rule in codes(found)
    assert rule not in codes(not_found)


def test_every_rule_stands_in_the_tuple_and_is_named_after_its_finding() -> None:
    defined = {
        name
        for name, each in inspect.getmembers(rules, inspect.isfunction)
        if inspect.signature(each).return_annotation == inspect.signature(COVERAGE[0]).return_annotation
    }
    assert defined == {rule.__name__ for rule in COVERAGE}


def test_only_a_branch_of_ones_own_below_the_minimum_is_hard() -> None:
    facts = an(2, coverage_mode=STANDALONE)
    (finding,) = [each for each in judge(COVERAGE, facts, DEFAULT) if each.severity is Severity.hard]
    assert (finding.code, finding.limit, finding.actual) == ("own_branch_below_minimum", 3, "2")
    assert "章程" in finding.citation


def test_a_finding_cites_the_policy_it_was_judged_by() -> None:
    (finding,) = [each for each in judge(COVERAGE, an(7), policy(branch_minimum=7)) if each.code.startswith("three")]
    assert (finding.limit, finding.actual, finding.citation) == (7, "7-49", "某市口径")
    assert "three_members_without_own_branch" not in codes(an(3), policy(branch_minimum=7))


def test_the_basis_of_counting_decides() -> None:
    facts = an(formal_members_working=MEMBERS.band(5), formal_members_relation=MEMBERS.band(0))
    assert "three_members_without_own_branch" not in codes(facts)
    assert "three_members_without_own_branch" in codes(facts, policy(member_basis="working"))


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        (an(revenue=20_000_000), True), (an(revenue=19_999_999), False), (an(revenue=UNKNOWN), None),
        (an(revenue=UNKNOWN, above_scale_reported=True), True),
        (an(revenue=20_000_000, above_scale_reported=False), False),
        (an(sector=Sector.wholesale, revenue=19_999_999), False),
        (an(sector=Sector.wholesale, revenue=20_000_000), True),
        (an(sector=Sector.retail, revenue=5_000_000), True), (an(sector=Sector.retail, revenue=4_999_999), False),
        (an(sector=Sector.lodging_catering, revenue=2_000_000), True),
        (an(sector=Sector.lodging_catering, revenue=1_999_999), False),
        (an(sector=Sector.services, revenue=20_000_000), True), (an(sector=Sector.services, revenue=19_999_999), None),
        (an(sector=Sector.services, revenue=5_000_000), None), (an(sector=Sector.services, revenue=4_999_999), False),
        (an(sector=Sector.construction, revenue=500_000_000), None),
        (an(sector=Sector.unknown, revenue=500_000_000), None),
        (an(sector=Sector.agriculture, revenue=500_000_000), False),
    ],
)  # fmt: skip
def test_above_scale_by_sector(facts: OrganizationFacts, answer: bool | None) -> None:
    assert is_above_scale(facts, DEFAULT) is answer


def test_above_scale_by_staff_where_a_city_adds_it() -> None:
    by_staff = policy(above_scale_staff=100)
    assert is_above_scale(an(staff=100), by_staff) is True
    assert is_above_scale(an(staff=99), by_staff) is False
    assert is_above_scale(an(staff=100, above_scale_reported=False), by_staff) is False
    assert is_above_scale(an(staff=UNKNOWN), by_staff) is None


@pytest.mark.parametrize(
    ("name", "facts", "answer"),
    [
        ("all_operating", an(), True), ("all_operating", an(status=Status.revoked), False),
        ("all_operating", an(kind=Kind.self_employed), False), ("all_operating", an(kind=Kind.state_owned), False),
        ("all_operating", an(kind=Kind.unclassified), None),
        ("all_operating", an(kind=Kind.unclassified, status=Status.closed), False),
        ("eligible", an(3), True), ("eligible", an(2), False), ("eligible", an(0, revenue=20_000_000), True),
        ("eligible", an(None), None), ("eligible", an(None, revenue=20_000_000), True),
        ("eligible", an(0, revenue=UNKNOWN), None), ("eligible", an(3, revenue=UNKNOWN), True),
        ("eligible", an(3, kind=Kind.self_employed), True), ("eligible", an(3, kind=Kind.branch_office), False),
        ("above_scale", an(above_scale_reported=True), True),
        ("above_scale", an(above_scale_reported=True, kind=Kind.social_service), False),
        ("has_members", an(1), True), ("has_members", an(0), False), ("has_members", an(None), None),
        ("san_you", an(staff=10), True), ("san_you", an(staff=9), False),
        ("san_you", an(staff=10, fixed_premises=None), None),
        ("san_you", an(staff=9, fixed_premises=None), False), ("san_you", an(staff=10, fixed_premises=False), False),
    ],
)  # fmt: skip
def test_denominators(name: DenominatorName, facts: OrganizationFacts, answer: bool | None) -> None:
    assert QUESTIONS[name](facts, DEFAULT) is answer


def test_a_city_may_count_the_self_employed() -> None:
    wide = policy(counted_all_operating=(Kind.private_enterprise, Kind.self_employed))
    assert QUESTIONS["all_operating"](an(kind=Kind.self_employed), wide) is True
    assert QUESTIONS["all_operating"](an(kind=Kind.foundation), wide) is False


@pytest.mark.parametrize("channel", DEFAULT.work_channels.value)
def test_each_channel_is_work_coverage_and_not_organisation_coverage(channel: str) -> None:
    facts = an(**{channel: True})
    assert rules.work_covered(facts, DEFAULT)
    assert not rules.organisation_covered(facts, DEFAULT)
    others = tuple(each for each in DEFAULT.work_channels.value if each != channel)
    assert not rules.work_covered(facts, policy(work_channels=others))


@pytest.mark.parametrize("mode", list(CoverageMode))
def test_modes(mode: CoverageMode) -> None:
    facts = an(coverage_mode=mode)
    assert rules.organisation_covered(facts, DEFAULT) == (mode != "none") == rules.work_covered(facts, DEFAULT)
    assert rules.standalone(facts, DEFAULT) == (mode == "standalone")


@pytest.mark.parametrize("field", ["branch_minimum", "joint_from", "san_you_staff", "above_scale_staff"])
def test_a_threshold_off_the_cut_points_is_refused(field: str) -> None:
    with pytest.raises(OffCutPoint, match="choose one of"):
        policy(**{field: 4})


def test_a_revenue_limit_off_the_cut_points_is_refused() -> None:
    with pytest.raises(OffCutPoint, match="30000000 yuan"):
        policy(above_scale=(ScaleLimit(Sector.industry, 30_000_000, 20_000_000),))
