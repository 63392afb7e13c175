"""Coordinates as a payload states them, and as the columns that keep them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import FieldError, Invalid
from app.services.regions.coordinates import Datum, kept

Degrees = Annotated[int, Field(strict=True, ge=-180_000_000, le=180_000_000)]
"""Micro-degrees: millionths of a degree."""

LONGITUDE = "East, in millionths of a degree on WGS-84 (CGCS2000 agrees within a metre); null: nobody has told."
LATITUDE = "North, in millionths of a degree on WGS-84."
TOLD_IN = "What they were told in, before they were brought onto WGS-84. Label namespace `datum`."


class Coordinates(BaseModel):
    """A place on the map, in millionths of a degree."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"longitude_e6": 120153576, "latitude_e6": 30287459, "datum": "cgcs2000"}},
    )

    longitude_e6: Degrees
    latitude_e6: Degrees
    datum: Datum = Field(
        default=Datum.cgcs2000,
        description="What they were read from: gcj02 is what Chinese web maps show, bd09 Baidu's. Kept on WGS-84.",
    )


def pointed(told: Coordinates | None) -> dict[str, Any]:
    """The three columns that a statement means; None withdraws it. Raises Invalid for a place that is not in China."""
    if told is None:
        return {"longitude_e6": None, "latitude_e6": None, "datum": None}
    point = kept(told.longitude_e6, told.latitude_e6, told.datum)
    if point is None:
        swapped = kept(told.latitude_e6, told.longitude_e6, told.datum) is not None
        code = "coordinates_swapped" if swapped else "coordinates_outside"
        raise Invalid(errors=(FieldError("/coordinates", code),))
    return {**point._asdict(), "datum": str(told.datum)}
