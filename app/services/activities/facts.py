"""Frozen values of the activities room, and the calendar periods in which things are held."""

from datetime import date
from enum import StrEnum

from app.services.branches.facts import months_after


class ActivityKind(StrEnum):
    """What a branch holds by rhythm: three meetings and the lesson, and the themed day."""

    members_meeting = "members_meeting"  # 党员大会
    committee_meeting = "committee_meeting"  # 支部委员会会议
    lecture = "lecture"  # 党课
    theme_day = "theme_day"  # 主题党日


def period_start(day: date, months: int) -> date:
    """First day of the calendar period of so many months that a day lies in: of its quarter, for three."""
    first = (day.year * 12 + day.month - 1) // months * months
    return date(first // 12, first % 12 + 1, 1)


def periods_before(day: date, months: int, count: int) -> tuple[date, ...]:
    """First days of the last complete periods before the one a day lies in, the oldest first."""
    now = period_start(day, months)
    return tuple(months_after(now, -months * back) for back in range(count, 0, -1))
