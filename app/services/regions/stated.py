"""A region as a payload or a filter states it: 12 digits, and the level where the digits alone could mean two."""

from typing import Annotated

from pydantic import Field

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.services.regions.facts import reference, span

RegionCode = Annotated[
    str, Field(pattern=r"^[0-9]{12}$", description="12-digit region code.", examples=["330106003000"])
]
RegionLevel = Annotated[
    int | None,
    Field(ge=0, le=5, description="0 country to 5 village; default: the shallowest that the code's zeros allow."),
]


def stated(code: str, level: int | None, pointer: str = "/region_code") -> tuple[int, int]:
    """The (code, level) that is meant. Raises Invalid at `pointer` for another shape."""
    try:
        return reference(code, level)
    except ValueError as error:
        raise Invalid(errors=(FieldError(pointer, "region_shape"),)) from error


def stated_span(code: str, level: int | None) -> tuple[int, int]:
    """The half-open range of codes that a `region` filter asks for. Raises Invalid for another shape."""
    return span(*stated(code, level, "/region"))


def require_inside(act: Act, code: int) -> None:
    """Raise Forbidden when the caller may not write there: regions are known to all, so this is no secret."""
    if not act.scope.contains(code):
        raise Forbidden(reason="scope")
