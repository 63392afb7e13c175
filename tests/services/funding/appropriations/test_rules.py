"""What stands against approving a proposal or a project, bounds of a policy, whom a committee reaches, the words."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.findings import Cited, Severity, judge
from app.services.funding.appropriations.policy import DEFAULT, WrongGrant
from app.services.funding.appropriations.reaching import Body, reaches
from app.services.funding.appropriations.rules import APPROVING, DECIDING, ProjectFacts, ProposalFacts
from app.services.funding.appropriations.wording import text, yuan

FINE = ProposalFacts(own=False, due_fen=90_000, wished_fen=None, total_fen=90_000, below=0, adjusted=0)
PROJECT = ProjectFacts(own=False, approved_fen=10_000_000, others=0)
HARD, DEPARTURE, ADVICE = Severity.hard, Severity.departure, Severity.advice


def _codes(rules: Any, facts: Any, policy: Any = DEFAULT) -> list[tuple[str, Severity]]:
    return [(found.code, found.severity) for found in judge(rules, facts, policy)]


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        ({"own": True}, "appropriation_own", HARD),
        ({"total_fen": 0}, "appropriation_empty", HARD),
        ({"below": 1}, "appropriation_below_zero", HARD),
        ({"wished_fen": 50_000}, "appropriation_shared_short", ADVICE),
        ({"adjusted": 2}, "appropriation_adjusted", ADVICE),
    ],
)
def test_what_stands_against_a_proposal(change: dict[str, Any], code: str, severity: Severity) -> None:
    assert _codes(APPROVING, FINE) == []
    assert _codes(APPROVING, replace(FINE, **change)) == [(code, severity)]


def test_what_stands_against_a_project() -> None:
    assert _codes(DECIDING, PROJECT) == []
    assert _codes(DECIDING, replace(PROJECT, own=True)) == [("brand_project_own", HARD)]
    above = replace(PROJECT, approved_fen=10_000_001)
    assert _codes(DECIDING, above) == [("brand_project_above_ceiling", HARD)]
    local = replace(DEFAULT, brand_ceiling_hard=Cited(False, "某区〔2026〕1号"))
    assert _codes(DECIDING, above, local) == [("brand_project_above_ceiling", DEPARTURE)]
    assert _codes(DECIDING, replace(PROJECT, others=1)) == [("brand_projects_many", DEPARTURE)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"member_year_fen": Cited(-1, "x")}, "appropriation_rate_wrong"),
        ({"founding_fen": Cited(10**10, "x")}, "appropriation_rate_wrong"),
        ({"brand_projects_a_year": Cited(-1, "x")}, "appropriation_count_wrong"),
        ({"founding_after_days": Cited(4_000, "x")}, "appropriation_count_wrong"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(WrongGrant) as refused:
        replace(DEFAULT, **change)
    assert refused.value.code == code


def test_a_committee_gives_in_its_region_and_in_its_line() -> None:
    county = Body("work_committee", 330106000000, 3, 33001006000000, None)
    assert reaches(county, 330106010000, 64001000000000)
    assert reaches(county, 640104000000, 33001006010000)
    assert not reaches(county, 330107000000, 33001007000000)


def test_every_number_of_a_line_is_said() -> None:
    told = {
        "members": 8,
        "rate_fen": 30_000,
        "given_fen": 150_000,
        "inherited_fen": 30_000,
        "shared_fen": 50_000,
        "shared_of_fen": 90_000,
    }
    row = {
        "kind": "per_member",
        "due_fen": 240_000,
        "granted_fen": 180_000,
        "amount_fen": 33_333,
        "explanation": told,
        "reason": None,
    }
    assert text(row, "zh-Hans") == (
        "8名党员 × 300.00元 = 2,400.00元，减本年度已拨1,500.00元，减并入本组织的原党组织已拨300.00元，应补600.00元；"
        "资金不足，按应拨总额900.00元的比例分配500.00元，尾差按最大余数法处理；实拨333.33元。"
    )
    assert [yuan(fen) for fen in (0, 5, 123_456_789, -50)] == ["0.00", "0.05", "1,234,567.89", "-0.50"]
