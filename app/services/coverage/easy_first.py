"""Easy first, whole front, no blanks (先易后难、整体推进、不留空白): the order in which gaps are to be closed.

Steps run from what needs only a decision to what needs a long way:

1. `form_own`          members enough and no branch at all: apply, approve, elect.
2. `join`              one or two members and no branch: a neighbour's joint, park or territorial branch takes them in.
3. `enter_above_scale` above scale, without known members: an instructor first, since size makes it a duty.
4. `reach`             no members, nobody has gone in: the community or a mass organisation first.
5. `find_out`          the members were never counted: ask before planning.
6. `own_from_shared`   members enough, so far under a shared branch: covered already, to be given its own.

Inside a step an owner who is not ready comes last, and whoever party work has already reached comes first. The list of
organisations then runs place by place, so that neighbours, who may share a branch, stand together.
"""

from dataclasses import dataclass

from app.services.coverage.facts import OrganizationFacts
from app.services.coverage.policy import CoveragePolicy
from app.services.coverage.rules import (
    Question,
    above_scale,
    concerned,
    few_members,
    members,
    no_members,
    organisation_covered,
    standalone,
    three_members,
    work_covered,
)
from app.services.organizations.facts import UncoveredReason

Order = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """One organisation's gap: the step's code (it has a label) and its place in the queue, smaller is earlier."""

    step: str
    order: Order


def _form_own(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return three_members(facts, policy) and not organisation_covered(facts, policy)


def _join(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return few_members(facts, policy) and not organisation_covered(facts, policy)


def _enter_above_scale(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return above_scale(facts, policy) and not organisation_covered(facts, policy)


def _reach(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return no_members(facts, policy) and not work_covered(facts, policy)


def _find_out(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return not members(facts, policy).known and not organisation_covered(facts, policy)


def _own_from_shared(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    return three_members(facts, policy) and not standalone(facts, policy)


STEPS: tuple[tuple[str, Question], ...] = (
    ("form_own", _form_own),
    ("join", _join),
    ("enter_above_scale", _enter_above_scale),
    ("reach", _reach),
    ("find_out", _find_out),
    ("own_from_shared", _own_from_shared),
)


def gap_of(facts: OrganizationFacts, policy: CoveragePolicy) -> Gap | None:
    """The first step that this organisation waits for; None when nothing is missing or the rules do not speak of it."""
    if not concerned(facts):
        return None
    for place, (step, waits) in enumerate(STEPS, start=1):
        if waits(facts, policy):
            return Gap(step, _order(place, facts, policy))
    return None


def _order(place: int, facts: OrganizationFacts, policy: CoveragePolicy) -> Order:
    unwilling = int(facts.uncovered_reason is UncoveredReason.owner_not_ready)
    unreached = int(not work_covered(facts, policy))
    return place, unwilling, unreached
