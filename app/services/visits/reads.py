"""Visits, where one is due, and what is assigned to whom today."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, any_, column, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.instructors.models import Assignment
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due as told
from app.services.visits.due_schemas import VisitDueFilters, VisitDueRead
from app.services.visits.models import Visit
from app.services.visits.schemas import VisitFilters, VisitRead, VisitVersion
from app.services.workers.models import Worker

KEYS = {"region_code": Visit.region_code, "visited_on": Visit.visited_on}
EXACT = ("assignment_id", "worker_id", "organization_id", "branch_id", "kind")


def _names(source: Any) -> dict[str, Any]:
    """The names of the three it is about, as far as the caller sees them: looked up for the rows of the page alone."""
    of_worker = select(func.coalesce(Member.name, Worker.name)).outerjoin_from(Worker, Member)
    told = {
        "worker_name": of_worker.where(Worker.id == source.worker_id),
        "organization_name": select(Organization.name).where(Organization.id == source.organization_id),
        "branch_name": select(Branch.name).where(Branch.id == source.branch_id),
    }
    return {name: query.correlate(source).scalar_subquery() for name, query in told.items()}


def _within(act: Act, source: Any) -> list[Any]:
    lines = (source.authority_code, source.outflow_authority_code)
    return within(act, source.region_code, lines, (source.worker_id, source.organization_id, source.branch_id))


def _shown(act: Act) -> "Select[Any]":
    query = selecting(VisitRead, Visit, region_code=padded(Visit.region_code), **_names(Visit))
    return query.where(*_within(act, Visit))


async def listed(act: Act, filters: VisitFilters, ask: Ask) -> Page:
    """One page of visits by region; of one assignment, instructor, organisation or branch the latest first."""
    query = _placed(_shown(act), Visit, filters)
    named = [name for name in EXACT if getattr(filters, name) is not None]
    query = query.where(*(getattr(Visit, name) == getattr(filters, name) for name in named))
    if filters.did is not None:
        query = query.where(Visit.did.contains([filters.did.value]))
    if filters.since is not None:
        query = query.where(Visit.visited_on >= filters.since)
    if filters.until is not None:
        query = query.where(Visit.visited_on < filters.until)
    if filters.cancelled is not None:
        query = query.where(Visit.cancel_reason.is_not(None) if filters.cancelled else Visit.cancel_reason.is_(None))
    sorts = Sorts(KEYS, Visit.id, "-visited_on" if set(named) - {"kind"} else "region_code")
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in VisitFilters.model_fields])


async def one(act: Act, visit_id: UUID) -> dict[str, Any]:
    """One visit, with the code of its line beside what is shown. Raises NotFound."""
    query = _shown(act).add_columns(Visit.authority_code).where(Visit.id == visit_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, visit_id: UUID, ask: Ask) -> Page:
    """All versions of a visit, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Visit, visit_id).c
    query = select(*columns(VisitVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), visit_id)
    if not found.rows:
        raise NotFound()
    return found


async def assigned(act: Act, workers: frozenset[UUID]) -> frozenset[UUID]:
    """What the assignments of these workers that run today reach; ids that are no worker's bring nothing."""
    about = func.coalesce(Assignment.organization_id, Assignment.branch_id)
    named = literal(sorted(workers), ARRAY(Uuid))
    query = select(about).where(
        Assignment.worker_id == any_(named), Assignment.valid_from <= act.today, Assignment.valid_to > act.today
    )
    return frozenset(await act.session.scalars(query))


async def worker(act: Act, worker_id: UUID) -> UUID:
    """A worker that may be seen. Raises NotFound."""
    found = await act.session.scalar(select(Worker.id).where(Worker.id == worker_id))
    if found is None:
        raise NotFound()
    return found


async def due(act: Act, filters: VisitDueFilters, days: int, ask: Ask) -> Page:
    """One page of assignments that run today and are due for a visit `days` after the last one, the longest due first.

    Where the assignment ends before that day nothing is due.
    """
    last, due_on = _next(act, filters, days)
    query: Select[Any] = (
        select(
            *columns(
                VisitDueRead,
                Assignment,
                assignment_id=Assignment.id,
                region_code=padded(Assignment.region_code),
                last_visit_on=last.c.visited_on,
                next_on=last.c.next_on,
                due_on=due_on,
                overdue=due_on < act.today,
                **_names(Assignment),
            )
        )
        .select_from(Assignment)
        .outerjoin(last, last.c.assignment_id == Assignment.id)
        .where(due_on < (filters.due_before or act.today), due_on < Assignment.valid_to)
    )
    query = _running(act, query, Assignment, filters)
    sorts = Sorts({"due_on": due_on, "region_code": Assignment.region_code}, Assignment.id, "due_on")
    bound = [act.today, days, *(getattr(filters, name) for name in VisitDueFilters.model_fields)]
    return await page(act, query, ask, sorts, bound)


async def reminded(act: Act, until: date, days: int) -> "Select[Any]":
    """Visits that are due by a day, as reminders: named by where."""
    last, due_on = _next(act, VisitDueFilters(), days)
    names = _names(Assignment)
    title = func.coalesce(names["organization_name"], names["branch_name"])
    query = (
        select(*told(Assignment.id, title, due_on, Assignment.region_code))
        .select_from(Assignment)
        .outerjoin(last, last.c.assignment_id == Assignment.id)
        .where(due_on <= until, due_on < Assignment.valid_to)
    )
    return _running(act, query, Assignment, VisitDueFilters())


def _next(act: Act, filters: VisitDueFilters, days: int) -> tuple[Any, ColumnElement[date]]:
    """The last visit of each assignment that runs, and the last day for the next one."""
    asked = aliased(Assignment)
    running = _running(act, select(asked.id), asked, filters)
    found = func.last_visits(func.array(running.scalar_subquery())).table_valued(
        column("assignment_id", Uuid), column("visited_on", Date), column("next_on", Date)
    )
    last = found.render_derived(name="last")
    return last, type_coerce(func.coalesce(last.c.visited_on, Assignment.valid_from) + literal(days), Date)


def _running(act: Act, query: "Select[Any]", source: Any, filters: VisitDueFilters) -> "Select[Any]":
    query = query.where(source.valid_from <= act.today, source.valid_to > act.today, *_within(act, source))
    if filters.worker_id is not None:
        query = query.where(source.worker_id == filters.worker_id)
    return _placed(query, source, filters)


def _placed(query: "Select[Any]", model: Any, filters: VisitFilters | VisitDueFilters) -> "Select[Any]":
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(model.region_code >= low, model.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(model.authority_code >= low, model.authority_code < high)
    return query
