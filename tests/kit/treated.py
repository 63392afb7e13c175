"""A county's party workers with random histories, written past the API; and what a slow reckoning says of them."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.services.treatment.months.schemas import FIGURES
from tests.kit.subsidies import BANDS, ROLES, Held, Scheme, reckon

COUNTY = 330106000000
ELSEWHERE = 330108000000
OF_POSTS = ROLES[:3]
Body = tuple[str, UUID, tuple[int, int]]
"""What a role is held at: branch or organization, its id, its region."""

BODIES = """
WITH authority AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 33001000000000 + n * 1000000, 'township', 'a' || n, code, level, now(), now()
      FROM unnest($1::bigint[], $2::smallint[]) WITH ORDINALITY AS given (code, level, n)
    RETURNING id, code, region_code, region_level
)
INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id, authority_code,
                      region_code, region_level, founded_on, formal_members, probationary_members, departures,
                      created_at, recorded_at)
SELECT 1, 'b' || n, 'branch', 'standalone', 'territorial', 'established', authority.id, authority.code,
       authority.region_code, authority.region_level, '2020-01-01', 3, 0, '[]', now(), now()
  FROM authority, generate_series(1, $3) AS n
RETURNING id, region_code, region_level
"""
FIRMS = """
INSERT INTO organizations (name, name_key, name_sort, name_bigrams, region_code, region_level)
SELECT 'o', 'o', 'o', '{}', code, level FROM unnest($1::bigint[], $2::smallint[]) AS given (code, level),
       generate_series(1, $3)
RETURNING id, region_code, region_level
"""
WORKERS = """
INSERT INTO workers (id, version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                     created_at, recorded_at)
SELECT id, 1, '某人', true, 'current', '2020-01-01', $2, 3, 'officer', $3, $3, $3 FROM unnest($1::uuid[]) AS id
"""
ROLE_ROWS = """
INSERT INTO worker_roles (id, version, worker_id, role, selection_channel, branch_id, organization_id, post_id,
                          valid_from, valid_to, departures, region_code, created_at, recorded_at)
SELECT id, 1, worker, role, 'dispatched', branch, firm, CASE WHEN role = ANY ($9::text[]) THEN uuidv7() END, since,
       until, '[]', region, $8, $8
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::date[], $7::date[], $10::bigint[])
       AS given (id, worker, role, branch, firm, since, until, region)
"""
ENDED = """
UPDATE worker_roles AS told SET valid_to = given.until, version = version + 1, recorded_at = $3
  FROM unnest($1::uuid[], $2::date[]) AS given (id, until) WHERE told.id = given.id
"""
REVIEWS = """
INSERT INTO worker_reviews (version, worker_id, year, state, opened_by, opened_on, band, consequence, decided_by,
                            decided_on, result, departures, corrections, region_code, region_level, created_at,
                            recorded_at)
SELECT 1, worker, year, 'decided', 'x', day, band, 'continue', 'y', day, '{}', '[]', '[]', $5, 3, $6, $6
  FROM unnest($1::uuid[], $2::smallint[], $3::date[], $4::text[]) AS given (worker, year, day, band)
"""
POLICY = """
INSERT INTO policies (kind, region_code, region_level, valid_from, numbers, changed, reason, decided_by, recorded_at)
VALUES ('treatment', $1, $2, $3, $4, '{}', 'x', 'x', $5) RETURNING number
"""
SUMS = """
SELECT worker_id, month, own_fen, 0 AS difference FROM treatment_entitlements
UNION ALL SELECT worker_id, for_month, 0, difference_fen FROM treatment_differences
"""
PARTS = """
SELECT count(*) FROM treatment_entitlements
 WHERE own_fen <> coalesce((SELECT sum((each->>'share_fen')::bigint) FROM jsonb_array_elements(segments) AS each), 0)
    OR days <> coalesce((SELECT sum((each->>'days')::bigint) FROM jsonb_array_elements(segments) AS each), 0)
