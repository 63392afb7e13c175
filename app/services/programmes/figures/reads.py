"""Figures about regions, each for many in one statement, whatever of them the caller sees himself.

Whether he may ask is the caller's business: the functions tell numbers alone. Tallies are read by region and distinct
facts, so that their cost does not grow with the register.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Date, Integer, SmallInteger, and_, column, func, literal, or_, select

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded
from app.services.assessment.contract import Period, Place
from app.services.programmes.figures.facts import RegionFigure
from app.services.regions.models import Region


def _asked(places: Sequence[Place]) -> list[Any]:
    return [
        literal([code for code, _ in places], ARRAY(BigInteger)),
        literal([level for _, level in places], ARRAY(SmallInteger)),
    ]


async def tallies(act: Act, places: Sequence[Place]) -> dict[Place, Counter[int]]:
    """Organisations of each region by facts key, now."""
    names = [column("code", BigInteger), column("level", SmallInteger), column("facts_key", BigInteger)]
    told = func.region_tallies(*_asked(places)).table_valued(*names, column("n", BigInteger)).render_derived()
    found: dict[Place, Counter[int]] = {place: Counter() for place in places}
    for row in await act.session.execute(select(told)):
        found[(row.code, row.level)][row.facts_key] = row.n
    return found


async def told(act: Act, figure: RegionFigure, places: Sequence[Place], period: Period) -> dict[Place, int | None]:
    """One figure of each region over a period; None where there is nothing to measure."""
    call = getattr(func, f"region_{figure.value}")
    days = [literal(period.since, Date), literal(period.until, Date)]
    names = [column("code", BigInteger), column("level", SmallInteger), column("figure", Integer)]
    found = call(*_asked(places), *days).table_valued(*names).render_derived()
    return {(row.code, row.level): row.figure for row in await act.session.execute(select(found))}


async def regions(act: Act, place: Place, ask: Ask, asked: object) -> Page:
    """One page of a region and those directly below it, by code."""
    code, level = place
    below = and_(Region.parent_code == code, Region.parent_level == level)
    shown: list[Any] = [
        padded(Region.code).label("region_code"),
        Region.level.label("region_level"),
        Region.name.label("region_name"),
    ]
    query = select(*shown).where(or_(below, and_(Region.code == code, Region.level == level)))
    key = Region.code * 10 + Region.level
    return await page(act, query, ask, Sorts({"region_code": key}, key, "region_code"), (place, asked))
