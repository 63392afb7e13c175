"""Each rule on both sides of its number, with defaults and with a policy that differs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.core.errors import RuleViolation, refuse_hard
from app.core.findings import Cited, Severity, judge
from app.core.labels import LANGUAGES, label
from app.services.branches.facts import (
    DecisionFacts,
    Election,
    ElectionFacts,
    FormationMode,
    FoundingFacts,
    Level,
    TermKind,
    months_after,
    whole_months,
)
from app.services.branches.policy import DEFAULT, BranchPolicy
from app.services.branches.rules import COVERING, DECIDING, ELECTING, FOUNDING, LEVEL

ALONE = FoundingFacts(
    level=Level.branch,
    mode=FormationMode.standalone,
    organizations=1,
    able=1,
    covered_elsewhere=0,
    formal=3,
    probationary=0,
    has_host=False,
)
JOINT = replace(ALONE, mode=FormationMode.joint, organizations=3, able=0)
ATTACHED = replace(ALONE, mode=FormationMode.attached, organizations=8, able=0, has_host=True)
TERRITORIAL = replace(ATTACHED, mode=FormationMode.territorial)


def found(facts: FoundingFacts, policy: BranchPolicy = DEFAULT) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in judge(FOUNDING, facts, policy)}


@pytest.mark.parametrize("facts", [ALONE, JOINT, ATTACHED, TERRITORIAL])
def test_an_ordinary_founding_finds_nothing(facts: FoundingFacts) -> None:
    assert found(facts) == {}


@pytest.mark.parametrize(
    ("facts", "change", "code", "severity"),
    [
        (ALONE, {"formal": 2}, "branch_too_few_members", Severity.hard),
        (ALONE, {"organizations": 2}, "branch_standalone_organizations", Severity.hard),
        (ALONE, {"organizations": 0}, "branch_standalone_organizations", Severity.hard),
        (ALONE, {"covered_elsewhere": 1}, "branch_already_covered", Severity.hard),
        (JOINT, {"formal": 2}, "branch_joint_too_few_members", Severity.hard),
        (JOINT, {"organizations": 1}, "branch_joint_too_few_organizations", Severity.hard),
        (JOINT, {"organizations": 6}, "branch_joint_too_many_organizations", Severity.departure),
        (JOINT, {"able": 1}, "branch_shares_able", Severity.departure),
        (ATTACHED, {"has_host": False}, "branch_attached_without_host", Severity.departure),
        (ATTACHED, {"formal": 2}, "branch_carried_by_few", Severity.advice),
        (TERRITORIAL, {"has_host": False}, "branch_territorial_without_host", Severity.advice),
        (TERRITORIAL, {"formal": 0}, "branch_carried_by_few", Severity.advice),
        (ALONE, {"formal": 51}, "branch_too_many_members", Severity.advice),
        (ALONE, {"level": Level.general_branch, "formal": 49}, "general_branch_too_small", Severity.departure),
        (ALONE, {"level": Level.committee, "formal": 99}, "committee_too_small", Severity.departure),
        (ALONE, {"term": TermKind.project, "months": 5}, "branch_project_too_short", Severity.departure),
        (ALONE, {"term": TermKind.temporary, "months": 5}, "branch_temporary_limits", Severity.advice),
        (ALONE, {"term": TermKind.project, "months": 6, "days_over": 1}, "branch_past_its_end", Severity.advice),
    ],
)
def test_beyond_a_number_there_is_one_finding(
    facts: FoundingFacts, change: dict[str, Any], code: str, severity: Severity
) -> None:
    assert found(replace(facts, **change)) == {code: severity}


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        (ALONE, {"formal": 3}),
        (ALONE, {"formal": 50}),
        (JOINT, {"organizations": 2}),
        (JOINT, {"organizations": 5}),
        (JOINT, {"formal": 3}),
        (ATTACHED, {"organizations": 500}),
        (ALONE, {"level": Level.general_branch, "formal": 50}),
        (ALONE, {"level": Level.committee, "formal": 100}),
    ],
)
def test_on_the_number_there_is_none(facts: FoundingFacts, change: dict[str, Any]) -> None:
    assert found(replace(facts, **change)) == {}


def test_above_instead_of_from_and_all_instead_of_formal_members_are_policy() -> None:
    fifty = replace(ALONE, level=Level.general_branch, formal=50)
    assert "general_branch_too_small" in found(fifty, replace(DEFAULT, threshold_included=Cited(False, "x")))
    mixed = replace(ALONE, level=Level.general_branch, formal=45, probationary=5)
    assert "general_branch_too_small" in found(mixed)
    assert found(mixed, replace(DEFAULT, level_counts=Cited("all", "x"))) == {}


def test_a_city_may_set_other_numbers_and_they_are_cited() -> None:
    stricter = replace(DEFAULT, joint_most=Cited(2, "a city's own rules"))
    (finding,) = judge(FOUNDING, JOINT, stricter)
    assert (finding.limit, finding.actual, finding.citation) == (2, 3, "a city's own rules")


def test_hard_ones_refuse_and_departures_do_not() -> None:
    assert refuse_hard(judge(FOUNDING, replace(JOINT, organizations=6), DEFAULT))
    with pytest.raises(RuleViolation):
        refuse_hard(judge(FOUNDING, replace(JOINT, formal=1), DEFAULT))


def test_covering_one_more_does_not_ask_for_members_again() -> None:
    assert judge(COVERING, replace(JOINT, formal=0), DEFAULT) == ()
    assert judge(LEVEL, replace(JOINT, formal=0), DEFAULT) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_text(language: Any) -> None:
    everything = [
        replace(ALONE, organizations=0, formal=0, covered_elsewhere=1),
        replace(JOINT, organizations=1, formal=0),
        replace(JOINT, organizations=9, able=2, formal=60),
        replace(ATTACHED, has_host=False, formal=0),
        replace(TERRITORIAL, has_host=False, level=Level.general_branch),
        replace(ALONE, level=Level.committee),
        replace(ALONE, term=TermKind.project, months=5, days_over=3),
        replace(ALONE, term=TermKind.temporary, months=6),
    ]
    codes = set()
    for facts in everything:
        for finding in judge(FOUNDING, facts, DEFAULT):
            codes.add(finding.code)
            assert "{" not in label("finding", finding.code, language, limit=finding.limit, actual=finding.actual)
    assert len(codes) == len(FOUNDING)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (DecisionFacts(own=False, days_late=0), []),
        (DecisionFacts(own=True, days_late=0), [("application_own", Severity.hard)]),
        (DecisionFacts(own=False, days_late=1), [("application_decided_late", Severity.departure)]),
    ],
)
def test_a_superior_approves_in_time_and_nobody_himself(
    facts: DecisionFacts, found: list[tuple[str, Severity]]
) -> None:
    assert [(each.code, each.severity) for each in judge(DECIDING, facts, DEFAULT)] == found


@pytest.mark.parametrize(
    ("term", "election", "found"),
    [
        (TermKind.regular, Election.elected, []),
        (TermKind.project, Election.elected, []),
        (TermKind.temporary, Election.appointed, []),
        (TermKind.regular, Election.appointed, ["branch_leaders_appointed"]),
        (TermKind.project, Election.appointed, ["branch_leaders_appointed"]),
        (TermKind.temporary, Election.elected, ["branch_temporary_elected"]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_leaders_of_a_temporary_branch_are_appointed(
    term: TermKind, election: Election, found: list[str], language: Any
) -> None:
    findings = judge(ELECTING, ElectionFacts(term, election), DEFAULT)
    assert [each.code for each in findings] == found
    for each in findings:
        assert each.severity is Severity.departure
        assert "第" in each.citation
        assert label("finding", each.code, language, limit=each.limit, actual=each.actual)


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_months_end_where_the_calendar_does(first: date, months: int, then: date) -> None:
    assert months_after(first, months) == then
    assert whole_months(first, then) == months


def test_a_month_less_a_day_is_none() -> None:
    assert whole_months(date(2026, 3, 2), date(2026, 4, 1)) == 0
    assert whole_months(date(2026, 3, 2), date(2026, 9, 1)) == 5
    assert whole_months(date(2026, 3, 2), date(2026, 9, 2)) == 6
    assert whole_months(date(2026, 3, 2), date(2026, 1, 2)) == 0
