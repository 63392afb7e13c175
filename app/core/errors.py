"""Failures: each is a class with a status and a slug, and is rendered once, in the web floor.

A failure carries no sentence: its text is the label `problem.<slug>` with these params, in the reader's language.
Rejected values never belong in params.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from app.core.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one place of a payload: a JSON pointer, a code, and numbers for the text."""

    pointer: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


class Failure(Exception):
    """A refusal with a meaning for the caller."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "failure"

    def __init__(self, *, errors: tuple[FieldError, ...] = (), retry_after: int | None = None, **params: Any) -> None:
        super().__init__(self.slug)
        self.errors = errors
        self.retry_after = retry_after
        self.params = params


class BadRequest(Failure):
    """The request cannot be read."""

    status = 400
    slug = "bad_request"


class Unauthenticated(Failure):
    """No token, or one that does not hold."""

    status = 401
    slug = "unauthenticated"


class Forbidden(Failure):
    """May be seen by the caller, but not done."""

    status = 403
    slug = "forbidden"


class NotFound(Failure):
    """Is not there, or may not be seen: the caller cannot tell which."""

    status = 404
    slug = "not_found"


class NotAcceptable(Failure):
    """None of the offered forms is accepted."""

    status = 406
    slug = "not_acceptable"


class Conflict(Failure):
    """The state of things stands against it."""

    status = 409
    slug = "conflict"


class Taken(Conflict):
    """A key that must be unique is in use."""

    slug = "taken"


class InFlight(Conflict):
    """The first request with this idempotency key has not been answered yet."""

    slug = "in_flight"


class RuleViolation(Failure):
    """A hard rule refuses; the findings say which, with limit, figure and document."""

    status = 409
    slug = "rule_violation"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__()
        self.findings = findings


class StaleVersion(Failure):
    """If-Match names a version that is no longer the current one."""

    status = 412
    slug = "stale_version"


class TooLarge(Failure):
    """The body passes the limit."""

    status = 413
    slug = "too_large"


class UnsupportedMedia(Failure):
    """The body's media type is not one that is read here."""

    status = 415
    slug = "unsupported_media"


class Invalid(Failure):
    """The payload's content is wrong; `errors` says where."""

    status = 422
    slug = "invalid"


class VersionRequired(Failure):
    """An update without If-Match."""

    status = 428
    slug = "version_required"


class Busy(Failure):
    """Contention; the same request may succeed a moment later."""

    status = 503
    slug = "busy"

    def __init__(self, *, retry_after: int = 1, **params: Any) -> None:
        super().__init__(retry_after=retry_after, **params)


def refuse_hard(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Raise RuleViolation (409) when a hard finding stands; else hand the findings on."""
    if any(finding.severity is Severity.hard for finding in findings):
        raise RuleViolation(findings)
    return findings
