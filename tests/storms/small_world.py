"""The small world in which branches live at random: towns that no register knows, bodies, hosts and organisations."""

import random
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from app.catalogues.following import FOLLOWERS
from app.core.acts import SYSTEM, Acts
from app.core.clock import day_of
from app.services.regions import changing
from tests.conftest import Hands

Row = dict[str, Any]
TOWNS = tuple(f"330106{town:03d}000" for town in range(901, 909))
ELSEWHERE = ("330108001000", "330108002000")
ORGANIZATIONS = 48


@dataclass
class World:
    """A county or two with what branches stand on, seen and changed over HTTP alone."""

    client: httpx.AsyncClient
    acts: Acts
    clock: Hands
    direct: "asyncpg.Connection[Any]"
    dice: random.Random
    towns: list[str] = field(default_factory=lambda: [*TOWNS, *ELSEWHERE])
    organizations: list[str] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)

    @property
    def today(self) -> str:
        """The day of the world's clock, as it is sent."""
        return day_of(self.clock()).isoformat()

    async def post(self, path: str, body: Row, version: int | None = None) -> httpx.Response:
        """One request; whatever is not answered by the service's own words is a failure of the storm."""
        headers = {} if version is None else {"if-match": f'"{version}"'}
        answer = await self.client.post(path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        assert answer.status_code != 422 or answer.json()["errors"], answer.text
        return answer

    async def settle(self) -> None:
        """Towns that no real register knows, authorities, hosts and organisations."""
        lines = ["code,level,name,parent_code,parent_level,until,successors"]
        lines += [f"{code},4,风暴{place}镇,,,," for place, code in enumerate(TOWNS)]
        async with self.acts.open(SYSTEM) as act:
            await changing.change(act, changing.parsed(lines), FOLLOWERS)
        for place, town in enumerate(self.towns):
            code = f"033001{place + 1:03d}000000"
            authority = {"code": code, "kind": "township", "name": f"第{place}党工委", "region_code": town}
            self.authorities.append((await self.made("/v1/authorities", authority))["id"])
            host = {"kind": "park", "name": f"第{place}园区", "region_code": town}
            self.hosts.append((await self.made("/v1/hosts", host))["id"])
        for number in range(ORGANIZATIONS):
            body: Row = {"name": f"杭州风暴{number}有限公司", "region_code": self.dice.choice(self.towns)}
            body |= {"formal_members_relation": self.dice.randrange(6), "formal_members_working": 2}
            self.organizations.append((await self.made("/v1/organizations", body))["id"])

    async def made(self, path: str, body: Row) -> Row:
        """What a creation that must succeed answers."""
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        found: Row = answer.json()
        return found

    async def listed(self, path: str, **asked: Any) -> list[Row]:
        """The first page of a list."""
        answer = await self.client.get(path, params={"limit": 200, **asked})
        assert answer.status_code == 200, answer.text
        items: list[Row] = answer.json()["items"]
        return items

    async def standing(self) -> list[Row]:
        """Branches that stand today, in an order that hangs on the dice alone."""
        rows = await self.listed("/v1/branches", standing_on=self.today)
        rows.sort(key=lambda row: row["name"])
        self.dice.shuffle(rows)
        return rows

    async def covered(self, branch: Row) -> list[str]:
        """What a branch covers today."""
        rows = await self.listed(f"/v1/branches/{branch['id']}/organizations", on=self.today)
        return [row["organization_id"] for row in rows]

    async def free(self, most: int) -> list[str]:
        """Some organisations that no branch covers."""
        rows = await self.direct.fetch("SELECT id FROM organizations WHERE coverage_mode = 'none' ORDER BY name")
        keys = [str(row["id"]) for row in rows]
        return self.dice.sample(keys, min(most, len(keys)))

    def draft(self, mode: str, organizations: list[str]) -> Row:
        """A branch that the rules may like or not."""
        place = self.dice.randrange(len(self.towns))
        return {
            "name": f"中共风暴{self.dice.randrange(10**9)}支部委员会",
            "formation_mode": mode,
            "authority_id": self.dice.choice(self.authorities),
            "host_id": self.dice.choice(self.hosts) if mode in ("attached", "territorial") else None,
            "region_code": self.towns[place],
            "organization_ids": organizations,
            "formal_members": self.dice.randrange(2, 9),
            "departure_reason": "风暴",
        }
