"""A made-up register of any size, for measurements: real regions, names with a real spread of characters and words."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from app.core.acts import EVERYWHERE, Act, Actor, Acts
from app.core.database import Database, driver
from app.demo.words import FIRM_TRADES, FIRST, LAST, MIDDLE
from app.services.organizations.kinds import Kind
from app.services.organizations.names import bigrams, name_key, sort_key
from app.services.organizations.uscc import ALPHABET, check_character
from app.services.regions import shipped
from app.services.regions.facts import COUNTY, STREET, VILLAGE

FILLER = Actor("system", "system", frozenset(), EVERYWHERE)
BATCH = 50_000
COLUMNS = (
    "uscc", "name", "name_key", "name_sort", "name_bigrams", "kind", "status", "region_code", "region_level",
    "industry", "staff", "revenue_fen", "formal_members_working", "formal_members_relation", "has_union",
    "has_liaison", "above_scale_reported", "coverage_mode", "provenance",
)  # fmt: skip
TYPES = (
    "uscc text, name text, name_key text, name_sort text, name_bigrams text[], kind text, status text,"
    " region_code bigint, region_level smallint, industry text, staff int, revenue_fen bigint,"
    " formal_members_working int, formal_members_relation int, has_union bool, has_liaison bool,"
    " above_scale_reported bool, coverage_mode text, provenance jsonb"
)
KINDS = (Kind.private_enterprise, Kind.self_employed, Kind.unclassified, Kind.farmers_cooperative, Kind.state_owned,
         Kind.foreign_invested, Kind.collective, Kind.joint_stock_cooperative, Kind.branch_office)  # fmt: skip
SHARES = (520, 260, 120, 30, 20, 15, 15, 10, 10)
MODES = ("none", "standalone", "joint", "attached", "territorial")
HEARD = '{"registrations 2026-03-01T00:00:00+00:00": ["uscc", "name", "industry", "status", "region"]}'


@cache
def places(provinces: tuple[int, ...] | None = None) -> list[tuple[int, int, str]]:
    """Streets and villages of these provinces, by default of all, as (code, level, short county name)."""
    found: list[tuple[int, int, str]] = []
    for province in provinces or shipped.provinces():
        county = ""
        for entry in shipped.entries(province):
            if entry.level == COUNTY:
                county = entry.name[:-1] or entry.name
            elif entry.level in (STREET, VILLAGE) and entry.code % 7 == 1:
                found.append((entry.code, entry.level, county))
    return found


def rows(count: int, provinces: tuple[int, ...] | None = None, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of COLUMNS; the same for the same seed."""
    told = random.Random(seed)
    anywhere = places(provinces)
    for number in range(count):
        code, level, county = told.choice(anywhere)
        trade = told.choice(FIRM_TRADES)
        brand = told.choice(FIRST) + told.choice(MIDDLE) + told.choice(LAST)
        name = f"{county}{brand}{trade.word}有限公司"
        kind = told.choices(KINDS, SHARES)[0]
        members = told.choices((None, 0, 1, 2, 3, 5, 12, 60), (30, 40, 10, 8, 6, 4, 1, 1))[0]
        covered = told.choices(MODES, (70, 15, 10, 3, 2))[0] if members else "none"
        yield (
            uscc(code // 10**6, number), name, name_key(name), sort_key(name), bigrams(name), str(kind),
            told.choices(("operating", "suspended", "closed"), (92, 4, 4))[0], code, level, trade.industry,
            told.choices((None, 3, 20, 70, 400), (70, 20, 6, 3, 1))[0],
            told.choices((None, 10**7, 3 * 10**9), (90, 8, 2))[0], members, members,
            told.choices((None, True), (95, 5))[0], told.choices((None, True), (90, 10))[0], None, covered, HEARD,
        )  # fmt: skip


def uscc(county: int, number: int) -> str:
    """A valid code of a county's office for a running number."""
    digits = ""
    for _ in range(9):
        number, place = divmod(number, 31)
        digits = ALPHABET[place] + digits
    stem = f"91{county:06d}{digits}"
    return stem + check_character(stem)


async def fill(
    url: str, count: int, progress: Callable[[int], None] | None = None, provinces: tuple[int, ...] | None = None
) -> None:
    """Put `count` made-up organisations into the database as the app role, through every trigger.

    `provinces` are 12-digit codes; by default all. The planner knows nothing of the rows yet: VACUUM ANALYZE after it.
    """
    database = Database(url, pool_size=1)
    acts = Acts(database, lambda: datetime(2026, 3, 2, 1, tzinfo=UTC))
    source = rows(count, provinces)
    done = 0
    try:
        while done < count:
            size = min(BATCH, count - done)
            async with acts.open(FILLER) as act:
                await _insert(act, [next(source) for _ in range(size)])
            done += size
            if progress is not None:
                progress(done)
    finally:
        await database.close()


async def _insert(act: Act, batch: list[tuple[Any, ...]]) -> None:
    connection = await driver(act.session)
    columns = ", ".join(COLUMNS)
    await connection.execute(f"CREATE TEMP TABLE made_up ({TYPES}) ON COMMIT DROP")
    await connection.copy_records_to_table("made_up", records=batch, columns=COLUMNS)
    await connection.execute(
        f"INSERT INTO organizations ({columns}, created_at, recorded_at)"
        f" SELECT {columns}, $1, $1 FROM made_up ORDER BY uscc",
        act.now,
        timeout=600,
    )
