"""Frozen values of the contacts room."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.services.privacy.facts import PersonalKind


class ContactRole(StrEnum):
    """What a contact person is to the organisation."""

    owner = "owner"  # 出资人、业主
    manager = "manager"
    liaison = "liaison"  # who answers for party matters
    other = "other"


HOLDER: Final = "contacts"
PERSONAL: Final[dict[str, PersonalKind]] = {"phone": "phone", "identity_number": "identity_number"}
"""The fields that are kept sealed, and their kinds."""

OFFICER: Final = "officer"
"""The source of what was entered or corrected by hand; a dataset's name stands for what was pushed."""


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What decides whether a contact may be erased."""

    role: ContactRole
    organization_at_work: bool
    ground: str | None = None
