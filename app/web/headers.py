"""What browsers are told with every answer: run nothing, frame nothing, send no referrer, keep nothing personal."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For an API: its answers are data, and a browser that shows one must not run any of it."""
PAGES = frozenset({"/docs", "/docs/oauth2-redirect"})
ASSETS = "/static-offline-docs/"
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

Headers = list[tuple[bytes, bytes]]


def page_policy(html: bytes) -> str:
    """The policy of a documentation page: our own files, and of inline scripts the very ones that it was made with.

    The pages are the same for everybody and hold nothing that a client sent. The viewer writes style elements while it
    runs, so styles cannot be named one by one.
    """
    hashes = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE.findall(html)]
    scripts = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )


class BrowserHeaders:
    """Plain ASGI: adds the headers as an answer begins, whoever gives it."""

    def __init__(self, app: ASGIApp, hsts: int) -> None:
        self._app = app
        self._always: Headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        if hsts:
            self._always.append((b"strict-transport-security", f"max-age={hsts}; includeSubDomains".encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = scope["path"] in PAGES
        begun: Message | None = None

        async def adding(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._always, *_of(scope, message)]
                if page and _is_html(message["headers"]):
                    begun = message  # the policy names the scripts of the body: wait for it
                    return
                message["headers"].append((b"content-security-policy", NOTHING.encode()))
            elif begun is not None and message["type"] == "http.response.body":
                begun["headers"].append((b"content-security-policy", page_policy(message.get("body", b"")).encode()))
                await send(begun)
                begun = None
            await send(message)

        await self._app(scope, receive, adding)


def _of(scope: Scope, message: Message) -> Headers:
    """What is left of the bucket; and whatever was made for one reader, or refused, is not to be kept."""
    state: dict[str, Any] = scope.get("state", {})
    found: Headers = [(name.lower().encode(), value.encode()) for name, value in state.get("rate", {}).items()]
    given = {name for name, _ in message["headers"]}
    if b"cache-control" not in given and ("actor" in state or message["status"] >= 400):
        found.append((b"cache-control", b"no-store"))
    return found


def _is_html(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)
