"""Frozen values of matching."""

from enum import StrEnum


class MatchState(StrEnum):
    """What has become of a proposal that an organisation sits in a host."""

    open = "open"
    accepted = "accepted"
    rejected = "rejected"  # remembered: it is not proposed again