"""


@dataclass
class Population:
    """Workers of a county: roles by worker, where each is held, and bands."""

    direct: "asyncpg.Connection[Any]"
    told: random.Random
    county: int = COUNTY
    bodies: list[Body] = field(default_factory=list)
    held: dict[UUID, list[tuple[Held, UUID | None]]] = field(default_factory=lambda: defaultdict(list))
    bands: dict[UUID, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    schemes: list[Scheme] = field(default_factory=list)

    async def settle(self, places: Sequence[tuple[int, int]], each: int = 8) -> None:
        """Branches and organisations at these places."""
        codes, levels = [code for code, _ in places], [level for _, level in places]
        for kind, statement in (("branch", BODIES), ("organization", FIRMS)):
            for row in await self.direct.fetch(statement, codes, levels, each):
                self.bodies.append((kind, row["id"], (row["region_code"], row["region_level"])))

    async def lay_down(self, scheme: Scheme, at: datetime) -> Scheme:
        """A scheme, which gets its name."""
        numbers = {f"{role}_fen": {"value": fen, "document": "某文件"} for role, fen in scheme.fen.items()}
        numbers |= {f"{band}_percent": {"value": value, "document": "某文件"} for band, value in scheme.percent.items()}
        told = orjson.dumps(numbers).decode()
        number = await self.direct.fetchval(POLICY, *scheme.region, scheme.since, told, at)
        named = replace(scheme, name=f"treatment-{number}")
        self.schemes.append(named)
        return named

    async def arrive(self, number: int, around: date, at: datetime) -> list[UUID]:
        """So many workers with a history each."""
        keys = [self.key() for _ in range(number)]
        await self._write(WORKERS, keys, self.county, at)
        rows = [row for key in keys for _ in range(self.told.choice((1, 1, 2, 3))) for row in self.role(key, around)]
        await self._enter(rows, at)
        return keys

    def key(self) -> UUID:
        """A key nobody has."""
        return UUID(int=self.told.getrandbits(128))

    def role(self, worker: UUID, around: date) -> list[tuple[UUID, Held, UUID | None]]:
        """One more role of a worker, unless it is one that he holds then."""
        told = self.told
        role = told.choice(ROLES)
        since = around + timedelta(days=told.randrange(-120, 45))
        until = None if told.random() < 0.4 else since + timedelta(days=told.randrange(0, 150))
        body: Body | None = None
        if role == "instructor":
            until = until or since + timedelta(days=730)
        elif role != "full_time_worker" or told.random() < 0.7:
            kind = "organization" if role == "liaison" else "branch"
            body = told.choice([each for each in self.bodies if each[0] == kind])
        at = None if body is None else body[1]
        for other, place in self.held[worker]:
            same = (other.role, place) == (role, at)
            if same and since < (other.until or date.max) and other.since < (until or date.max):
                return []
        held = Held(self.key(), role, since, until, (self.county, 3) if body is None else body[2])
        self.held[worker].append((held, at))
        return [(worker, held, at)]

    async def change(self, share: float, month: date, at: datetime) -> None:
        """Some end a role on a day of the past, some are found to hold another since then, some are newly entered."""
        ended = []
        rows: list[tuple[UUID, Held, UUID | None]] = []
        for worker, roles in list(self.held.items()):
            if self.told.random() > share:
                continue
            if roles and self.told.random() < 0.6:
                place = self.told.randrange(len(roles))
                held, body = roles[place]
                until = max(held.since, month + timedelta(days=self.told.randrange(-20, 40)))
                if held.until is None or until < held.until:
                    roles[place] = (replace(held, until=until), body)
                    ended.append((held.key, until))
            else:
                rows += self.role(worker, month)
        await self._write(ENDED, [key for key, _ in ended], [day for _, day in ended], at)
        await self._enter(rows, at)
        await self.arrive(max(1, int(len(self.held) * share / 5)), month, at)

    async def review(self, share: float, days: Sequence[date], at: datetime, year: int) -> None:
        """Some are appraised, decided on one of these days; of the years each has one."""
        rows = [
            (worker, year, self.told.choice(days), self.told.choice(BANDS))
            for worker in self.held
            if self.told.random() < share
        ]
        for worker, _, day, band in rows:
            self.bands[worker].append((day, band))
        columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        await self._write(REVIEWS, *columns, self.county, at)

    async def _enter(self, rows: Iterable[tuple[UUID, Held, UUID | None]], at: datetime) -> None:
        told = list(rows)
        branches = {key for kind, key, _ in self.bodies if kind == "branch"}
        await self._write(
            ROLE_ROWS,
            [held.key for _, held, _ in told],
            [worker for worker, _, _ in told],
            [held.role for _, held, _ in told],
            [body if body in branches else None for _, _, body in told],
            [None if body in branches else body for _, _, body in told],
            [held.since for _, held, _ in told],
            [held.until for _, held, _ in told],
            at,
            list(OF_POSTS),
            [held.region[0] for _, held, _ in told],
        )

    async def _write(self, statement: str, *arguments: Any) -> None:
        """Without triggers: a role of a team has no post behind it here, and all is at its place already."""
        async with self.direct.transaction():
            await self.direct.execute("SET LOCAL session_replication_role = replica")
            await self.direct.execute(statement, *arguments)

    def reckoned(self, worker: UUID, month: date, schemes: Sequence[Scheme]) -> int:
        """What the slow reckoning says of a worker's month."""
        roles = [held for held, _ in self.held[worker]]
        return reckon(roles, self.bands[worker], month.year, month.month, schemes).fen

    async def wrong(self, months: dict[date, Sequence[Scheme]]) -> list[tuple[UUID, date, int, int]]:
        """Workers whose lists of these months together say something else than the reckoning by those schemes.

        Also whoever has a line and is no worker here. Raises AssertionError when parts do not add up to their amounts.
        """
        assert await self.direct.fetchval(PARTS) == 0
        listed: dict[tuple[UUID, date], int] = defaultdict(int)
        for row in await self.direct.fetch(SUMS):
            listed[UUID(str(row["worker_id"])), row["month"]] += row["own_fen"] + row["difference"]
        found = []
        for month, schemes in months.items():
            for worker in list(self.held):
                fen = self.reckoned(worker, month, schemes)
                if fen != listed.get((worker, month), 0):
                    found.append((worker, month, fen, listed.get((worker, month), 0)))
        return found


