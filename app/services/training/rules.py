"""What somebody still has to learn in a year: pure judgement over the roles held and what was attended.

Roles held for a part of the year ask for that part: on each day the most demanding role held counts, once, and what is
due is the sum over the days of its yearly hours divided by the days of the year, in whole minutes, a half rounded up.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from app.core.findings import Cited, Finding
from app.services.training.facts import Due, Held, Study
from app.services.training.policy import TEAM, TrainingPolicy
from app.services.workers.facts import WorkerRole


def year_span(year: int) -> tuple[date, date]:
    """First day of a year and of the next."""
    return date(year, 1, 1), date(year + 1, 1, 1)


def hour_days(held: Iterable[Held], year: int, policy: TrainingPolicy) -> int:
    """The sum over the year's days of the hours that the most demanding role of the day asks for."""
    first, after = year_span(year)
    inside = [
        (max(each.valid_from, first), min(each.valid_to, after), policy.asked_of(each.role))
        for each in held
        if each.valid_from < after and each.valid_to > first
    ]
    cuts = sorted({day for start, end, _ in inside for day in (start, end)})
    return sum(
        (end - start).days * max((hours for low, high, hours in inside if low <= start < high), default=0)
        for start, end in pairwise(cuts)
    )


def minutes_of(hour_days_: int, year: int, policy: TrainingPolicy) -> int:
    """Hours times days as the minutes that are due of a year, a half rounded up."""
    first, after = year_span(year)
    days = (after - first).days
    return (2 * hour_days_ * policy.minutes_per_hour.value + days) // (2 * days)


def minutes_due(study: Study, policy: TrainingPolicy) -> int:
    """Minutes of study that the roles held in the year ask for."""
    return minutes_of(hour_days(study.held, study.year, policy), study.year, policy)


def days_held(study: Study, roles: Iterable[WorkerRole]) -> int:
    """Days of the year on which one of these roles was held."""
    first, after = year_span(study.year)
    wanted = frozenset(roles)
    days: set[int] = set()
    for each in study.held:
        if each.role in wanted:
            days.update(range(max(each.valid_from, first).toordinal(), min(each.valid_to, after).toordinal()))
    return len(days)


def sessions_due(study: Study, policy: TrainingPolicy) -> int:
    """Trainings that are asked of who belonged to a branch's team long enough in the year."""
    return policy.team_sessions.value if days_held(study, TEAM) >= policy.sessions_after_days.value else 0


def practice_due(study: Study, policy: TrainingPolicy) -> int | None:
    """Days on postings asked of who was an instructor all through the year, of others the part; None: none are."""
    asked = policy.practice_days.value
    if asked is None:
        return None
    first, after = year_span(study.year)
    days = (after - first).days
    return (2 * asked * days_held(study, (WorkerRole.instructor,)) + days) // (2 * days)


def most_demanding(study: Study, policy: TrainingPolicy) -> WorkerRole | None:
    """The role held in the year that asks for most; None where none asks for anything."""
    first, after = year_span(study.year)
    held = {each.role for each in study.held if each.valid_from < after and each.valid_to > first}
    return next((role for role in policy.ranked() if role in held), None)


def due(study: Study, policy: TrainingPolicy) -> Due:
    """What is due of somebody in a year beside what was done."""
    return Due(
        role=most_demanding(study, policy),
        minutes_due=minutes_due(study, policy),
        minutes=study.minutes,
        sessions_due=sessions_due(study, policy),
        sessions=study.sessions,
        practice_due=practice_due(study, policy),
        practice_days=study.practice_days,
    )


def hours_short(due: Due, policy: TrainingPolicy) -> Finding | None:
    """Fewer minutes attended than the roles ask for."""
    if due.role is None or due.minutes >= due.minutes_due:
        return None
    return Cited(due.minutes_due, policy.hours[due.role].document).advice("training_hours_short", due.minutes)


def sessions_short(due: Due, policy: TrainingPolicy) -> Finding | None:
    """No training attended in the year, or fewer than asked."""
    if due.sessions >= due.sessions_due:
        return None
    return Cited(due.sessions_due, policy.team_sessions.document).advice("training_sessions_short", due.sessions)


def practice_short(due: Due, policy: TrainingPolicy) -> Finding | None:
    """Fewer days on postings than asked of an instructor."""
    if due.practice_due is None or due.practice_days >= due.practice_due:
        return None
    return Cited(due.practice_due, policy.practice_days.document).advice("practice_days_short", due.practice_days)


DUES = (hours_short, sessions_short, practice_short)
"""What may be short of a year's learning, in the order in which it is told."""
