"""What can be done with action items, by the one table of steps (facts.TRANSITIONS)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.action_items import reads, repository
from app.services.action_items.facts import ACTION_ITEMS, UNDER_WAY, ActionItemState, Draft, Verb, step
from app.services.action_items.models import ActionItem
from app.services.action_items.schemas import ActionItemCarryOver, ActionItemCreate
from app.services.files import reads as files

P = Permission
SHOWN: dict[str, Permission] = {
    Verb.report: P.action_items_report,
    "add_evidence": P.action_items_report,
    Verb.accept: P.action_items_write,
    Verb.send_back: P.action_items_write,
    Verb.carry_over: P.action_items_write,
    Verb.set_supporters: P.action_items_write,
    Verb.withdraw: P.action_items_write,
}
"""What a detail tells whether the caller may do it, and the permission that it needs."""


async def shown(act: Act, item_id: UUID) -> dict[str, Any]:
    """One item with its helpers, its evidence and what the caller may do. Raises NotFound."""
    row = await reads.one(act, item_id)
    refusals = {name: refusal(act, row, name) for name in SHOWN}
    if refusals[Verb.accept] is None and await _own_report(act, item_id):
        refusals[Verb.accept] = "item_own_report"
    if refusals[Verb.withdraw] is None and not await _may_withdraw(act, row["meeting_id"], hold=False):
        refusals[Verb.withdraw] = "item_minuted"
    return {
        **row,
        "supporters": await reads.supporters(act, item_id),
        "evidence": await files.of_subject(act, ACTION_ITEMS, item_id),
        "allowed_actions": [action(str(name), why) for name, why in refusals.items()],
    }


def refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    """Why the caller may not do something to an item now; None where he may."""
    if SHOWN[name] not in act.by.permissions:
        return "permission"
    if not _of_office(act, int(row["region_code"]), int(row["authority_code"])) and not (
        SHOWN[name] is P.action_items_report and _of_department(act, row["department_id"])
    ):
        return "outside_scope"
    state = ActionItemState(row["state"])
    possible = state in UNDER_WAY if name == "add_evidence" else step(state, Verb(name)) is not None
    return None if possible else f"item_{state}"


async def enter(act: Act, told: ActionItemCreate) -> UUID:
    """Decide something without a meeting; returns its key.

    Raises Invalid for a committee or a department that is not to be seen, for one that is no member today, for a helper
    twice or responsible itself, and for a day that has passed; Forbidden for a committee that may only be seen.
    """
    committee = await repository.committee(act, told.committee_id)
    if committee is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if not _of_office(act, committee.region_code, committee.code):
        raise Forbidden(reason="scope")
    if told.due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))
    await _members(act, told.committee_id, told.department_id, told.supporters)
    draft = Draft(
        committee_id=told.committee_id,
        meeting_id=None,
        agenda_item_id=None,
        what=told.what,
        department_id=told.department_id,
        supporters=tuple(told.supporters),
        due_on=told.due_on,
    )
    return await create(act, draft)


async def create(act: Act, draft: Draft) -> UUID:
    """Write down what was decided; returns its key. Whoever calls has asked who may answer for it and until when.

    The database holds all the same that the department is the committee's on the day of the decision, and that it is
    not due before.
    """
    return await repository.add(act, draft)


async def change(act: Act, item_id: UUID, expected: int, draft: Draft) -> None:
    """Say what was decided otherwise, while nothing was done about it. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden, Conflict in another state than open.
    """
    item, before = await _claimed(act, item_id, expected, Verb.change)
    told = {"what": draft.what, "department_id": draft.department_id, "due_on": draft.due_on}
    changed = {name: value for name, value in told.items() if value != getattr(item, name)}
    if not changed and set(draft.supporters) == await repository.helpers(act, item_id):
        return
    for name, value in changed.items():
        setattr(item, name, value)
    await repository.save(act, item, Verb.change, before, None)
    await repository.set_helpers(act, item_id, draft.supporters)


async def set_supporters(act: Act, item_id: UUID, expected: int, supporters: Sequence[UUID]) -> None:
    """Say who helps from now on. Raises as `change`, and Invalid for one that cannot."""
    item, before = await _claimed(act, item_id, expected, Verb.set_supporters)
    await _members(act, item.committee_id, item.department_id, supporters, responsible=False)
    if set(supporters) != await repository.helpers(act, item_id):
        await repository.save(act, item, Verb.set_supporters, before, None)
        await repository.set_helpers(act, item_id, supporters)


async def report(act: Act, item_id: UUID, expected: int, text: str) -> None:
    """Tell what was done: the department itself, or the committee's office what it handed in.

    Raises NotFound, StaleVersion, Forbidden for anybody else, Conflict where no report is waited for.
    """
    item, before = await _claimed(act, item_id, expected, Verb.report)
    theirs = _of_department(act, item.department_id)
    item.state, item.reported_on = ActionItemState.reported, act.today
    await repository.save(act, item, Verb.report, before, text, on_behalf=not theirs)


async def accept(act: Act, item_id: UUID, expected: int, remark: str | None) -> None:
    """It is done. Raises NotFound, StaleVersion, Forbidden; Conflict without a report, and for one's own."""
    item, before = await _claimed(act, item_id, expected, Verb.accept)
    if await _own_report(act, item_id):
        raise Conflict(errors=(FieldError("", "item_own_report"),))
    item.state, item.settled_on = ActionItemState.accepted, act.today
    await repository.save(act, item, Verb.accept, before, remark)


