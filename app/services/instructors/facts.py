"""Frozen values of the instructors room: codes, and what the rules are asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


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

    `formal` is what the roll says of a member, else what was stated; None is not known. `term_to` is until when he is
    an instructor without a gap from the first day on, None when he is not on that day. `running` counts what he has on
    the fullest day of the time, this one included, `others` the instructors who are there at some time of it. `covered`
    is an organisation that a branch covers by now and that nobody is to be taken over from.
    """

    formal: bool | None
    valid_from: date
    valid_to: date
    term_to: date | None
    target_open: bool
    running: int
    others: int
    conflict: bool
    covered: bool


class AssignmentState(StrEnum):
    """Where an assignment stands on a day."""

    planned = "planned"
    running = "running"
    ended = "ended"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody is to be sent somewhere: to one organisation or one branch.

    Without `valid_to` it is until the end of his term; with `at_most` that, or this day if it is earlier.
    """

    worker_id: UUID
    organization_id: UUID | None
    branch_id: UUID | None
    purpose: Purpose
    valid_from: date
    valid_to: date | None = None
    at_most: date | None = None
    conflict_note: str | None = None
    proposal_id: UUID | None = None
    follows: UUID | None = None
    """The assignment it takes over from."""


Days = tuple[date, date]
"""From one day until another (exclusive)."""


def term_from(day: date, terms: Iterable[Days]) -> date | None:
    """Until when somebody holds, without a gap, what he holds on a day; None when he does not."""
    until: date | None = None
    for begins, ends in sorted(terms):
        if begins <= (until or day) < ends:
            until = ends
    return until


def fullest(days: Days, others: Iterable[Days]) -> int:
    """How many of the others hold at once on the day of `days` on which most do."""
    first, last = days
    cut = [(max(begins, first), min(ends, last)) for begins, ends in others]
    steps = [(day, step) for begins, ends in cut if begins < ends for day, step in ((begins, 1), (ends, -1))]
    most = now = 0
    for _, step in sorted(steps):  # on one day, ends come before beginnings
        now += step
        most = max(most, now)
    return most
