"""What is asked of a worker in a year, from the roles he holds in it. Pure.

Of a figure that grows, each day asks as much as the most demanding role held on it asks in a year, divided by the days
of the year; the sum is told whole, a half rounded up. That is how the hours of training are reckoned as well. Of a
figure that does not grow, the most demanding role held at all asks, and asks the same of a part of the year.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from app.services.activities.facts import ActivityKind
from app.services.activities.policy import RhythmPolicy
from app.services.assessment.contract import Period
from app.services.duties.facts import Asked, Held, Target, TargetSource, WorkerDuty
from app.services.duties.figures.facts import WorkerFigure
from app.services.duties.policy import DutyPolicy
from app.services.training.policy import TrainingPolicy
from app.services.workers.facts import WorkerRole

DUTIES: Mapping[WorkerRole, tuple[WorkerDuty, ...]] = {
    WorkerRole.secretary: (
        WorkerDuty.lead_branch,
        WorkerDuty.hold_meetings,
        WorkerDuty.educate_members,
        WorkerDuty.recruit_members,
        WorkerDuty.win_over_owner,
        WorkerDuty.attend_training,
    ),
    WorkerRole.deputy_secretary: (WorkerDuty.assist_secretary, WorkerDuty.educate_members, WorkerDuty.attend_training),
    WorkerRole.committee_member: (WorkerDuty.carry_portfolio, WorkerDuty.hold_meetings, WorkerDuty.attend_training),
    WorkerRole.full_time_worker: (WorkerDuty.run_daily_work, WorkerDuty.keep_records, WorkerDuty.attend_training),
    WorkerRole.instructor: (
        WorkerDuty.visit_organizations,
        WorkerDuty.guide_formation,
        WorkerDuty.guide_branches,
        WorkerDuty.follow_up_problems,
        WorkerDuty.attend_training,
    ),
    WorkerRole.liaison: (WorkerDuty.convey_policy, WorkerDuty.report_changes),
}
"""What each role obliges to."""

LIFE = (ActivityKind.members_meeting, ActivityKind.lecture, ActivityKind.theme_day)
"""What every branch holds; a committee only some have."""

WITH_PLACES = (WorkerRole.secretary, WorkerRole.full_time_worker, WorkerRole.instructor, WorkerRole.liaison)
"""The roles that answer for tasks about their organisations and branches."""

GROWING = frozenset(
    {
        WorkerFigure.visits_made,
        WorkerFigure.branches_founded_with_help,
        WorkerFigure.training_minutes,
        WorkerFigure.tasks_done,
        WorkerFigure.branch_meetings_held,
    }
)
"""Figures that add up over the year."""

ByRole = Mapping[WorkerRole, Asked]


def asked(duty: DutyPolicy, rhythm: RhythmPolicy, training: TrainingPolicy) -> Mapping[WorkerFigure, ByRole]:
    """What the policies ask of each role in a whole year, by figure."""
    told: dict[WorkerFigure, dict[WorkerRole, Asked]] = {
        WorkerFigure.visits_due_met_percent: {},
        WorkerFigure.branches_founded_with_help: {},
        WorkerFigure.training_minutes: {},
        WorkerFigure.tasks_on_time_percent: {},
        WorkerFigure.branch_meetings_held: {},
    }
    meetings = [rhythm.months(kind) for kind in LIFE]
    told[WorkerFigure.branch_meetings_held][WorkerRole.secretary] = Asked(
        sum(12 // months.value for months in meetings), "；".join(dict.fromkeys(each.document for each in meetings))
    )
    for figure, cited, roles in (
        (WorkerFigure.visits_due_met_percent, duty.visits_due_met_percent, (WorkerRole.instructor,)),
        (WorkerFigure.branches_founded_with_help, duty.branches_founded, (WorkerRole.instructor,)),
        (WorkerFigure.tasks_on_time_percent, duty.tasks_on_time_percent, WITH_PLACES),
    ):
        if cited.value is not None:
            told[figure] |= dict.fromkeys(roles, Asked(cited.value, cited.document))
    for role, hours in training.hours.items():
        if hours.value is not None:
            minutes = Asked(hours.value * training.minutes_per_hour.value, hours.document)
            told[WorkerFigure.training_minutes][role] = minutes
    return told


def targets(
    wanted: Mapping[WorkerFigure, ByRole],
    changed: Mapping[str, tuple[int, str]],
    held: Sequence[Held],
    year: Period,
    over: Period,
) -> tuple[Target, ...]:
    """What is asked of a worker in `year`, and of its part `over`; in the order of the figures.

    `changed` are the targets that were set for him, as value and reason, in place of what the policies ask.
    """
    found: list[Target | None] = []
    for figure in WorkerFigure:
        if figure.value in changed:
            found.append(_changed(figure, *changed[figure.value], held, year, over))
        else:
            found.append(_by_policy(figure, wanted.get(figure, {}), held, year, over))
    return tuple(each for each in found if each is not None)


def _by_policy(figure: WorkerFigure, roles: ByRole, held: Sequence[Held], year: Period, over: Period) -> Target | None:
    asking = {each.role: roles[WorkerRole(each.role)] for each in held if each.role in roles and each.days(year)}
    if not asking:
        return None
    role = max(asking, key=lambda each: asking[each].value)
    most = asking[role]
    if figure not in GROWING:
        return Target(figure.value, role, most.value, most.value, TargetSource.policy, most.document)
    whole, part = (_part(held, roles, year, period) for period in (year, over))
    return Target(figure.value, role, whole, part, TargetSource.policy, most.document)


def _changed(figure: WorkerFigure, value: int, reason: str, held: Sequence[Held], year: Period, over: Period) -> Target:
    due = value
    if figure in GROWING:
        days = _days(held, year)
        due = (2 * value * _days(held, over) + days) // (2 * days) if days else value
    return Target(figure.value, None, value, due, TargetSource.changed, reason)


def _part(held: Sequence[Held], roles: ByRole, year: Period, period: Period) -> int:
    days = (year.until - year.since).days
    total = sum(
        length * max((roles[WorkerRole(role)].value for role in on if role in roles), default=0)
        for length, on in _spans(held, period)
    )
    return (2 * total + days) // (2 * days)


def _days(held: Sequence[Held], period: Period) -> int:
    """Days of a period on which any role is held."""
    return sum(length for length, on in _spans(held, period) if on)


def _spans(held: Sequence[Held], period: Period) -> Iterable[tuple[int, frozenset[str]]]:
    """A period cut where a role begins or ends: how many days each piece has, and the roles held in it."""
    clipped = [
        (max(each.since, period.since), min(each.until or period.until, period.until), each.role)
        for each in held
        if each.days(period)
    ]
    cuts = sorted({day for since, until, _ in clipped for day in (since, until)})
    for low, high in pairwise(cuts):
        yield (high - low).days, frozenset(role for since, until, role in clipped if since <= low < until)
