"""Frozen values of the stages room: what the checklist looks at, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.core.findings import Finding, Severity
from app.services.activities.facts import ActivityKind
from app.services.branches.facts import FormationMode, Level, Stage


class HollowReason(StrEnum):
    """Why a branch is hollow (空壳): it stands, and nothing stands behind it."""

    no_members = "no_members"
    organizations_closed = "organizations_closed"
    nothing_held = "nothing_held"


NEXT: Final[dict[Stage, Stage]] = {
    Stage.established: Stage.consolidated,
    Stage.consolidated: Stage.standardized,
}
"""The stage after a stage."""


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A branch as the checklist looks at it, all of it from what is kept here.

    `organizations` are those it ever covered and `at_work` those of today's that operate. `secretaries` are formal
    members in office. `months_overdue` is None without a team. `kept` tells for each kind of activity whether it was
    held in each of the last full periods, the newest last.
    """

    level: Level
    mode: FormationMode
    formal: int
    filed_on: date | None
    roll_kept: bool
    organizations: int
    at_work: int
    secretaries: int
    in_business: int
    team: int
    months_overdue: int | None
    kept: Mapping[ActivityKind, tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist: what is asked, whether it is so, and how much it weighs when it is not."""

    code: str
    severity: Severity
    met: bool
    limit: Any
    actual: Any
    citation: str

    @property
    def finding(self) -> Finding:
        """The line as a finding, for when it is not met."""
        return Finding(self.code, self.severity, self.limit, self.actual, self.citation)
