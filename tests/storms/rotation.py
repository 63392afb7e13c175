"""Keys and secrets change under load: two applications on one database, machines that work all the while.

The clock runs two hundred times as fast, so that keys are published, sign, and leave within seconds. Everybody behaves
as in life: a machine asks for a token when half of the last one's time is over, works with it at either application,
and takes a new secret when it is given one; somebody else verifies tokens by a key set that is kept as long as its
answer allows. `make crash` runs a long one; alone: `python -m tests.storms.rotation --seconds 60`.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.core.acts import EVERYWHERE, SYSTEM
from app.core.config import Settings
from app.main import create_app
from app.services.access import keys
from tests.kit.databases import Clones, clones

FAST = 200
LEAD = 300
LIFETIME = 300
MACHINES = 4
FORM = {"grant_type": "client_credentials"}


class FastClock:
    """Two hundred seconds a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._first = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._first + timedelta(seconds=(time.monotonic() - self._began) * FAST)


@dataclass
class Machine:
    """A client with the secret it uses now."""

    row: str
    client_id: str
    secret: str
    version: int = 1


@dataclass
class Storm:
    """What happened: answers by kind and status, key ids seen, changes made."""

    apps: list[FastAPI]
    clock: FastClock
    admin: httpx.AsyncClient
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    kids: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    key_changes: int = 0
    secret_changes: int = 0
    verified: int = 0
    unverified: int = 0
    over: bool = False

    @property
    def failed(self) -> int:
        """Requests that were not answered with 200, and tokens that a reader of the key set could not verify."""
        return self.unverified + sum(count for (_, status), count in self.answers.items() if status != 200)

    @property
    def total(self) -> int:
        """All requests."""
        return sum(self.answers.values())

    async def work(self, machine: Machine, door: int) -> None:
        """Sign in, work with the token for half its time, sign in again."""
        async with client(self.apps[door]) as here, client(self.apps[1 - door]) as there:
            while not self.over:
                answer = await here.post("/oauth/token", data=FORM, auth=(machine.client_id, machine.secret))
                self.answers["token", answer.status_code] += 1
                if answer.status_code != 200:
                    continue
                token = answer.json()["access_token"]
                until = self.clock() + timedelta(seconds=LIFETIME / 2)
                bearer = {"authorization": f"Bearer {token}"}
                while self.clock() < until and not self.over:
                    for door_ in (here, there):
                        found = await door_.get("/v1/hosts", headers=bearer, params={"limit": 1})
                        self.answers["work", found.status_code] += 1

    async def verify(self, machine: Machine) -> None:
        """Somebody else's service: keeps the key set as long as it may, and verifies tokens by it."""
        async with client(self.apps[0]) as here, client(self.apps[1]) as there:
            while not self.over:
                answer = await here.get("/oauth/jwks.json")
                kept = re.search(r"max-age=(\d+)", answer.headers["cache-control"])
                assert kept is not None
                found = KeySet.import_key_set(answer.json())
                now = {str(key.kid) for key in found.keys}
                self.gone |= self.kids - now
                self.kids |= now
                until = self.clock() + timedelta(seconds=int(kept[1]))
                while self.clock() < until and not self.over:
                    told = await there.post("/oauth/token", data=FORM, auth=(machine.client_id, machine.secret))
                    self.answers["token", told.status_code] += 1
                    try:
                        jwt.decode(told.json()["access_token"], found, algorithms=["Ed25519"])
                        self.verified += 1
                    except (JoseError, ValueError, KeyError):
                        self.unverified += 1

    async def change_keys(self) -> None:
        """A new key each time the last one has begun to sign."""
        state = self.apps[0].state.liangxin
        while not self.over:
            async with state.acts.open(SYSTEM) as act:
                await keys.rotate(act, act.vault, state.ring.terms)
            self.key_changes += 1
            await passing(LEAD * 1.5)

    async def change_secrets(self, machines: list[Machine]) -> None:
        """A new secret for one machine after the other; the old one ends by itself a little later."""
        while not self.over:
            for machine in machines:
                ends = (self.clock() + timedelta(seconds=150)).isoformat()
                made = await self.admin.post(
                    f"/v1/clients/{machine.row}/secrets",
                    json={"old_ends_at": ends},
                    headers={"if-match": f'"{machine.version}"'},
                )
                assert made.status_code == 201, made.text
                machine.secret = made.json()["secret"]
                machine.version += 1
                self.secret_changes += 1
                await passing(60)
            await passing(120)


