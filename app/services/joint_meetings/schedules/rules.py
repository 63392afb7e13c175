"""What is judged when a series is laid down or a day of it is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from app.core.findings import Finding
from app.services.joint_meetings.policy import JointMeetingPolicy


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """The widest gap between two meetings in calendar months, and how many lie on a day off of an announced year."""

    widest_months: int
    on_days_off: int


Rule = Callable[[ScheduleFacts, JointMeetingPolicy], Finding | None]


def widest_months(days: Sequence[date]) -> int:
    """The widest gap between neighbours, from calendar month to calendar month; none with a single day."""
    return max((_month(after) - _month(before) for before, after in pairwise(days)), default=0)


def _month(day: date) -> int:
    return day.year * 12 + day.month


def meetings_too_rare(facts: ScheduleFacts, policy: JointMeetingPolicy) -> Finding | None:
    """The departments normally meet every half-year at least."""
    rare = facts.widest_months > policy.every_months.value
    return policy.every_months.departure("meetings_too_rare", facts.widest_months) if rare else None


def meetings_on_days_off(facts: ScheduleFacts, policy: JointMeetingPolicy) -> Finding | None:
    """Nobody is normally called to a meeting on a day off."""
    off = facts.on_days_off > 0 and not policy.on_days_off.value
    return policy.on_days_off.departure("meetings_on_days_off", facts.on_days_off) if off else None


LAYING_DOWN: Final[tuple[Rule, ...]] = (meetings_too_rare, meetings_on_days_off)
NAMING_A_DAY: Final[tuple[Rule, ...]] = (meetings_on_days_off,)
