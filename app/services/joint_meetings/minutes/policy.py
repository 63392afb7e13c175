"""What minutes need before they are approved, each with the document it is taken from."""

from dataclasses import dataclass
from typing import Final

from app.core.findings import Cited
from app.services.joint_meetings.policy import MEETING_RULES


@dataclass(frozen=True, slots=True)
class MinutesPolicy:
    """Rules of procedure that no place lays down otherwise."""

    another_approves: Cited[bool]
    incomplete_decisions: Cited[int]  # decisions without a responsible department or a day


RULES_OF_PROCEDURE: Final = MinutesPolicy(
    another_approves=Cited(True, MEETING_RULES), incomplete_decisions=Cited(0, MEETING_RULES)
)
