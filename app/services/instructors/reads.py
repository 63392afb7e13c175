"""Assignments as rows for the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.instructors.facts import AssignmentState
from app.services.instructors.models import Assignment
from app.services.instructors.schemas import AssignmentFilters, AssignmentRead, AssignmentVersion
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span
from app.services.workers.models import Worker

SORTS = Sorts(
    {"region_code": Assignment.region_code, "valid_from": Assignment.valid_from, "valid_to": Assignment.valid_to},
    Assignment.id,
    "region_code",
)
OWN = (Assignment.worker_id, Assignment.organization_id, Assignment.branch_id)
LINES = (Assignment.authority_code, Assignment.outflow_authority_code)
EQUAL = ("worker_id", "organization_id", "branch_id", "proposal_id", "purpose", "conflict_of_interest")


def state_on(day: date) -> ColumnElement[str]:
    """Where an assignment stands on a day."""
    return case(
        (Assignment.valid_to <= day, AssignmentState.ended.value),
        (Assignment.valid_from > day, AssignmentState.planned.value),
        else_=AssignmentState.running.value,
    )


def standing(state: AssignmentState, day: date) -> ColumnElement[bool]:
    """The condition that an assignment stands so on a day, as an index can look it up."""
    if state is AssignmentState.ended:
        return Assignment.valid_to <= day
    begun = Assignment.valid_from > day if state is AssignmentState.planned else Assignment.valid_from <= day
    return and_(begun, Assignment.valid_to > day)


def _assignments(act: Act) -> "Select[Any]":
    return (
        selecting(
            AssignmentRead,
            Assignment,
            worker_name=func.coalesce(Member.name, Worker.name),
            organization_name=Organization.name,
            branch_name=Branch.name,
            state=state_on(act.today),
            region_code=padded(Assignment.region_code),
            authority_code=padded(Assignment.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == Assignment.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .outerjoin(Organization, Organization.id == Assignment.organization_id)
        .outerjoin(Branch, Branch.id == Assignment.branch_id)
        .where(*within(act, Assignment.region_code, LINES, OWN))
    )


async def listed(act: Act, filters: AssignmentFilters, ask: Ask) -> Page:
    """One page of assignments, by region unless another sort is asked for."""
    query = _assignments(act)
    for name in EQUAL:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Assignment, name) == value)
    if filters.state is not None:
        query = query.where(standing(filters.state, act.today))
    if filters.ending_before is not None:
        query = query.where(Assignment.valid_to < filters.ending_before)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Assignment.region_code >= low, Assignment.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Assignment.authority_code >= low, Assignment.authority_code < high)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in AssignmentFilters.model_fields])


async def one(act: Act, assignment_id: UUID) -> dict[str, Any]:
    """One assignment with its departures. Raises NotFound."""
    query = _assignments(act).add_columns(
        Assignment.conflict_note, Assignment.departures, Assignment.outflow_authority_code
    )
    row = (await act.session.execute(query.where(Assignment.id == assignment_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def of_worker(act: Act, worker_id: UUID) -> list[dict[str, Any]]:
    """Where a worker is sent today or later, as far as the caller sees, by the first day."""
    query = _assignments(act).where(Assignment.worker_id == worker_id, Assignment.valid_to > act.today)
    query = query.order_by(Assignment.valid_from, Assignment.id)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, assignment_id: UUID, ask: Ask) -> Page:
    """All versions of an assignment, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Assignment, assignment_id).c
    query = select(*columns(AssignmentVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), assignment_id)
    if not found.rows:
        raise NotFound()
    return found


async def some(act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Assignments by their keys, as far as the caller sees them."""
    query = _assignments(act).where(Assignment.id.in_(ids)).order_by(Assignment.id)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def of_workers(act: Act, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Where workers are and were sent, as far as the caller sees, the earliest first."""
    query = _assignments(act).where(Assignment.worker_id.in_(ids)).order_by(Assignment.valid_from, Assignment.id)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in (await act.session.execute(query)).mappings():
        found.setdefault(row["worker_id"], []).append(dict(row))
    return found
