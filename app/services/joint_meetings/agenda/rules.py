"""What is judged when a topic is proposed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.findings import Finding
from app.services.joint_meetings.policy import JointMeetingPolicy


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """Whether the last day for topics has passed, the days that are left until the meeting, and who proposes."""

    late: bool
    days_ahead: int
    by_department: bool


Rule = Callable[[ProposalFacts, JointMeetingPolicy], Finding | None]


def topic_late(facts: ProposalFacts, policy: JointMeetingPolicy) -> Finding | None:
    """Topics come in time. The committee may let a late one pass, with a reason; a department may not do so itself."""
    if not facts.late:
        return None
    if facts.by_department:
        return policy.topics_days.hard("topic_late", facts.days_ahead)
    return policy.topics_days.departure("topic_late", facts.days_ahead)


PROPOSING: Final[tuple[Rule, ...]] = (topic_late,)
