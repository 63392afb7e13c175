"""Where the figures of many targets are now: each figure read once for all regions that a target is on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.services.assessment.contract import Catalogue, Period, Place, PlacedIndicator
from app.services.programmes import reads as programme_reads
from app.services.programmes.facts import Direction, ProgrammeState, TargetFacts
from app.services.programmes.figures.service import policy_version
from app.services.programmes.judging import policy_at
from app.services.programmes.policy import ProgrammePolicy
from app.services.programmes.rules import TARGETS

MEASURED = ("value", "expected", "time_permille", "progress_permille", "reached", "on_track", "basis_version")


def place(row: Mapping[str, Any]) -> Place:
    """The region that a target is about."""
    return int(row["place_code"]), row["place_level"]


def period_of(indicator: PlacedIndicator, first: date, due: date, today: date) -> Period:
    """Over which days a figure is read: what adds up since the first day, what stands as of today; none after the end.

    A target whose time has not begun is read over no day.
    """
    until = min(due, today) + timedelta(days=1)
    return Period(min(first, until) if indicator.grows else date(first.year, 1, 1), max(until, date(first.year, 1, 1)))


async def values(act: Act, catalogue: Catalogue, rows: Sequence[Mapping[str, Any]]) -> dict[UUID, int | None]:
    """The figure of each target: one reading for all that ask for the same over the same days."""
    asked: dict[tuple[str, str | None, date, date], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        indicator = catalogue.of_place(row["indicator"])
        if indicator is not None:
            period = period_of(indicator, row["from_on"], row["due_on"], act.today)
            asked[(indicator.code, row["basis"], period.since, period.until)].append(row)
    found: dict[UUID, int | None] = {}
    for (code, basis, since, until), group in asked.items():
        indicator = catalogue.of_place(code)
        if indicator is None:
            raise RuntimeError("an indicator does not leave the catalogue while it is read")
        places = sorted({place(row) for row in group})
        figures = await indicator.on(basis)(act, places, Period(since, until))
        found.update({row["id"]: figures.get(place(row)) for row in group})
    return found


async def looked_at(act: Act, catalogue: Catalogue, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Targets with where their figures are, live or as their programme was closed with."""
    closed = await programme_reads.results(
        act, sorted({row["programme_id"] for row in rows if row["programme_state"] == ProgrammeState.closed})
    )
    kept = {each["id"]: (told["as_of"], each) for told in closed.values() for each in told.get("targets", [])}
    live = [row for row in rows if str(row["id"]) not in kept]
    figures = await values(act, catalogue, live)
    based = sorted({place(row) for row in live if row["basis"] is not None})
    versions = await policy_version(act, based) if based else {}
    laid_down: dict[Place, ProgrammePolicy] = {}
    told = []
    for row in rows:
        frozen = kept.get(str(row["id"]))
        if frozen is not None:
            as_of, then = frozen
            told.append({**row, **{name: then[name] for name in MEASURED}, "as_of": as_of, "frozen": True})
            continue
        stands = (int(row["region_code"]), row["region_level"])
        if stands not in laid_down:
            laid_down[stands] = (await policy_at(act, stands)).numbers
        facts = facts_of(row, act.today, figures.get(row["id"]))
        told.append(
            {
                **row,
                **measured(facts, laid_down[stands]),
                "basis_version": versions[place(row)] if row["basis"] is not None else None,
                "as_of": act.now,
                "frozen": False,
            }
        )
    return told


def facts_of(row: Mapping[str, Any], today: date, value: int | None) -> TargetFacts:
    """A target (its columns by name) as the rules look at it."""
    return TargetFacts(
        Direction(row["direction"]), row["baseline"], row["target"], row["from_on"], row["due_on"], today, value
    )


def measured(facts: TargetFacts, policy: ProgrammePolicy) -> dict[str, Any]:
    """Where a figure is on its way."""
    late = any(each.code == "target_behind" for each in judge(TARGETS, facts, policy))
    return {
        "value": facts.value,
        "expected": facts.expected,
        "time_permille": facts.time_permille,
        "progress_permille": facts.progress_permille,
        "reached": facts.reached,
        "on_track": None if facts.value is None else not late,
    }


def findings(row: Mapping[str, Any], today: date, policy: ProgrammePolicy) -> tuple[Finding, ...]:
    """What the rules say of a target that has been looked at."""
    return judge(TARGETS, facts_of(row, today, row["value"]), policy)
