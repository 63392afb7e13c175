"""Items of an agenda as entities."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, Uuid, column, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.services.action_items.facts import ActionItemState
from app.services.action_items.models import ActionItem
from app.services.joint_meetings.facts import AgendaKind, AgendaState, MeetingState
from app.services.joint_meetings.models import AgendaItem, Meeting

SETTLED = (ActionItemState.accepted, ActionItemState.withdrawn)
LONGEST = 200  # characters of a title; the whole wording stands with the action item


@dataclass(frozen=True, slots=True)
class Open:
    """An action item that is not settled."""

    id: UUID
    what: str


async def left_open(act: Act, meeting: Meeting) -> list[Open]:
    """The committee's action items of earlier meetings that are not settled, the longest due first."""
    earlier = aliased(Meeting)
    query = (
        select(ActionItem.id, ActionItem.what)
        .outerjoin(earlier, earlier.id == ActionItem.meeting_id)
        .where(
            ActionItem.committee_id == meeting.committee_id,
            ActionItem.state.not_in(SETTLED),
            or_(ActionItem.meeting_id.is_(None), earlier.starts_at < meeting.starts_at),
            or_(earlier.id.is_(None), earlier.state != MeetingState.cancelled),
        )
        .order_by(ActionItem.due_on, ActionItem.id)
    )
    return [Open(*row) for row in await act.session.execute(query)]


async def head(act: Act, meeting: Meeting, wanted: Sequence[Open]) -> None:
    """Make exactly these the carried-over items at the head of the agenda, in this order; the others follow as before.

    An item whose place stays gets no new version.
    """
    item = AgendaItem
    keys = [each.id for each in wanted]
    there = item.meeting_id == meeting.id
    carried = item.kind == AgendaKind.carried_over
    await act.session.execute(
        delete(item)
        .where(there, carried, item.action_item_id.not_in(keys))
        .execution_options(synchronize_session=False)
    )
    rows = (
        await act.session.execute(
            select(item.id, item.position, item.action_item_id).where(there).order_by(item.position)
        )
    ).all()
    place = {key: number for number, key in enumerate(keys, 1)}
    known = {row.action_item_id for row in rows if row.action_item_id is not None}
    others = [row for row in rows if row.action_item_id is None]
    target = {row.id: place[row.action_item_id] for row in rows if row.action_item_id is not None}
    target |= {row.id: len(keys) + number for number, row in enumerate(others, 1)}
    await _move(act, {row.id: target[row.id] for row in rows if row.position != target[row.id]})
    new = [each for each in wanted if each.id not in known]
    if new:
        await act.session.execute(insert(item), [_row(act, meeting, each, place[each.id]) for each in new])


def _row(act: Act, meeting: Meeting, each: Open, position: int) -> dict[str, object]:
    return {
        "version": 1,
        "meeting_id": meeting.id,
        "committee_id": meeting.committee_id,
        "position": position,
        "kind": AgendaKind.carried_over,
        "title": each.what[:LONGEST],
        "action_item_id": each.id,
        "state": AgendaState.accepted,
        "proposed_on": act.today,
        "proposed_by": act.by.id,
        "departures": [],
        "created_at": act.now,
        "recorded_at": act.now,
    }


async def order(act: Act, meeting_id: UUID, keys: Sequence[UUID]) -> None:
    """Give the items these places, from 1 on. They are all that the meeting has."""
    rows = (
        await act.session.execute(select(AgendaItem.id, AgendaItem.position).where(AgendaItem.meeting_id == meeting_id))
    ).all()
    place = {key: number for number, key in enumerate(keys, 1)}
    await _move(act, {row.id: place[row.id] for row in rows if row.position != place[row.id]})


async def _move(act: Act, places: dict[UUID, int]) -> None:
    """Each of the items to its place, in one statement: places are free to change hands until the act ends."""
    if not places:
        return
    keys, numbers = literal(list(places), ARRAY(Uuid)), literal(list(places.values()), ARRAY(Integer))
    named = func.unnest(keys, numbers).table_valued(column("id", Uuid), column("position", Integer))
    told = named.render_derived(name="told")
    await act.session.execute(
        update(AgendaItem)
        .where(AgendaItem.id == told.c.id)
        .values(position=told.c.position, version=AgendaItem.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )


async def items_of(act: Act, meeting_id: UUID) -> dict[UUID, AgendaKind]:
    """All items of a meeting in their order, with their kinds."""
    query = select(AgendaItem.id, AgendaItem.kind).where(AgendaItem.meeting_id == meeting_id)
    rows = await act.session.execute(query.order_by(AgendaItem.position))
    return {row.id: AgendaKind(row.kind) for row in rows}