async def send_back(act: Act, item_id: UUID, expected: int, reason: str) -> None:
    """The report does not do. Raises NotFound, StaleVersion, Forbidden, Conflict without a report."""
    item, before = await _claimed(act, item_id, expected, Verb.send_back)
    item.state, item.reported_on = ActionItemState.sent_back, None
    await repository.save(act, item, Verb.send_back, before, reason)


async def carry_over(act: Act, item_id: UUID, expected: int, wish: ActionItemCarryOver) -> None:
    """It takes longer. Raises NotFound, StaleVersion, Forbidden, Conflict, Invalid for a day that is not later."""
    item, before = await _claimed(act, item_id, expected, Verb.carry_over)
    if wish.due_on <= item.due_on:
        raise Invalid(errors=(FieldError("/due_on", "carry_not_later"),))
    if wish.due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))
    item.state, item.due_on = ActionItemState.carried_over, wish.due_on
    await repository.save(act, item, Verb.carry_over, before, wish.reason)


async def withdraw(act: Act, item_id: UUID, expected: int, reason: str) -> None:
    """It does not stand. Once the minutes are approved only whoever approves such minutes says so.

    Raises NotFound, StaleVersion, Forbidden, Conflict for one that is settled or minuted.
    """
    row = await reads.one(act, item_id)  # the meeting is held before the item: its minutes are approved in that order
    allowed = await _may_withdraw(act, row["meeting_id"])
    item, before = await _claimed(act, item_id, expected, Verb.withdraw)
    if not allowed:
        raise Conflict(errors=(FieldError("", "item_minuted"),))
    item.state, item.settled_on = ActionItemState.withdrawn, act.today
    await repository.save(act, item, Verb.withdraw, before, reason)


async def _claimed(act: Act, item_id: UUID, expected: int, verb: Verb) -> tuple[ActionItem, ActionItemState]:
    item = await claim(act, ActionItem, item_id, expected)
    before = ActionItemState(item.state)
    taken = step(before, verb)
    if not _of_office(act, item.region_code, item.authority_code) and not (
        verb is Verb.report and _of_department(act, item.department_id)
    ):
        raise Forbidden(reason="scope")
    if taken is None:
        raise Conflict(errors=(FieldError("", f"item_{before}"),))
    return item, before


def _of_office(act: Act, code: int, line: int) -> bool:
    """Whether the caller writes here for the committee, by place or line."""
    return act.scope.holds(code, [line])


def _of_department(act: Act, department_id: UUID) -> bool:
    """Whether the department is the caller's own."""
    return act.scope.holds(-1, ids=[department_id])


async def _own_report(act: Act, item_id: UUID) -> bool:
    """Whether the caller told the last report as the department: nobody accepts what he reports of his own."""
    told = await repository.last_reporter(act, item_id)
    return told == (act.by.id, False)


async def _may_withdraw(act: Act, meeting_id: UUID | None, *, hold: bool = True) -> bool:
    if meeting_id is None or P.joint_meetings_approve in act.by.permissions:
        return True
    return not await repository.minuted(act, meeting_id, hold=hold)


async def _members(
    act: Act, committee_id: UUID, department_id: UUID, supporters: Sequence[UUID], *, responsible: bool = True
) -> None:
    """Raise Invalid unless all are departments of the committee today, each helper once and not responsible itself."""
    asked = [department_id, *supporters] if responsible else list(supporters)
    known = await repository.departments(act, asked, committee_id, act.today)
    wrong: list[FieldError] = []
    if responsible and not known.get(department_id):
        wrong.append(FieldError("/department_id", _unfit(department_id in known)))
    for number, each in enumerate(supporters):
        if each == department_id:
            wrong.append(FieldError(f"/supporters/{number}", "supporter_responsible"))
        elif each in supporters[:number]:
            wrong.append(FieldError(f"/supporters/{number}", "listed_twice"))
        elif not known.get(each):
            wrong.append(FieldError(f"/supporters/{number}", _unfit(each in known)))
    if wrong:
        raise Invalid(errors=tuple(wrong))


def _unfit(seen: bool) -> str:
    return "department_not_member" if seen else "reference_unknown"
