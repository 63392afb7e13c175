"""Use cases of regions: read one, list, place addresses."""

from typing import Any

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.labels import Language, label
from app.services.regions import reads
from app.services.regions.facts import PROVINCE, Hints, Placement, ancestor, span, wire
from app.services.regions.placing import placer
from app.services.regions.schemas import ToResolve
from app.services.regions.stated import stated


async def read(act: Act, code: str, level: int | None) -> dict[str, Any]:
    """A region with its ancestors, or a retired one with its successors. Raises Invalid and NotFound."""
    number, deep = stated(code, level, "/code")
    row = await reads.one(act, number, deep)
    if row is None:
        raise NotFound()
    if row["region_state"] == "in_force":
        line = (await reads.ancestors(act, [(number, deep)]))[number, deep][:-1]
    else:
        above = [(ancestor(number, upper), upper) for upper in range(PROVINCE, deep)]
        names = await reads.names(act, above)
        line = [(*key, names[key]) for key in above if key in names]
    names = await reads.names(act, row["successors"])
    low, high = span(number, deep)
    return {
        "code": wire(number),
        "level": deep,
        "name": row["name"],
        "region_state": row["region_state"],
        "retired_in": row["retired_in"],
        "ancestors": reads.referred(line),
        "successors": reads.referred([(*key, names[key]) for key in row["successors"] if key in names]),
        "range_low": wire(low),
        "range_high": wire(high),
    }


async def resolve(act: Act, items: list[ToResolve], language: Language) -> list[dict[str, Any]]:
    """The deepest certain region of each address, in order, with evidence and alternatives by name."""
    places = await placer(act)
    placed = [
        places.place(
            item.address,
            Hints(uscc=item.uscc, province=item.province, city=item.city, county=item.county, name=item.name),
        )
        for item in items
    ]
    keys = {(placement.code, placement.level) for placement in placed}
    keys |= {(one.code, one.level) for placement in placed for one in placement.alternatives}
    lines = await reads.ancestors(act, keys)
    return [_shown(placement, lines, language) for placement in placed]


def _shown(
    placement: Placement, lines: dict[reads.Key, list[tuple[int, int, str]]], language: Language
) -> dict[str, Any]:
    line = lines.get((placement.code, placement.level), [])
    return {
        "code": wire(placement.code),
        "level": placement.level,
        "name": line[-1][2] if line else "",
        "path": "".join(name for _, _, name in line if name),
        "certain": placement.certain,
        "evidence": [{"code": code, "text": label("evidence", code, language)} for code in placement.evidence],
        "alternatives": [
            {
                "code": wire(one.code),
                "level": one.level,
                "name": lines[one.code, one.level][-1][2],
                "score": one.score,
            }
            for one in placement.alternatives
            if (one.code, one.level) in lines
        ],
    }
