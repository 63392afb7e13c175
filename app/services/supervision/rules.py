"""What is judged when something is demanded, accepted, or left open."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.findings import Finding
from app.services.supervision.policy import SupervisionPolicy


@dataclass(frozen=True, slots=True)
class Demand:
    """Something is to be put right in so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class Checking:
    """Somebody looks again at what somebody reported."""

    same_person: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """A tour ends with so many corrections open."""

    open: int


def soon_enough(facts: Demand, policy: SupervisionPolicy) -> Finding | None:
    """The day is not too far."""
    limit = policy.rectification_days
    return limit.departure("rectification_days_long", facts.days) if facts.days > limit.value else None


def by_another(facts: Checking, policy: SupervisionPolicy) -> Finding | None:
    """Nobody accepts his own answer."""
    rule = policy.checked_by_another
    return rule.hard("rectification_own_answer", True) if rule.value and facts.same_person else None


def nothing_open(facts: Closing, policy: SupervisionPolicy) -> Finding | None:
    """A tour ends when what it demanded is put right; what is not is handed on."""
    limit = policy.open_at_close
    return limit.departure("rectifications_open", facts.open) if facts.open > limit.value else None


DEMANDING: tuple[Callable[[Demand, SupervisionPolicy], Finding | None], ...] = (soon_enough,)
ACCEPTING: tuple[Callable[[Checking, SupervisionPolicy], Finding | None], ...] = (by_another,)
CLOSING: tuple[Callable[[Closing, SupervisionPolicy], Finding | None], ...] = (nothing_open,)
