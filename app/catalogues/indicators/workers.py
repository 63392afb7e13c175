"""What is known of a party worker's year."""

from app.services.assessment.contract import Indicator, Read, SubjectKind, Unit
from app.services.duties.figures.facts import WorkerFigure
from app.services.duties.figures.service import reading, visits_due_met

F = WorkerFigure


def _of(figure: WorkerFigure, unit: Unit, *, grows: bool = True, read: Read | None = None) -> Indicator:
    return Indicator(figure.value, SubjectKind.worker, unit, grows, read or reading(figure))


WORKERS: tuple[Indicator, ...] = (
    _of(F.visits_made, Unit.visits),
    _of(F.visits_due_met_percent, Unit.percent, grows=False, read=visits_due_met),
    _of(F.organizations_assigned, Unit.organizations, grows=False),
    _of(F.branches_founded_with_help, Unit.branches),
    _of(F.training_minutes, Unit.minutes),
    _of(F.tasks_done, Unit.tasks),
    _of(F.tasks_on_time_percent, Unit.percent, grows=False),
    _of(F.branch_meetings_held, Unit.meetings),
)
