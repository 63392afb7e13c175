"""What can be done with a programme's tasks: entered, put otherwise, marked, reported on, dropped."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import about
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.programmes import repository
from app.services.programmes.facts import ProgrammeState, ProgrammeTaskState
from app.services.programmes.judging import changing, in_office
from app.services.programmes.models import Programme, ProgrammeTask, ProgrammeTaskReport
from app.services.programmes.placing import inside
from app.services.programmes.tasks import reads
from app.services.programmes.tasks.linking import linked
from app.services.programmes.tasks.schemas import (
    MarkRemove,
    MarkSet,
    ProgrammeTaskCreate,
    ProgrammeTaskDrop,
    ProgrammeTaskReportCreate,
    ProgrammeTaskUpdate,
)
from app.services.regions.stated import stated

P, S = Permission, ProgrammeTaskState
SHOWN: dict[str, Permission] = {
    "report": P.programmes_report,
    "update": P.programmes_write,
    "mark": P.programmes_write,
    "drop": P.programmes_write,
}
"""What a detail tells whether the caller may do it, and the permission that it needs."""


async def shown(act: Act, task_id: UUID) -> dict[str, Any]:
    """One task with its marks and what the caller may do. Raises NotFound."""
    row = await reads.one(act, task_id)
    return {
        **row,
        "marks": await reads.marks(act, task_id),
        "allowed_actions": [action(name, _refusal(act, row, name)) for name in SHOWN],
    }


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    if SHOWN[name] not in act.by.permissions:
        return "permission"
    if not (in_office(act, row) or (name == "report" and _owns(act, row))):
        return "outside_scope"
    if row["programme_state"] == ProgrammeState.closed:
        return "programme_closed"
    if name == "report" and row["programme_state"] == ProgrammeState.draft:
        return "programme_draft"
    if name == "mark":
        return None if row["state"] != S.dropped else "programme_task_dropped"
    return None if row["state"] == S.open else f"programme_task_{row['state']}"


def _owns(act: Act, row: Any) -> bool:
    """Whether a task is the caller's own: his department's, or an authority's of his line or region."""
    code = None if row["owner_code"] is None else int(row["owner_code"])
    of_place = code is not None and act.scope.contains(int(row["place_code"]))
    return of_place or act.scope.holds(-1, [code], [row["department_id"]])


