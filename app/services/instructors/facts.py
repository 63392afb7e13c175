"""Frozen values of the instructors room: codes, and what the rules are asked about."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Purpose(StrEnum):
    """What an instructor is sent for."""

    guide_formation = "guide_formation"  # 指导组建
    guide_branch = "guide_branch"  # 指导新建党组织
    work_coverage = "work_coverage"  # 党的工作覆盖


class AssignmentEnd(StrEnum):
    """Why an assignment was over before its planned end, or that somebody took it over."""

    ended = "ended"  # by a stated reason
    handed_over = "handed_over"  # to another instructor
    role_ended = "role_ended"  # the instructor left
    target_ended = "target_ended"  # the organisation was closed, the branch dissolved


class GapKind(StrEnum):
    """What somebody in charge is missing for."""

    no_secretary = "no_secretary"  # a branch without a secretary
    no_instructor = "no_instructor"  # at work, covered by no branch, and nobody is sent there
    term_ending = "term_ending"  # an instructor's term, or an assignment, ends soon


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """What the rules look at when somebody is sent somewhere from `valid_from` until `valid_to` (exclusive).

    `formal` is what the roll says of a member, else what was stated; None is not known. `term_to` is the end of the
    instructor's role that holds on the first day, None without one. `running` counts what else he has on the fullest
    day of the time, this one included. `others` are instructors who are there already.
    """

    formal: bool | None
    valid_from: date
    valid_to: date
    term_to: date | None
    target_open: bool
    running: int
    others: int
    conflict: bool