NO_FIGURES = orjson.dumps(dict.fromkeys(FIGURES, 0)).decode()
LIST = """
INSERT INTO treatment_months (version, month, state, computed_by, computed_at, known_policies, schemes, figures,
                              region_code, region_level, created_at, recorded_at)
VALUES (1, '2026-02-01', 'open', $1, $5, '{}', '[]', $2, $3, $4, $5, $5) RETURNING id
"""
LINE = """
INSERT INTO treatment_entitlements (month_id, month, worker_id, segments, unpaid, region_code, region_level,
                                    authority_code, role, days, own_fen, differences_fen, due_fen, state, basis)
SELECT $1, '2026-02-01', id, '[]', '[]', region_code, region_level, authority_code, 'instructor', 28, 100, 0, 100,
       'open', '{}'
  FROM workers WHERE id = $2 RETURNING id
"""


async def listed(
    direct: "asyncpg.Connection[Any]", worker: str, by: str, region: tuple[int, int], at: datetime
) -> tuple[str, str]:
    """An open list of February for a region, computed by somebody, with one worker in it; its id and the line's."""
    month = await direct.fetchval(LIST, by, NO_FIGURES, *region, at)
    return str(month), str(await direct.fetchval(LINE, month, UUID(worker)))


CLOSED_LIST = """
INSERT INTO treatment_months (version, month, state, computed_by, computed_at, known_policies, schemes, figures,
                              region_code, region_level, created_at, recorded_at)
VALUES (1, $1, 'open', 'one', now(), '{}', '[]', $2, $3, $4, now(), now()) RETURNING id
"""
CLOSED_LINES = """
INSERT INTO treatment_entitlements (month_id, month, worker_id, segments, unpaid, region_code, region_level,
                                    authority_code, role, days, own_fen, differences_fen, due_fen, state, basis)
SELECT $1, $2, id, '[]', '[]', $5, $6, authority_code, 'instructor', 28, greatest(told.fen, 0), least(told.fen, 0),
       told.fen, CASE WHEN told.fen > 0 THEN 'due' ELSE 'owed_back' END, '{}'
  FROM unnest($3::uuid[], $4::bigint[]) AS told (worker, fen) JOIN workers ON workers.id = told.worker
"""
CLOSE = "UPDATE treatment_months SET state = 'closed', closed_by = 'another', closed_at = now() WHERE id = $1"


async def closed(direct: "asyncpg.Connection[Any]", worker: str, month: date, fen: int, region: tuple[int, int]) -> str:
    """A closed list of a region that brings one worker so much, or takes it back; its id."""
    return await closed_of(direct, {UUID(worker): fen}, month, region)


async def closed_of(
    direct: "asyncpg.Connection[Any]", due: dict[UUID, int], month: date, region: tuple[int, int]
) -> str:
    """The same for several workers."""
    list_id = await direct.fetchval(CLOSED_LIST, month, NO_FIGURES, *region)
    await direct.execute(CLOSED_LINES, list_id, month, list(due), list(due.values()), *region)
    await direct.execute(CLOSE, list_id)
    return str(list_id)