async def create(act: Act, draft: ProgrammeTaskCreate) -> UUID:
    """Enter a task. After the approval that is a departure.

    Raises Invalid for what it refers to or a day outside the year, Forbidden, Conflict once closed, RuleViolation.
    """
    programme = await changing(act, draft.programme_id, draft.departure_reason, "/programme_id")
    wrong = await _owner(act, draft, programme)
    if draft.item_id is not None and not await repository.item_of(act, programme.id, draft.item_id):
        wrong.append(FieldError("/item_id", "reference_unknown"))
    if wrong:
        raise Invalid(errors=tuple(wrong))
    _in_year(draft.due_on, programme)
    place = await _place(act, draft, programme)
    return await repository.add(
        act,
        ProgrammeTask(
            version=1,
            programme_id=programme.id,
            item_id=draft.item_id,
            what=draft.what,
            department_id=draft.department_id,
            authority_id=draft.authority_id,
            place_code=place[0],
            place_level=place[1],
            due_on=draft.due_on,
            state=S.open,
            progress=0,
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


async def _owner(act: Act, draft: ProgrammeTaskCreate, programme: Programme) -> list[FieldError]:
    if (draft.department_id is None) == (draft.authority_id is None):
        return [FieldError("/department_id", "programme_task_owner")]
    if draft.department_id is not None:
        member = await repository.member(act, draft.department_id, programme.committee_id)
        if member:
            return []
        return [FieldError("/department_id", "reference_unknown" if member is None else "department_not_member")]
    if draft.authority_id is not None:
        body = await repository.body(act, draft.authority_id)
        if body is None:
            return [FieldError("/authority_id", "reference_unknown")]
        if body.dissolved_on is not None and body.dissolved_on <= act.today:
            return [FieldError("/authority_id", "reference_ended")]
    return []


async def _place(act: Act, draft: ProgrammeTaskCreate, programme: Programme) -> tuple[int, int]:
    """Where it is to be done: inside the committee's region. An authority's place the database sets."""
    if draft.region_code is None:
        return programme.region_code, programme.region_level
    if draft.authority_id is not None:
        raise Invalid(errors=(FieldError("/region_code", "programme_task_place"),))
    place = stated(draft.region_code, draft.region_level)
    return await inside(act, place, programme)


def _in_year(day: date, programme: Programme) -> None:
    if day.year != programme.year:
        raise Invalid(errors=(FieldError("/due_on", "programme_day_outside", {"year": programme.year}),))


async def update(act: Act, task_id: UUID, expected: int, change: ProgrammeTaskUpdate) -> None:
    """Put a task otherwise. Raises NotFound, StaleVersion, Forbidden, Conflict, Invalid, RuleViolation."""
    row = await _open(act, task_id, expected)
    programme = await changing(act, row.programme_id, change.departure_reason)
    if "item_id" in change.model_fields_set:
        if change.item_id is not None and not await repository.item_of(act, programme.id, change.item_id):
            raise Invalid(errors=(FieldError("/item_id", "reference_unknown"),))
        row.item_id = change.item_id
    if "what" in change.model_fields_set:
        row.what = change.what
    if "due_on" in change.model_fields_set:
        _in_year(change.due_on, programme)
        row.due_on = change.due_on
    await repository.save(act, row)


async def drop(act: Act, task_id: UUID, expected: int, wish: ProgrammeTaskDrop) -> None:
    """It will not be done. Raises as `update` does."""
    row = await _open(act, task_id, expected)
    await changing(act, row.programme_id, wish.departure_reason)
    row.state, row.drop_reason = S.dropped, wish.reason
    await repository.save(act, row)


async def report(act: Act, task_id: UUID, expected: int, told: ProgrammeTaskReportCreate) -> None:
    """The owner tells how far it is, or the committee's office enters what he handed in.

    Raises NotFound, StaleVersion, Forbidden, Conflict for one that has ended or a programme that does not run, Invalid
    for one that is done and not all of it.
    """
    row = await claim(act, ProgrammeTask, task_id, expected)
    columns = {
        name: getattr(row, name)
        for name in ("owner_code", "place_code", "department_id", "region_code", "authority_code")
    }
    owns = _owns(act, columns)
    if not (owns or in_office(act, columns)):
        raise Forbidden(reason="scope")
    _still_open(row)
    await _running(act, task_id)
    if told.done != (told.progress == 100):
        raise Invalid(errors=(FieldError("/progress", "programme_progress_done"),))
    await repository.add(
        act,
        ProgrammeTaskReport(
            version=1,
            task_id=task_id,
            reported_on=act.today,
            progress=told.progress,
            done=told.done,
            text=told.text,
            on_behalf=not (row.department_id in act.scope.subjects or owns),
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    row.progress = told.progress
    if told.done:
        row.state, row.done_on = S.done, act.today
    await repository.save(act, row)


async def mark(act: Act, task_id: UUID, expected: int, told: MarkSet) -> None:
    """A task bears one of the four marks from now on. Raises as `update` does, and Invalid for what shows it."""
    row = await _officially(act, task_id, expected)
    if row.state == S.dropped:
        raise Conflict(errors=(FieldError("", "programme_task_dropped"),))
    await _running(act, task_id, draft=True)
    if told.marked_on > act.today:
        raise Invalid(errors=(FieldError("/marked_on", "day_future"),))
    shown_by = await linked(act, told)
    await repository.set_mark(
        act, task_id, told.mark, {"marked_on": told.marked_on, "reference": told.reference, **shown_by}
    )
    await repository.save(act, row)


async def unmark(act: Act, task_id: UUID, expected: int, told: MarkRemove) -> None:
    """A mark was set by mistake. Raises NotFound, StaleVersion, Forbidden; Conflict where it bears none."""
    row = await _officially(act, task_id, expected)
    await _running(act, task_id, draft=True)
    await about(act, told.reason)
    if not await repository.remove_mark(act, task_id, told.mark):
        raise Conflict(errors=(FieldError("/mark", "programme_mark_missing"),))
    await repository.save(act, row)


async def _running(act: Act, task_id: UUID, *, draft: bool = False) -> None:
    state = (await reads.one(act, task_id))["programme_state"]
    if state == ProgrammeState.closed or (state == ProgrammeState.draft and not draft):
        raise Conflict(errors=(FieldError("", f"programme_{state}"),))


async def _officially(act: Act, task_id: UUID, expected: int) -> ProgrammeTask:
    row = await claim(act, ProgrammeTask, task_id, expected)
    if not in_office(act, {"region_code": row.region_code, "authority_code": row.authority_code}):
        raise Forbidden(reason="scope")
    return row


def _still_open(row: ProgrammeTask) -> None:
    if row.state != S.open:
        raise Conflict(errors=(FieldError("", f"programme_task_{row.state}"),))


async def _open(act: Act, task_id: UUID, expected: int) -> ProgrammeTask:
    row = await _officially(act, task_id, expected)
    _still_open(row)
    return row
