"""How often each authority of a region was looked at: counted for a page at a time, whoever asks."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Select, Uuid, column, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.regions.stated import stated_span
from app.services.supervision.figures.schemas import SupervisedFilters

SORTS = Sorts({"code": Authority.code, "region_code": Authority.region_code}, Authority.id, "region_code")


async def listed(act: Act, filters: SupervisedFilters, days: tuple[date, date], ask: Ask) -> Page:
    """One page of authorities that stand, with what tours found there in [since, until)."""
    since, until = days
    shown: list[Any] = [
        Authority.id.label("authority_id"),
        Authority.name.label("name"),
        padded(Authority.code, DIGITS).label("code"),
        Authority.kind.label("kind"),
        padded(Authority.region_code).label("region_code"),
        Authority.region_level.label("region_level"),
    ]
    query: Select[Any] = select(*shown).where(or_(Authority.dissolved_on.is_(None), Authority.dissolved_on > act.today))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Authority.region_code >= low, Authority.region_code < high)
    if filters.kind is not None:
        query = query.where(Authority.kind == filters.kind)
    if filters.never is not None:
        looked = func.was_supervised(Authority.id, since, until, type_=Boolean)
        query = query.where(~looked if filters.never else looked)
    bound = [*days, *(getattr(filters, name) for name in SupervisedFilters.model_fields)]
    found = await page(act, query, ask, SORTS, bound)
    counted = await _counted(act, [row["authority_id"] for row in found.rows], days)
    for row in found.rows:
        told = counted[row["authority_id"]]
        row.update(
            since=since,
            until=until,
            times=told.times,
            last_on=told.last_on,
            never=told.times == 0,
            open_rectifications=told.open_rectifications,
            overdue_rectifications=told.overdue,
        )
    return found


async def _counted(act: Act, ids: list[Any], days: tuple[date, date]) -> dict[Any, Any]:
    names = ("authority_id", "times", "last_on", "open_rectifications", "overdue")
    asked = (literal(ids, ARRAY(Uuid)), literal(days[0]), literal(days[1]), literal(act.today))
    found = func.supervised(*asked).table_valued(*(column(name) for name in names))
    return {row.authority_id: row for row in await act.session.execute(select(found))}
