"""Eight writers at one action item, each with any verb and now and then an old version: nothing is lost.

Every change that is answered is a version with an entry, every entry a step of the table, and each begins where the one
before it led. When an item is settled the next one begins. `python -m tests.storms.items --changes 1000`.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.config import Settings
from app.services.action_items.facts import TRANSITIONS
from tests.conftest import Hands, running
from tests.kit import items, meetings
from tests.kit.databases import clones, dsn
from tests.kit.party import tag

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WRITERS = 8
OF_DEPARTMENT = 3  # of the writers; the others are of the committee's office
VERBS = {"report": 6, "send-back": 5, "carry-over": 4, "supporters": 4, "accept": 1, "withdraw": 1}
STEPS = {(str(each.come_from), str(each.verb), str(each.to)) for each in TRANSITIONS}
REFUSED = (403, 409, 412, 422)


@dataclass
class Race:
    """Who writes at which item, and what was answered."""

    office: httpx.AsyncClient
    writers: list[httpx.AsyncClient]
    committee: str
    departments: list[str]
    direct: "asyncpg.Connection[Any]"
    dice: random.Random
    item: dict[str, Any] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    lives: int = 0

    async def live(self, wanted: int) -> None:
        """One item from its decision until it is settled, or until there were enough changes."""
        helper = self.departments[2]
        self.item = await items.decided(self.office, self.committee, self.departments[1], supporters=[helper])
        self.made, self.lives = [], self.lives + 1
        await asyncio.gather(*(self._write(writer, wanted) for writer in self.writers))
        await self._agrees()

    async def _write(self, writer: httpx.AsyncClient, wanted: int) -> None:
        where, known = f"/v1/action-items/{self.item['id']}", self.item
        while self.changes.total() < wanted:
            if self.dice.random() < 0.8:  # else with the version it last knew
                answer = await writer.get(where)
                assert answer.status_code == 200, answer.text
                known = answer.json()
                if known["settled_on"] is not None:
                    return
            verb = self.dice.choices(list(VERBS), list(VERBS.values()))[0]
            answer = await writer.post(f"{where}/{verb}", json=self._said(verb), headers=tag(known))
            if answer.status_code != 200:
                assert answer.status_code in REFUSED, answer.text
                self.refused[str(answer.status_code)] += 1
                continue
            row = answer.json()
            if row["version"] != known["version"]:  # the helpers may be the same as before
                assert row["version"] == known["version"] + 1
                self.made.append(row["version"])
                self.changes[verb] += 1
            known = row

    def _said(self, verb: str) -> dict[str, Any]:
        if verb == "carry-over":
            day = START.date() + timedelta(days=self.dice.randrange(30, 3000))
            return items.said(verb) | {"due_on": day.isoformat()}
        if verb == "supporters":
            helpers = [each for each in self.departments if each != self.item["department_id"]]
            return {"supporters": self.dice.sample(helpers, self.dice.randrange(len(helpers) + 1))}
        return items.said(verb)

    async def _agrees(self) -> None:
        """Raises AssertionError when a change was lost or doubled, or went another way."""
        key = UUID(self.item["id"])
        row = await self.direct.fetchrow("SELECT version, state, due_on FROM action_items WHERE id = $1", key)
        assert row is not None
        told = await self.direct.fetch(
            "SELECT item_version, from_state, kind, to_state, due_on FROM action_item_entries"
            " WHERE action_item_id = $1 ORDER BY item_version",
            key,
        )
        assert sorted(self.made) == list(range(2, row["version"] + 1)), "answered changes are not the versions"
        assert [each["item_version"] for each in told] == list(range(1, row["version"] + 1))
        for before, after in pairwise(told):
            assert (after["from_state"], after["kind"], after["to_state"]) in STEPS, dict(after)
            assert after["from_state"] == before["to_state"], dict(after)
            assert (after["due_on"] > before["due_on"]) == (after["kind"] == "carry_over"), dict(after)
        assert (told[-1]["to_state"], told[-1]["due_on"]) == (row["state"], row["due_on"])


async def raced(settings: Settings, superuser: str, changes: int, seed: int) -> Race:
    """Let so many changes be made; the race in the end. Raises what went wrong."""
    direct = await asyncpg.connect(dsn(superuser))
    try:
        clock = Hands(START)
        async with running(settings, clock) as api:
            await direct.execute("SELECT set_config('liangxin.now', $1, false)", START.isoformat())
            house = meetings.House(api)
            office = house.officer("office")
            committee = await meetings.committee(office)
            departments = await meetings.departments(direct, committee)
            writers = [house.member(f"member-{number}", departments[1], committee) for number in range(OF_DEPARTMENT)]
            writers += [house.officer(f"officer-{number}") for number in range(WRITERS - OF_DEPARTMENT)]
            race = Race(office, writers, committee, departments, direct, random.Random(seed))
            while race.changes.total() < changes:
                await race.live(changes)
            return race
    finally:
        await direct.close()


def alone(changes: int, seed: int) -> str:
    """The same in a database of its own; what happened, in a line."""
    began = time.monotonic()
    with clones() as server, tempfile.TemporaryDirectory(prefix="liangxin-items-") as folder:
        name = asyncio.run(server.make())
        settings = Settings.load(
            database_url=server.url(name), state=Path(folder), pool_size=WRITERS, inline_worker=False,
            rate_limit=10_000_000, rate_limit_anonymous=10_000_000,
        )  # fmt: skip
        try:
            race = asyncio.run(raced(settings, server.cluster.superuser_url(name), changes, seed))
        finally:
            asyncio.run(server.drop(name))
    told = ", ".join(f"{verb} {count}" for verb, count in race.changes.most_common())
    refused = ", ".join(f"{status}: {count}" for status, count in sorted(race.refused.items()))
    return (
        f"{WRITERS} writers, {race.lives} action items, {race.changes.total()} changes in"
        f" {time.monotonic() - began:.0f} s, none lost, all by the table: {told}; refused {refused}"
    )


def main() -> int:
    """Run it and print what happened."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.items", description=__doc__)
    parser.add_argument("--changes", type=int, default=1_000, help="changes that are made; refused ones do not count")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(alone(asked.changes, asked.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
