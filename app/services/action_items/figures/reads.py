"""Figures about departments, each read for many in one statement; and the departments whose figures they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, any_, func, literal, or_, select

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.action_items.facts import WAITING, ActionItemState
from app.services.action_items.figures.facts import DepartmentFigure
from app.services.action_items.figures.schemas import DepartmentFigureFilters, DepartmentPlaced
from app.services.action_items.models import ActionItem
from app.services.assessment.contract import Period
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.regions.stated import stated_span

ROW = ActionItem
SORTS = Sorts({"region_code": Department.region_code, "department_name": Department.name}, Department.id, "region_code")

DUE = func.count()
DONE = func.count().filter(ROW.state == ActionItemState.accepted)
ON_TIME = func.count().filter(ROW.state == ActionItemState.accepted, ROW.reported_on <= ROW.due_on)


# Whole per cent, rounded down: 100 is told only where all of it is. A department with nothing due has no row.
OF_DUE: dict[DepartmentFigure, Any] = {
    DepartmentFigure.action_items_due: DUE,
    DepartmentFigure.action_items_done_percent: func.div(100 * DONE, DUE).cast(Integer),
    DepartmentFigure.action_items_on_time_percent: func.div(100 * ON_TIME, DUE).cast(Integer),
}


async def of_due(act: Act, figure: DepartmentFigure, ids: Sequence[UUID], period: Period) -> dict[UUID, int]:
    """One figure of each department about what falls due in a period; those with nothing due are left out."""
    query = (
        select(ROW.department_id, OF_DUE[figure])
        .where(
            ROW.department_id == any_(literal(list(ids), ARRAY(Uuid))),
            ROW.due_on >= period.since,
            ROW.due_on < period.until,
            ROW.state != ActionItemState.withdrawn,
        )
        .group_by(ROW.department_id)
    )
    return {key: int(number) for key, number in await act.session.execute(query)}


async def overdue(act: Act, ids: Sequence[UUID], period: Period) -> dict[UUID, int]:
    """How many items each department has past their day, on the last day of a period or today; none is 0."""
    day = min(period.last, act.today)
    query = (
        select(ROW.department_id, func.count())
        .where(
            ROW.department_id == any_(literal(list(ids), ARRAY(Uuid))),
            ROW.due_on < day,
            ROW.state.in_(WAITING),
        )
        .group_by(ROW.department_id)
    )
    found = {key: int(number) for key, number in await act.session.execute(query)}
    return {key: found.get(key, 0) for key in ids}


async def listed(act: Act, filters: DepartmentFigureFilters, period: Period, ask: Ask) -> Page:
    """One page of departments that were in a joint meeting on some day of the period, by region and name."""
    row = Department
    query = select(
        *columns(
            DepartmentPlaced,
            row,
            department_id=row.id,
            department_name=row.name,
            region_code=padded(row.region_code),
            authority_code=padded(row.authority_code, DIGITS),
        )
    ).where(
        row.valid_from < period.until,
        or_(row.valid_to.is_(None), row.valid_to > period.since),
        *within(act, row.region_code, [row.authority_code], [row.id, row.committee_id]),
    )
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(row.region_code >= low, row.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(row.authority_code >= low, row.authority_code < high)
    for name in ("committee_id", "kind"):
        if getattr(filters, name) is not None:
            query = query.where(getattr(row, name) == getattr(filters, name))
    asked = [period.since, period.until, *(getattr(filters, name) for name in DepartmentFigureFilters.model_fields)]
    return await page(act, query, ask, SORTS, asked)


def ids(found: Page) -> list[UUID]:
    """The departments of a page, in its order."""
    return [row["department_id"] for row in found.rows]
