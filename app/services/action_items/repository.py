"""Action items as entities, their helpers and their entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, delete, func, insert, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.services.action_items.facts import ActionItemState, Draft, Verb
from app.services.action_items.models import ActionItem, ActionItemEntry, ActionItemSupporter
from app.services.authorities.models import Authority
from app.services.departments.models import Department


@dataclass(frozen=True, slots=True)
class Committee:
    """Where a committee stands, and its code."""

    region_code: int
    code: int


async def committee(act: Act, committee_id: UUID) -> Committee | None:
    """A committee that may be seen."""
    row = (
        await act.session.execute(select(Authority.region_code, Authority.code).where(Authority.id == committee_id))
    ).first()
    return None if row is None else Committee(*row)


async def departments(act: Act, wanted: Sequence[UUID], committee_id: UUID, day: date) -> dict[UUID, bool]:
    """Those of the wanted departments that may be seen, and whether each is one of the committee's on a day."""
    row = Department
    member = valid_on(row.valid_from, row.valid_to, day) & (row.committee_id == committee_id)
    query = select(row.id, member.label("member")).where(row.id.in_(wanted))
    return {found.id: bool(found.member) for found in await act.session.execute(query)}


async def minuted(act: Act, meeting_id: UUID, *, hold: bool) -> bool:
    """Whether the minutes of a meeting are approved; with `hold` nobody approves them until this act ends."""
    return bool(await act.session.scalar(select(func.meeting_minuted(meeting_id, hold, type_=Boolean))))


async def held_state(act: Act, item_id: UUID) -> ActionItemState | None:
    """An item's state, which stays as it is until this act ends; None where the caller may not write it."""
    state = await act.session.scalar(
        select(ActionItem.state).where(ActionItem.id == item_id).with_for_update(read=True)
    )
    return None if state is None else ActionItemState(state)


async def last_reporter(act: Act, item_id: UUID) -> tuple[str, bool] | None:
    """Who told the last report, and whether it was entered on the department's behalf."""
    entry = ActionItemEntry
    query = (
        select(entry.by, entry.on_behalf)
        .where(entry.action_item_id == item_id, entry.kind == Verb.report)
        .order_by(entry.item_version.desc())
        .limit(1)
    )
    row = (await act.session.execute(query)).first()
    return None if row is None else (row.by, row.on_behalf)


async def add(act: Act, draft: Draft) -> UUID:
    """Insert an item with its helpers and its first entry; the database numbers it. Returns its key."""
    item_id = (
        await act.session.execute(
            insert(ActionItem)
            .values(
                version=1,
                committee_id=draft.committee_id,
                meeting_id=draft.meeting_id,
                agenda_item_id=draft.agenda_item_id,
                what=draft.what,
                department_id=draft.department_id,
                decided_on=act.today,  # of a meeting's decision the database says otherwise
                due_on=draft.due_on,
                state=ActionItemState.open,
                created_at=act.now,
                recorded_at=act.now,
            )
            .returning(ActionItem.id)
        )
    ).scalar_one()
    await _help(act, item_id, draft.supporters)
    await _enter(act, item_id, 1, Verb.decide, None, ActionItemState.open, draft.due_on, None)
    return item_id


async def save(
    act: Act, item: ActionItem, verb: Verb, before: ActionItemState, text: str | None, *, on_behalf: bool = False
) -> None:
    """Write a claimed item's changes as its next version, and the entry that tells them."""
    item.version += 1
    item.recorded_at = act.now
    await act.session.flush()
    after = ActionItemState(item.state)
    await _enter(act, item.id, item.version, verb, before, after, item.due_on, text, on_behalf=on_behalf)


async def helpers(act: Act, item_id: UUID) -> set[UUID]:
    """The departments that help."""
    helper = ActionItemSupporter
    return set(await act.session.scalars(select(helper.department_id).where(helper.action_item_id == item_id)))


async def set_helpers(act: Act, item_id: UUID, wanted: Sequence[UUID]) -> None:
    """These and no others help from now on."""
    helper = ActionItemSupporter
    known = await helpers(act, item_id)
    gone = known - set(wanted)
    if gone:
        await act.session.execute(
            delete(helper)
            .where(helper.action_item_id == item_id, helper.department_id.in_(gone))
            .execution_options(synchronize_session=False)
        )
    await _help(act, item_id, [each for each in wanted if each not in known])


async def _help(act: Act, item_id: UUID, departments: Sequence[UUID]) -> None:
    rows = [
        {
            "version": 1,
            "action_item_id": item_id,
            "department_id": department,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for department in sorted(departments)
    ]
    if rows:
        await act.session.execute(insert(ActionItemSupporter), rows)


async def _enter(
    act: Act,
    item_id: UUID,
    version: int,
    verb: Verb,
    before: ActionItemState | None,
    after: ActionItemState,
    due_on: date,
    text: str | None,
    *,
    on_behalf: bool = False,
) -> None:
    await act.session.execute(
        insert(ActionItemEntry).values(
            version=1,
            action_item_id=item_id,
            item_version=version,
            kind=verb,
            from_state=before,
            to_state=after,
            text=text,
            due_on=due_on,
            on_behalf=on_behalf,
            by=act.by.id,
            at=act.now,
            recorded_at=act.now,
        )
    )
