"""Failures that only HTTP knows: too fast, too slow, too much of a head."""

from app.core.errors import Busy, Failure


class TooSlow(Failure):
    """The request took too long to arrive."""

    status = 408
    slug = "too_slow"


class TooManyRequests(Failure):
    """The client asks more often than it may; `retry_after` says when to come back."""

    status = 429
    slug = "too_many_requests"


class HeadTooLarge(Failure):
    """The request's line and headers pass the limit."""

    status = 431
    slug = "head_too_large"


class TookTooLong(Busy):
    """The answer was not ready within the time a request has; nothing of it was kept."""

    slug = "took_too_long"
