"""Rows of regions for JSON, and whole provinces for the gazetteers. Regions are readable to everyone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Text, cast, column, func, select, tuple_, values
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns
from app.services.regions.facts import COUNTY, PROVINCE, Entry, Retired, Successor, span, wire
from app.services.regions.models import Region, RegionProvince, RegionRoad, RetiredRegion
from app.services.regions.schemas import RegionItem

SORTS = Sorts({"level": Region.level}, Region.code, "level")
BY_CODE = Sorts({"code": Region.code, "name": Region.name}, Region.code, "code")

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class State:
    """What stands of one province (0: the retired regions)."""

    fingerprint: str
    edited: bool
    stamp: int
    roads_stamp: int


async def states(act: Act) -> dict[int, State]:
    """What stands in the tables, by province."""
    rows = await act.session.execute(
        select(
            RegionProvince.code,
            RegionProvince.fingerprint,
            RegionProvince.edited,
            RegionProvince.stamp,
            RegionProvince.roads_stamp,
        )
    )
    return {row.code: State(row.fingerprint, row.edited, row.stamp, row.roads_stamp) for row in rows}


async def learnt_at(act: Act) -> datetime | None:
    """When roads were last learnt from the register; None: never, or no regions are loaded."""
    return await act.session.scalar(select(RegionProvince.learnt_at).where(RegionProvince.code == 0))


async def entries(act: Act, province: int) -> list[Entry]:
    """All regions of a province, ascending by code and level."""
    low, high = span(province, PROVINCE)
    return await _entries(act, select(Region).where(Region.code >= low, Region.code < high))


async def upper(act: Act) -> list[Entry]:
    """The provinces, cities and counties of the country."""
    return await _entries(act, select(Region).where(Region.level.between(PROVINCE, COUNTY)))


async def _entries(act: Act, query: "Select[Any]") -> list[Entry]:
    plain = query.with_only_columns(
        Region.code, Region.level, Region.name, Region.parent_code, Region.parent_level
    ).order_by(Region.code, Region.level)
    return [
        Entry(row.code, row.level, row.name, row.parent_code, row.parent_level)
        for row in await act.session.execute(plain)
    ]


async def retired(act: Act) -> list[Retired]:
    """All retired regions, with those in force that gave up a part."""
    query = select(
        RetiredRegion.code, RetiredRegion.level, RetiredRegion.name, RetiredRegion.until, RetiredRegion.successors
    ).order_by(RetiredRegion.code, RetiredRegion.level, RetiredRegion.name)
    return [
        Retired(row.code, row.level, row.name, row.until, tuple(Successor(**heir) for heir in row.successors))
        for row in await act.session.execute(query)
    ]


async def roads(act: Act, province: int) -> list[tuple[int, str, int, int]]:
    """What a province's roads taught: (area, token, region, how many)."""
    low, high = span(province, PROVINCE)
    query = select(RegionRoad.area_code, RegionRoad.token, RegionRoad.region_code, RegionRoad.rows).where(
        RegionRoad.area_code >= low, RegionRoad.area_code < high
    )
    return [(row.area_code, row.token, row.region_code, row.rows) for row in await act.session.execute(query)]


async def one(act: Act, code: int, level: int) -> dict[str, Any] | None:
    """A region in force, else its retired namesake of the latest year; None when the code was never one."""
    name = await act.session.scalar(select(Region.name).where(Region.code == code, Region.level == level))
    if name is not None:
        return {"name": name, "region_state": "in_force", "retired_in": None, "successors": []}
    row = (
        await act.session.execute(
            select(RetiredRegion.name, RetiredRegion.until, RetiredRegion.successors)
            .where(RetiredRegion.code == code, RetiredRegion.level == level)
            .order_by(RetiredRegion.until.desc())
            .limit(1)
        )
    ).first()
    if row is None:
        return None
    heirs = [(heir["code"], heir["level"]) for heir in row.successors]
    return {"name": row.name, "region_state": "retired", "retired_in": row.until, "successors": heirs}


async def names(act: Act, keys: Iterable[Key]) -> dict[Key, str]:
    """The names of regions in force; a key that is none is missing."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    query = select(Region.code, Region.level, Region.name).where(tuple_(Region.code, Region.level).in_(wanted))
    return {(row.code, row.level): row.name for row in await act.session.execute(query)}


async def ancestors(act: Act, keys: Iterable[Key]) -> dict[Key, list[tuple[int, int, str]]]:
    """For each region its line from the province down to itself, as (code, level, name)."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    start = values(column("code", BigInteger), column("level", Integer), name="start").data(wanted)
    line = (
        select(
            start.c.code.label("of_code"),
            start.c.level.label("of_level"),
            Region.code,
            Region.level,
            Region.name,
            Region.parent_code,
            Region.parent_level,
        )
        .join(Region, (Region.code == start.c.code) & (Region.level == start.c.level))
        .cte("line", recursive=True)
    )
    above = aliased(Region)
    line = line.union_all(
        select(
            line.c.of_code,
            line.c.of_level,
            above.code,
            above.level,
            above.name,
            above.parent_code,
            above.parent_level,
        ).where(above.code == line.c.parent_code, above.level == line.c.parent_level, above.level > 0)
    )
    found: dict[Key, list[tuple[int, int, str]]] = {}
    for row in await act.session.execute(select(line).order_by(line.c.level)):
        found.setdefault((row.of_code, row.of_level), []).append((row.code, row.level, row.name))
    return found


async def children(act: Act, code: int, level: int, ask: Ask) -> Page:
    """The regions directly below one, by code."""
    query = _items().where(Region.parent_code == code, Region.parent_level == level)
    return await _with_paths(act, await page(act, query, ask, BY_CODE, (code, level)))


async def found(act: Act, search: str | None, within: tuple[int, int] | None, level: int | None, ask: Ask) -> Page:
    """Regions whose name, pinyin or initials begin with ``search``, in a range, of a level; upper levels first."""
    query = _items().where(Region.level > 0)
    if search:
        query = query.where(_begins(search))
    if within is not None:
        query = query.where(Region.code >= within[0], Region.code < within[1])
    if level is not None:
        query = query.where(Region.level == level)
    return await _with_paths(act, await page(act, query, ask, SORTS, (search, within, level)))


def _begins(search: str) -> ColumnElement[bool]:
    typed = "".join(search.lower().split())
    if typed.isascii():
        return Region.pinyin.bool_op("^@")(typed) | Region.initials.bool_op("^@")(typed)
    return Region.name.bool_op("^@")("".join(search.split()))


def _items() -> "Select[Any]":
    digits = {
        "code": func.lpad(cast(Region.code, Text), 12, "0"),
        "parent_code": func.lpad(cast(Region.parent_code, Text), 12, "0"),
        "path": cast("", Text),
    }
    return select(*columns(RegionItem, Region, **digits))


async def _with_paths(act: Act, listed: Page) -> Page:
    lines = await ancestors(act, ((int(row["code"]), row["level"]) for row in listed.rows))
    for row in listed.rows:
        line = lines.get((int(row["code"]), row["level"]), [])
        row["path"] = "".join(name for _, _, name in line)
    return listed


def referred(line: Sequence[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """A line of regions as the wire's references."""
    return [{"code": wire(code), "level": level, "name": name} for code, level, name in line]
