"""What refuses a list, or its closing."""

from collections.abc import Sequence

from app.core.findings import Finding, Severity
from app.services.treatment.months.facts import ClosingFacts, Line
from app.services.treatment.policy import NO_SCHEME, TreatmentPolicy


def computed_by_another(facts: ClosingFacts, policy: TreatmentPolicy) -> Finding | None:
    """Nobody closes what he computed."""
    own = facts.own and policy.closed_by_another.value
    return policy.closed_by_another.hard("treatment_own_month", 1) if own else None


CLOSING = (computed_by_another,)


def nobody_paid(lines: Sequence[Line]) -> tuple[Finding, ...]:
    """A list in which no day of anybody has a scheme is none: told as such, never as a sum of zero."""
    paid = any(line.own.segments or line.differences for line in lines)
    if paid or not lines:
        return ()
    return (Finding("no_scheme_here", Severity.hard, None, len(lines), NO_SCHEME.document),)
