"""What is due, of all kinds, as rows for the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, Uuid, case, cast, func, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.acts import Act
from app.core.pagination import Ask, Page
from app.core.questions import answered, together
from app.core.rows import columns, padded
from app.services.reminders.contract import Reminder
from app.services.reminders.schemas import ReminderFilters, ReminderRead

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Span = tuple[int, int]
TIE = "turn"


def due(key: Column, title: Column | None, due_on: Column, region_code: Column) -> list[ColumnElement[Any]]:
    """The columns that each kind answers with: whose id, what it is called (never a person), until when, and where."""
    called: ColumnElement[Any] = null() if title is None else cast(title, Text)
    return [
        cast(key, Uuid).label("id"),
        cast(called, Text).label("title"),
        cast(due_on, Date).label("due_on"),
        cast(region_code, BigInteger).label("region_code"),
    ]


async def listed(
    act: Act, asked: Sequence[Reminder], until: date, filters: ReminderFilters, span: Span | None, ask: Ask
) -> Page:
    """One page of what is due up to `until`, the earliest first. `span`: the region asked for, as codes."""
    paths = {each.code: each.path for each in asked}
    parts = [await _part(act, each, until, filters.overdue, span) for each in asked]

    def shown(answers: Any) -> list[ColumnElement[Any]]:
        return columns(
            ReminderRead,
            answers,
            overdue=answers.due_on < literal(act.today),
            days_left=answers.due_on - literal(act.today),
            region_code=padded(answers.region_code),
            path=func.replace(case(paths, value=answers.kind), "{id}", cast(answers.id, Text)),
        )

    bound = [until, span, *paths, *(getattr(filters, name) for name in ReminderFilters.model_fields)]
    return await answered(act, parts, shown, ("due_on", TIE), ask, bound)


async def counted(
    act: Act, asked: Sequence[Reminder], until: date, overdue: bool | None, span: Span | None
) -> list[dict[str, Any]]:
    """How many of each kind are due up to `until` and how many of them are overdue, in no order."""
    rows = together([await _part(act, each, until, overdue, span) for each in asked]).c
    late = func.count().filter(rows.due_on < literal(act.today))
    query = select(
        rows.kind, func.count().label("due"), late.label("overdue"), func.min(rows.due_on).label("next_on")
    ).group_by(rows.kind)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def _part(act: Act, reminder: Reminder, until: date, overdue: bool | None, span: Span | None) -> "Select[Any]":
    rows = (await reminder.due(act, until)).subquery(reminder.code).c
    kind = literal(reminder.code, Text)
    # One row may be due twice on a day, each time of another kind: the kind is part of what tells rows apart.
    part = select(
        kind.label("kind"),
        rows.id,
        rows.title,
        rows.due_on,
        rows.region_code,
        func.concat(kind, " ", cast(rows.id, Text), type_=Text).label(TIE),
    ).where(rows.due_on <= until)
    if overdue is not None:
        part = part.where(rows.due_on < act.today if overdue else rows.due_on >= act.today)
    if span is not None:
        part = part.where(rows.region_code >= span[0], rows.region_code < span[1])
    return part
