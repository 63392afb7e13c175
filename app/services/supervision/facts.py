"""Frozen values of notices and supervision: codes, and the steps of what is to be put right."""

from enum import StrEnum
from typing import Final


class Needs(StrEnum):
    """What a notice asks of whoever gets it."""

    receipt = "receipt"  # that it was received
    report = "report"  # what was done


class NoticeState(StrEnum):
    """How far a notice is."""

    draft = "draft"
    issued = "issued"
    closed = "closed"
    dropped = "dropped"  # never issued


class TourState(StrEnum):
    """How far a supervision tour is."""

    planned = "planned"
    under_way = "under_way"
    closed = "closed"
    cancelled = "cancelled"  # never started


class Found(StrEnum):
    """What a finding asks for."""

    ok = "ok"
    remind = "remind"  # told on the spot
    rectify = "rectify"  # to be put right by a day


class RectificationState(StrEnum):
    """How far it is with what is to be put right."""

    issued = "issued"
    answered = "answered"
    sent_back = "sent_back"
    accepted = "accepted"
    handed_on = "handed_on"  # the tour ended before; somebody else sees to it


class SubjectKind(StrEnum):
    """Which kind of body is supervised."""

    authority = "authority"
    department = "department"
    branch = "branch"
    organization = "organization"


R = RectificationState
STEPS: Final[tuple[tuple[RectificationState, str, RectificationState, str], ...]] = (
    # from,       verb,        to,          who
    (R.issued, "answer", R.answered, "subject"),
    (R.sent_back, "answer", R.answered, "subject"),
    (R.answered, "accept", R.accepted, "committee"),
    (R.answered, "send_back", R.sent_back, "committee"),
    (R.issued, "hand_on", R.handed_on, "committee"),
    (R.sent_back, "hand_on", R.handed_on, "committee"),
    (R.answered, "hand_on", R.handed_on, "committee"),
)
"""All that may become of a rectification; the database holds the same list, a test both together."""

OPEN: Final = (R.issued, R.answered, R.sent_back)
WITH_SUBJECT: Final = (R.issued, R.sent_back)
"""It is the subject's turn: overdue once the day has passed."""


def step(state: RectificationState, verb: str) -> RectificationState | None:
    """Where a verb leads from a state; None where it may not be taken."""
    return next((to for old, name, to, _ in STEPS if (old, name) == (state, verb)), None)
