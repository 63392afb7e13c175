"""What is due of a year of learning, set-wise: the same reckoning as rules.py, for a page of workers at once.

What the roles ask for is a sum over the policy's limits: for each the days on which a role that asks for so much was
held, times what it asks for beyond the limit below. So each day counts once, by the most demanding role.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.selectable import LateralFromClause

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS
from app.services.members.models import Member
from app.services.training.dues.schemas import TrainingDueFilters, TrainingDueRead
from app.services.training.facts import Held
from app.services.training.models import Attendance, PracticePosting
from app.services.training.policy import TEAM, TrainingPolicy
from app.services.training.rules import year_span
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.facts import WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld


async def listed(act: Act, filters: TrainingDueFilters, year: int, policy: TrainingPolicy, ask: Ask) -> Page:
    """One page of workers who held a role in the year, by region unless another sort is asked for."""
    query, missing, role = _dues(act, year, policy)
    query = placed(query, Worker, filters)
    if filters.worker_id is not None:
        query = query.where(Worker.id == filters.worker_id)
    if filters.role is not None:
        query = query.where(role == filters.role.value)
    if filters.short is not None:
        short = or_(*(each > 0 for each in missing))
        query = query.where(short if filters.short else ~short)
    keys = {"region_code": Worker.region_code, "minutes_missing": missing[0]}
    return await page(
        act, query, ask, Sorts(keys, Worker.id, "region_code"), (*narrowed(TrainingDueFilters, filters), year)
    )


async def one(act: Act, worker_id: UUID, year: int, policy: TrainingPolicy) -> dict[str, Any]:
    """One worker's year. Raises NotFound for one that is not to be seen or held no role in it."""
    query, _, _ = _dues(act, year, policy)
    return await found(act, query.where(Worker.id == worker_id))


async def held(act: Act, worker_id: UUID, year: int) -> list[Held]:
    """The roles that the caller sees of a worker in a year, each cut to it, the earliest first."""
    first, after = year_span(year)
    role = WorkerRoleHeld
    query = select(role.role, role.valid_from, role.valid_to).where(role.worker_id == worker_id, *_in_year(year))
    return [
        Held(WorkerRole(row[0]), max(row[1], first), min(row[2] or after, after))
        for row in await act.session.execute(query.order_by(role.valid_from, role.id))
    ]


def _dues(act: Act, year: int, policy: TrainingPolicy) -> "tuple[Select[Any], tuple[Any, ...], ColumnElement[str]]":
    """The query, what is missing of minutes, trainings and days, and the most demanding role."""
    asked = _asked(year, policy)
    done, posted = _attended(year), _posted(act, year)
    minutes = func.greatest(asked.c.minutes - done.c.minutes, 0, type_=Integer)
    sessions = func.greatest(asked.c.sessions - done.c.sessions, 0, type_=Integer)
    days = func.greatest(func.coalesce(asked.c.practice, 0) - posted.c.days, 0, type_=Integer)
    told: dict[str, Any] = {
        "worker_id": Worker.id,
        "worker_name": NAME,
        "year": literal(year, Integer),
        "role": asked.c.role,
        "minutes_due": asked.c.minutes,
        "minutes_done": done.c.minutes,
        "minutes_missing": minutes,
        "sessions_due": asked.c.sessions,
        "sessions_done": done.c.sessions,
        "sessions_missing": sessions,
        "practice_days_due": asked.c.practice,
        "practice_days_done": posted.c.days,
        "practice_days_missing": days,
        "last_held_on": done.c.last,
        "policy_version": literal(policy.version),
        "region_code": padded(Worker.region_code),
        "authority_code": padded(Worker.authority_code, DIGITS),
    }
    query: Select[Any] = (
        select(*columns(TrainingDueRead, Worker, **told))
        .outerjoin(Member, Member.id == Worker.member_id)
        .join(asked, asked.c.roles > 0)
        .join(done, true())
        .join(posted, true())
        .where(Worker.erased.is_(False), *within(act, Worker.region_code, (Worker.authority_code,), [Worker.id]))
    )
    return query, (minutes, sessions, days), asked.c.role


def _in_year(year: int) -> list[ColumnElement[bool]]:
    """Roles that were held on some day of the year."""
    first, after = year_span(year)
    role = WorkerRoleHeld
    return [
        role.valid_from < after,
        or_(role.valid_to.is_(None), and_(role.valid_to > first, role.valid_to > role.valid_from)),
    ]


def _asked(year: int, policy: TrainingPolicy) -> LateralFromClause:
    """What the roles held in the year ask for: minutes, trainings, days on postings."""
    first, after = year_span(year)
    days = (after - first).days
    role = WorkerRoleHeld

    def on(roles: "tuple[WorkerRole, ...]") -> ColumnElement[int]:
        periods = func.array_agg(func.daterange(role.valid_from, role.valid_to)).filter(role.role.in_(roles))
        return _days(periods, first, after)

    hour_days: ColumnElement[int] = literal(0, Integer)
    below = 0
    for hours, roles in policy.limits():
        hour_days = hour_days + literal(hours - below, Integer) * on(tuple(sorted(roles)))
        below = hours
    minutes = (2 * hour_days * policy.minutes_per_hour.value + days) // (2 * days)
    practice: ColumnElement[Any] = null()
    if policy.practice_days.value is not None:
        due = 2 * policy.practice_days.value * on((WorkerRole.instructor,)) + days
        practice = due // (2 * days)
    ranked = policy.ranked()
    rank = case({each.value: place for place, each in enumerate(ranked)}, value=role.role, else_=len(ranked))
    first_role = func.array_agg(aggregate_order_by(role.role, rank)).filter(role.role.in_(ranked))
    return (
        select(
            func.count().label("roles"),
            first_role[1].label("role"),
            cast(minutes, Integer).label("minutes"),
            case((on(TEAM) >= policy.sessions_after_days.value, policy.team_sessions.value), else_=0).label("sessions"),
            cast(practice, Integer).label("practice"),
        )
        .where(role.worker_id == Worker.id, *_in_year(year))
        .correlate(Worker)
        .lateral("asked")
    )


def _attended(year: int) -> LateralFromClause:
    first, after = year_span(year)
    return (
        select(
            cast(func.coalesce(func.sum(Attendance.minutes), 0), Integer).label("minutes"),
            cast(func.count(), Integer).label("sessions"),
            func.max(Attendance.held_on).label("last"),
        )
        .where(
            Attendance.worker_id == Worker.id,
            Attendance.held_on >= first,
            Attendance.held_on < after,
            Attendance.cancel_reason.is_(None),
        )
        .correlate(Worker)
        .lateral("done")
    )


def _posted(act: Act, year: int) -> LateralFromClause:
    """Days on postings, those that have passed."""
    first, after = year_span(year)
    until = min(after, act.today + timedelta(days=1))
    posting = PracticePosting
    periods = func.array_agg(func.daterange(posting.valid_from, posting.valid_to))
    return (
        select(_days(periods, first, max(first, until)).label("days"))
        .where(
            posting.worker_id == Worker.id,
            posting.cancel_reason.is_(None),
            posting.valid_from < after,
            or_(posting.valid_to.is_(None), posting.valid_to > first),
        )
        .correlate(Worker)
        .lateral("posted")
    )


def _days(periods: Any, first: date, after: date) -> ColumnElement[int]:
    """Days of the span that one of these periods holds, each once."""
    return func.days_held(periods, func.daterange(literal(first, Date), literal(after, Date)), type_=Integer)
