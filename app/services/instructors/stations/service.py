"""What can be done with stations, and with who belongs to them."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.history import about, note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.instructors.models import Station, StationMember
from app.services.instructors.stations import reads, repository
from app.services.instructors.stations.schemas import (
    StationClose,
    StationCreate,
    StationJoin,
    StationLeave,
    StationMemberFilters,
    StationUpdate,
)
from app.services.regions.pointing import pointed
from app.services.regions.stated import place

STATION_MEMBERS = "station_members"
"""What the audit calls a list of their names."""


async def shown(act: Act, station_id: UUID) -> dict[str, Any]:
    """One station with what the caller may do. Raises NotFound."""
    row = await reads.one(act, station_id)
    refusal = None if Permission.assignments_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    refusal = refusal or (None if act.scope.holds(int(row["region_code"]), [line]) else "outside_scope")
    refusal = refusal or ("station_closed" if row["closed_on"] is not None else None)
    return {**row, "allowed_actions": [action(name, refusal) for name in ("update", "close", "join", "leave")]}


async def create(act: Act, draft: StationCreate) -> dict[str, Any]:
    """Open a station. Raises Forbidden outside the scope, Invalid for what it refers to; the database refuses the same
    name twice in one region (Taken).
    """
    code, level = await place(act, draft.region_code, draft.region_level)
    await _known(act, draft.host_id, draft.authority_id)
    key = await repository.add(
        act,
        Station(
            version=1,
            name=draft.name,
            region_code=code,
            region_level=level,
            host_id=draft.host_id,
            address=draft.address,
            **pointed(draft.coordinates),
            authority_id=draft.authority_id,
            opened_on=draft.opened_on,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await shown(act, key)


async def update(act: Act, station_id: UUID, expected: int, change: StationUpdate) -> dict[str, Any]:
    """Change a station. What is already so makes no new version. Raises NotFound, StaleVersion, Conflict, Invalid."""
    station = await _open(act, station_id, expected)
    told = {name: getattr(change, name) for name in change.model_fields_set - {"coordinates"}}
    if "coordinates" in change.model_fields_set:
        told |= pointed(change.coordinates)
    await _known(act, told.get("host_id"), told.get("authority_id"))
    changed = {name: value for name, value in told.items() if value != getattr(station, name)}
    for name, value in changed.items():
        setattr(station, name, value)
    if changed:
        await repository.save(act, station)
    return await shown(act, station_id)


async def close(act: Act, station_id: UUID, expected: int, end: StationClose) -> dict[str, Any]:
    """End a station; whoever belongs to it no longer does. Raises NotFound, StaleVersion, Conflict, Invalid."""
    station = await _open(act, station_id, expected)
    if end.closed_on > act.today:
        raise Invalid(errors=(FieldError("/closed_on", "day_future"),))
    if station.opened_on is not None:
        _not_before(end.closed_on, station.opened_on, "/closed_on")
    await about(act, end.reason)
    station.closed_on = end.closed_on
    await repository.save(act, station)
    await repository.leave_all(act, station_id, end.closed_on)
    await about(act)
    return await shown(act, station_id)


async def members(act: Act, station_id: UUID, filters: StationMemberFilters, ask: Ask) -> Page:
    """One page of who belongs or belonged to a station; that a list of names was read is noted. Raises NotFound."""
    found = await reads.members(act, station_id, filters, ask)
    await note(act, "list", STATION_MEMBERS, rows=len(found.rows), station_id=str(station_id))
    return found


async def join(act: Act, station_id: UUID, expected: int, draft: StationJoin) -> dict[str, Any]:
    """An instructor joins a station. Raises NotFound, StaleVersion, Conflict, Invalid; the database refuses who belongs
    to one at that time (Taken).
    """
    station = await _open(act, station_id, expected)
    if draft.valid_from > act.today:
        raise Invalid(errors=(FieldError("/valid_from", "day_future"),))
    if station.opened_on is not None:
        _not_before(draft.valid_from, station.opened_on, "/valid_from")
    if not await repository.worker_known(act, draft.worker_id):
        raise Invalid(errors=(FieldError("/worker_id", "reference_unknown"),))
    if not await repository.instructor_on(act, draft.worker_id, draft.valid_from):
        raise Invalid(errors=(FieldError("/worker_id", "station_of_instructors"),))
    key = await repository.add(
        act,
        StationMember(
            version=1,
            station_id=station_id,
            worker_id=draft.worker_id,
            valid_from=draft.valid_from,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await reads.member(act, key)


async def leave(act: Act, station_id: UUID, member_id: UUID, expected: int, end: StationLeave) -> dict[str, Any]:
    """Somebody leaves a station. Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid."""
    member = await claim(act, StationMember, member_id, expected)
    if member.station_id != station_id:
        raise NotFound()
    if member.valid_to is not None:
        raise Conflict(errors=(FieldError("", "station_left"),))
    if end.valid_to > act.today:
        raise Invalid(errors=(FieldError("/valid_to", "day_future"),))
    _not_before(end.valid_to, member.valid_from, "/valid_to")
    member.valid_to = end.valid_to
    await repository.save(act, member)
    return await reads.member(act, member_id)


async def _open(act: Act, station_id: UUID, expected: int) -> Station:
    station = await claim(act, Station, station_id, expected)
    if not act.scope.holds(station.region_code, [station.authority_code]):
        raise Forbidden(reason="scope")
    if station.closed_on is not None:
        raise Conflict(errors=(FieldError("", "station_closed"),))
    return station


async def _known(act: Act, host_id: UUID | None, authority_id: UUID | None) -> None:
    errors = []
    if host_id is not None and not await repository.host_known(act, host_id):
        errors.append(FieldError("/host_id", "reference_unknown"))
    if authority_id is not None:
        found = await repository.authority(act, authority_id)
        if found is None:
            errors.append(FieldError("/authority_id", "reference_unknown"))
        elif found[1] is not None and found[1] <= act.today:
            errors.append(FieldError("/authority_id", "reference_ended"))
    if errors:
        raise Invalid(errors=tuple(errors))


def _not_before(day: date, earliest: date, pointer: str) -> None:
    if day < earliest:
        raise Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": earliest.isoformat()}),))
