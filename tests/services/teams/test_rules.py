"""Each rule of teams and terms on both sides of its number, with defaults and with a policy that differs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.core.findings import Cited, Severity, judge
from app.core.labels import LANGUAGES, label
from app.services.branches.facts import Level
from app.services.teams.facts import (
    ExtensionFacts,
    Holder,
    PostRole,
    TeamFacts,
    TermFacts,
)
from app.services.teams.policy import DEFAULT, TeamPolicy
from app.services.teams.rules import EXTENSION, TEAM, TERM
from app.services.workers.facts import Qualification, SelectionChannel

SECRETARY = Holder(
    PostRole.secretary, SelectionChannel.internal, True, True, frozenset({Qualification.business_management})
)
DEPUTY = replace(SECRETARY, role=PostRole.deputy_secretary)
OTHER = replace(SECRETARY, role=PostRole.committee_member, qualifications=frozenset())
FEW = TeamFacts(Level.branch, 6, (SECRETARY,))
MANY = TeamFacts(Level.branch, 7, (SECRETARY, DEPUTY, OTHER))
FIRST = TermFacts(Level.branch, False, date(2026, 2, 10), date(2026, 2, 10), date(2029, 2, 10), None)
HARD, DEPARTURE, ADVICE = Severity.hard, Severity.departure, Severity.advice


def team(facts: TeamFacts, policy: TeamPolicy = DEFAULT) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in judge(TEAM, facts, policy)}


def term(facts: TermFacts, policy: TeamPolicy = DEFAULT) -> dict[str, Any]:
    return {finding.code: (finding.limit, finding.actual) for finding in judge(TERM, facts, policy)}


@pytest.mark.parametrize(
    "facts",
    [
        FEW,
        MANY,
        replace(FEW, holders=(SECRETARY, DEPUTY)),
        replace(MANY, holders=(SECRETARY, DEPUTY, OTHER, OTHER, OTHER)),
        replace(FEW, level=Level.committee, holders=(SECRETARY, *[OTHER] * 8)),
    ],
)
def test_an_ordinary_team_finds_nothing(facts: TeamFacts) -> None:
    assert team(facts) == {}


@pytest.mark.parametrize(
    ("facts", "holders", "expected"),
    [
        (FEW, (SECRETARY, SECRETARY), {"team_several_secretaries": HARD}),
        (FEW, (DEPUTY,), {"team_without_secretary": DEPARTURE}),
        (FEW, (replace(SECRETARY, formal=False),), {"team_secretary_not_formal": HARD}),
        (FEW, (replace(SECRETARY, formal=None),), {"team_secretary_not_formal": HARD}),
        (FEW, (SECRETARY, replace(DEPUTY, formal=False)), {}),
        (FEW, (replace(SECRETARY, of_branch=False),), {"team_internal_from_outside": HARD}),
        (FEW, (replace(SECRETARY, of_branch=False, channel=SelectionChannel.dispatched),), {}),
        (FEW, (SECRETARY, DEPUTY, DEPUTY), {"team_committee_of_few": DEPARTURE}),
        (FEW, (SECRETARY, OTHER), {"team_committee_of_few": DEPARTURE}),
        (FEW, (replace(SECRETARY, qualifications=frozenset()),), {"team_secretary_not_in_business": ADVICE}),
        (MANY, (SECRETARY, DEPUTY), {"team_committee_too_small": DEPARTURE}),
        (MANY, (SECRETARY, *[OTHER] * 5), {"team_committee_large": ADVICE}),
        (MANY, (SECRETARY, *[OTHER] * 6), {"team_committee_large": ADVICE}),
        (MANY, (SECRETARY, *[OTHER] * 7), {"team_committee_too_large": DEPARTURE}),
    ],
)
def test_beyond_a_number_there_is_one_finding(
    facts: TeamFacts, holders: tuple[Holder, ...], expected: dict[str, Severity]
) -> None:
    assert team(replace(facts, holders=holders)) == expected


def test_a_policy_moves_the_number_and_is_cited() -> None:
    policy = replace(DEFAULT, committee_from=Cited(5, "试点办法"), committee_least=Cited(4, "试点办法"))
    (found,) = judge(TEAM, replace(FEW, holders=(SECRETARY, DEPUTY, OTHER)), policy)
    assert (found.code, found.limit, found.actual, found.citation) == ("team_committee_too_small", 4, 3, "试点办法")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {}),
        ({"runs_to": date(2028, 2, 10)}, {"term_length": (3, 24)}),
        ({"level": Level.committee}, {"term_length": (5, 36)}),
        ({"level": Level.committee, "runs_to": date(2031, 2, 10)}, {}),
        ({"community": True, "runs_to": date(2031, 2, 10)}, {}),
        ({"previous_due": date(2026, 3, 10)}, {}),
        ({"previous_due": date(2026, 1, 10)}, {}),
        ({"previous_due": date(2026, 3, 11)}, {"term_election_shifted": (1, 2)}),
        ({"previous_due": date(2026, 1, 9)}, {"term_election_shifted": (1, 2)}),
        ({"previous_due": date(2025, 2, 10)}, {"term_election_shifted": (1, 12)}),
        ({"previous_due": date(2025, 2, 9)}, {"term_election_far_shifted": (12, 13)}),
        ({"previous_due": date(2027, 2, 11)}, {"term_election_far_shifted": (12, 13)}),
    ],
)
def test_terms_have_their_years_and_elections_their_time(change: dict[str, Any], expected: dict[str, Any]) -> None:
    assert term(replace(FIRST, **change)) == expected


@pytest.mark.parametrize(
    ("until", "code", "months"),
    [
        (date(2029, 8, 10), "term_extended", 6),
        (date(2030, 2, 10), "term_extended", 12),
        (date(2030, 2, 11), "term_extended_far", 13),
    ],
)
def test_a_term_is_prolonged_with_approval_alone(until: date, code: str, months: int) -> None:
    (found,) = judge(EXTENSION, ExtensionFacts(date(2029, 2, 10), until), DEFAULT)
    assert (found.code, found.severity, found.limit, found.actual) == (code, DEPARTURE, 12, months)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_text(language: Any) -> None:
    worst = replace(FEW, holders=(replace(SECRETARY, formal=None, of_branch=False, qualifications=frozenset()),) * 3)
    for found in judge(TEAM, worst, DEFAULT):
        assert label("finding", found.code, language, limit=found.limit, actual=found.actual)
