"""Frozen values of joint meetings: codes of the wire."""

from enum import StrEnum
from typing import Final


class MeetingPurpose(StrEnum):
    """What a meeting is for; each has its own rhythm."""

    study = "study"
    bulletin = "bulletin"
    supervision = "supervision"


class MeetingKind(StrEnum):
    """How a meeting came about."""

    regular = "regular"  # an occurrence of a schedule
    ad_hoc = "ad_hoc"
    liaison = "liaison"  # the liaisons meet before another meeting


class MeetingState(StrEnum):
    """How far a meeting is."""

    planned = "planned"
    invited = "invited"
    held = "held"
    minuted = "minuted"  # its minutes are approved
    cancelled = "cancelled"


class AgendaKind(StrEnum):
    """What an item of the agenda is."""

    carried_over = "carried_over"  # an action item of an earlier meeting; entered by the service itself
    study = "study"
    bulletin = "bulletin"
    supervision = "supervision"
    other = "other"


class AgendaState(StrEnum):
    """Whether an item is on the agenda."""

    proposed = "proposed"
    accepted = "accepted"
    declined = "declined"


class Answer(StrEnum):
    """What a department answers to an invitation."""

    attending = "attending"
    substitute = "substitute"
    absent = "absent"


class Presence(StrEnum):
    """Who was there for a department."""

    own = "own"
    substitute = "substitute"
    none = "none"


class MinutesState(StrEnum):
    """How far an edition of the minutes is."""

    draft = "draft"
    approved = "approved"


AHEAD: Final = (MeetingState.planned, MeetingState.invited)
"""States of a meeting that has not been held."""
