"""What is due before a meeting, by the policy and working days. Pure."""

from dataclasses import dataclass
from datetime import date

from app.services.joint_meetings.policy import JointMeetingPolicy
from app.services.joint_meetings.schedules.holding import Days, due_before


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The last days for topics and for saying who comes."""

    topics: date
    attendance: date


def deadlines(policy: JointMeetingPolicy, days: Days, day: date) -> Deadlines:
    """What is due before a meeting on that day, each moved back to a working day."""
    return Deadlines(
        due_before(day, policy.topics_days.value, days), due_before(day, policy.attendance_days.value, days)
    )
