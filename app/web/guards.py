"""Guards: the only way a route gets at the database. There is no session without a permission."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.core.acts import Act, Actor
from app.core.errors import Forbidden, Unauthenticated
from app.services.access.permissions import Permission
from app.web.state import request_id_of, state_of

bearer = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="A token signed by `liangxin token` (EdDSA, RFC 9068)."
)


def actor_of(request: Request, permission: Permission) -> Actor:
    """The authenticated caller, who holds the permission. Raises Unauthenticated or Forbidden."""
    state = state_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    actor = state.tokens.verify(token.strip(), state.acts.clock())
    request.state.actor = actor.id
    if permission not in actor.permissions:
        raise Forbidden(permission=str(permission))
    return actor


@dataclass(frozen=True, slots=True)
class Guard:
    """Authenticates, opens the transaction, yields the Act, commits before the answer leaves."""

    permission: Permission

    async def __call__(self, request: Request) -> AsyncIterator[Act]:
        """One request, one transaction."""
        actor = actor_of(request, self.permission)
        async with state_of(request).acts.open(actor, request_id_of(request)) as act:
            yield act


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone authenticated who opens short transactions of their own: uploads, streams, waits."""

    actor: Actor
    request: Request

    def open(self) -> AbstractAsyncContextManager[Act]:
        """One short transaction."""
        return state_of(self.request).acts.open(self.actor, request_id_of(self.request))


@dataclass(frozen=True, slots=True)
class LaterGuard:
    """Authenticates but holds no transaction: for whatever outlives one."""

    permission: Permission

    async def __call__(self, request: Request) -> Caller:
        """The caller, to open acts with."""
        return Caller(actor_of(request, self.permission), request)


def May(permission: Permission) -> Any:
    """Dependency: an Act under this permission, committed before the answer leaves."""
    return Depends(Guard(permission), scope="function")


def MayLater(permission: Permission) -> Any:
    """Dependency: a Caller under this permission, without a transaction."""
    return Depends(LaterGuard(permission))


Bearer = Annotated[Any, Depends(bearer)]
