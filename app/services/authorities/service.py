"""What can be done with authorities."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import note
from app.core.versions import claim
from app.services.authorities import reads, repository
from app.services.authorities.models import Authority
from app.services.authorities.schemas import AuthorityCreate, AuthorityDissolve, AuthorityUpdate
from app.services.regions.stated import place


async def create(act: Act, draft: AuthorityCreate) -> dict[str, Any]:
    """Enter an authority. Raises Forbidden outside the scope; the database refuses a code in use (Taken)."""
    region, level = await place(act, draft.region_code, draft.region_level)
    authority = await repository.add(
        act,
        Authority(
            version=1,
            code=reads.parsed_code(draft.code, "/code"),
            kind=draft.kind,
            name=draft.name,
            region_code=region,
            region_level=level,
            industries=_industries(draft.industries),
            founding_document=draft.founding_document,
            founded_on=draft.founded_on,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await reads.detail(act, authority.id)


async def update(act: Act, authority_id: UUID, expected: int, change: AuthorityUpdate) -> dict[str, Any]:
    """Change an authority; what is so already makes no version. Raises NotFound, Forbidden, StaleVersion, Invalid."""
    authority = await owned(act, authority_id, expected)
    wanted = {name: getattr(change, name) for name in change.model_fields_set}
    if "industries" in wanted:
        wanted["industries"] = _industries(wanted["industries"])
    changed = {name: value for name, value in wanted.items() if value != getattr(authority, name)}
    founded, dissolved = changed.get("founded_on"), authority.dissolved_on
    if founded is not None and dissolved is not None and founded > dissolved:
        raise Invalid(errors=(FieldError("/founded_on", "day_after_end"),))
    for name, value in changed.items():
        setattr(authority, name, value)
    if changed:
        await repository.save(act, authority)
    return await reads.detail(act, authority_id)


async def dissolve(act: Act, authority_id: UUID, expected: int, end: AuthorityDissolve) -> dict[str, Any]:
    """End an authority. Raises Conflict when it is ended already; the database refuses while a branch is under it."""
    authority = await owned(act, authority_id, expected)
    if authority.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "authority_dissolved"),))
    await ended(act, authority, end.dissolved_on, end.reason, "/dissolved_on")
    return await reads.detail(act, authority_id)


async def ended(act: Act, authority: Authority, day: date, reason: str, pointer: str) -> None:
    """End a claimed authority that stands on a day. Raises Invalid for a wrong day, told at `pointer`."""
    if day > act.today:
        raise Invalid(errors=(FieldError(pointer, "day_future"),))
    if authority.founded_on is not None and day < authority.founded_on:
        raise Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": authority.founded_on.isoformat()}),))
    authority.dissolved_on = day
    await repository.save(act, authority)
    await note(act, "dissolve", "authorities", why=reason, id=str(authority.id))


def _industries(prefixes: list[str]) -> list[str]:
    """Each once, in order: the same set is the same value."""
    return sorted(set(prefixes))


async def owned(act: Act, authority_id: UUID, expected: int) -> Authority:
    """Claim an authority to write it. Those above the scope are seen, so not being allowed to is no secret."""
    authority = await claim(act, Authority, authority_id, expected)
    if not act.scope.contains(authority.region_code):
        raise Forbidden(reason="scope")
    return authority
