"""What stands against approving a proposal, and against approving a brand project. All of it is pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.findings import Cited, Finding
from app.services.funding.appropriations.policy import AppropriationPolicy
from app.services.treatment.policy import ACCOUNTING


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What decides whether a proposal may be approved.

    `own`: the caller had a hand in it. `below`: branches whose lines come to less than nothing. `adjusted`: lines
    written by hand.
    """

    own: bool
    due_fen: int
    wished_fen: int | None
    total_fen: int
    below: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What decides whether a brand project may be approved. `others`: of the branch and year, approved already."""

    own: bool
    approved_fen: int
    others: int


ProposalRule = Callable[[ProposalFacts, AppropriationPolicy], Finding | None]
ProjectRule = Callable[[ProjectFacts, AppropriationPolicy], Finding | None]


def approved_by_another(facts: ProposalFacts, _: AppropriationPolicy) -> Finding | None:
    """Nobody approves what he computed, refreshed or adjusted."""
    return Cited(True, ACCOUNTING).hard("appropriation_own", True) if facts.own else None


def gives_something(facts: ProposalFacts, policy: AppropriationPolicy) -> Finding | None:
    """A proposal that comes to nothing gives nothing."""
    return Cited(1, policy.member_year_fen.document).hard("appropriation_empty", 0) if facts.total_fen <= 0 else None


def nobody_below_nothing(facts: ProposalFacts, _: AppropriationPolicy) -> Finding | None:
    """An appropriation gives; what a branch is to give back goes the way of the books."""
    return Cited(0, ACCOUNTING).hard("appropriation_below_zero", facts.below) if facts.below else None


def shared_short(facts: ProposalFacts, policy: AppropriationPolicy) -> Finding | None:
    """Where the money is short, whoever approves knows by how much."""
    wished = facts.wished_fen
    if wished is None or wished >= facts.due_fen:
        return None
    return Cited(facts.due_fen, policy.member_year_fen.document).advice("appropriation_shared_short", wished)


def adjusted_by_hand(facts: ProposalFacts, policy: AppropriationPolicy) -> Finding | None:
    """Lines that no rule asks for are told, each with its reason."""
    rule = Cited(0, policy.member_year_fen.document)
    return rule.advice("appropriation_adjusted", facts.adjusted) if facts.adjusted else None


APPROVING: Final[tuple[ProposalRule, ...]] = (
    approved_by_another,
    gives_something,
    nobody_below_nothing,
    shared_short,
    adjusted_by_hand,
)
"""What is looked at when a proposal is approved, in this order."""


def decided_by_another(facts: ProjectFacts, _: AppropriationPolicy) -> Finding | None:
    """Nobody approves what he asked for."""
    return Cited(True, ACCOUNTING).hard("brand_project_own", True) if facts.own else None


def below_ceiling(facts: ProjectFacts, policy: AppropriationPolicy) -> Finding | None:
    """A project is given at most so much; where the place says so, more is a departure."""
    ceiling = policy.brand_project_most_fen
    if facts.approved_fen <= ceiling.value:
        return None
    found = ceiling.hard if policy.brand_ceiling_hard.value else ceiling.departure
    return found("brand_project_above_ceiling", facts.approved_fen)


def few_a_year(facts: ProjectFacts, policy: AppropriationPolicy) -> Finding | None:
    """A branch normally has so many projects a year."""
    most = policy.brand_projects_a_year
    return most.departure("brand_projects_many", facts.others + 1) if facts.others >= most.value else None


DECIDING: Final[tuple[ProjectRule, ...]] = (decided_by_another, below_ceiling, few_a_year)
"""What is looked at when a project is approved, in this order."""
