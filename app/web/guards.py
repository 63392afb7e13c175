"""Guards: the only way a route gets at the database. There is no session without a permission."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPBearer

from app.core.acts import Act, Actor
from app.core.errors import Forbidden, Unauthenticated
from app.services.access.authenticating import Known
from app.services.access.permissions import Permission
from app.web.rates import count_known, count_stranger
from app.web.state import address_of, request_id_of, state_of

bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="A token of `/oauth/token`, of the OpenID provider, of `liangxin token`, or a push token.",
)

WantedGrant = Annotated[
    UUID | None,
    Header(
        alias="Liangxin-Grant",
        description="The grant to act under; needed when the caller holds several (`GET /v1/me` lists them).",
    ),
]


async def known_of(request: Request) -> Known:
    """Who sends the request, found out and counted once. Raises Unauthenticated, TooManyRequests."""
    found = getattr(request.state, "known", None)
    if isinstance(found, Known):
        return found
    try:
        known = await _shown(request)
    except Unauthenticated:
        count_stranger(request)
        raise
    request.state.actor = known.subject
    count_known(request, known.subject)
    request.state.known = known
    return known


async def _shown(request: Request) -> Known:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    return await state_of(request).access.known(token.strip(), address_of(request))


async def actor_of(request: Request, permission: Permission, grant: UUID | None) -> Actor:
    """The caller under one grant that holds the permission. Raises Unauthenticated or Forbidden."""
    actor = await state_of(request).access.actor(await known_of(request), grant)
    request.state.acting = actor
    if permission not in actor.permissions:
        raise Forbidden(permission=str(permission))
    return actor


def access_changed(request: Request) -> None:
    """Who may do what changes with this request: once it is committed, ask the database anew."""
    request.state.access_changed = True


@dataclass(frozen=True, slots=True)
class Guard:
    """Authenticates, opens the transaction, yields the Act, commits before the answer leaves."""

    permission: Permission

    async def __call__(self, request: Request, grant: WantedGrant = None) -> AsyncIterator[Act]:
        """One request, one transaction."""
        actor = await actor_of(request, self.permission, grant)
        async with state_of(request).acts.open(actor, request_id_of(request), address_of(request)) as act:
            request.state.act = act
            yield act
        if getattr(request.state, "access_changed", False):  # committed: what is remembered of it is wrong now
            state_of(request).access.forget()


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone authenticated who opens short transactions of their own: uploads, streams, waits."""

    actor: Actor
    request: Request

    def open(self) -> AbstractAsyncContextManager[Act]:
        """One short transaction."""
        return state_of(self.request).acts.open(self.actor, request_id_of(self.request), address_of(self.request))


@dataclass(frozen=True, slots=True)
class LaterGuard:
    """Authenticates but holds no transaction: for whatever outlives one."""

    permission: Permission

    async def __call__(self, request: Request, grant: WantedGrant = None) -> Caller:
        """The caller, to open acts with."""
        return Caller(await actor_of(request, self.permission, grant), request)


@dataclass(frozen=True, slots=True)
class SignedInGuard:
    """Authenticates and asks for no grant: for what concerns nobody but the caller."""

    permission: Permission

    async def __call__(self, request: Request) -> Known:
        """Who the caller is."""
        return await known_of(request)


def permission_in(dependant: Dependant) -> Permission | None:
    """The permission that a route's guard asks for; None for the few open routes."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, (Guard, LaterGuard, SignedInGuard)):
            return inner.call.permission
    return None


def May(permission: Permission) -> Any:
    """Dependency: an Act under this permission, committed before the answer leaves."""
    return Depends(Guard(permission), scope="function")


def MayLater(permission: Permission) -> Any:
    """Dependency: a Caller under this permission, without a transaction."""
    return Depends(LaterGuard(permission))


def SignedIn(permission: Permission) -> Any:
    """Dependency: who the caller is, whatever they hold."""
    return Depends(SignedInGuard(permission))


Bearer = Annotated[Any, Depends(bearer)]
