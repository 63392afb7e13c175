"""The figures about regions, by code; their names stand in the labels (namespace `indicator`)."""

from enum import StrEnum


class CoverageFigure(StrEnum):
    """What tallies tell, by a named denominator; as of now."""

    organization_coverage_permille = "organization_coverage_permille"
    work_coverage_permille = "work_coverage_permille"
    organizations_uncovered = "organizations_uncovered"


class RegionFigure(StrEnum):
    """What rows inside the region tell of a period, or of its last day."""

    branches_founded = "branches_founded"
    branches_standing = "branches_standing"
    instructors = "instructors"
    training_minutes_of_workers = "training_minutes_of_workers"
    formation_tasks_on_time_percent = "formation_tasks_on_time_percent"
