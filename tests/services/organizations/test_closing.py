"""Closing an organisation that a branch still covers."""

import pytest

from app.core.findings import Severity, judge
from app.services.organizations.facts import CoverageMode
from app.services.organizations.policy import DEFAULT
from app.services.organizations.rules import CLOSING, ClosingFacts


def test_nothing_stands_against_closing_what_no_branch_covers() -> None:
    assert judge(CLOSING, ClosingFacts(CoverageMode.none), DEFAULT) == ()


@pytest.mark.parametrize("mode", [mode for mode in CoverageMode if mode is not CoverageMode.none])
def test_a_branch_left_behind_is_a_departure(mode: CoverageMode) -> None:
    (finding,) = judge(CLOSING, ClosingFacts(mode), DEFAULT)
    assert finding.code == "branch_left_behind"
    assert finding.severity is Severity.departure
    assert (finding.limit, finding.actual) == (0, 1)
    assert "支部工作条例" in finding.citation
