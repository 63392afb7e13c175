"""Computed facts about departments of the joint meeting."""

from app.services.action_items.figures.facts import DepartmentFigure
from app.services.action_items.figures.service import reading
from app.services.assessment.contract import Indicator, SubjectKind, Unit

F = DepartmentFigure


def _of(figure: DepartmentFigure, unit: Unit, *, grows: bool = False) -> Indicator:
    return Indicator(figure.value, SubjectKind.department, unit, grows, reading(figure))


DEPARTMENTS: tuple[Indicator, ...] = (
    _of(F.action_items_due, Unit.tasks, grows=True),
    _of(F.action_items_done_percent, Unit.percent),
    _of(F.action_items_on_time_percent, Unit.percent),
    _of(F.items_overdue, Unit.tasks),
)
"""What departments did of what was decided, in numbers read from what is kept."""
