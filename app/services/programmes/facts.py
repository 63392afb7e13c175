"""Frozen values of the programmes room: states, the four marks, and what the rules look at."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

FIRST_YEAR: Final = 2012


class ProgrammeState(StrEnum):
    """How far a year's programme has come."""

    draft = "draft"
    approved = "approved"
    closed = "closed"


class ProgrammeTaskState(StrEnum):
    """Whether a task is still to be done."""

    open = "open"
    done = "done"
    dropped = "dropped"


class Mark(StrEnum):
    """The four steps by which a task is part of the overall work, in their order (同规划、同部署、同检查、同考核)."""

    planned = "planned"
    deployed = "deployed"
    inspected = "inspected"
    appraised = "appraised"


class Direction(StrEnum):
    """Whether a figure is to rise to its target or to fall to it."""

    up = "up"
    down = "down"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A target on a day: where the figure came from, where it is to go by when, and where it is (None: not measured).

    For a figure that adds up the baseline is 0 and the value counts from `from_on`.
    """

    direction: Direction
    baseline: int
    target: int
    from_on: date
    due_on: date
    today: date
    value: int | None

    @property
    def time_permille(self) -> int:
        """How much of its time has passed, day by day: 0 before its first day, 1000 from its last day on."""
        whole = (self.due_on - self.from_on).days + 1
        passed = min(max((self.today - self.from_on).days + 1, 0), whole)
        return passed * 1000 // whole

    @property
    def expected(self) -> int:
        """Where the figure would be today if it moved by the same amount every day; rounded to what is less asked."""
        way = (self.target - self.baseline) * self.time_permille
        return self.baseline + (way // 1000 if way >= 0 else -(-way // 1000))

    @property
    def progress_permille(self) -> int | None:
        """How much of the way is done: below 0 where it went the other way; None where that cannot be told."""
        if self.value is None or self.target == self.baseline:
            return None
        way = self.target - self.baseline
        return (self.value - self.baseline) * 1000 // way

    @property
    def reached(self) -> bool | None:
        """Whether the figure is where it is to go; None where nothing was measured."""
        if self.value is None:
            return None
        return self.value >= self.target if self.direction is Direction.up else self.value <= self.target


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """A programme as the rules look at it, by who is asking."""

    own_draft: bool
    year_over: bool
    tasks: int
    unlinked: int  # tasks that belong to no item of the general plan
    open_tasks: int
    unmarked: int  # of tasks that were not dropped, those that lack one of the four marks
    targets: int
    missed: int  # targets that were not reached, or could not be measured
    changing: bool = False  # something is entered or changed after the approval