async def passing(seconds: float) -> None:
    """Let so many seconds of the fast clock go by."""
    try:
        async with asyncio.timeout(seconds / FAST):
            await asyncio.Event().wait()
    except TimeoutError:
        return


def client(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    """Someone at one of the applications."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://liangxin", headers=headers)


@asynccontextmanager
async def storm(url: str, state: Path) -> AsyncIterator[tuple[Storm, list[Machine]]]:
    """Two applications on one database, and machines with a grant each."""
    settings = Settings.load(
        database_url=url,
        state=state,
        pool_size=5,
        inline_worker=False,
        key_lead=LEAD,
        token_lifetime=LIFETIME,
        rate_limit=0,  # the quota has tests of its own; here a fast machine must not meet it
        rate_limit_anonymous=0,
    )
    clock = FastClock()
    async with AsyncExitStack() as stack:
        apps = [create_app(settings, clock) for _ in range(2)]
        for app in apps:
            await stack.enter_async_context(app.router.lifespan_context(app))
        tokens = apps[0].state.liangxin.tokens

        def officer(role: str) -> dict[str, str]:
            token = tokens.sign(
                f"person:{role}", role=role, ranges=EVERYWHERE.ranges, now=clock(), lifetime=timedelta(days=365)
            )
            return {"authorization": f"Bearer {token}"}

        admin = await stack.enter_async_context(client(apps[0], **officer("system_administrator")))
        security = await stack.enter_async_context(client(apps[0], **officer("security_administrator")))
        machines = [await _entered(admin, security, number) for number in range(MACHINES)]
        yield Storm(apps, clock, admin), machines


async def _entered(admin: httpx.AsyncClient, security: httpx.AsyncClient, number: int) -> Machine:
    made: dict[str, Any] = (await admin.post("/v1/clients", json={"name": f"风暴{number}"})).json()
    wish = {
        "subject": made["client_id"],
        "role": "portal_reader",
        "regions": [{"region_code": "330100000000"}],
        "reason": "风暴",
    }
    assert (await security.post("/v1/grants", json=wish)).status_code == 201
    return Machine(made["id"], made["client_id"], made["secret"])


async def rage(url: str, state: Path, seconds: float) -> Storm:
    """Run a storm of so many real seconds."""
    async with storm(url, state) as (raging, machines), asyncio.TaskGroup() as group:
        for number, machine in enumerate(machines):
            group.create_task(raging.work(machine, number % 2))
        group.create_task(raging.verify(machines[0]))
        changing = [
            group.create_task(raging.change_keys()),
            group.create_task(raging.change_secrets(machines)),
        ]
        await passing(seconds * FAST)
        raging.over = True
        for task in changing:
            task.cancel()
    return raging


def once(seconds: float) -> Storm:
    """A storm on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="liangxin-rotation-") as folder, clones() as server:
        return asyncio.run(_once(server, Path(folder), seconds))


async def _once(server: Clones, folder: Path, seconds: float) -> Storm:
    name = await server.make()
    try:
        return await rage(server.url(name), folder, seconds)
    finally:
        await server.drop(name)


def changed(seconds: float) -> tuple[int, str]:
    """Run a storm; how many requests failed, and what to say of it."""
    done = once(seconds)
    return done.failed, (
        f"{done.total} requests, {done.verified} tokens verified elsewhere, {done.key_changes} keys made,"
        f" {len(done.gone)} keys gone, {done.secret_changes} secrets changed: {done.failed} failed"
    )


def main() -> int:
    """Run the storm; 1 when a request failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    failed, line = changed(parser.parse_args().seconds)
    print(line)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
