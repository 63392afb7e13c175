"""Datasets of departments as rows for the wire, and how fresh they are: one statement for all of a page."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    TableValuedAlias,
    Uuid,
    cast,
    column,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.departments.datasets.schemas import (
    DepartmentDatasetRead,
    DepartmentDatasetVersion,
    FreshnessFilters,
    FreshnessRead,
)
from app.services.departments.facts import days_late
from app.services.departments.models import Department, DepartmentDataset
from app.services.departments.reads import narrowed, stands
from app.services.departments.wire import PartFilters
from app.services.reminders.reads import due

SORTS = Sorts(
    {"region_code": DepartmentDataset.region_code, "dataset": DepartmentDataset.dataset},
    DepartmentDataset.id,
    "region_code",
)
SHANGHAI = "Asia/Shanghai"


def _datasets(act: Act, filters: PartFilters) -> "Select[Any]":
    return (
        selecting(
            DepartmentDatasetRead, DepartmentDataset, department_name=Department.name, **stands(DepartmentDataset)
        )
        .join(Department, Department.id == DepartmentDataset.department_id)
        .where(*narrowed(act, DepartmentDataset, filters))
    )


async def listed(act: Act, filters: PartFilters, ask: Ask) -> Page:
    """One page of datasets by region, unless another sort is asked for."""
    told = [getattr(filters, name) for name in PartFilters.model_fields]
    return await page(act, _datasets(act, filters), ask, SORTS, told)


async def one(act: Act, row_id: UUID) -> dict[str, Any]:
    """One dataset of a department. Raises NotFound."""
    query = _datasets(act, PartFilters()).where(DepartmentDataset.id == row_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, row_id: UUID, ask: Ask) -> Page:
    """All versions of a dataset of a department, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(DepartmentDataset, row_id).c
    query = select(*columns(DepartmentDatasetVersion, versions, **stands(versions)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), row_id)
    if not found.rows:
        raise NotFound()
    return found


async def freshness(act: Act, filters: FreshnessFilters, ask: Ask) -> Page:
    """One page of what departments have to push on a day (today, if none is asked for), the longest due first."""
    asked = filters if filters.on is not None else filters.model_copy(update={"on": act.today})
    last, due_on = _last(act, asked)
    query: Select[Any] = (
        selecting(
            FreshnessRead,
            DepartmentDataset,
            department_name=Department.name,
            region_code=padded(DepartmentDataset.region_code),
            last_source_time=last.c.source_time,
            last_finished_at=last.c.finished_at,
            last_records=last.c.records,
            due_on=due_on,
            days_late=literal(0),
            never=last.c.source_time.is_(None),
        )
        .join(Department, Department.id == DepartmentDataset.department_id)
        .outerjoin(last, last.c.id == DepartmentDataset.id)
        .where(*narrowed(act, DepartmentDataset, asked))
    )
    if filters.dataset is not None:
        query = query.where(DepartmentDataset.dataset == filters.dataset)
    if filters.late is not None:
        query = query.where(due_on < act.today if filters.late else due_on >= act.today)
    sorts = Sorts({"due_on": due_on, "region_code": DepartmentDataset.region_code}, DepartmentDataset.id, "due_on")
    told_by = [getattr(asked, name) for name in FreshnessFilters.model_fields]
    found = await page(act, query, ask, sorts, told_by)
    rows = [row | {"days_late": days_late(row["due_on"], act.today)} for row in found.rows]
    return replace(found, rows=rows)


async def expected(act: Act, until: date) -> "Select[Any]":
    """What departments have to push today whose next data is due by a day, as reminders; to a member its own."""
    inner = aliased(DepartmentDataset)
    last, due_on = _pushed(select(inner.id).where(*_answered_for(act, inner)))
    return (
        select(*due(DepartmentDataset.id, Department.name, due_on, DepartmentDataset.region_code))
        .join(Department, Department.id == DepartmentDataset.department_id)
        .outerjoin(last, last.c.id == DepartmentDataset.id)
        .where(due_on <= until, *_answered_for(act, DepartmentDataset))
        # It stands where the dataset stands; said of both, neither is looked for in the whole country.
        .where(*within(act, Department.region_code, [Department.authority_code], [Department.id]))
    )


def _answered_for(act: Act, part: type[DepartmentDataset]) -> list[ColumnElement[bool]]:
    """What runs today within the scope; of a department's member what is its own, and not its committee's."""
    seen = within(act, part.region_code, [part.authority_code], [part.department_id])
    return [*seen, valid_on(part.valid_from, part.valid_to, act.today)]


def _last(act: Act, asked: PartFilters) -> tuple[TableValuedAlias, ColumnElement[date]]:
    """The newest data of each dataset asked for, and the day on which the next is due: of all in one call."""
    inner = aliased(DepartmentDataset)
    return _pushed(select(inner.id).where(*narrowed(act, inner, asked)))


def _pushed(running: "Select[Any]") -> tuple[TableValuedAlias, ColumnElement[date]]:
    """The same of the datasets with these ids."""
    told = func.datasets_last_pushed(func.array(running.scalar_subquery())).table_valued(
        column("id", Uuid),
        column("source_time", DateTime(timezone=True)),
        column("finished_at", DateTime(timezone=True)),
        column("records", Integer),
    )
    last = told.render_derived(name="last")
    last_on = cast(func.timezone(SHANGHAI, last.c.source_time), Date)
    return last, type_coerce(func.coalesce(last_on, DepartmentDataset.valid_from) + DepartmentDataset.every_days, Date)
