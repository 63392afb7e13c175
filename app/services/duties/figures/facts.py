"""The figures about party workers, by code; their names stand in the labels (namespace `indicator`)."""

from enum import StrEnum


class WorkerFigure(StrEnum):
    """What is counted of a worker."""

    visits_made = "visits_made"  # visits that count, of his assignments
    visits_due_met_percent = "visits_due_met_percent"  # of the spans in which a visit was due, those with one
    organizations_assigned = "organizations_assigned"
    branches_founded_with_help = "branches_founded_with_help"  # over an organisation he was then assigned to
    training_minutes = "training_minutes"
    tasks_done = "tasks_done"  # formation tasks about the organisations and branches he worked for
    tasks_on_time_percent = "tasks_on_time_percent"  # of those that fell due
    branch_meetings_held = "branch_meetings_held"  # by the branches in whose team he was
