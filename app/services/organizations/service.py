"""What officers do with organisations by hand; what partners push is merged in absorbing."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, RuleViolation, Taken
from app.core.findings import judge
from app.core.history import note
from app.core.versions import claim
from app.services.organizations import reads, repository
from app.services.organizations.facts import CoverageMode, Status
from app.services.organizations.kinds import kind_of
from app.services.organizations.models import ENDED, KindSource, Organization
from app.services.organizations.names import bigrams, name_key, sort_key
from app.services.organizations.policy import DEFAULT
from app.services.organizations.precedence import OFFICER, Said, read, write
from app.services.organizations.rules import CLOSING, ClosingFacts
from app.services.organizations.schemas import (
    OrganizationClose,
    OrganizationCreate,
    OrganizationReopen,
    OrganizationUpdate,
)
from app.services.organizations.uscc import error_of, normalise
from app.services.regions.pointing import pointed
from app.services.regions.stated import place

COLUMNS = tuple(column.key for column in Organization.__table__.columns if column.key != "facts_key")
POINT = {"longitude_e6", "latitude_e6", "datum"}  # one statement, told as `coordinates`
PLACE = {"region_code", "region_level"}  # one statement, told as `region` in the provenance


async def create(act: Act, draft: OrganizationCreate) -> dict[str, Any]:
    """Enter an organisation. Raises Forbidden outside the scope, Invalid, Taken for a code in use anywhere."""
    code, level = await place(act, draft.region_code, draft.region_level)
    uscc = await _free_uscc(act, draft.uscc)
    await _known_host(act, draft.host_id)
    told = draft.model_dump(exclude=PLACE | {"uscc", "kind", "status", "coordinates"}, exclude_unset=True)
    point = pointed(draft.coordinates)
    key = _name_key(draft.name)
    if uscc is None and await repository.is_named(act, key, code):
        raise Taken(errors=(FieldError("/name", "name_taken_here"),))
    row = Organization(
        **told,
        **point,
        version=1,
        uscc=uscc,
        region_code=code,
        region_level=level,
        placed_by=OFFICER,
        created_at=act.now,
        recorded_at=act.now,
        status=draft.status,
        coverage_mode=CoverageMode.none,
        has_instructor=False,
    )
    _named(row, draft.name)
    _judged_kind(row, draft.kind)
    _dates_in_order(act, row)
    stated_fields = set(told) | {"region", "status"} | ({"uscc"} if uscc else set())
    stated_fields |= {"coordinates"} if draft.coordinates else set()
    row.provenance = _said(act, {}, stated_fields | ({"kind"} if draft.kind else set()))
    await repository.add(act, row)
    return await reads.detail(act, row.id)


async def update(act: Act, row_id: UUID, expected: int, change: OrganizationUpdate) -> dict[str, Any]:
    """Change what is sent. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden for a place outside the scope, Conflict for the status of one that has
    ended, Invalid, Taken.
    """
    row = await claim(act, Organization, row_id, expected)
    told = {name: getattr(change, name) for name in change.model_fields_set - {"coordinates"}}
    if "coordinates" in change.model_fields_set:
        told |= pointed(change.coordinates)
    if "region_level" in told and "region_code" not in told:
        raise Invalid(errors=(FieldError("/region_level", "level_without_code"),))
    if "status" in told and row.status in ENDED:
        raise Conflict(errors=(FieldError("/status", "organization_closed"),))
    # All questions to the database come before the first change: a question would write what has changed so far.
    moved = await place(act, told["region_code"], told.get("region_level")) if "region_code" in told else None
    uscc = await _free_uscc(act, told["uscc"], held=row.uscc) if "uscc" in told else row.uscc
    await _known_host(act, told.get("host_id"))
    before = _values(row)
    row.uscc = uscc
    if moved is not None and moved != (row.region_code, row.region_level):
        row.region_code, row.region_level = moved
        row.placed_by = OFFICER
    if "name" in told:
        _named(row, told["name"])
    for name in told.keys() - PLACE - {"uscc", "name", "kind"}:
        setattr(row, name, told[name])
    if "status" in told and told["status"] != before["status"] and "status_since" not in told:
        row.status_since = act.today
    if "kind" in told:
        _judged_kind(row, told["kind"])
    elif row.kind_source == KindSource.derived and told.keys() & {"uscc", "name", "registered_type"}:
        _judged_kind(row, None)
    changed = {name for name, value in before.items() if value != getattr(row, name)}
    if changed:
        _dates_in_order(act, row)
        fields = (changed & told.keys()) - PLACE - POINT | ({"region"} if changed & PLACE else set())
        fields |= {"coordinates"} if changed & POINT else set()
        row.provenance = _said(act, row.provenance, fields, forgotten="kind" if told.get("kind", "") is None else None)
        await repository.save(act, row)
    return await reads.detail(act, row_id)


async def close(act: Act, row_id: UUID, expected: int, end: OrganizationClose) -> dict[str, Any]:
    """End an organisation. Raises NotFound, StaleVersion, Conflict when it has ended, Invalid for the day, and
    RuleViolation while a branch covers it and no reason is given for closing it all the same.
    """
    row = await claim(act, Organization, row_id, expected)
    if row.status in ENDED:
        raise Conflict(errors=(FieldError("", "organization_closed"),))
    _not_future(act, "/closed_on", end.closed_on)
    if row.established_on is not None:
        _not_before("/closed_on", end.closed_on, row.established_on)
    findings = judge(CLOSING, ClosingFacts(CoverageMode(row.coverage_mode)), DEFAULT)
    if findings and end.departure_reason is None:
        raise RuleViolation(findings)
    row.status, row.status_since, row.closed_on = end.status, end.closed_on, end.closed_on
    row.provenance = _said(act, row.provenance, {"status", "status_since", "closed_on"})
    await repository.save(act, row)
    approved = {"departures": [finding.code for finding in findings], "departure_reason": end.departure_reason}
    await note(act, "close", "organizations", why=end.reason, id=str(row_id), **(approved if findings else {}))
    return await reads.detail(act, row_id)


async def reopen(act: Act, row_id: UUID, expected: int, start: OrganizationReopen) -> dict[str, Any]:
    """Take a closing back. Raises NotFound, StaleVersion, Conflict when it has not ended, Invalid for the day."""
    row = await claim(act, Organization, row_id, expected)
    if row.status not in ENDED:
        raise Conflict(errors=(FieldError("", "organization_open"),))
    _not_future(act, "/reopened_on", start.reopened_on)
    if row.closed_on is not None:
        _not_before("/reopened_on", start.reopened_on, row.closed_on)
    row.status, row.status_since, row.closed_on = Status.operating, start.reopened_on, None
    row.provenance = _said(act, row.provenance, {"status", "status_since", "closed_on"})
    await repository.save(act, row)
    await note(act, "reopen", "organizations", why=start.reason, id=str(row_id))
    return await reads.detail(act, row_id)


async def _free_uscc(act: Act, typed: str | None, held: str | None = None) -> str | None:
    """The normalised code. Raises Invalid for a wrong one, Taken when another organisation has it, wherever it is."""
    if typed is None:
        return None
    code = normalise(typed)
    if wrong := error_of(code):
        raise Invalid(errors=(FieldError("/uscc", wrong),))
    if code != held and await repository.is_held(act, code):
        raise Taken(errors=(FieldError("/uscc", "uscc_taken"),))
    return code


async def _known_host(act: Act, host_id: UUID | None) -> None:
    if host_id is not None and not await repository.sees_host(act, host_id):
        raise Invalid(errors=(FieldError("/host_id", "reference_unknown"),))


def _name_key(name: str) -> str:
    key = name_key(name)
    if not key:
        raise Invalid(errors=(FieldError("/name", "name_blank"),))
    return key


def _named(row: Organization, name: str) -> None:
    row.name, row.name_key = name, _name_key(name)
    row.name_sort, row.name_bigrams = sort_key(name), bigrams(name)


def _judged_kind(row: Organization, decided: str | None) -> None:
    """An officer's decision, or else what code, type and name tell."""
    row.kind = decided or kind_of(row.uscc, row.registered_type, row.name).kind
    row.kind_source = KindSource.officer if decided else KindSource.derived


def _values(row: Organization) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _said(act: Act, provenance: dict[str, Any], fields: set[str], forgotten: str | None = None) -> dict[str, Any]:
    said = read(provenance) | dict.fromkeys(fields, Said(OFFICER, act.now))
    return dict(write({field: stands for field, stands in said.items() if field != forgotten}))


def _dates_in_order(act: Act, row: Organization) -> None:
    for name in ("established_on", "status_since"):
        if (day := getattr(row, name)) is not None:
            _not_future(act, f"/{name}", day)
    if row.closed_on is not None and row.established_on is not None and row.established_on > row.closed_on:
        raise Invalid(errors=(FieldError("/established_on", "day_after_end"),))


def _not_future(act: Act, pointer: str, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError(pointer, "day_future"),))


def _not_before(pointer: str, day: date, earliest: date) -> None:
    if day < earliest:
        raise Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": earliest.isoformat()}),))
