"""Frozen values of series: codes of the wire."""

from enum import StrEnum

from app.services.joint_meetings.facts import MeetingPurpose

__all__ = ["ExceptionKind", "MeetingPurpose", "MovedBy", "OccurrenceState", "Shift"]


class Shift(StrEnum):
    """Where an occurrence goes that falls on a day off."""

    next = "next"  # the next working day
    previous = "previous"
    nearest = "nearest"  # of two as near, the later
    none = "none"  # it stays


class ExceptionKind(StrEnum):
    """What is otherwise with a day of a series."""

    cancelled = "cancelled"  # it falls out
    moved = "moved"  # to another day
    added = "added"  # a day that the series does not have


class OccurrenceState(StrEnum):
    """Whether an occurrence of a series stands. Whether its meeting was held, the meeting says."""

    standing = "standing"
    cancelled = "cancelled"
    merged = "merged"  # it falls together with another of the series


class MovedBy(StrEnum):
    """Why an occurrence is not held on the day that its rule has."""

    day_off = "day_off"
    exception = "exception"
