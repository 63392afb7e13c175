"""Assembles the HTTP application; decides nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from app.catalogues.places import SPANS, WIDENINGS
from app.core.acts import Acts
from app.core.clock import Clock, system_clock
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.database import Database
from app.core.spool import sweep
from app.routers import ROUTERS
from app.routers.tags import TAGS
from app.services.access.authenticating import Access, Doors
from app.services.access.issuing import Issuer
from app.services.access.keys import KeyRing, Terms
from app.services.access.provider import Provider, ProviderSettings
from app.services.access.tokens import Tokens, load_key
from app.services.files.storing import storage_of
from app.web import door, openapi, problems
from app.web.state import State
from app.worker import fit, inline

LEFT_BEHIND = timedelta(days=1)
"""Age at which a file in the spool folder can be nobody's any more."""

DESCRIPTION = """\
The back office of a committee for two-new organisations (两新工委). Every list has the same shape, every failure is an
RFC 9457 problem, every figure names its denominator. Codes are strings; money is integer fen; times carry an offset.

**Begin**: `liangxin token --role officer` prints a token; send it as `Authorization: Bearer …`. Texts follow
`Accept-Language` (zh-Hans, zh-Hant, en). Updates need `If-Match` with the ETag you read. `GET /v1/labels` has the text
of every coded value.
"""


def assemble(settings: Settings, acts: Acts, vault: Vault) -> State:
    """Who signs in here and how. Raises OSError or ValueError for settings that cannot be read."""
    tokens = Tokens(load_key(settings.token_key, settings.state), settings.issuer, settings.audience)
    terms = Terms(timedelta(seconds=settings.key_lead), timedelta(seconds=settings.token_lifetime))
    ring = KeyRing(acts, vault, terms)
    provider = None if settings.oidc is None else Provider(ProviderSettings.read(settings.oidc))
    doors = Doors(tokens, ring, settings.issuer, settings.audience, provider, SPANS, WIDENINGS)
    issuer = Issuer(acts, ring, settings.issuer, settings.audience)
    return State(settings, acts, tokens, Access(acts, doors), issuer, ring, storage_of(settings))


def create_app(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The application. The database is reached when its lifespan begins."""
    if settings.database_url is None:
        raise ValueError("no database: `liangxin serve` starts the embedded one, or set DATABASE_URL")
    database = Database(
        settings.database_url, pool_size=settings.pool_size, statement_timeout=settings.statement_timeout
    )
    vault = Vault.at(settings.key_ring_file, settings.ring_to_make)
    state = assemble(settings, Acts(database, clock, vault), vault)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        settings.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep(settings.spool, clock() - LEFT_BEHIND)
        await fit(state.acts)
        try:
            async with inline(settings, state.acts):
                yield
        finally:
            await database.close()

    app: FastAPI = FastAPIOffline(
        redoc_url=None,  # a second viewer; it shows a picture from another host
        title="Liangxin",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_tags=list(TAGS),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        swagger_ui_parameters={"displayRequestDuration": True},  # a token goes with its tab: nothing keeps it
    )
    app.state.liangxin = state
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]  # FastAPI's documented way
    problems.install(app)
    door.install(app, settings)
    for router in ROUTERS:  # each names its own prefix and tags: included, every route would be analysed once more
        app.router.routes.extend(router.routes)
    return app
