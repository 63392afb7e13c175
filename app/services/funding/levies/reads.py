"""Levies, what the books say of them, and what came after their settlement, as rows for the wire. Integer fen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.funding.levies.facts import Booked, LevyState
from app.services.funding.levies.models import Levy, LevyAdjustment
from app.services.funding.levies.schemas import AdjustmentRead, LevyFilters, LevyRead, LevyVersion
from app.services.regions.stated import stated_span

ROW = Levy
SORTS = Sorts(
    {"region_code": ROW.region_code, "year": ROW.year, "organization_name": ROW.organization_name},
    ROW.id,
    "region_code",
)
EXACT = ("committee_id", "organization_id", "branch_id", "year", "state", "ratio_source")
ADJUSTED = Sorts({"turn": LevyAdjustment.turn}, LevyAdjustment.id, "turn")
KEPT = (
    *("payroll_source", "payroll_said_at", "ratio_id", "band", "policy_version", "computed_by", "computed_at"),
    *("drawn_by", "settled_by", "document", "discard_reason", "departures", "policy"),
)
"""What a detail shows beside the list's fields, and `policy`, the numbers with what they cite."""
_PAGING = frozenset({"limit", "cursor", "sort", "count"})


def stands(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of where a row stands, as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def placed(act: Act, source: Any) -> list[ColumnElement[bool]]:
    """The caller's own region, line and branch."""
    return within(act, source.region_code, [source.authority_code], [source.branch_id])


def narrowed(query: "Select[Any]", source: Any, filters: Any, exact: Sequence[str]) -> "Select[Any]":
    """Narrow a list by where firms stand, and by what is to be equal. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(source.region_code >= low, source.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(source.authority_code >= low, source.authority_code < high)
    for name in exact:
        if getattr(filters, name) is not None:
            query = query.where(getattr(source, name) == getattr(filters, name))
    return query


def asked(filters: Any) -> list[Any]:
    """A list's filters in a fixed order, which bind its cursor."""
    return [getattr(filters, name) for name in sorted(type(filters).model_fields) if name not in _PAGING]


def _booked(organization_ids: Any, year: Any) -> Any:
    names: tuple[Any, ...] = (
        column("organization_id"),
        column("told"),
        column("use"),
        column("amount_fen", BigInteger),
    )
    return func.funding_levy_booked(organization_ids, year).table_valued(*names)


def _shown() -> "Select[Any]":
    told = _booked(array([ROW.organization_id], type_=PgUUID(as_uuid=True)), ROW.year)
    sums = (
        select(
            cast(func.coalesce(func.sum(told.c.amount_fen).filter(told.c.told == "set_aside"), 0), BigInteger).label(
                "set_aside"
            ),
            cast(func.coalesce(func.sum(told.c.amount_fen).filter(told.c.told == "spent"), 0), BigInteger).label(
                "spent"
            ),
        )
        .select_from(told)
        .lateral("sums")
    )
    last = LevyAdjustment
    set_aside = func.coalesce(ROW.set_aside_fen, sums.c.set_aside)
    spent = func.coalesce(ROW.spent_fen, sums.c.spent)
    inside = case((ROW.limit_fen.is_not(None), func.least(spent, ROW.limit_fen)))
    figures: dict[str, Any] = {
        "set_aside_fen": set_aside,
        "spent_fen": spent,
        "deductible_fen": inside,
        "above_fen": spent - inside,
        "unspent_fen": func.greatest(set_aside - spent, 0),
        "deductible_now_fen": func.coalesce(last.deductible_after_fen, inside),
        "above_now_fen": func.coalesce(last.above_after_fen, spent - inside),
    }
    query = selecting(LevyRead, ROW, **figures, **stands(ROW)).select_from(ROW)
    query = query.join(sums, ROW.id.is_not(None))
    return query.outerjoin(last, and_(last.levy_id == ROW.id, last.turn == ROW.adjustments))


async def listed(act: Act, filters: LevyFilters, ask: Ask) -> Page:
    """One page of levies of the caller's own region, line and branch."""
    query = narrowed(_shown().where(*placed(act, ROW)), ROW, filters, EXACT)
    if filters.adjusted is not None:
        query = query.where(ROW.adjustments > 0 if filters.adjusted else ROW.adjustments == 0)
    if filters.payroll is not None:
        conditions: dict[str, ColumnElement[bool]] = {
            "missing": ROW.payroll_fen.is_(None),
            "zero": ROW.payroll_fen == 0,
            "told": ROW.payroll_fen > 0,
        }
        query = query.where(conditions[filters.payroll])
    return await page(act, query, ask, SORTS, asked(filters))


async def one(act: Act, levy_id: UUID) -> dict[str, Any]:
    """One levy, with how it was computed and who settled it. Raises NotFound."""
    query = _shown().add_columns(*(getattr(ROW, name) for name in KEPT)).where(ROW.id == levy_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def booked(act: Act, organization_id: UUID, year: int) -> Booked:
    """What the books say of a firm's levy of a year now, whoever's books they are."""
    ids = cast([organization_id], ARRAY(PgUUID(as_uuid=True)))
    told = _booked(ids, year)
    rows = (await act.session.execute(select(told.c.told, told.c.use, told.c.amount_fen))).all()
    uses = tuple(sorted((str(use), int(fen)) for kind, use, fen in rows if kind == "spent"))
    set_aside = sum(int(fen) for kind, _, fen in rows if kind == "set_aside")
    return Booked(set_aside, sum(fen for _, fen in uses), uses)


async def settled(act: Act, organization_id: UUID, year: int) -> bool:
    """Whether a firm's levy of a year is settled."""
    query = select(ROW.id).where(ROW.organization_id == organization_id, ROW.year == year)
    return await act.session.scalar(query.where(ROW.state == LevyState.settled)) is not None


async def adjustments(act: Act, levy_id: UUID, ask: Ask) -> Page:
    """What came after a levy's settlement, in order. Raises NotFound where the levy is not to be seen."""
    await one(act, levy_id)
    query = selecting(AdjustmentRead, LevyAdjustment).where(LevyAdjustment.levy_id == levy_id)
    return await page(act, query, ask, ADJUSTED, levy_id)


async def history(act: Act, levy_id: UUID, ask: Ask) -> Page:
    """All versions of a levy, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, levy_id).c
    query = select(*columns(LevyVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), levy_id)
    if not found.rows:
        raise NotFound()
    return found
