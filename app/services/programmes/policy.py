"""What a year's programme is held to, each with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind


@dataclass(frozen=True, slots=True)
class ProgrammePolicy:
    """`lag_permille`: how far a figure may lag behind its time, in thousandths of the way to its target."""

    version: str
    approved_by_another: Cited[bool]
    linked: Cited[bool]  # every task belongs to an item of the general plan
    marked: Cited[bool]  # every task is planned, deployed, inspected and appraised with the rest
    kept_after_approval: Cited[bool]
    tasks_done: Cited[bool]
    year_over: Cited[bool]
    lag_permille: Cited[int]

    def __post_init__(self) -> None:
        """Raises WrongLag for a lag that is no share of the way."""
        if not 0 <= self.lag_permille.value <= 1000:
            raise WrongLag


class WrongLag(ValueError):
    """A lag out of bounds; `code` is a label of the namespace `line`."""

    code = "programme_lag_wrong"


DEFAULT = ProgrammePolicy(
    version="default-2026",
    approved_by_another=Cited(True, LOCAL_PRACTICE),
    linked=Cited(True, TWO_NEW_OPINION),
    marked=Cited(True, TWO_NEW_OPINION),
    kept_after_approval=Cited(True, LOCAL_PRACTICE),
    tasks_done=Cited(True, LOCAL_PRACTICE),
    year_over=Cited(True, LOCAL_PRACTICE),
    lag_permille=Cited(100, LOCAL_PRACTICE),
)

KIND = PolicyKind("programmes", DEFAULT)
