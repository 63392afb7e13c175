"""What a running application holds, and how a request reaches it."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from starlette.requests import HTTPConnection

from app.core.acts import Acts
from app.core.config import Settings
from app.core.labels import Language, language_of
from app.services.access.authenticating import Access
from app.services.access.issuing import Issuer
from app.services.access.keys import KeyRing
from app.services.access.tokens import Tokens
from app.services.files.storing import Storage


@dataclass(frozen=True, slots=True)
class State:
    """Assembled once in main."""

    settings: Settings
    acts: Acts
    tokens: Tokens
    access: Access
    issuer: Issuer
    ring: KeyRing
    storage: Storage
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process begins to end: whatever waits or streams ends promptly then."""


def state_of(request: HTTPConnection) -> State:
    """The application's state."""
    state = request.app.state.liangxin
    assert isinstance(state, State)  # noqa: S101  (assembled in main; a wrong type is a bug, not an input)
    return state


def request_id_of(request: HTTPConnection) -> str:
    """One id for the request, in answers, logs and audit rows."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = uuid4().hex
    return str(request.state.request_id)


def address_of(request: HTTPConnection) -> str | None:
    """Where the request came from, as the server tells it (a trusted proxy's word included)."""
    return request.client.host if request.client is not None else None


def language(request: HTTPConnection) -> Language:
    """The reader's language."""
    return language_of(request.headers.get("accept-language"))
