"""What a tour is kept by, each number with the document it is taken from. No document of the country sets them."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.policies.facts import PolicyKind


@dataclass(frozen=True, slots=True)
class SupervisionPolicy:
    """Days are calendar days."""

    version: str
    rectification_days: Cited[int]  # from the demand to the day it is due: normally not more
    open_at_close: Cited[int]  # corrections that are still open when a tour ends: normally none
    checked_by_another: Cited[bool]  # whoever answered does not accept it


DEFAULT = SupervisionPolicy(
    version="default-2026",
    rectification_days=Cited(30, LOCAL_PRACTICE),
    open_at_close=Cited(0, LOCAL_PRACTICE),
    checked_by_another=Cited(True, LOCAL_PRACTICE),
)

KIND = PolicyKind("supervision", DEFAULT)
