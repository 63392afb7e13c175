"""Years and what they carry over, as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.models import Authority
from app.services.funding.ledger.models import (
    FundingAccount,
    FundingCarryOver,
    FundingEntry,
    FundingNumber,
    FundingYear,
)
from app.services.funding.ledger.reads import holder_name, narrowed, stands
from app.services.funding.ledger.years.schemas import CarryOverRead, YearFilters, YearRead, YearVersion

ROW = FundingYear
CARRIED = FundingCarryOver
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year}, ROW.id, "-year")
CARRY_OVERS = Sorts({"balance_fen": CARRIED.balance_fen}, CARRIED.account_id, "-balance_fen")


def _years(act: Act) -> "Select[Any]":
    name = select(Authority.name).where(Authority.id == ROW.committee_id).correlate(ROW).scalar_subquery()
    seen = within(act, ROW.region_code, [ROW.authority_code])
    return selecting(YearRead, ROW, **stands(ROW), committee_name=name).where(*seen)


async def listed(act: Act, filters: YearFilters, ask: Ask) -> Page:
    """One page of years, the latest first unless another sort is asked for."""
    query = narrowed(_years(act), ROW, filters, ("committee_id", "year", "state"))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in YearFilters.model_fields])


async def one(act: Act, year_id: UUID) -> dict[str, Any]:
    """One year with how many entries it has and how many of them are numbered. Raises NotFound."""
    entries = select(func.count()).where(FundingEntry.year_id == year_id).scalar_subquery()
    last = select(func.max(FundingNumber.number)).where(FundingNumber.year_id == year_id).scalar_subquery()
    query = _years(act).add_columns(entries.label("entries"), func.coalesce(last, 0).label("numbered"))
    row = (await act.session.execute(query.where(ROW.id == year_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, year_id: UUID, ask: Ask) -> Page:
    """The versions of a year, the latest first. Raises NotFound for one that is not seen."""
    await one(act, year_id)
    versions = versions_of(ROW, year_id)
    query = select(*columns(YearVersion, versions.c, **stands(versions.c)))
    return await page(
        act, query, ask, Sorts({"version": versions.c.version}, versions.c.id, "-version"), ("year", year_id)
    )


async def carry_overs(act: Act, year_id: UUID, ask: Ask) -> Page:
    """What the accounts of a closed year held in its last evening, the largest first. Raises NotFound."""
    row = await one(act, year_id)
    on = func.make_date(row["year"], 12, 31).cast(Date)
    told = {
        "year": ROW.year,
        "on": on,
        "holder_name": holder_name(),
        "region_code": padded(CARRIED.region_code),
        **{name: getattr(FundingAccount, name) for name in ("purse", "holder_kind")},
    }
    query = (
        select(*columns(CarryOverRead, CARRIED, **told))
        .join(FundingAccount, FundingAccount.id == CARRIED.account_id)
        .join(ROW, ROW.id == CARRIED.year_id)
        .where(CARRIED.year_id == year_id)
    )
    return await page(act, query, ask, CARRY_OVERS, year_id)


async def earlier_open(act: Act, committee_id: UUID, year: int) -> int | None:
    """The first year before this one whose books are still open."""
    earlier = select(func.min(ROW.year)).where(ROW.committee_id == committee_id, ROW.year < year, ROW.state == "open")
    return await act.session.scalar(earlier)
