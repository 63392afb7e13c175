"""Formation tasks and what was done, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, func, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.organizations.models import Organization
from app.services.planning.models import PlanPlaceOrganization
from app.services.planning.tasks.facts import UNDER_WAY, Deed
from app.services.planning.tasks.models import FormationTask, FormationTaskEntry
from app.services.planning.tasks.schemas import TaskEntryRead, TaskFilters, TaskOrganization, TaskRead, TaskVersion
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

TASKS = Sorts({"region_code": FormationTask.region_code, "due_on": FormationTask.due_on}, FormationTask.id, "due_on")
ENTRIES = Sorts({"done_on": FormationTaskEntry.done_on}, FormationTaskEntry.id, "-done_on")
EXACT = ("kind", "owner_kind", "state", "plan_id", "branch_id", "visit_id")


def _late(act: Act) -> ColumnElement[bool]:
    return and_(FormationTask.due_on < act.today, FormationTask.state.in_(UNDER_WAY))


def _shown(act: Act) -> "Select[Any]":
    own = [FormationTask.organization_id, FormationTask.branch_id]
    return (
        select(
            *columns(
                TaskRead,
                FormationTask,
                region_code=padded(FormationTask.region_code),
                authority_code=padded(FormationTask.authority_code, DIGITS),
                owner_name=func.coalesce(FormationTask.owner_name, Authority.name),
                organization_name=Organization.name,
                branch_name=Branch.name,
                overdue=_late(act),
            )
        )
        .outerjoin(Authority, Authority.id == FormationTask.authority_id)
        .outerjoin(Organization, Organization.id == FormationTask.organization_id)
        .outerjoin(Branch, Branch.id == FormationTask.branch_id)
        .where(*within(act, FormationTask.region_code, [FormationTask.authority_code], own))
    )


async def listed(act: Act, filters: TaskFilters, ask: Ask) -> Page:
    """One page of tasks, the next due first unless another sort is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(FormationTask.region_code >= low, FormationTask.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(FormationTask.authority_code >= low, FormationTask.authority_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(FormationTask, name) == value)
    if filters.organization_id is not None:
        link = PlanPlaceOrganization
        held = select(link.place_id).where(link.organization_id == filters.organization_id)
        query = query.where(
            or_(FormationTask.organization_id == filters.organization_id, FormationTask.place_id.in_(held))
        )
    if filters.overdue is not None:
        query = query.where(_late(act) if filters.overdue else ~_late(act))
    if filters.due_before is not None:
        query = query.where(FormationTask.due_on < filters.due_before)
    return await page(act, query, ask, TASKS, [getattr(filters, name) for name in TaskFilters.model_fields])


async def one(act: Act, task_id: UUID) -> dict[str, Any]:
    """One task. Raises NotFound."""
    row = (await act.session.execute(_shown(act).where(FormationTask.id == task_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def of_visit(act: Act, visit_id: UUID) -> list[dict[str, Any]]:
    """The problems that a visit found, the next due first: key and words of each task, its owner, day and state."""
    query = _shown(act).where(FormationTask.visit_id == visit_id).order_by(FormationTask.due_on, FormationTask.id)
    rows = (await act.session.execute(query)).mappings()
    told = ("what", "owner_kind", "owner_name", "due_on", "state")
    return [{"task_id": row["id"], **{name: row[name] for name in told}} for row in rows]


async def organizations(act: Act, task_id: UUID) -> list[dict[str, Any]]:
    """The organisations of a task, as far as the caller sees them, with what was last done for each."""
    entry = FormationTaskEntry
    last = (
        select(func.max(entry.done_on))
        .where(entry.task_id == task_id, entry.organization_id == Organization.id)
        .correlate(Organization)
        .scalar_subquery()
    )
    went = exists().where(entry.task_id == task_id, entry.organization_id == Organization.id, entry.did == Deed.went_in)
    query = (
        select(
            *columns(
                TaskOrganization,
                Organization,
                organization_id=Organization.id,
                region_code=padded(Organization.region_code),
                last_done_on=last,
                reached=went,
            )
        )
        .where(Organization.id.in_(_about(task_id)))
        .order_by(Organization.region_code, Organization.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


def _about(task_id: UUID) -> "CompoundSelect[Any]":
    """The ids of a task's organisations."""
    task, link = FormationTask, PlanPlaceOrganization
    by_place = select(link.organization_id).join(task, task.place_id == link.place_id).where(task.id == task_id)
    alone = select(task.organization_id).where(task.id == task_id, task.organization_id.is_not(None))
    return by_place.union_all(alone)


async def uncovered(act: Act, task_id: UUID, branch_id: UUID) -> int:
    """How many organisations of a task this branch does not cover."""
    query = select(func.count()).where(
        Organization.id.in_(_about(task_id)), Organization.covered_by.is_distinct_from(branch_id)
    )
    return int(await act.session.scalar(query) or 0)


async def entries(act: Act, task_id: UUID, ask: Ask) -> Page:
    """What was done for a task, the latest first. Raises NotFound for a task that is not to be seen."""
    await one(act, task_id)
    query = select(*columns(TaskEntryRead, FormationTaskEntry)).where(FormationTaskEntry.task_id == task_id)
    return await page(act, query, ask, ENTRIES, task_id)


async def history(act: Act, task_id: UUID, ask: Ask) -> Page:
    """All versions of a task, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(FormationTask, task_id).c
    query = select(*columns(TaskVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), task_id)
    if not found.rows:
        raise NotFound()
    return found


async def authority(act: Act, authority_id: UUID) -> Any:
    """Name, region and end of an authority; None where it is not to be seen."""
    query = select(Authority.name, Authority.dissolved_on).where(Authority.id == authority_id)
    return (await act.session.execute(query)).first()


async def organization(act: Act, organization_id: UUID) -> Any:
    """Region and version of an organisation; None where it is not to be seen."""
    query = select(Organization.region_code, Organization.region_level, Organization.version)
    return (await act.session.execute(query.where(Organization.id == organization_id))).first()


async def branch(act: Act, branch_id: UUID) -> Any:
    """Region and end of a branch; None where it is not to be seen."""
    query = select(Branch.region_code, Branch.region_level, Branch.dissolved_on).where(Branch.id == branch_id)
    return (await act.session.execute(query)).first()


async def standing_branch(act: Act, branch_id: UUID) -> bool:
    """Whether a branch is seen and stands today."""
    ended = and_(Branch.dissolved_on.is_not(None), Branch.dissolved_on <= act.today)
    return await act.session.scalar(select(Branch.id).where(Branch.id == branch_id, ~ended)) is not None


async def under_way(act: Act, until: date) -> "Select[Any]":
    """Tasks that are due by a day and not done, as reminders: named by what is to be solved, or whom it is about."""
    row = FormationTask
    title = func.coalesce(row.what, Organization.name, Branch.name, row.owner_name, Authority.name)
    own = [row.organization_id, row.branch_id]
    return (
        select(*due(row.id, title, row.due_on, row.region_code))
        .outerjoin(Authority, Authority.id == row.authority_id)
        .outerjoin(Organization, Organization.id == row.organization_id)
        .outerjoin(Branch, Branch.id == row.branch_id)
        .where(
            row.due_on <= until,
            row.state.in_(UNDER_WAY),
            *within(act, row.region_code, [row.authority_code], own),
        )
    )
