"""A region as a payload or a filter states it: 12 digits, and the level where the digits alone could mean two."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from app.core.acts import Act
from app.core.errors import Failure, FieldError, Forbidden, Invalid, NotFound
from app.services.regions.facts import WIDTHS, ancestor, reference, span
from app.services.regions.reads import names

NATION = (0, 0)

RegionCode = Annotated[
    str, Field(pattern=r"^[0-9]{12}$", description="12-digit region code.", examples=["330106010000"])
]
_LEVEL = "0 country to 5 village; default: the shallowest that the code's zeros allow."
RegionLevel = Annotated[int | None, Field(strict=True, ge=0, le=5, description=_LEVEL)]
"""In a body, where a number is a number."""
RegionLevelAsked = Annotated[int | None, Field(ge=0, le=5, description=_LEVEL)]
"""In a query, where all is text."""


def stated(code: str, level: int | None, pointer: str = "/region_code") -> tuple[int, int]:
    """The (code, level) that is meant. Raises Invalid at `pointer` for another shape."""
    try:
        return reference(code, level)
    except ValueError as error:
        raise Invalid(errors=(FieldError(pointer, "region_shape"),)) from error


def stated_span(code: str, level: int | None) -> tuple[int, int]:
    """The half-open range of codes that a `region` filter asks for. Raises Invalid for another shape."""
    return span(*stated(code, level, "/region"))


def place_of(act: Act, region: str | None, level: int | None) -> tuple[int, int]:
    """The region that is asked about; without one, the scope itself where it is one region.

    Raises Invalid for another shape, NotFound for what the caller may not see whole.
    """
    if region is None:
        if not act.scope.whole or act.scope.hi - act.scope.lo not in WIDTHS:
            raise Invalid(errors=(FieldError("/region", "region_needed"),))
        return act.scope.lo, WIDTHS.index(act.scope.hi - act.scope.lo)
    place = stated(region, level, "/region")
    if not act.scope.covers(*span(*place)):
        raise NotFound()
    return place


def lineage(place: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """A region (code, level) and those above it, up to the country: wherever a policy that binds it is laid down."""
    code, level = place
    return tuple((ancestor(code, above), above) for above in range(level, -1, -1))


async def placed(act: Act, wanted: Sequence[tuple[str, int | None]]) -> list[tuple[int, int] | Failure]:
    """The region, or the failure, of each that payloads name as the place to write at.

    A failure is Invalid for another shape or a region that is not in force, Forbidden for one that lies outside the
    caller's scope (regions are known to all, so that is no secret).
    """
    found: list[tuple[int, int] | Failure] = []
    for code, level in wanted:
        try:
            found.append(stated(code, level))
        except Invalid as failure:
            found.append(failure)
    known = await names(act, [place for place in found if not isinstance(place, Failure)])
    return [place if isinstance(place, Failure) else _fit(act, place, known) for place in found]


async def place(act: Act, code: str, level: int | None) -> tuple[int, int]:
    """The one region that a payload names as the place to write at. Raises as `placed` says."""
    (found,) = await placed(act, [(code, level)])
    if isinstance(found, Failure):
        raise found
    return found


def _fit(act: Act, place: tuple[int, int], known: Mapping[tuple[int, int], str]) -> tuple[int, int] | Failure:
    if place != NATION and place not in known:
        return Invalid(errors=(FieldError("/region_code", "region_unknown"),))
    return place if act.scope.contains(place[0]) else Forbidden(reason="scope")
