"""What is judged when a meeting is planned or moved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.findings import Finding
from app.services.joint_meetings.facts import MeetingKind
from app.services.joint_meetings.policy import JointMeetingPolicy


@dataclass(frozen=True, slots=True)
class PlanningFacts:
    """How a meeting comes to its day, and the days from today until it is held (negative: it was)."""

    kind: MeetingKind
    days_ahead: int
    earlier: bool = False  # than the day that was told


Rule = Callable[[PlanningFacts, JointMeetingPolicy], Finding | None]


def notice_short(facts: PlanningFacts, policy: JointMeetingPolicy) -> Finding | None:
    """The departments normally have as many days as topics take; a series told of its days long before,
    though not of an earlier one that a meeting is moved to.
    """
    untold = facts.kind is MeetingKind.ad_hoc or (facts.earlier and facts.kind is MeetingKind.regular)
    short = untold and facts.days_ahead < policy.topics_days.value
    return policy.topics_days.departure("notice_short", facts.days_ahead) if short else None


PLANNING: Final[tuple[Rule, ...]] = (notice_short,)
