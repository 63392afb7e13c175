"""The figures about departments that come of action items; their names stand in the labels (namespace `indicator`)."""

from enum import StrEnum


class DepartmentFigure(StrEnum):
    """What is counted of a department's items."""

    action_items_due = "action_items_due"  # that fall due in the period and were not withdrawn
    action_items_done_percent = "action_items_done_percent"  # of these, accepted
    action_items_on_time_percent = "action_items_on_time_percent"  # of these, accepted, and reported by their day
    items_overdue = "items_overdue"  # past their day on the period's last day, and not after today
