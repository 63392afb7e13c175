"""What is judged when minutes are approved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.findings import Finding
from app.services.joint_meetings.minutes.policy import MinutesPolicy


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """Whether who approves wrote in the edition, and how many decisions lack a department or a day."""

    own: bool
    incomplete: int


Rule = Callable[[ApprovalFacts, MinutesPolicy], Finding | None]


def minutes_own(facts: ApprovalFacts, policy: MinutesPolicy) -> Finding | None:
    """Nobody approves minutes that he wrote in."""
    refused = facts.own and policy.another_approves.value
    return policy.another_approves.hard("minutes_own", False) if refused else None


def decision_incomplete(facts: ApprovalFacts, policy: MinutesPolicy) -> Finding | None:
    """Every decision has one responsible department and a day."""
    refused = facts.incomplete > policy.incomplete_decisions.value
    return policy.incomplete_decisions.hard("decision_incomplete", facts.incomplete) if refused else None


APPROVING: Final[tuple[Rule, ...]] = (minutes_own, decision_incomplete)
