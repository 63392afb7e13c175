"""A line's branches in figures: the same branches that stand in regions, told by who manages them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.affiliations import reads
from app.services.affiliations.facts import Counted
from app.services.affiliations.figure_schemas import FigureFilters
from app.services.authorities.facts import DEPTHS, depth, span, written
from app.services.branches.facts import FormationMode, Level, ManagementMode, Stage
from app.services.regions.facts import WIDTHS, wire
from app.services.regions.reads import names
from app.services.regions.stated import NATION, stated_span

CODED = {
    "stages": ("stage", Stage),
    "management_modes": ("management_mode", ManagementMode),
    "formation_modes": ("formation_mode", FormationMode),
    "levels": ("level", Level),
}
SUMS = ("branches", "formal_members", "probationary_members", "organizations")


async def figures(act: Act, authority_id: UUID, asked: FigureFilters) -> dict[str, Any]:
    """The branches under a body and all below it that the caller sees, in parts. Raises NotFound, Invalid."""
    code, name = await reads.line_of(act, authority_id)
    place = (0, WIDTHS[NATION[1]]) if asked.region is None else stated_span(asked.region, asked.region_level)
    width = WIDTHS[asked.at_level] if asked.by == "region" else 1000 ** max(0, DEPTHS - depth(code) - 1)
    counted = await reads.figures(act, span(code), place, asked.by, width)
    parts: dict[int, list[Counted]] = defaultdict(list)
    for row in counted:
        parts[row.key].append(row)
    return {
        "authority_id": authority_id,
        "code": written(code),
        "name": name,
        "day": act.today,
        "total": figure(counted),
        "outflow": await reads.outflow(act, span(code)),
        "by": asked.by,
        "rows": await (_regions(act, parts, asked.at_level) if asked.by == "region" else _bodies(act, parts)),
    }


def figure(counted: Iterable[Counted]) -> dict[str, Any]:
    """Counted facts as one figure; every code is there, also with 0."""
    sums: Counter[str] = Counter()
    coded = {name: dict.fromkeys(map(str, codes), 0) for name, (_, codes) in CODED.items()}
    for row in counted:
        for name in SUMS:
            sums[name] += getattr(row, name)
        for name, (column, _) in CODED.items():
            coded[name][getattr(row, column)] += row.branches
    return {**{name: sums[name] for name in SUMS}, **coded}


async def _bodies(act: Act, parts: dict[int, list[Counted]]) -> list[dict[str, Any]]:
    known = await reads.named(act, parts)
    return [
        {
            "key": written(key),
            "id": known.get(key, (None, None))[0],
            "name": known.get(key, (None, None))[1],
            "figure": figure(parts[key]),
        }
        for key in sorted(parts)
    ]


async def _regions(act: Act, parts: dict[int, list[Counted]], level: int) -> list[dict[str, Any]]:
    known = await names(act, [(key, level) for key in parts])
    return [
        {"key": wire(key), "id": None, "name": known.get((key, level)), "figure": figure(parts[key])}
        for key in sorted(parts)
    ]
