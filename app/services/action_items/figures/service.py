"""How each figure about departments is read, and all of them beside each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.pagination import Ask, Page
from app.services.action_items.figures import reads
from app.services.action_items.figures.facts import DepartmentFigure
from app.services.action_items.figures.schemas import DepartmentFigureFilters
from app.services.assessment.contract import Catalogue, Figures, Period, Read, SubjectKind

LONGEST = 3660
"""Days of a period."""


def reading(figure: DepartmentFigure) -> Read:
    """How a figure is read."""

    async def read(act: Act, ids: Sequence[UUID], period: Period) -> Figures:
        if not ids:
            return {}
        if figure is DepartmentFigure.items_overdue:
            return await reads.overdue(act, ids, period)
        found = await reads.of_due(act, figure, ids, period)
        if figure is DepartmentFigure.action_items_due:
            return {key: found.get(key, 0) for key in ids}
        return found

    return read


async def listed(act: Act, catalogue: Catalogue, filters: DepartmentFigureFilters, ask: Ask) -> Page:
    """One page of departments with every figure of a period beside each other. Raises Invalid for another period."""
    period = _period(act, filters)
    found = await reads.listed(act, filters, period, ask)
    ids = reads.ids(found)
    told = [
        (indicator.code, await indicator.read(act, ids, period) if ids else {})
        for indicator in catalogue.about(SubjectKind.department)
    ]
    rows = [
        {
            **row,
            "since": period.since,
            "until": period.until,
            **{code: figures.get(row["department_id"]) for code, figures in told},
        }
        for row in found.rows
    ]
    return replace(found, rows=rows)


def _period(act: Act, filters: DepartmentFigureFilters) -> Period:
    until = filters.until or act.today + timedelta(days=1)
    since = filters.since or date((until - timedelta(days=1)).year, 1, 1)
    if until <= since:
        raise Invalid(errors=(FieldError("/until", "figures_until_early"),))
    if (until - since).days > LONGEST:
        raise Invalid(errors=(FieldError("/until", "figures_too_long", {"days": LONGEST}),))
    return Period(since, until)
