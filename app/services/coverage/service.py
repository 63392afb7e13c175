"""What is asked of coverage: a region's figures, their past, one verdict explained, what if."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError, Invalid, NotFound
from app.core.findings import Finding, judge
from app.core.labels import Language, label
from app.services.coverage import reads, showing
from app.services.coverage.figures import bench, by_kind, figures, of_class
from app.services.coverage.moves import Move, NotSoMany, moved
from app.services.coverage.policy import KIND, CoveragePolicy, DenominatorName
from app.services.coverage.rules import CLASSES, COVERAGE
from app.services.coverage.schemas import CoverageQuery, HistoryQuery, WhatIf
from app.services.policies import service as policies
from app.services.policies.facts import InForce
from app.services.regions.facts import COUNTRY
from app.services.regions.stated import lineage, place_of

POINTS = 92  # a quarter by day, or seven years by month

Place = tuple[int, int]


async def _told(act: Act, place: Place) -> dict[str, Any]:
    """The region that was asked about. Raises NotFound for a code of no region: zeros would look like an answer."""
    name = await reads.region_name(act, place)
    if name is None and place[1] != COUNTRY:
        raise NotFound()
    return showing.region(place, name)


async def policy_at(act: Act, place: Place, day: date) -> InForce[CoveragePolicy]:
    """The coverage policy in force at a place on a day."""
    return await policies.at(act, KIND, lineage(place), day)


async def report(act: Act, query: CoverageQuery, spoken: Language) -> dict[str, Any]:
    """A region's coverage, with its breakdown. Raises Invalid, NotFound."""
    place = place_of(act, query.region, query.region_level)
    day = _past(act, query.as_of)
    policy = await policy_at(act, place, act.today if day is None or query.rules == "today" else day)
    tally = await reads.tally(act, place, day)
    found = figures(tally.items(), policy.numbers, query.denominator)
    groups: list[dict[str, Any]] = []
    if query.by == "child":
        groups = await _by_child(act, place, day, tally, policy.numbers, query.denominator, spoken)
    elif query.by == "kind":
        groups = _by_kind(tally, policy.numbers, query.denominator, spoken)
    elif query.by == "class":
        groups = _by_class(tally, policy.numbers, query.denominator, spoken)
    return {
        **showing.figures(found, spoken),
        "region": await _told(act, place),
        "as_of": act.now if day is None else end_of(day),
        "denominator": showing.denominator(found, spoken),
        "policy": showing.policy(policy),
        "by": query.by,
        "groups": groups,
    }


async def _by_child(
    act: Act,
    place: Place,
    day: date | None,
    tally: Counter[int],
    policy: CoveragePolicy,
    denominator: DenominatorName,
    spoken: Language,
) -> list[dict[str, Any]]:
    groups, rest = [], Counter(tally)
    for child in await reads.children(act, place, day):
        rest.subtract(child.tally)
        of = figures(child.tally.items(), policy, denominator)
        groups.append(showing.group(f"{child.code:012d}", child.level, child.name, of, spoken))
    if any(rest.values()):  # known to this region only, or to one that is no longer in the list
        of = figures(rest.items(), policy, denominator)
        groups.append(showing.group(None, None, label("coverage_group", "elsewhere", spoken), of, spoken))
    return groups


def _by_kind(
    tally: Counter[int], policy: CoveragePolicy, denominator: DenominatorName, spoken: Language
) -> list[dict[str, Any]]:
    return [
        showing.group(kind, None, label("kind", kind, spoken), figures(part.items(), policy, denominator), spoken)
        for kind, part in by_kind(tally.items()).items()
    ]


def _by_class(
    tally: Counter[int], policy: CoveragePolicy, denominator: DenominatorName, spoken: Language
) -> list[dict[str, Any]]:
    groups = []
    for each in CLASSES:
        of = figures(of_class(tally.items(), policy, each.code).items(), policy, denominator)
        groups.append(showing.group(each.code, None, label("coverage_class", each.code, spoken), of, spoken))
    return groups


