"""How often a client may ask: a token bucket for each, kept in this process.

Whoever is signed in has a bucket of their own, wherever they call from; strangers share one an address. A stranger can
therefore use up the strangers' bucket of an address and no one else's. Each process counts for itself: behind `n`
processes a client may ask up to `n` times as often. The limit protects the service from haste, not from an attack by
many addresses, which is the business of what stands in front.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.web.failures import TooManyRequests
from app.web.state import address_of

WINDOW = 60  # seconds in which a bucket fills
MOST = 50_000  # buckets kept; each is two numbers


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left to one client: the policy's name, its quota a window, what remains, seconds until it is whole."""

    policy: str
    quota: int
    left: int
    full_in: int
    retry_after: int
    """Seconds to wait when refused; 0 when let in."""

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes it: Structured Fields with parameters q, w, r and t."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.full_in}',
        }


class Rates:
    """The buckets of one policy. `quota` requests a window, all of them at once if a client likes; 0: no limit."""

    def __init__(self, policy: str, quota: int, now: Callable[[], float] = time.monotonic) -> None:
        self.policy = policy
        self.quota = quota
        self._now = now
        self._filled: dict[str, float] = {}
        """For each client the instant at which its bucket is full again: all there is to know of it."""

    def take(self, client: str) -> Verdict | None:
        """Take one token of the client's bucket; None where there is no limit."""
        if not self.quota:
            return None
        now, each = self._now(), WINDOW / self.quota
        full_at = max(self._filled.get(client, now), now) + each
        wait = full_at - now - WINDOW
        if wait > 1e-9:
            return Verdict(self.policy, self.quota, 0, math.ceil(full_at - each - now), max(1, math.ceil(wait)))
        if len(self._filled) >= MOST and client not in self._filled:
            self._forget(now)
        self._filled[client] = full_at
        left = int((WINDOW - (full_at - now)) / each + 1e-6)
        return Verdict(self.policy, self.quota, left, math.ceil(full_at - now), 0)

    def _forget(self, now: float) -> None:
        """Drop full buckets, which say nothing; when none is, the ones nearest to it."""
        self._filled = {client: at for client, at in self._filled.items() if at > now}
        if len(self._filled) >= MOST:
            fullest = sorted(self._filled, key=self._filled.__getitem__)[: MOST // 10]
            for client in fullest:
                del self._filled[client]


@dataclass(frozen=True, slots=True)
class Counters:
    """One policy for those who are signed in, one for strangers."""

    known: Rates
    strangers: Rates


def count_known(request: HTTPConnection, subject: str) -> None:
    """Count a request of someone signed in. Raises TooManyRequests (429)."""
    _count(request, _counters(request).known, subject)


def count_stranger(request: HTTPConnection) -> None:
    """Count a request without a token that holds, for its address. Raises TooManyRequests (429)."""
    _count(request, _counters(request).strangers, address_of(request) or "-")


def _counters(request: HTTPConnection) -> Counters:
    found = request.app.state.rates
    assert isinstance(found, Counters)  # noqa: S101  (set by door.install; a wrong type is a bug, not an input)
    return found


def _count(request: HTTPConnection, rates: Rates, client: str) -> None:
    verdict = rates.take(client)
    if verdict is None:
        return
    request.state.rate = verdict.headers()
    if verdict.retry_after:
        raise TooManyRequests(retry_after=verdict.retry_after)
