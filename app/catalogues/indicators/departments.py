"""Computed facts about departments of the joint meeting."""

from app.services.action_items.figures.facts import DepartmentFigure
from app.services.action_items.figures.service import reading
from app.services.assessment.contract import Indicator, SubjectKind, Unit
from app.services.joint_meetings.invitations.service import attendance

F = DepartmentFigure


def _of(figure: DepartmentFigure, unit: Unit, *, grows: bool = False) -> Indicator:
    return Indicator(figure.value, SubjectKind.department, unit, grows, reading(figure))


DEPARTMENTS: tuple[Indicator, ...] = (
    _of(F.action_items_due, Unit.tasks, grows=True),
    _of(F.action_items_done_percent, Unit.percent),
    _of(F.action_items_on_time_percent, Unit.percent),
    _of(F.items_overdue, Unit.tasks),
    Indicator("attendance_percent", SubjectKind.department, Unit.percent, grows=False, read=attendance),
)
"""What departments did of what was decided, and whether they came, in numbers read from what is kept."""
