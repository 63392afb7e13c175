"""Which branches a committee may give to: those in its region, and those that its line manages. Pure."""

from dataclasses import dataclass
from datetime import date

from app.services.authorities.facts import span as line_span
from app.services.regions.facts import span as region_span


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that is referred to as a committee."""

    kind: str
    region_code: int
    region_level: int
    code: int
    dissolved_on: date | None


def reaches(body: Body, place: int, line: int) -> bool:
    """Whether a branch at this region code, managed by the authority of this code, is the committee's to give to."""
    low, high = region_span(body.region_code, body.region_level)
    line_low, line_high = line_span(body.code)
    return low <= place < high or line_low <= line < line_high
