"""What a meeting decided, as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import selecting
from app.services.action_items.facts import ActionItemState, Verb
from app.services.action_items.models import ActionItem, ActionItemEntry, ActionItemSupporter
from app.services.departments.models import Department
from app.services.joint_meetings.decisions.schemas import DecisionRead
from app.services.joint_meetings.models import AgendaItem, Meeting

ORDER = Sorts({"number": ActionItem.number, "due_on": ActionItem.due_on}, ActionItem.id, "number")


def _shown(meeting_id: UUID) -> "Select[Any]":
    name = select(Department.name).where(Department.id == ActionItem.department_id)
    return selecting(
        DecisionRead,
        ActionItem,
        department_name=name.correlate(ActionItem).scalar_subquery(),
        supporters=func.array(_helpers(ActionItemSupporter.department_id).scalar_subquery()),
    ).where(ActionItem.meeting_id == meeting_id)


def _helpers(shown: Any) -> Any:
    helping = ActionItemSupporter
    query = select(shown).select_from(helping).join(Department, Department.id == helping.department_id)
    return query.where(helping.action_item_id == ActionItem.id).order_by(Department.name).correlate(ActionItem)


async def listed(act: Act, meeting_id: UUID, ask: Ask) -> Page:
    """One page of what a meeting decided, by number. Raises NotFound for a meeting that is not to be seen."""
    if await act.session.scalar(select(Meeting.id).where(Meeting.id == meeting_id)) is None:
        raise NotFound()
    return await page(act, _shown(meeting_id), ask, ORDER, meeting_id)


async def one(act: Act, meeting_id: UUID, item_id: UUID) -> dict[str, Any]:
    """One decision of a meeting. Raises NotFound."""
    row = (await act.session.execute(_shown(meeting_id).where(ActionItem.id == item_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


def _decided_day() -> Any:
    entry = ActionItemEntry
    query = select(entry.due_on).where(
        entry.action_item_id == ActionItem.id, entry.kind.in_((Verb.decide, Verb.change))
    )
    return query.order_by(entry.item_version.desc()).limit(1).correlate(ActionItem).scalar_subquery()


async def standing(act: Act, meeting_id: UUID) -> list[dict[str, Any]]:
    """What stands of it, as minutes keep it: each with the names of its departments, by number.

    The day is the meeting's, also where the item was carried over since.
    """
    name = select(Department.name).where(Department.id == ActionItem.department_id)
    query = (
        select(
            ActionItem.id.label("action_item_id"),
            ActionItem.year,
            ActionItem.number,
            ActionItem.agenda_item_id,
            ActionItem.what,
            ActionItem.department_id,
            name.correlate(ActionItem).scalar_subquery().label("department_name"),
            func.array(_helpers(Department.name).scalar_subquery()).label("supporters"),
            _decided_day().label("due_on"),
        )
        .where(ActionItem.meeting_id == meeting_id, ActionItem.state != ActionItemState.withdrawn)
        .order_by(ActionItem.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def topics(act: Act, meeting_id: UUID) -> dict[UUID, str]:
    """The items of a meeting's agenda with their states."""
    query = select(AgendaItem.id, AgendaItem.state).where(AgendaItem.meeting_id == meeting_id)
    return {row.id: row.state for row in await act.session.execute(query)}
