"""Where tasks and targets may be: in the committee's region."""

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.programmes.models import Programme
from app.services.regions.facts import span
from app.services.regions.reads import names


async def inside(act: Act, place: tuple[int, int], programme: Programme) -> tuple[int, int]:
    """A region in force inside the committee's. Raises Invalid."""
    low, high = span(programme.region_code, programme.region_level)
    if place[1] > 0 and place not in await names(act, [place]):
        raise Invalid(errors=(FieldError("/region_code", "region_unknown"),))
    if not (low <= place[0] < high and place[1] >= programme.region_level):
        raise Invalid(errors=(FieldError("/region_code", "programme_place_outside"),))
    return place
