"""Refusals of the branches room."""

from app.core.errors import FieldError, RuleViolation
from app.core.findings import Finding, Severity


class DepartureUnapproved(RuleViolation):
    """What is "normally" otherwise needs a stated reason; the findings say what departs."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.errors = (FieldError("/departure_reason", "departure_reason_missing"),)
        self.params = {"reason": "departure"}


def require_reason(findings: tuple[Finding, ...], reason: str | None) -> tuple[Finding, ...]:
    """Hand on the findings that are departures. Raises DepartureUnapproved when there is one and no reason."""
    departing = tuple(finding for finding in findings if finding.severity is Severity.departure)
    if departing and reason is None:
        raise DepartureUnapproved(departing)
    return departing
