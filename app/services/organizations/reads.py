"""Organisations as rows for the wire."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, any_, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Text, Uuid

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, count_of, page, position
from app.core.rows import padded, selecting
from app.core.wire import action
from app.services.exchange.partners_repository import partner_ids
from app.services.organizations.filters import OrganizationFilters
from app.services.organizations.models import ENDED, Organization
from app.services.organizations.narrowing import Condition, conditions, facet
from app.services.organizations.precedence import read
from app.services.organizations.schemas import OrganizationItem, OrganizationRecord, OrganizationVersion
from app.services.organizations.searching import Sought
from app.services.regions.facts import COUNTRY, span
from app.services.regions.reads import ancestors, referred
from app.services.regions.stated import stated_span

SORTS = Sorts(
    {"region": Organization.region_code, "name": Organization.name_sort, "recorded_at": Organization.recorded_at},
    Organization.id,
    "region",
)
WRITE = "organizations:write"
ITEMS = selecting(OrganizationItem, Organization, region_code=padded(Organization.region_code))
FACETS = ("kind", "status", "coverage_mode", "uncovered_reason")


async def listed(act: Act, filters: OrganizationFilters, ask: Ask, with_facets: bool = False) -> Page:
    """One page of organisations, by region unless another sort is asked for; those found by name by region only.

    Raises Invalid for a search too short, a sort that a search does not offer, or a cursor of another list.
    """
    if filters.search is not None:
        found = await _found_by_name(act, filters, ask)
    elif filters.facts() and not filters.others() and (ask.sort or SORTS.default).removeprefix("-") == SORTS.default:
        found = await _found_by_facts(act, filters, ask)
    else:
        found = await page(act, _narrowed(act, ITEMS, filters), ask, SORTS, filters.fingerprint())
    if not with_facets:
        return found
    counts = await _counts(act, filters)
    wanted = filters.facts()
    return replace(found, facets={name: facet(counts, name, wanted) for name in FACETS})


async def _found_by_name(act: Act, filters: OrganizationFilters, ask: Ask) -> Page:
    if ask.sort not in (None, SORTS.default):
        raise Invalid(errors=(FieldError("/sort", "search_sort"),))
    bound = filters.fingerprint()
    some = _named(filters, conditions(filters.facts()), position(act, ask, SORTS, bound), ask.limit + 1)
    found = await page(act, _among(ITEMS, some), replace(ask, count="none"), SORTS, bound)
    if ask.count == "none":
        return found
    every = _named(filters, conditions(filters.facts()), None, None).subquery()
    return replace(found, count=await act.session.scalar(select(func.count()).select_from(every)), count_kind="exact")


async def _found_by_facts(act: Act, filters: OrganizationFilters, ask: Ask) -> Page:
    """Walk the index alone to the ids of a page, then read those rows: a rare condition costs no visits to the table.

    In one statement the planner, which cannot tell how many keys pass, would sort the whole range instead of walking.
    """
    bound = filters.fingerprint()
    descending = (ask.sort or "").startswith("-")
    ids = _narrowed(act, select(Organization.id), filters)
    after = position(act, ask, SORTS, bound)
    place = tuple_(Organization.region_code, Organization.id)
    if after is not None:
        last = tuple_(literal(after[0], BigInteger), literal(after[1], Uuid))
        ids = ids.where(place < last if descending else place > last)
    order = (column.desc() if descending else column.asc() for column in (Organization.region_code, Organization.id))
    some = ids.order_by(*order).limit(ask.limit + 1)
    found = await page(act, _among(ITEMS, some), replace(ask, count="none"), SORTS, bound)
    if ask.count == "none":
        return found
    return replace(found, count=await count_of(act, _narrowed(act, ITEMS, filters), ask.count), count_kind=ask.count)


def seen(act: Act) -> list[ColumnElement[bool]]:
    """The scope as conditions on organisations."""
    return within(act, Organization.region_code, [Organization.line_code], [Organization.id, Organization.covered_by])


def _range(filters: OrganizationFilters) -> tuple[int, int]:
    if filters.region is None:
        return span(0, COUNTRY)
    return stated_span(filters.region, filters.region_level)


def _narrowed(act: Act, query: "Select[Any]", filters: OrganizationFilters, with_facts: bool = True) -> "Select[Any]":
    low, high = _range(filters)
    query = query.where(Organization.region_code >= low, Organization.region_code < high)
    query = query.where(*seen(act))
    if with_facts:
        query = query.where(*map(_holds, conditions(filters.facts())))
    if filters.industry is not None:
        query = query.where(Organization.industry.op("^@")(filters.industry))
    if filters.host_id is not None:
        query = query.where(Organization.host_id == filters.host_id)
    if filters.updated_since is not None:
        query = query.where(Organization.recorded_at >= filters.updated_since)
    return query


@lru_cache(maxsize=1024)  # there are few, and making one costs as much as asking the database
def _holds(each: Condition) -> ColumnElement[bool]:
    bits = Organization.facts_key.bitwise_rshift(literal(each.shift, Integer)).bitwise_and(
        literal(each.mask, BigInteger)
    )
    return bits == any_(literal(list(each.values), ARRAY(BigInteger)))


async def _counts(act: Act, filters: OrganizationFilters) -> dict[int, int]:
    """Rows by facts key under all conditions that the key cannot judge."""
    query = select(Organization.facts_key).add_columns(*[func.count()])
    if filters.search is None:
        query = _narrowed(act, query, filters, with_facts=False)
    else:
        query = _among(query, _named(filters, [], None, None))
    found = await act.session.execute(query.group_by(Organization.facts_key))
    return {row[0]: row[1] for row in found}


def _named(
    filters: OrganizationFilters, judged: list[Condition], after: tuple[Any, Any] | None, most: int | None
) -> "Select[Any]":
    """The ids that a search by name finds, in order of region and id, after a place, at most so many."""
    name = Sought.typed(filters.search or "")
    low, high = _range(filters)
    after_code, after_id = after or (None, None)
    called = func.organizations_named(
        name.key,
        literal(list(name.characters), ARRAY(Text)),
        name.reading,
        literal(list(name.syllables), ARRAY(Text)),
        literal(low, BigInteger),
        literal(high, BigInteger),
        literal([each.literal() for each in judged], JSONB),
        literal({field: str(value) for field, value in filters.others().items()}, JSONB),
        literal(after_code, BigInteger),
        literal(after_id, Uuid),
        literal(most, Integer),
    )
    return select(type_coerce(called, Uuid).label("id"))


def _among(query: "Select[Any]", candidates: "Select[Any]") -> "Select[Any]":
    """Rows of the candidates alone. As an array they are found once, then read by primary key."""
    return query.where(Organization.id == any_(func.array(candidates.scalar_subquery())))


async def detail(act: Act, row_id: UUID, at: datetime | None = None) -> dict[str, Any]:
    """One organisation, as it stands or as it was known at an instant. Raises NotFound."""
    source: Any = Organization if at is None else versions_of(Organization, row_id).c
    query = selecting(OrganizationRecord, source, **_written(source))
    query = query.add_columns(source.provenance).where(source.id == row_id)
    if at is not None:
        query = query.where(source.recorded_at <= at, or_(source.recorded_to.is_(None), source.recorded_to > at))
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    lies = (int(row["region_code"]), row["region_level"])
    return {
        **row,
        "partner_ids": await partner_ids(act, row_id),
        "region_path": referred((await ancestors(act, [lies])).get(lies, [])),
        "provenance": {
            field: {"source": said.source, "stated_at": said.time} for field, said in read(row["provenance"]).items()
        },
        "allowed_actions": _actions(act, row["status"], past=at is not None),
    }


def _written(source: Any) -> dict[str, Any]:
    """What stands in other columns, or otherwise in them, than on the wire."""
    return {"region_code": padded(source.region_code), "coordinates_told_in": source.datum}


async def history(act: Act, row_id: UUID, ask: Ask) -> Page:
    """All versions of an organisation that the scope shows, the newest first. Raises NotFound when there is none."""
    versions = versions_of(Organization, row_id).c
    query = selecting(OrganizationVersion, versions, **_written(versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), row_id)
    if not found.rows:
        raise NotFound()
    return found


def _actions(act: Act, status: str, past: bool) -> list[dict[str, Any]]:
    refusal = None if WRITE in act.by.permissions else "permission"
    if past:
        refusal = refusal or "past_version"
    ended = status in ENDED
    return [
        action("update", refusal),
        action("close", refusal or ("organization_closed" if ended else None)),
        action("reopen", refusal or (None if ended else "organization_open")),
    ]
