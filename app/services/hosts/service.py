"""What can be done with hosts."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.history import note
from app.core.versions import claim
from app.services.hosts import reads, repository
from app.services.hosts.models import Host
from app.services.hosts.schemas import HostClose, HostCreate, HostUpdate
from app.services.regions.pointing import pointed
from app.services.regions.stated import place

POINT = {"longitude_e6", "latitude_e6", "datum"}


async def create(act: Act, draft: HostCreate) -> dict[str, Any]:
    """Enter a host. Raises Forbidden outside the scope; the database refuses the same host twice (Taken)."""
    code, level = await place(act, draft.region_code, draft.region_level)
    host = await repository.add(
        act,
        Host(
            version=1,
            kind=draft.kind,
            name=draft.name,
            region_code=code,
            region_level=level,
            address=draft.address,
            aliases=_other(draft.aliases, draft.name),
            **pointed(draft.coordinates),
            opened_on=draft.opened_on,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await reads.detail(act, host.id)


async def update(act: Act, host_id: UUID, expected: int, change: HostUpdate) -> dict[str, Any]:
    """Change a host. What is already so makes no new version. Raises NotFound, StaleVersion, Invalid."""
    host = await claim(act, Host, host_id, expected)
    told = {name: getattr(change, name) for name in change.model_fields_set - {"coordinates"}}
    if "aliases" in told:
        told["aliases"] = _other(told["aliases"], told.get("name", host.name))
    if "coordinates" in change.model_fields_set:
        told |= pointed(change.coordinates)
    changed = {name: value for name, value in told.items() if value != getattr(host, name)}
    opened, closed = changed.get("opened_on"), host.closed_on
    if opened is not None and closed is not None and opened > closed:
        raise Invalid(errors=(FieldError("/opened_on", "day_after_end"),))
    for name, value in changed.items():
        setattr(host, name, value)
    if changed:
        said = {"coordinates" if name in POINT else name for name in changed}
        host.corrected = sorted({*host.corrected, *said})
        await repository.save(act, host)
    return await reads.detail(act, host_id)


async def close(act: Act, host_id: UUID, expected: int, end: HostClose) -> dict[str, Any]:
    """End a host. Raises Conflict when it is closed already; the database refuses while a branch leans on it."""
    host = await claim(act, Host, host_id, expected)
    if host.closed_on is not None:
        raise Conflict(errors=(FieldError("", "host_closed"),))
    if end.closed_on > act.today:
        raise Invalid(errors=(FieldError("/closed_on", "day_future"),))
    if host.opened_on is not None and end.closed_on < host.opened_on:
        raise Invalid(errors=(FieldError("/closed_on", "day_too_early", {"earliest": host.opened_on.isoformat()}),))
    host.closed_on = end.closed_on
    await repository.save(act, host)
    await note(act, "close", "hosts", why=end.reason, id=str(host_id))
    return await reads.detail(act, host_id)


def _other(aliases: list[str], name: str) -> list[str]:
    """Its other names: the name itself is none."""
    return [alias for alias in aliases if alias != name]
