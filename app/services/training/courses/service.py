"""What can be done with courses: enter, put right, withdraw."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.versions import claim
from app.services.regions.stated import place
from app.services.training import entering, repository
from app.services.training.courses import reads
from app.services.training.courses.schemas import CourseCreate, CourseUpdate
from app.services.training.models import Course
from app.services.training.wire import Withdrawal


async def shown(act: Act, course_id: UUID) -> dict[str, Any]:
    """One course with what the caller may do. Raises NotFound."""
    row = await reads.one(act, course_id)
    ended = None if row["withdraw_reason"] is None else "course_withdrawn"
    return {**row, "allowed_actions": entering.actions(act, row, ("update", "withdraw"), ended)}


async def create(act: Act, draft: CourseCreate) -> UUID:
    """Enter a course. Raises Invalid for what it refers to, Forbidden for a place outside the scope."""
    code, level = await place(act, draft.region_code, draft.region_level)
    await entering.body(act, draft.authority_id)
    course = Course(
        version=1,
        title=draft.title,
        kind=draft.kind,
        body=draft.body,
        roles=_once(draft.roles),
        authority_id=draft.authority_id,
        region_code=code,
        region_level=level,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await repository.add(act, course)


async def update(act: Act, course_id: UUID, expected: int, change: CourseUpdate) -> None:
    """Put a course right. What is already so makes no new version.

    What was attended keeps the title that it had then. Raises NotFound, Forbidden, StaleVersion; Conflict for one that
    has been withdrawn.
    """
    course = await claim(act, Course, course_id, expected)
    entering.still_holds(course.withdraw_reason, "course_withdrawn")
    told = entering.told(change, course)
    if "roles" in told:
        told["roles"] = _once(change.roles)
    told = {name: value for name, value in told.items() if value != getattr(course, name)}
    for name, value in told.items():
        setattr(course, name, value)
    if told:
        await repository.save(act, course)


async def withdraw(act: Act, course_id: UUID, expected: int, wish: Withdrawal) -> None:
    """Say that a course is given no more. Raises NotFound, Forbidden, StaleVersion, Conflict."""
    course = await claim(act, Course, course_id, expected)
    entering.still_holds(course.withdraw_reason, "course_withdrawn")
    course.withdraw_reason = wish.reason
    await repository.save(act, course)


def _once(roles: list[Any]) -> list[str]:
    """Each role once, in a fixed order."""
    return sorted({str(role) for role in roles})
