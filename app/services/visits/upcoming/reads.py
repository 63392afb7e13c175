"""The next day on which instructors are due somewhere."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, any_, column, func, literal, select, type_coerce
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.services.instructors.models import Assignment


async def next_due(act: Act, workers: Sequence[UUID], days: int) -> dict[UUID, date]:
    """By worker, the first day by which one of the assignments that run today asks for a visit: `days` after the last
    one or after its first day. Where an assignment ends before that day nothing is due; who is due nowhere is left out.
    """
    named = literal(sorted(set(workers)), ARRAY(Uuid))
    asked = aliased(Assignment)
    running = select(asked.id).where(
        asked.worker_id == any_(named), asked.valid_from <= act.today, asked.valid_to > act.today
    )
    told = func.last_visits(func.array(running.scalar_subquery())).table_valued(
        column("assignment_id", Uuid), column("visited_on", Date), column("next_on", Date)
    )
    last = told.render_derived(name="last")
    due_on = type_coerce(func.coalesce(last.c.visited_on, Assignment.valid_from) + literal(days), Date)
    query = (
        select(Assignment.worker_id, func.min(due_on))
        .outerjoin(last, last.c.assignment_id == Assignment.id)
        .where(
            Assignment.worker_id == any_(named),
            Assignment.valid_from <= act.today,
            Assignment.valid_to > act.today,
            due_on < Assignment.valid_to,
        )
        .group_by(Assignment.worker_id)
    )
    return {row[0]: row[1] for row in await act.session.execute(query)}
