"""How each figure about regions is read: what the indicators' catalogue hands on, and a region's beside each other."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.pagination import Ask, Page
from app.services.assessment.contract import Catalogue, Period, Place, PlacedRead, SubjectKind
from app.services.coverage.figures import Figures, Share, figures
from app.services.coverage.policy import DEFAULT, KIND, CoveragePolicy, DenominatorName
from app.services.policies import service as policies
from app.services.programmes.figures import reads
from app.services.programmes.figures.facts import CoverageFigure, RegionFigure
from app.services.programmes.figures.schemas import RegionFigureFilters
from app.services.regions.stated import lineage, place_of

LONGEST = 366 * 3


def reading(figure: RegionFigure) -> PlacedRead:
    """How a figure is read that rows inside a region tell."""

    async def read(act: Act, places: Sequence[Place], period: Period) -> Mapping[Place, int | None]:
        return await reads.told(act, figure, places, period) if places else {}

    return read


def covering(figure: CoverageFigure, denominator: DenominatorName) -> PlacedRead:
    """How a figure of coverage is read by a denominator: as of now, by the policy in force at each region."""

    async def read(act: Act, places: Sequence[Place], _: Period) -> Mapping[Place, int | None]:
        return {place: _figure(figure, found) for place, found in (await coverage(act, places, denominator)).items()}

    return read


def _figure(figure: CoverageFigure, found: Figures) -> int | None:
    share = found.work_coverage if figure is CoverageFigure.work_coverage_permille else found.organisation_coverage
    if figure is CoverageFigure.organizations_uncovered:
        return share.denominator - share.numerator
    return _permille(share)


def _permille(share: Share) -> int | None:
    return share.numerator * 1000 // share.denominator if share.denominator else None


async def coverage(act: Act, places: Sequence[Place], denominator: DenominatorName) -> dict[Place, Figures]:
    """Coverage of each region now; two statements for however many."""
    if not places:
        return {}
    laid_down = await _policies(act, places)
    return {
        place: figures(tally.items(), laid_down[place], denominator)
        for place, tally in (await reads.tallies(act, places)).items()
    }


async def _policies(act: Act, places: Sequence[Place]) -> dict[Place, CoveragePolicy]:
    """The coverage policy in force today at each region: the newest one of the deepest region that has one."""
    laid_down = (await policies.laid_down(act, KIND)).values()
    told = [each for each in laid_down if each.valid_from is not None and each.valid_from <= act.today]
    found: dict[Place, CoveragePolicy] = {}
    for place in places:
        chain = set(lineage(place))
        binding = [each for each in told if (each.region_code, each.region_level) in chain]
        newest = max(binding, key=lambda each: (each.region_level, each.valid_from), default=None)
        found[place] = DEFAULT if newest is None else newest.numbers
    return found


async def policy_version(act: Act, places: Sequence[Place]) -> dict[Place, str]:
    """The version of the coverage policy that a figure of each region rests on."""
    return {place: policy.version for place, policy in (await _policies(act, places)).items()}


async def listed(act: Act, catalogue: Catalogue, filters: RegionFigureFilters, ask: Ask) -> Page:
    """A region and those directly below it, with every figure beside each other.

    Raises Invalid for a period that cannot be meant, NotFound for a region that the caller may not see whole.
    """
    place = place_of(act, filters.region, filters.region_level)
    period = _period(act, filters)
    found = await reads.regions(act, place, ask, (period.since, period.until, filters.denominator))
    places = [(int(row["region_code"]), int(row["region_level"])) for row in found.rows]
    columns: dict[str, Mapping[Place, int | None]] = {}
    for indicator in catalogue.placed:
        if indicator.subject_kind is SubjectKind.region:
            read = indicator.on(filters.denominator if indicator.bases else None)
            columns[indicator.code] = await read(act, places, period)
    versions = await policy_version(act, places)
    for row, where in zip(found.rows, places, strict=True):
        row.update(_told(act, period, filters.denominator, versions[where]))
        row.update({code: figure.get(where) for code, figure in columns.items()})
    return found


def _told(act: Act, period: Period, denominator: DenominatorName, version: str) -> dict[str, Any]:
    return {
        "since": period.since,
        "until": period.until,
        "as_of": act.now,
        "denominator": denominator,
        "policy_version": version,
    }


def _period(act: Act, filters: RegionFigureFilters) -> Period:
    since = filters.since or date(act.today.year, 1, 1)
    until = filters.until or act.today + timedelta(days=1)
    if until <= since:
        raise Invalid(errors=(FieldError("/until", "figures_until_early"),))
    if (until - since).days > LONGEST:
        raise Invalid(errors=(FieldError("/since", "figures_too_long", {"days": LONGEST}),))
    return Period(since, until)
