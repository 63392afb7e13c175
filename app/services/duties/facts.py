"""Frozen values of the duties room: the duties of each role, what is asked in a year, and what a review looks at."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from app.services.assessment.contract import Period


class WorkerDuty(StrEnum):
    """What a role obliges to; the text stands in the labels."""

    lead_branch = "lead_branch"
    hold_meetings = "hold_meetings"
    educate_members = "educate_members"
    recruit_members = "recruit_members"
    win_over_owner = "win_over_owner"
    assist_secretary = "assist_secretary"
    carry_portfolio = "carry_portfolio"
    run_daily_work = "run_daily_work"
    keep_records = "keep_records"
    visit_organizations = "visit_organizations"
    guide_formation = "guide_formation"
    guide_branches = "guide_branches"
    follow_up_problems = "follow_up_problems"
    convey_policy = "convey_policy"
    report_changes = "report_changes"
    attend_training = "attend_training"


class ReviewState(StrEnum):
    """How far a yearly review has come."""

    open = "open"
    self_reported = "self_reported"
    opinions_in = "opinions_in"
    decided = "decided"


class Band(StrEnum):
    """How a year is appraised, the best first."""

    excellent = "excellent"  # 优秀
    competent = "competent"  # 称职
    basic = "basic"  # 基本称职
    incompetent = "incompetent"  # 不称职


class Consequence(StrEnum):
    """What follows from it."""

    keep_on = "continue"  # 继续任用
    talk = "talk"  # 谈话提醒
    retrain = "retrain"  # 离岗培训
    adjust_post = "adjust_post"  # 调整岗位


class Answer(StrEnum):
    """How content a body is with a worker: its answer, given as a body, not as a person."""

    satisfied = "satisfied"
    basically = "basically"
    dissatisfied = "not"


class TargetSource(StrEnum):
    """Where a target comes from."""

    policy = "policy"
    changed = "changed"


BANDS: Final = tuple(Band)
FIRST_YEAR: Final = 2012


def year_of(year: int) -> Period:
    """A whole year."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def so_far(year: int, today: date) -> Period:
    """A year up to the end of today, or whole once it is over; without a day where it has not begun."""
    whole = year_of(year)
    return Period(whole.since, max(whole.since, min(whole.until, today + timedelta(days=1))))


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a worker holds from a day, up to and without another."""

    role: str
    since: date
    until: date | None

    def days(self, period: Period) -> int:
        """On how many days of a period."""
        last = period.until if self.until is None else min(self.until, period.until)
        return max(0, (last - max(self.since, period.since)).days)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a policy asks of a role in a whole year, and by which document."""

    value: int
    document: str


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a worker by an indicator: for the year as he is in office in it, and for its part that is over.

    `role` is the one that asks the most; None where the target was changed for this worker, and `document` the reason.
    """

    indicator: str
    role: str | None
    year: int
    due: int
    source: TargetSource
    document: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A target beside the figure; None where there was nothing to measure."""

    target: Target
    value: int | None

    @property
    def percent(self) -> int | None:
        """How much of what is due was done, in whole per cent, at most 100; None where nothing can be said."""
        if self.value is None or self.target.due <= 0:
            return None
        return min(100, self.value * 100 // self.target.due)


@dataclass(frozen=True, slots=True)
class Opinions:
    """How many bodies were to be asked, and what they answered."""

    asked: int
    satisfied: int
    basically: int
    dissatisfied: int

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.satisfied + self.basically + self.dissatisfied

    def percent(self, number: int) -> int | None:
        """A number of answers in whole per cent of them, None without any."""
        return None if self.answered == 0 else number * 100 // self.answered


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review as the rules look at it; `band` and `consequence` are those that are about to be decided, if any."""

    measured: tuple[Measured, ...]
    opinions: Opinions
    self_reported: bool
    year_over: bool
    own: bool = False
    band: Band | None = None
    consequence: Consequence | None = None

    @property
    def score(self) -> int | None:
        """The mean of what was done of each target, in whole per cent; None when nothing could be measured."""
        counted = [each.percent for each in self.measured if each.percent is not None]
        return sum(counted) // len(counted) if counted else None

    @property
    def missed(self) -> tuple[Measured, ...]:
        """The targets that were not reached."""
        return tuple(each for each in self.measured if each.percent is not None and each.percent < 100)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The band that the numbers point to, with what they are and what caps them; people decide."""

    band: Band | None
    score: int | None
    reasons: tuple[Any, ...]
