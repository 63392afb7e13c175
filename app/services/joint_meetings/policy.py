"""The numbers joint meetings are kept by, each with the document it is taken from.

The committees' own meeting rules say half-yearly or quarterly, topics a week before, attendance two days before.
"""

from dataclasses import dataclass
from typing import Final

from app.core.findings import Cited
from app.services.policies.facts import PolicyKind

MEETING_RULES: Final = "两新工作联席会议制度（地方通行做法）"
DAYS_OFF: Final = "《全国年节及纪念日放假办法》（2024年修改）"


@dataclass(frozen=True, slots=True)
class JointMeetingPolicy:
    """By how many days before a meeting what is due (moved back to a working day), and how far two meetings of a series
    lie apart at most, in months. `on_days_off`: whether a meeting may be laid on a day off.
    """

    version: str
    topics_days: Cited[int]
    attendance_days: Cited[int]
    every_months: Cited[int]
    on_days_off: Cited[bool]

    def __post_init__(self) -> None:
        """Raises WrongDeadlines for days that no meeting can be told by."""
        topics, attendance = self.topics_days.value, self.attendance_days.value
        if not (0 <= attendance <= topics <= 90 and 1 <= self.every_months.value <= 24):
            raise WrongDeadlines


class WrongDeadlines(ValueError):
    """Deadlines out of order or out of bounds; `code` is a label of the namespace `line`."""

    code = "joint_meeting_policy_wrong"


DEFAULT = JointMeetingPolicy(
    version="default-2026",
    topics_days=Cited(7, MEETING_RULES),
    attendance_days=Cited(2, MEETING_RULES),
    every_months=Cited(6, MEETING_RULES),
    on_days_off=Cited(False, DAYS_OFF),
)

KIND = PolicyKind("joint_meetings", DEFAULT)
