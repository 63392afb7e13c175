"""Hangs the door: what every request passes on its way in, and every answer on its way out."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.core.config import Settings
from app.web.headers import BrowserHeaders
from app.web.heads import Heads
from app.web.rates import Counters, Rates
from app.web.trace import Net, Trace

SHOWN = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-Id",
    "Content-Disposition",
)
READ = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Prefer",
    "Liangxin-Grant",
    "Last-Event-ID",
)


def install(app: FastAPI, settings: Settings) -> None:
    """Put the layers round the application, the innermost first: each `add_middleware` goes outside the others."""
    app.state.rates = Counters(Rates("client", settings.rate_limit), Rates("address", settings.rate_limit_anonymous))
    app.add_middleware(Net)
    app.add_middleware(Heads, limit=settings.head_limit)
    if settings.origins:  # tokens travel in a header and never in a cookie: no credentials mode
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=READ,
            expose_headers=SHOWN,
            max_age=600,
        )
    app.add_middleware(BrowserHeaders, hsts=settings.hsts)
    app.add_middleware(Trace)
