"""What a grant may point at: regions and lines as ranges of codes, own objects by the role that owns them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.core.pagination import Ask
from app.services.access.facts import Range, merged
from app.services.access.holders import Widening
from app.services.access.mapping import Spans
from app.services.access.permissions import Role
from app.services.authorities import facts as authorities
from app.services.authorities import reads as authority_reads
from app.services.authorities.schemas import AuthorityFilters
from app.services.branches import reads as branches
from app.services.departments import reads as departments
from app.services.organizations import reads as organizations
from app.services.regions import facts as regions
from app.services.regions.stated import stated
from app.services.visits import reads as visits


def region_span(code: str) -> Range:
    """The codes under a region. Raises ValueError."""
    return regions.span(*regions.reference(code))


def line_span(code: str) -> Range:
    """The codes under an authority. Raises ValueError."""
    return authorities.span(authorities.parsed(code))


SPANS = Spans(region_span, line_span)


async def _instructed(act: Act, each: UUID) -> object:
    """An instructor's own worker id, or an organisation. Raises NotFound."""
    try:
        return await visits.worker(act, each)
    except NotFound:
        return await organizations.detail(act, each)


OWN: dict[str, Callable[[Act, UUID], Awaitable[object]]] = {
    Role.branch_secretary: branches.one,
    Role.instructor: _instructed,
    Role.department_member: departments.one,
}
"""Whose own objects are what: how one is read, or NotFound."""


async def _assigned(act: Act, named: frozenset[UUID]) -> frozenset[UUID]:
    return named | await visits.assigned(act, named)


WIDENINGS: Mapping[str, Widening] = {Role.instructor: _assigned, Role.department_member: departments.seated}
"""What is one's own today by what a grant names: of an instructor what is assigned to him as well, of a department it
and its committee while it belongs to the meeting."""


def ranges_of(places: Sequence[tuple[str, int | None]]) -> tuple[Range, ...]:
    """The ranges of regions as a payload states them. Raises Invalid for another shape."""
    return merged(
        regions.span(*stated(code, level, f"/regions/{number}")) for number, (code, level) in enumerate(places)
    )


async def lines_of(act: Act, codes: Sequence[str]) -> tuple[tuple[Range, ...], Range | None]:
    """Authorities as a payload states them: the ranges of their lines, and of the region that holds all of theirs.

    Raises Invalid for another shape, or one out of sight. Seen is not granted: an authority above the granter is seen
    too, and granting.give refuses its line. What hangs below the authority is the line's own.
    """
    found, seats = [], []
    for number, code in enumerate(codes):
        try:
            found.append(line_span(code))
        except ValueError as error:
            raise Invalid(errors=(FieldError(f"/lines/{number}", "authority_code"),)) from error
        seen = await authority_reads.listed(act, AuthorityFilters(under=code), Ask(limit=1, sort="code"))
        if not seen.rows or seen.rows[0]["code"] != code:
            raise Invalid(errors=(FieldError(f"/lines/{number}", "reference_unknown"),))
        head = seen.rows[0]
        seats.append((int(head["region_code"]), int(head["region_level"])))
    return merged(found), _holding(seats) if seats else None


def _holding(places: Sequence[tuple[int, int]]) -> Range:
    """The smallest region, by the digits of its code, that holds these (code, level)."""
    for level in range(min(level for _, level in places), regions.COUNTRY, -1):
        codes = {regions.ancestor(code, level) for code, _ in places}
        if len(codes) == 1:
            return regions.span(codes.pop(), level)
    return regions.span(0, regions.COUNTRY)


async def own_objects(act: Act, role: str, ids: Sequence[UUID]) -> None:
    """Whether the granter sees what is about to be somebody's own. Raises Invalid."""
    read = OWN.get(role)
    if read is None:
        return
    for number, each in enumerate(ids):
        try:
            await read(act, each)
        except NotFound as error:
            raise Invalid(errors=(FieldError(f"/subjects/{number}", "reference_unknown"),)) from error
