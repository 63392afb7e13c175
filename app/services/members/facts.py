"""Frozen values of the members room."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.services.privacy.facts import PersonalKind


class MemberKind(StrEnum):
    """Whether someone is a member in full."""

    formal = "formal"  # 正式党员
    probationary = "probationary"  # 预备党员


class MemberState(StrEnum):
    """Whether someone is a member here. Why a membership ended is nobody's to keep here."""

    current = "current"
    transferred_out = "transferred_out"
    ended = "ended"


class TransferState(StrEnum):
    """How far the transfer of a relation has come."""

    pending = "pending"
    accepted = "accepted"
    refused = "refused"
    withdrawn = "withdrawn"


HOLDER: Final = "members"
PERSONAL: Final[dict[str, PersonalKind]] = {"phone": "phone", "identity_number": "identity_number"}
"""The fields that are kept sealed, and their kinds."""

OFFICER: Final = "officer"
"""The source of what was entered or corrected by hand; a dataset's name stands for what was pushed."""


@dataclass(frozen=True, slots=True)
class ConfirmationFacts:
    """What decides whether a probationary member may become a formal one."""

    admitted_on: date | None
    formal_on: date


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What decides whether a member may be erased."""

    state: MemberState
    ground: str | None = None
