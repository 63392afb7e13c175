"""What is known of a region's work: coverage by a named denominator, and what was done there."""

from app.services.assessment.contract import PlacedIndicator, PlacedRead, SubjectKind, Unit
from app.services.coverage.policy import DENOMINATORS
from app.services.programmes.figures.facts import CoverageFigure, RegionFigure
from app.services.programmes.figures.service import covering, reading

C, R = CoverageFigure, RegionFigure


def _by_denominator(figure: CoverageFigure, unit: Unit) -> PlacedIndicator:
    by: dict[str, PlacedRead] = {name: covering(figure, name) for name in DENOMINATORS}
    return PlacedIndicator(figure.value, SubjectKind.region, unit, False, None, by)


def _of(figure: RegionFigure, unit: Unit, *, grows: bool = False) -> PlacedIndicator:
    return PlacedIndicator(figure.value, SubjectKind.region, unit, grows, reading(figure))


REGIONS: tuple[PlacedIndicator, ...] = (
    _by_denominator(C.organization_coverage_permille, Unit.permille),
    _by_denominator(C.work_coverage_permille, Unit.permille),
    _by_denominator(C.organizations_uncovered, Unit.organizations),
    _of(R.branches_founded, Unit.branches, grows=True),
    _of(R.branches_standing, Unit.branches),
    _of(R.instructors, Unit.workers),
    _of(R.training_minutes_of_workers, Unit.minutes, grows=True),
    _of(R.formation_tasks_on_time_percent, Unit.percent),
)
