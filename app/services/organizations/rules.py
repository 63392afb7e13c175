"""Rules of closing an organisation."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.findings import Finding
from app.services.organizations.facts import CoverageMode
from app.services.organizations.policy import ClosingPolicy


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """How the organisation to be closed is covered."""

    coverage_mode: CoverageMode


def branch_left_behind(facts: ClosingFacts, policy: ClosingPolicy) -> Finding | None:
    """A branch still covers the organisation: its members' place must be settled first, or the departure stated."""
    left = int(facts.coverage_mode is not CoverageMode.none)
    limit = policy.branches_left
    return limit.departure("branch_left_behind", left) if left > limit.value else None


CLOSING: tuple[Callable[[ClosingFacts, ClosingPolicy], Finding | None], ...] = (branch_left_behind,)
