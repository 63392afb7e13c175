"""Callers who are known by their name alone: who somebody is, is tested elsewhere."""

from dataclasses import dataclass, field, replace
from uuid import UUID

import httpx
from fastapi import FastAPI

from app.core.acts import EVERYWHERE, Actor, Scope
from app.services.access.authenticating import Known
from app.services.access.permissions import ROLES


@dataclass
class Cast:
    """Stands in for access: a bearer is a name, and each name has its one actor."""

    actors: dict[str, Actor] = field(default_factory=dict)

    def put(self, name: str, role: str, scope: Scope = EVERYWHERE) -> None:
        """Give somebody a part."""
        self.actors[name] = Actor(name, name, frozenset(ROLES[role]), scope, frozenset({"*"}))

    async def known(self, bearer: str, address: str | None) -> Known:
        """Whoever says a name is it."""
        return Known(bearer, bearer, inside=self.actors[bearer])

    async def actor(self, known: Known, wanted: UUID | None) -> Actor:
        """Everybody has one grant."""
        return self.actors[known.subject]

    def forget(self) -> None:
        """Nothing is remembered."""


def on_stage(app: FastAPI) -> Cast:
    """Let the application know callers by name."""
    cast = Cast()
    app.state.liangxin = replace(app.state.liangxin, access=cast)
    return cast


def client(app: FastAPI, name: str) -> httpx.AsyncClient:
    """Somebody's client, reading English."""
    headers = {"authorization": f"Bearer {name}", "accept-language": "en"}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://liangxin", headers=headers)
