"""What is asked before a team takes office, before somebody joins it, and when a term is longer or shorter than usual.

Size is asked of branches alone: no text sets it for general branches and committees of two-new organisations.
"""

from collections.abc import Callable
from datetime import date

from app.core.findings import Cited, Finding
from app.services.branches.facts import Level, months_after, whole_months
from app.services.teams.facts import (
    ExtensionFacts,
    PostRole,
    TeamFacts,
    TermFacts,
)
from app.services.teams.policy import TeamPolicy
from app.services.workers.facts import Qualification, SelectionChannel


def one_secretary(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """A branch has one secretary at a time; the database holds this too."""
    several = _of(facts, PostRole.secretary)
    return policy.secretaries.hard("team_several_secretaries", several) if several > policy.secretaries.value else None


def secretary_is_there(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """A team without a secretary is a vacancy to be explained."""
    missing = _of(facts, PostRole.secretary) < policy.secretaries.value
    return policy.secretaries.departure("team_without_secretary", 0) if missing else None


def secretary_is_formal(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """Only a formal member is elected or appointed secretary."""
    wrong = sum(each.role is PostRole.secretary and each.formal is not True for each in facts.holders)
    asked = policy.secretary_formal
    return asked.hard("team_secretary_not_formal", wrong) if wrong and asked.value else None


def internal_is_of_the_branch(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """Chosen from inside is who is a member of the branch, or of one that belongs to it."""
    wrong = sum(each.channel is SelectionChannel.internal and not each.of_branch for each in facts.holders)
    asked = policy.internal_of_branch
    return asked.hard("team_internal_from_outside", wrong) if wrong and asked.value else None


def committee_is_there(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """From seven formal members a branch has a committee, of three to five."""
    short = _has_committee(facts, policy) and len(facts.holders) < policy.committee_least.value
    return policy.committee_least.departure("team_committee_too_small", len(facts.holders)) if short else None


def committee_is_usual(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """More than five is unusual, and up to seven it is allowed."""
    wide = policy.committee_usual.value < len(facts.holders) <= policy.committee_most.value
    found = wide and _has_committee(facts, policy)
    return policy.committee_usual.advice("team_committee_large", len(facts.holders)) if found else None


def committee_is_small(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """A branch committee normally has at most seven."""
    wide = _has_committee(facts, policy) and len(facts.holders) > policy.committee_most.value
    return policy.committee_most.departure("team_committee_too_large", len(facts.holders)) if wide else None


def few_have_no_committee(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """Below seven formal members there is a secretary, and at need one deputy."""
    most = policy.secretaries.value + policy.deputies_without_committee.value
    below = facts.level is Level.branch and facts.formal_members < policy.committee_from.value
    wide = len(facts.holders) > most or _of(facts, PostRole.committee_member) > 0
    return policy.committee_from.departure("team_committee_of_few", facts.formal_members) if below and wide else None


def secretary_knows_business(facts: TeamFacts, policy: TeamPolicy) -> Finding | None:
    """A secretary in a firm had better know how firms are run."""
    lacking = sum(
        each.role is PostRole.secretary and Qualification.business_management not in each.qualifications
        for each in facts.holders
    )
    asked = policy.secretary_knows_business
    return asked.advice("team_secretary_not_in_business", lacking) if lacking and asked.value else None


def term_is_usual(facts: TermFacts, policy: TeamPolicy) -> Finding | None:
    """A team is in office for the years its level sets."""
    years = years_of(facts.level, facts.community, policy)
    months = whole_months(facts.valid_from, facts.runs_to)
    other = facts.runs_to != months_after(facts.valid_from, years.value * 12)
    return years.departure("term_length", months) if other else None


def chosen_on_time(facts: TermFacts, policy: TeamPolicy) -> Finding | None:
    """An election earlier or later than due needs the superior's approval, and is then shifted by up to a year."""
    months = _shifted(facts)
    on_time, most = policy.on_time_months, policy.shift_most_months
    found = on_time.value < months <= most.value
    return on_time.departure("term_election_shifted", months) if found else None


def chosen_within_a_year(facts: TermFacts, policy: TeamPolicy) -> Finding | None:
    """More than a year early or late is beyond what is normally approved."""
    months = _shifted(facts)
    most = policy.shift_most_months
    return most.departure("term_election_far_shifted", months) if months > most.value else None


def prolonged_with_approval(facts: ExtensionFacts, policy: TeamPolicy) -> Finding | None:
    """A later election is approved beforehand, for up to a year."""
    months = _apart(facts.due_on, facts.until)
    most = policy.shift_most_months
    code = "term_extended" if months <= most.value else "term_extended_far"
    return most.departure(code, months)


TeamRule = Callable[[TeamFacts, TeamPolicy], Finding | None]

TEAM: tuple[TeamRule, ...] = (
    one_secretary,
    secretary_is_there,
    secretary_is_formal,
    internal_is_of_the_branch,
    committee_is_there,
    committee_is_usual,
    committee_is_small,
    few_have_no_committee,
    secretary_knows_business,
)

TERM: tuple[Callable[[TermFacts, TeamPolicy], Finding | None], ...] = (
    term_is_usual,
    chosen_on_time,
    chosen_within_a_year,
)

EXTENSION: tuple[Callable[[ExtensionFacts, TeamPolicy], Finding | None], ...] = (prolonged_with_approval,)


def years_of(level: Level, community: bool, policy: TeamPolicy) -> Cited[int]:
    """For how many years a team is in office."""
    if community:
        return policy.community_years
    by_level = {
        Level.branch: policy.branch_years,
        Level.general_branch: policy.general_branch_years,
        Level.committee: policy.committee_years,
    }
    return by_level[level]


def _has_committee(facts: TeamFacts, policy: TeamPolicy) -> bool:
    return facts.level is Level.branch and facts.formal_members >= policy.committee_from.value


def _of(facts: TeamFacts, role: PostRole) -> int:
    return sum(each.role is role for each in facts.holders)


def _shifted(facts: TermFacts) -> int:
    return 0 if facts.previous_due is None else _apart(facts.previous_due, facts.chosen_on)


def _apart(one: date, other: date) -> int:
    """Months between two days, in either order; one that has begun counts."""
    first, last = min(one, other), max(one, other)
    whole = whole_months(first, last)
    return whole + (months_after(first, whole) < last)
