"""Tasks of programmes, their marks and reports, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, case, func, literal, or_, select, type_coerce

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.programmes.facts import Mark, ProgrammeState, ProgrammeTaskState
from app.services.programmes.models import (
    GeneralPlanItem,
    Programme,
    ProgrammeMark,
    ProgrammeTask,
    ProgrammeTaskReport,
)
from app.services.programmes.reads import marked, narrowed, stands
from app.services.programmes.tasks.schemas import (
    MarkRead,
    ProgrammeTaskFilters,
    ProgrammeTaskRead,
    ProgrammeTaskVersion,
    ReportRead,
)
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

ROW = ProgrammeTask
KEYS = {"due_on": ROW.due_on, "region_code": ROW.region_code, "place_code": ROW.place_code}
SORTS = Sorts(KEYS, ROW.id, "due_on")
EXACT = (
    *("committee_id", "programme_id", "item_id", "department_id", "authority_id"),
    *("year", "state"),
)


def _sight(act: Act) -> list[ColumnElement[bool]]:
    """By the committee's place and line, as the owner, or because it is to be done in the caller's region."""
    committee = within(
        act, ROW.region_code, [ROW.authority_code, ROW.owner_code], [ROW.department_id, ROW.committee_id]
    )
    place = within(act, ROW.place_code)
    return [or_(and_(*committee), and_(*place))] if committee and place else []


def _late(act: Act) -> ColumnElement[bool]:
    return and_(ROW.state == ProgrammeTaskState.open, ROW.due_on < literal(act.today, Date))


def _of(column: Any, *where: ColumnElement[bool]) -> ColumnElement[Any]:
    """Looked up for the rows of the page alone."""
    return select(column).where(*where).correlate(ROW).scalar_subquery()


def _on(mark: Mark) -> ColumnElement[Any]:
    return _of(ProgrammeMark.marked_on, ProgrammeMark.task_id == ROW.id, ProgrammeMark.mark == mark.value)


def _shown(act: Act) -> "Select[Any]":
    days = type_coerce(literal(act.today, Date) - ROW.due_on, Integer)
    late = _late(act)
    return selecting(
        ProgrammeTaskRead,
        ROW,
        programme_title=_of(Programme.title, Programme.id == ROW.programme_id),
        programme_state=_of(Programme.state, Programme.id == ROW.programme_id),
        item_code=_of(GeneralPlanItem.code, GeneralPlanItem.id == ROW.item_id),
        owner_name=func.coalesce(
            _of(Department.name, Department.id == ROW.department_id),
            _of(Authority.name, Authority.id == ROW.authority_id),
        ),
        owner_code=padded(ROW.owner_code, DIGITS),
        place_code=padded(ROW.place_code),
        overdue=late,
        days_overdue=case((late, days), else_=literal(0)),
        **{f"{mark.value}_on": _on(mark) for mark in Mark},
        **stands(ROW),
    )


async def listed(act: Act, filters: ProgrammeTaskFilters, ask: Ask) -> Page:
    """One page of tasks, those due first leading."""
    query = narrowed(_shown(act).where(*_sight(act)), ROW, filters, EXACT)
    if filters.place is not None:
        low, high = stated_span(filters.place, filters.place_level)
        query = query.where(ROW.place_code >= low, ROW.place_code < high)
    if filters.missing is not None:
        query = query.where(ROW.state != ProgrammeTaskState.dropped, ~marked(filters.missing))
    if filters.linked is not None:
        query = query.where(ROW.item_id.is_not(None) if filters.linked else ROW.item_id.is_(None))
    if filters.overdue is not None:
        query = query.where(_late(act) if filters.overdue else ~_late(act))
    if filters.due_before is not None:
        query = query.where(ROW.due_on < filters.due_before)
    asked = [act.today, *(getattr(filters, name) for name in ProgrammeTaskFilters.model_fields)]
    return await page(act, query, ask, SORTS, asked)


async def one(act: Act, task_id: UUID) -> dict[str, Any]:
    """One task. Raises NotFound."""
    row = (await act.session.execute(_shown(act).where(ROW.id == task_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def marks(act: Act, task_id: UUID) -> list[dict[str, Any]]:
    """The marks that a task bears, in the order of the four."""
    query = selecting(MarkRead, ProgrammeMark).where(ProgrammeMark.task_id == task_id)
    rows = [dict(row) for row in (await act.session.execute(query)).mappings()]
    return sorted(rows, key=lambda row: list(Mark).index(Mark(row["mark"])))


async def reports(act: Act, task_id: UUID, ask: Ask) -> Page:
    """What was reported of a task, the newest first. Raises NotFound."""
    row = ProgrammeTaskReport
    if await act.session.scalar(select(ROW.id).where(ROW.id == task_id)) is None:
        raise NotFound()
    query = selecting(ReportRead, row).where(row.task_id == task_id)
    return await page(act, query, ask, Sorts({"reported_on": row.reported_on}, row.id, "-reported_on"), task_id)


async def history(act: Act, task_id: UUID, ask: Ask) -> Page:
    """All versions of a task, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, task_id).c
    query = select(*columns(ProgrammeTaskVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), task_id)
    if not found.rows:
        raise NotFound()
    return found


async def frozen(act: Act, programme_id: UUID) -> list[dict[str, Any]]:
    """All tasks of a programme as they are kept when it is closed, as JSON."""
    query = _shown(act).where(ROW.programme_id == programme_id).order_by(ROW.due_on, ROW.id)
    told = (
        *("what", "item_code", "owner_name", "place_code", "place_level", "state", "progress"),
        *("due_on", "done_on", "overdue", "planned_on", "deployed_on", "inspected_on", "appraised_on"),
    )
    return [
        {"id": str(row["id"]), **{name: _plain(row[name]) for name in told}}
        for row in (await act.session.execute(query)).mappings()
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


async def waiting(act: Act, until: date) -> "Select[Any]":
    """Tasks of approved programmes that are due by a day and neither done nor dropped, as reminders."""
    query = select(*due(ROW.id, ROW.what, ROW.due_on, ROW.region_code)).join(
        Programme, Programme.id == ROW.programme_id
    )
    return query.where(
        ROW.due_on <= until,
        ROW.state == ProgrammeTaskState.open,
        Programme.state == ProgrammeState.approved,
        *_sight(act),
    )
