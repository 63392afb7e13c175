"""Frozen values of the activities room."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ActivityKind(StrEnum):
    """What a branch holds by rhythm: three meetings, one lesson, and the themed day."""

    members_meeting = "members_meeting"  # 党员大会
    committee_meeting = "committee_meeting"  # 支部委员会会议
    lecture = "lecture"  # 党课
    theme_day = "theme_day"  # 主题党日


@dataclass(frozen=True, slots=True)
class Held:
    """How one kind has been kept up: the last day, and in how many of the periods asked about it was held."""

    last: date | None
    periods: int
