"""What a route is exempt from is declared beside the route, and nowhere else."""

from collections.abc import Callable
from typing import Any, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_untimed: set[Callable[..., Any]] = set()
_unrated: set[Callable[..., Any]] = set()


def untimed(endpoint: Endpoint) -> Endpoint:
    """The route may run as long as its own limits allow: it takes an upload, or waits, or streams."""
    _untimed.add(endpoint)
    return endpoint


def unrated(endpoint: Endpoint) -> Endpoint:
    """The route is not counted: a supervisor asks it, and a busy service must still be seen to live."""
    _unrated.add(endpoint)
    return endpoint


def is_untimed(endpoint: Callable[..., Any]) -> bool:
    """Whether the route was declared untimed."""
    return endpoint in _untimed


def is_unrated(endpoint: Callable[..., Any]) -> bool:
    """Whether the route was declared unrated."""
    return endpoint in _unrated
