"""Courses as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.training import reads
from app.services.training.courses.schemas import CourseFilters, CourseRead, CourseVersion
from app.services.training.models import Course
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import found, placed
from app.services.workers.beside.reads import history as versions

SORTS = Sorts({"region_code": Course.region_code, "title": Course.title}, Course.id, "region_code")


def _shown(act: Act) -> "Select[Any]":
    return selecting(
        CourseRead,
        Course,
        region_code=padded(Course.region_code),
        authority_code=padded(Course.authority_code, DIGITS),
    ).where(*reads.offered(act, Course))


async def listed(act: Act, filters: CourseFilters, ask: Ask) -> Page:
    """One page of courses by region, unless another sort is asked for."""
    query = placed(_shown(act), Course, filters)
    if filters.kind is not None:
        query = query.where(Course.kind == filters.kind)
    if filters.role is not None:
        query = query.where(or_(func.cardinality(Course.roles) == 0, Course.roles.contains([filters.role.value])))
    if filters.title is not None:
        query = query.where(func.strpos(Course.title, filters.title) > 0)
    if filters.given is not None:
        query = query.where(Course.withdraw_reason.is_(None) if filters.given else Course.withdraw_reason.is_not(None))
    return await page(act, query, ask, SORTS, narrowed(CourseFilters, filters))


async def one(act: Act, course_id: UUID) -> dict[str, Any]:
    """One course. Raises NotFound."""
    return await found(act, _shown(act).where(Course.id == course_id))


async def history(act: Act, course_id: UUID, ask: Ask) -> Page:
    """All versions of a course, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, CourseVersion, Course, course_id, ask)