async def history(act: Act, query: HistoryQuery) -> dict[str, Any]:
    """A region's figures at the end of each day or month. Raises Invalid for a range that is empty or too long."""
    place = place_of(act, query.region, query.region_level)
    until = query.until or act.today
    if until > act.today:
        raise Invalid(errors=(FieldError("/until", "day_future"),))
    days = list(_days(query.since, until, query.step))
    if not days or len(days) > POINTS:
        raise Invalid(errors=(FieldError("/since", "series_length", {"most": POINTS}),))
    tallies = await reads.series(act, place, days)
    points = []
    for day in days:
        policy = await policy_at(act, place, day)
        points.append(showing.point(day, figures(tallies[day].items(), policy.numbers, query.denominator)))
    return {
        "region": await _told(act, place),
        "denominator": query.denominator,
        "points": points,
    }


@dataclass(frozen=True, slots=True)
class Explained:
    """One organisation's verdict: what is shown, and the findings, which the web floor words."""

    told: dict[str, Any]
    findings: tuple[Finding, ...]


async def explain(act: Act, organization_id: UUID, spoken: Language) -> Explained:
    """Why an organisation counts as it does. Raises NotFound."""
    row = await reads.recorded(act, organization_id)
    if row is None:
        raise NotFound()
    place = (row["region_code"], row["region_level"])
    policy = await policy_at(act, place, act.today)
    verdict = bench(policy.numbers).verdict(row["facts_key"])
    counts = ("formal_members_working", "formal_members_relation", "members_working", "members_relation")
    numbers = ("industry", "staff", "revenue_fen", *counts)
    told = {
        "id": row["id"],
        "name": row["name"],
        "region": showing.region(place, await reads.region_name(act, place)),
        "as_of": act.now,
        "policy": showing.policy(policy),
        "numbers": {name: row[name] for name in numbers},
        **showing.verdict(verdict, policy.numbers, spoken),
    }
    return Explained(told, judge(COVERAGE, verdict.facts, policy.numbers))


async def what_if(act: Act, asked: WhatIf, spoken: Language) -> dict[str, Any]:
    """Figures under another policy, after moves, or both, beside those of now. Raises Invalid, NotFound."""
    place = place_of(act, asked.region, asked.region_level)
    policy = (await policy_at(act, place, act.today)).numbers
    other = policies.changed(policy, {name: number.model_dump() for name, number in asked.policy.items()}, "/policy")
    tally = await reads.tally(act, place)
    then = _moved(tally, asked, other)
    now_figures = figures(tally.items(), policy, asked.denominator)
    then_figures = figures(then.items(), other, asked.denominator)
    return {
        "region": await _told(act, place),
        "as_of": act.now,
        "denominator": showing.denominator(now_figures, spoken),
        "denominator_then": showing.denominator(then_figures, spoken),
        "now": showing.figures(now_figures, spoken),
        "then": showing.figures(then_figures, spoken),
    }


def _moved(tally: Counter[int], asked: WhatIf, policy: CoveragePolicy) -> Counter[int]:
    for place, each in enumerate(asked.moves):
        move = Move(each.count, each.from_mode, each.to_mode, each.of_class)
        try:
            tally = moved(tally.items(), [move], policy)
        except NotSoMany as refused:
            wrong = FieldError(f"/moves/{place}/count", "not_so_many", {"available": refused.available})
            raise Invalid(errors=(wrong,)) from refused
    return tally


def end_of(day: date) -> datetime:
    """The last instant of a Shanghai day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC) - timedelta(microseconds=1)


def _past(act: Act, day: date | None) -> date | None:
    if day is not None and day > act.today:
        raise Invalid(errors=(FieldError("/as_of", "day_future"),))
    return None if day == act.today else day


def _days(since: date, until: date, step: str) -> Iterable[date]:
    """Every day, or the last day of every month and the last day asked for; at most one more than POINTS."""
    day, told = since, 0
    while day <= until and told <= POINTS:
        if step == "month":
            day = min(day.replace(day=monthrange(day.year, day.month)[1]), until)
        yield day
        told += 1
        day += timedelta(days=1)
