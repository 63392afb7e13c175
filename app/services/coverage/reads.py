"""Tallies, past days and gaps, as rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Date, SmallInteger, bindparam, select, text
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.coverage.schemas import GapRead
from app.services.organizations.models import Organization
from app.services.regions.facts import span
from app.services.regions.models import Region

Place = tuple[int, int]

# A region's folded count and what is not folded yet are read in one statement, so that no change is seen twice or
# missed while a compaction commits. On a past day each key ever known here counts as of its last change by then.
_NOW = """
    SELECT facts_key, n FROM coverage_tallies WHERE region_level = {level} AND region_code = {code}
    UNION ALL
    SELECT facts_key, n FROM coverage_deltas
     WHERE region_code >= {code} AND region_code < {code} + {width} AND region_level >= {level}
"""
_THEN = """
    SELECT tally.facts_key, past.n FROM coverage_tallies AS tally
     CROSS JOIN LATERAL (
        SELECT days.n FROM coverage_days AS days
         WHERE days.region_level = tally.region_level AND days.region_code = tally.region_code
           AND days.facts_key = tally.facts_key AND days.day <= {day}
         ORDER BY days.day DESC LIMIT 1) AS past
     WHERE tally.region_level = {level} AND tally.region_code = {code}
    UNION ALL
    SELECT facts_key, n FROM coverage_deltas
     WHERE region_code >= {code} AND region_code < {code} + {width} AND region_level >= {level} AND day <= {day}
"""
_SUMMED = "SELECT facts_key, sum(n)::bigint AS n FROM ({rows}) AS told GROUP BY facts_key HAVING sum(n) <> 0"
_CHILDREN = (
    "SELECT child.code, child.level, child.name, told.facts_key, told.n FROM regions AS child"
    " LEFT JOIN LATERAL ({summed}) AS told ON true"
    " WHERE child.parent_code = :code AND child.parent_level = :level ORDER BY child.code, child.level"
)
_SERIES = (
    "SELECT asked.day, told.facts_key, told.n FROM unnest(:days) AS asked (day) CROSS JOIN LATERAL ({summed}) AS told"
)
_HERE = {"level": ":level", "code": ":code", "width": ":width"}
_WIDTH = "(ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[child.level + 1]"
_CHILD = {"level": "child.level", "code": "child.code", "width": _WIDTH}
_TYPES: dict[str, TypeEngine[Any]] = {
    "code": BigInteger(),
    "level": SmallInteger(),
    "width": BigInteger(),
    "day": Date(),
    "days": ARRAY(Date()),
}


def _typed(statement: str, *names: str) -> TextClause:
    """A statement whose values have the columns' types: a bare Python integer would be sent as 32 bits."""
    return text(statement).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in names))


def _summed(rows: str, **places: str) -> str:
    return _SUMMED.format(rows=rows.format(**places))


TALLY_NOW = _typed(_summed(_NOW, **_HERE), "code", "level", "width")
TALLY_THEN = _typed(_summed(_THEN, **_HERE, day=":day"), "code", "level", "width", "day")
CHILDREN_NOW = _typed(_CHILDREN.format(summed=_summed(_NOW, **_CHILD)), "code", "level")
CHILDREN_THEN = _typed(_CHILDREN.format(summed=_summed(_THEN, **_CHILD, day=":day")), "code", "level", "day")
SERIES = _typed(_SERIES.format(summed=_summed(_THEN, **_HERE, day="asked.day")), "code", "level", "width", "days")


@dataclass(frozen=True, slots=True)
class Child:
    """A region directly below, with its tally."""

    code: int
    level: int
    name: str
    tally: Counter[int]


async def tally(act: Act, place: Place, day: date | None = None) -> Counter[int]:
    """A region's organisations by facts key, now or at the end of a past day."""
    values = _values(place) | ({} if day is None else {"day": day})
    rows = await act.session.execute(TALLY_NOW if day is None else TALLY_THEN, values)
    return Counter({row.facts_key: row.n for row in rows})


async def children(act: Act, place: Place, day: date | None = None) -> list[Child]:
    """The regions directly below, those without any organisation included, in the order of their codes."""
    code, level = place
    values = {"code": code, "level": level} | ({} if day is None else {"day": day})
    found: dict[Place, Child] = {}
    for child, below, name, key, n in await act.session.execute(CHILDREN_NOW if day is None else CHILDREN_THEN, values):
        entry = found.setdefault((child, below), Child(child, below, name, Counter()))
        if key is not None:
            entry.tally[key] = n
    return list(found.values())


async def series(act: Act, place: Place, days: Sequence[date]) -> dict[date, Counter[int]]:
    """A region's tally at the end of each day."""
    found: dict[date, Counter[int]] = {day: Counter() for day in days}
    for day, key, n in await act.session.execute(SERIES, _values(place) | {"days": list(days)}):
        found[day][key] = n
    return found


def _values(place: Place) -> dict[str, Any]:
    code, level = place
    low, high = span(code, level)
    return {"code": code, "level": level, "width": high - low}


async def region_name(act: Act, place: Place) -> str | None:
    """The region's name; None for one that is not in the list."""
    name: str | None = await act.session.scalar(
        select(Region.name).where(Region.code == place[0], Region.level == place[1])
    )
    return name


_GAPS = select(
    *columns(
        GapRead,
        Organization,
        region_code=padded(Organization.region_code),
        step=Organization.__table__.c.facts_key,
        reason=Organization.__table__.c.facts_key,
    )
)
_BY_PLACE = Sorts({"place": Organization.region_code}, Organization.id, "place")


async def with_keys(act: Act, place: Place, keys: Sequence[int], ask: Ask, filters: object) -> Page:
    """Organisations of a region with one of these facts keys, place by place; `step` and `reason` hold the key.

    Which ones is read from the index alone, in its own order; only the page's rows are fetched.
    """
    low, high = span(*place)
    which = select(Organization.id).where(
        Organization.facts_key.in_(keys), Organization.region_code >= low, Organization.region_code < high
    )
    found = await page(act, which, ask, _BY_PLACE, filters)
    wanted = [row["id"] for row in found.rows]
    shown = (await act.session.execute(_GAPS.where(Organization.id.in_(wanted)))).mappings()
    rows = {row["id"]: dict(row) for row in shown}
    return replace(found, rows=[rows[key] for key in wanted])


_RECORDED = (
    Organization.id,
    Organization.name,
    Organization.region_code,
    Organization.region_level,
    Organization.facts_key,
    Organization.industry,
    Organization.staff,
    Organization.revenue_fen,
    Organization.formal_members_working,
    Organization.formal_members_relation,
    Organization.members_working,
    Organization.members_relation,
)


async def recorded(act: Act, organization_id: UUID) -> dict[str, Any] | None:
    """An organisation's facts key and the numbers behind it; None when absent or out of scope."""
    found = await act.session.execute(select(*_RECORDED).where(Organization.id == organization_id))
    row = found.mappings().one_or_none()
    return dict(row) if row is not None else None
