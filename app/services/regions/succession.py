"""What a change of regions means for whatever stands in them: whose ground it is now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.core.acts import Act
from app.services.regions import reads
from app.services.regions.facts import COUNTRY, Retired, Successor, ancestor, span
from app.services.regions.placing import Placer


@dataclass(frozen=True, slots=True)
class Gone:
    """A region that went out of force or gave up a part.

    ``heirs`` have its ground now, itself among them if it stands on. ``rest`` is (code, level) of the region in force
    that has all of it: the one heir, or the deepest that holds them all. What no address tells apart goes there.
    """

    code: int
    level: int
    name: str
    heirs: tuple[Successor, ...]
    rest: tuple[int, int]

    @property
    def span(self) -> tuple[int, int]:
        """The half-open range of codes that stood in it."""
        return span(self.code, self.level)

    @property
    def ground(self) -> str:
        """The codes of the heirs as PostgreSQL writes an int8multirange."""
        ranges = sorted(span(heir.code, heir.level) for heir in self.heirs)
        return "{" + ",".join(f"[{low},{high})" for low, high in ranges) + "}"


Follower = Callable[[Act, Gone, Placer], Awaitable[int]]
"""Moves what stood in a region to where it is now, in the act of the change; how many rows."""


LEAVING = (
    "region_code >= $1 AND region_code < $2 AND region_level >= $3 AND NOT (region_level > $3"
    " AND $4::text::int8multirange @> region_code AND EXISTS (SELECT FROM regions AS standing"
    " WHERE standing.code = region_code AND standing.level = region_level))"
)
"""SQL: a row stands in the ground (see ``bounds``), and not in a lower region in force that an heir has kept."""


def bounds(gone: Gone) -> tuple[int, int, int, str]:
    """The first four parameters of a statement with ``LEAVING``."""
    return (*gone.span, gone.level, gone.ground)


async def succession(act: Act, row: Retired) -> Gone | None:
    """Who follows a retired region, by the regions in force now; None when it only has another name."""
    if [(heir.code, heir.level) for heir in row.successors] == [(row.code, row.level)]:
        return None
    codes = [heir.code for heir in row.successors] or [row.code]
    deepest = min((heir.level for heir in row.successors), default=row.level - 1)
    shared = [
        (ancestor(codes[0], level), level)
        for level in range(deepest, COUNTRY - 1, -1)
        if len({ancestor(code, level) for code in codes}) == 1
    ]
    standing = await reads.names(act, shared)
    rest = next((region for region in shared if region in standing), (0, COUNTRY))
    return Gone(row.code, row.level, row.name, row.successors, rest)
