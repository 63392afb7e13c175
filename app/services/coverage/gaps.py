"""The gaps of a region, easy ones first: distinct facts are judged and ranked, then organisations paged by rank."""

from collections import Counter, defaultdict
from typing import Any

from app.core.acts import Act
from app.core.labels import Language
from app.core.pagination import Ask, Page, sealed, unsealed
from app.services.coverage import reads, showing
from app.services.coverage.easy_first import Gap
from app.services.coverage.facts import unpack
from app.services.coverage.figures import bench
from app.services.coverage.policy import CoveragePolicy
from app.services.coverage.schemas import GapFilters
from app.services.coverage.service import Place, policy_at
from app.services.regions.facts import COUNTY
from app.services.regions.stated import place_of


async def listed(act: Act, filters: GapFilters, ask: Ask, spoken: Language) -> Page:
    """One page of organisations that something is missing for. Raises Invalid, NotFound.

    A page goes through the ranks one after the other; inside a rank organisations stand place by place. The count, when
    asked for, comes from the tally and is exact.
    """
    place = place_of(act, filters.region, filters.region_level)
    policy = (await policy_at(act, place, act.today)).numbers
    tally = await reads.tally(act, place)
    ranks = _ranks(_below(tally, place), policy, filters.step)
    bound = (place, filters.step, policy.version)
    rank, inner = _resume(act, ask.cursor, bound)
    rows, following = await _collect(act, place, ranks, rank, inner, ask.limit, bound)
    judged = bench(policy)
    for row in rows:
        gap = judged.verdict(row["step"]).gap
        if gap is not None:
            row.update(showing.gap(gap.step, spoken))
    count = sum(tally[key] for keys in ranks.values() for key in keys) if ask.count != "none" else None
    return Page(rows, following, count, "none" if count is None else "exact")


def _below(tally: Counter[int], place: Place) -> Counter[int]:
    """Of a county and below, what is placed: three cities share their code with their county."""
    if place[1] < COUNTY:
        return tally
    return Counter({key: n for key, n in tally.items() if not unpack(key).unplaced})


def _ranks(tally: Counter[int], policy: CoveragePolicy, step: str | None) -> dict[int, list[int]]:
    """The facts keys of each rank, easy ranks first."""
    judged, found = bench(policy), defaultdict[int, list[int]](list)
    for key in tally:
        gap = judged.verdict(key).gap
        if gap is not None and step in (None, gap.step):
            found[_rank(gap)].append(key)
    return dict(sorted(found.items()))


def _rank(gap: Gap) -> int:
    step, unwilling, unreached = gap.order
    return step * 4 + unwilling * 2 + unreached


def _resume(act: Act, cursor: str | None, bound: object) -> tuple[int, str | None]:
    """The rank a cursor stands in, and the cursor inside it."""
    if cursor is None:
        return 0, None
    outer, _, inner = cursor.partition(".")
    return unsealed(act, outer, bound) or 0, inner or None


async def _collect(
    act: Act,
    place: Place,
    ranks: dict[int, list[int]],
    first: int,
    inner: str | None,
    limit: int,
    bound: object,
) -> tuple[list[dict[str, Any]], str | None]:
    rows: list[dict[str, Any]] = []
    for rank in (rank for rank in ranks if rank >= first):
        if len(rows) == limit:
            return rows, sealed(act, rank, bound) + "."
        at = inner if rank == first else None
        found = await reads.with_keys(act, place, ranks[rank], Ask(limit - len(rows), at), (rank, bound))
        rows += found.rows
        if found.next_cursor is not None:
            return rows, f"{sealed(act, rank, bound)}.{found.next_cursor}"
    return rows, None
