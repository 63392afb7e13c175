"""The numbers assignments are proposed by, beside how many an instructor has normally (workers' policy).

The documents ask for nearness and for people who know the trade; they give no metres. What stands here is local
practice, and a city states its own.
"""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.policies.facts import PolicyKind


@dataclass(frozen=True, slots=True)
class AssignmentPolicy:
    """How many metres of way a better fit is worth. `version` is told with every proposal."""

    version: str
    farthest: Cited[int | None]  # the longest way in metres; None: anywhere, the nearest first all the same
    other_division: Cited[int]  # the section of GB/T 4754 is known, the division is not
    other_section: Cited[int]
    other_background: Cited[int]
    newcomer: Cited[int]  # who has not been there before


DEFAULT = AssignmentPolicy(
    version="default-2026",
    farthest=Cited(None, LOCAL_PRACTICE),
    other_division=Cited(1_000, LOCAL_PRACTICE),
    other_section=Cited(3_000, LOCAL_PRACTICE),
    other_background=Cited(1_000, LOCAL_PRACTICE),
    newcomer=Cited(5_000, LOCAL_PRACTICE),
)

KIND = PolicyKind("assignment", DEFAULT)
