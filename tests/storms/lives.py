"""Branches live at random: founded, merged, split, transferred, dissolved; organisations move, members come and go.

After every step all that is derived agrees with what it is derived from (tests/kit/agreement), and now and then what
was read at a past instant is read again as of then. `python -m tests.storms.lives --operations 2000`.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx

from app.catalogues.following import FOLLOWERS
from app.core.acts import SYSTEM
from app.core.clock import day_of
from app.core.config import Settings
from app.services.coverage import repository, upkeep
from app.services.regions import changing
from tests.conftest import Hands, running
from tests.kit.agreement import disagreements
from tests.kit.databases import clones, dsn
from tests.kit.persons import identity_number
from tests.storms.small_world import TOWNS, Row, World

MODES = ("standalone", "joint", "attached", "territorial")
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# What nobody knew at the time: what may be done now, and what the rules say today.
OF_TODAY = frozenset({"allowed_actions", "findings", "policy_version"})


@dataclass
class Lives(World):
    """What was done in the world, and what was seen of it."""

    persons: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    remembered: list[tuple[datetime, Row]] = field(default_factory=list)

    # What happens. Each answers the service's answer, or None when there was nothing to do it to.

    async def found(self) -> httpx.Response | None:
        mode = self.dice.choice(MODES)
        wanted = 1 if mode == "standalone" else self.dice.randint(1, 5)
        day = day_of(self.clock()) - timedelta(days=self.dice.randrange(3))
        free = await self.free(wanted)
        return await self.post("/v1/branches", self.draft(mode, free) | {"founded_on": day.isoformat()})

    async def merge(self) -> httpx.Response | None:
        rows = (await self.standing())[:2]
        if len(rows) < 2:
            return None
        named = [{"id": row["id"], "version": row["version"]} for row in rows]
        body: Row = {"on": self.today, "reason": "合并", "departure_reason": "风暴"}
        if self.dice.random() < 0.5:
            body |= {"branches": named[:1], "into": named[1]}
        else:
            heir = self.draft(self.dice.choice(MODES[1:]), [])
            body |= {"branches": named, "successor": _without(heir, "organization_ids")}
        return await self.post("/v1/branches/merge", body)

    async def split(self) -> httpx.Response | None:
        for row in (await self.standing())[:5]:
            organizations = await self.covered(row)
            if len(organizations) >= 2:
                half = len(organizations) // 2
                heirs = [self.draft("territorial", organizations[:half])]
                remains = self.dice.random() < 0.5
                if not remains:
                    heirs.append(self.draft("attached", organizations[half:]))
                body = {"on": self.today, "reason": "分设", "remains": remains, "departure_reason": "风暴"}
                body["successors"] = heirs
                return await self.post(f"/v1/branches/{row['id']}/split", body, row["version"])
        return None

    async def reform(self) -> httpx.Response | None:
        for row in (await self.standing())[:1]:
            heir = _without(self.draft(self.dice.choice(MODES), []), "organization_ids")
            body = {"on": self.today, "reason": "改建", "successor": heir}
            return await self.post(f"/v1/branches/{row['id']}/reform", body, row["version"])
        return None

    async def transfer(self) -> httpx.Response | None:
        for row in (await self.standing())[:1]:
            body = {"authority_id": self.dice.choice(self.authorities), "on": self.today, "reason": "调整"}
            body["departure_reason"] = "风暴"
            body["management_mode"] = self.dice.choice(("territorial", "industry", "entrusted"))
            return await self.post(f"/v1/branches/{row['id']}/transfer", body, row["version"])
        return None

    async def dissolve(self) -> httpx.Response | None:
        for row in (await self.standing())[:1]:
            body = {"dissolved_on": self.today, "reason": "撤销"}
            return await self.post(f"/v1/branches/{row['id']}/dissolve", body, row["version"])
        return None

    async def cover(self) -> httpx.Response | None:
        free = await self.free(1)
        for row in (await self.standing())[:1]:
            for key in free:
                body = {"organization_id": key, "valid_from": self.today, "departure_reason": "风暴"}
                return await self.post(f"/v1/branches/{row['id']}/organizations", body, row["version"])
        return None

    async def uncover(self) -> httpx.Response | None:
        for row in (await self.standing())[:1]:
            for key in (await self.covered(row))[:1]:
                body = {"valid_to": self.today, "reason": "迁出"}
                return await self.post(f"/v1/branches/{row['id']}/organizations/{key}/end", body, row["version"])
        return None

    async def move(self) -> httpx.Response | None:
        key = self.dice.choice(self.organizations)
        version = await self.direct.fetchval("SELECT version FROM organizations WHERE id = $1::text::uuid", key)
        body = {"region_code": self.dice.choice(self.towns)}
        return await self.client.patch(f"/v1/organizations/{key}", json=body, headers={"if-match": f'"{version}"'})

    async def enter(self) -> httpx.Response | None:
        self.persons += 1
        rows = await self.standing()
        body: Row = {"name": f"李{self.persons}", "kind": self.dice.choice(("formal", "probationary"))}
        body["identity_number"] = identity_number(self.persons)
        body["organization_id"] = self.dice.choice(self.organizations)
        body["since"] = self.today
        if rows and self.dice.random() < 0.8:
            body["branch_id"] = rows[0]["id"]
        return await self.post("/v1/members", body)

    async def _member(self) -> Row | None:
        query = "SELECT id::text, version, kind FROM members WHERE state = 'current' ORDER BY name"
        rows = await self.direct.fetch(query)
        return dict(self.dice.choice(rows)) if rows else None

    async def leave(self) -> httpx.Response | None:
        member = await self._member()
        if member is None:
            return None
        return await self.post(f"/v1/members/{member['id']}/end", {"ended_on": self.today}, member["version"])

    async def confirm(self) -> httpx.Response | None:
        member = await self._member()
        if member is None:
            return None
        body = {"formal_on": self.today, "departure_reason": "风暴"}
        return await self.post(f"/v1/members/{member['id']}/confirm", body, member["version"])

    async def go_over(self) -> httpx.Response | None:
        member, rows = await self._member(), await self.standing()
        if member is None or not rows:
            return None
        body = {"to_branch_id": rows[0]["id"], "effective_on": self.today, "reason": "调动"}
        return await self.post(f"/v1/members/{member['id']}/transfer", body, member["version"])

    async def keep_roll(self) -> httpx.Response | None:
        for row in (await self.standing())[:1]:
            kept = row.get("roll_kept_since") is not None
            verb, body = ("stop-keeping-roll", {}) if kept else ("keep-roll", {"since": self.today})
            return await self.post(f"/v1/branches/{row['id']}/{verb}", body, row["version"])
        return None

    async def merge_town(self) -> httpx.Response | None:
        """A town is merged into another; what stands in it follows, and the dice forget it."""
        standing = [town for town in self.towns if town in TOWNS]
        if len(standing) < 3 or self.dice.random() < 0.7:
            return None
        gone, heir = self.dice.sample(standing, 2)
        name = f"风暴{TOWNS.index(gone)}镇"
        lines = ["code,level,name,parent_code,parent_level,until,successors", f"{gone},4,{name},,,2026,{heir}/4"]
        async with self.acts.open(SYSTEM) as act:
            await changing.change(act, changing.parsed(lines), FOLLOWERS)
        self.towns.remove(gone)
        return httpx.Response(200)

    async def sleep(self) -> httpx.Response | None:
        """A night or a month passes; the daily work is done, and the tallies are folded."""
        self.clock.forward(days=self.dice.choice((1, 1, 2, 30)))
        while True:
            async with self.acts.open(SYSTEM) as act:
                if not await upkeep.refresh(act):
                    break
        async with self.acts.open(SYSTEM) as act:
            await repository.compact(act)
        return httpx.Response(200)

    def operations(self) -> list[tuple[str, int, Callable[[], Awaitable[httpx.Response | None]]]]:
        """What may happen, and how often beside the others."""
        return [
            ("found", 10, self.found), ("merge", 5, self.merge), ("split", 5, self.split), ("reform", 3, self.reform),
            ("transfer", 6, self.transfer), ("dissolve", 3, self.dissolve), ("cover", 6, self.cover),
            ("uncover", 4, self.uncover), ("move", 8, self.move), ("enter a member", 14, self.enter),
            ("end a membership", 5, self.leave), ("confirm a member", 4, self.confirm),
            ("transfer a member", 6, self.go_over), ("keep a roll", 5, self.keep_roll),
            ("merge a town", 1, self.merge_town), ("sleep", 4, self.sleep),
        ]  # fmt: skip

    async def step(self) -> None:
        """One thing happens; then everything is held against everything."""
        self.clock.forward(seconds=self.dice.randint(1, 600))
        names, weights, verbs = zip(*self.operations(), strict=True)
        place = self.dice.choices(range(len(names)), weights)[0]
        answer = await verbs[place]()
        if answer is None:
            return
        if answer.status_code >= 400:
            self.refused[f"{names[place]}: {answer.json()['code']}"] += 1
        else:
            self.done[names[place]] += 1
        wrong = await disagreements(self.direct, day_of(self.clock()))
        assert not wrong, f"after {names[place]} ({answer.status_code}): {wrong}"
        if self.dice.random() < 0.1:
            await self._remember()
        if self.dice.random() < 0.1:
            await self._look_back()

    async def _remember(self) -> None:
        for row in (await self.standing())[:1]:
            self.remembered.append((self.clock(), await self._read(row["id"])))

    async def _look_back(self) -> None:
        if not self.remembered:
            return
        at, then = self.dice.choice(self.remembered)
        told = await self._read(then["id"], as_of=at.isoformat())
        assert told == then, f"as of {at}: {told} is not {then}"

    async def _read(self, key: str, **asked: str) -> Row:
        answer = await self.client.get(f"/v1/branches/{key}", params=asked)
        assert answer.status_code == 200, answer.text
        return _without(answer.json(), *OF_TODAY)


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


async def lived(settings: Settings, superuser: str, operations: int, seed: int) -> Lives:
    """Let so many things happen (refused ones are not counted); the world in the end. Raises what went wrong."""
    assert settings.database_url is not None
    clock = Hands(START)
    direct = await asyncpg.connect(dsn(superuser))
    try:
        async with running(settings, clock) as api:
            client = await api.client()
            lives = Lives(client, api.app.state.liangxin.acts, clock, direct, random.Random(seed))
            await lives.settle()
            while lives.done.total() < operations:
                await lives.step()
            for at, then in lives.remembered:
                assert await lives._read(then["id"], as_of=at.isoformat()) == then
            return lives
    finally:
        await direct.close()


def alone(operations: int, seed: int) -> Lives:
    """The same in a database of its own."""
    with clones() as server, tempfile.TemporaryDirectory(prefix="liangxin-lives-") as folder:
        name = asyncio.run(server.make())
        settings = Settings.load(
            database_url=server.url(name), state=Path(folder), pool_size=3, inline_worker=False,
            rate_limit=10_000_000, rate_limit_anonymous=10_000_000,
        )  # fmt: skip
        try:
            return asyncio.run(lived(settings, server.cluster.superuser_url(name), operations, seed))
        finally:
            asyncio.run(server.drop(name))


def main() -> int:
    """Run it and print what happened."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.lives", description=__doc__)
    parser.add_argument("--operations", type=int, default=2_000, help="things that happen; refused ones do not count")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    lives = alone(asked.operations, asked.seed)
    told = ", ".join(f"{name} {count}" for name, count in lives.done.most_common())
    print(f"{lives.done.total()} operations in {time.monotonic() - began:.0f} s, all agreed: {told}")
    print(f"refused by the rules {lives.refused.total()}; read as of then {len(lives.remembered)} branches, all equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
