"""Who sits in a work committee, and which places lack one."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.pagination import Ask, Page
from app.services.authorities import repository as authorities
from app.services.authorities.committees import reads, repository
from app.services.authorities.committees.schemas import CommitteeGapFilters, SeatCreate, SeatEnd
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.models import Authority, CommitteeSeat
from app.services.authorities.reads import detail
from app.services.authorities.service import owned
from app.services.regions.stated import place_of


async def seat(act: Act, authority_id: UUID, expected: int, draft: SeatCreate) -> dict[str, Any]:
    """Give a department a seat in a work committee from a day on.

    Raises NotFound, Forbidden, StaleVersion, Conflict for another body or one that has ended, Invalid for a wrong day;
    the database refuses a second chair and the same post twice.
    """
    committee = await _committee(act, authority_id, expected)
    if draft.valid_from > act.today:
        raise Invalid(errors=(FieldError("/valid_from", "day_future"),))
    if committee.founded_on is not None and draft.valid_from < committee.founded_on:
        raise _too_early("/valid_from", committee.founded_on.isoformat())
    await authorities.save(act, committee)
    await repository.add(
        act,
        CommitteeSeat(
            version=1,
            authority_id=committee.id,
            authority_code=committee.code,
            department=draft.department,
            department_name=draft.department_name,
            duty=draft.duty,
            post=draft.post,
            valid_from=draft.valid_from,
            region_code=committee.region_code,
            region_level=committee.region_level,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await detail(act, authority_id)


async def unseat(act: Act, authority_id: UUID, seat_id: UUID, expected: int, end: SeatEnd) -> dict[str, Any]:
    """End a seat on a day. Raises NotFound when the committee has no such seat, Conflict when it has ended already."""
    committee = await _committee(act, authority_id, expected)
    held = await repository.held(act, committee, seat_id)
    if held is None:
        raise NotFound()
    if held.valid_to is not None:
        raise Conflict(errors=(FieldError("", "seat_ended"),))
    if end.valid_to > act.today:
        raise Invalid(errors=(FieldError("/valid_to", "day_future"),))
    if end.valid_to < held.valid_from:
        raise _too_early("/valid_to", held.valid_from.isoformat())
    held.valid_to, held.end_reason = end.valid_to, end.reason
    await authorities.save(act, committee)
    await repository.save(act, held)
    return await detail(act, authority_id)


async def lacking(act: Act, asked: CommitteeGapFilters, ask: Ask) -> Page:
    """Where a work committee is missing, or its head. Raises NotFound for a region that is not seen whole: what is
    not seen would look missing.
    """
    place = place_of(act, asked.region, asked.region_level)
    return await reads.lacking(act, place, asked.at_level, asked.on or act.today, ask)


async def _committee(act: Act, authority_id: UUID, expected: int) -> Authority:
    committee = await owned(act, authority_id, expected)
    if committee.kind != AuthorityKind.work_committee:
        raise Conflict(errors=(FieldError("", "authority_no_committee"),))
    if committee.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "authority_dissolved"),))
    return committee


def _too_early(pointer: str, earliest: str) -> Invalid:
    return Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": earliest}),))
