"""Coverage counted twice: from the organisations themselves, and from tallies and what is not folded yet."""

from collections import Counter
from datetime import date
from typing import Any

import asyncpg

from app.services.regions.facts import ancestor

Key = tuple[int, int, int]


async def recount(direct: "asyncpg.Connection[Any]") -> Counter[Key]:
    """From the organisations themselves: level, code and key to their number."""
    counted: Counter[Key] = Counter()
    rows = await direct.fetch(
        "SELECT region_code, region_level, facts_key, count(*) AS n FROM organizations GROUP BY 1, 2, 3"
    )
    for code, level, key, n in rows:
        for above in range(level + 1):
            counted[above, ancestor(code, above), key] += n
    return counted


async def told(direct: "asyncpg.Connection[Any]", day: date | None = None) -> Counter[Key]:
    """From tallies (or a day's) and the deltas not folded yet."""
    counted: Counter[Key] = Counter()
    rows = await direct.fetch(
        "SELECT region_level, region_code, facts_key, n FROM coverage_tallies"
        if day is None
        else "SELECT DISTINCT ON (region_level, region_code, facts_key) region_level, region_code, facts_key, n"
        " FROM coverage_days WHERE day <= $1 ORDER BY region_level, region_code, facts_key, day DESC",
        *([] if day is None else [day]),
    )
    for level, code, key, n in rows:
        counted[level, code, key] += n
    for code, level, key, n in await direct.fetch(
        "SELECT region_code, region_level, facts_key, n FROM coverage_deltas WHERE day <= $1", day or date.max
    ):
        for above in range(level + 1):
            counted[above, ancestor(code, above), key] += n
    return +counted
