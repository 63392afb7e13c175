"""Figures of many workers beside each other, read set-wise for a page at a time."""

from dataclasses import replace
from typing import Any

from app.core.acts import Act
from app.core.history import note
from app.core.pagination import Ask, Page
from app.services.assessment.contract import Catalogue
from app.services.duties.board import reads
from app.services.duties.board.schemas import BoardFilters
from app.services.duties.facts import Opinions, ReviewFacts, so_far, year_of
from app.services.duties.policy import DutyPolicy
from app.services.duties.rules import suggest
from app.services.duties.targets.yearly import Done, done_by, measures_at
from app.services.regions.stated import NATION, stated

UNASKED = Opinions(0, 0, 0, 0)


async def listed(act: Act, catalogue: Catalogue, filters: BoardFilters, ask: Ask) -> Page:
    """One page of workers with what they did in a year up to today, by the policies of the region asked for.

    That names were read is noted.
    """
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    year = filters.year or act.today.year
    found = await reads.listed(act, filters, year, year_of(year), ask)
    measures = await measures_at(act, place, so_far(year, act.today).last)
    done = await done_by(act, catalogue, reads.ids(found), year, measures) if found.rows else ()
    await note(act, "list", "worker_reviews", rows=len(found.rows), what="figures")
    rows = [_beside(row, each, measures.duty) for row, each in zip(found.rows, done, strict=True)]
    return replace(found, rows=rows)


def _beside(row: dict[str, Any], done: Done, policy: DutyPolicy) -> dict[str, Any]:
    facts = ReviewFacts(measured=done.measured, opinions=UNASKED, self_reported=False, year_over=False)
    told = suggest(facts, policy)
    measured = sum(each.percent is not None for each in done.measured)
    return {
        **row,
        "year": done.year,
        "until": done.over.until,
        "roles": list(dict.fromkeys(each.role for each in done.held)),
        **{indicator.code: value for indicator, value in done.figures},
        "targets_measured": measured,
        "targets_reached": measured - len(facts.missed),
        "missed": [each.target.indicator for each in facts.missed],
        "score": told.score,
        "band_by_score": told.band,
    }
