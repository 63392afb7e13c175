"""What can be done with formation tasks: enter, give to somebody else, log what was done, finish, drop."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.organizations import service as organizations
from app.services.organizations.schemas import OrganizationUpdate
from app.services.planning.facts import OwnerKind
from app.services.planning.tasks import reads, repository
from app.services.planning.tasks.assigning import standing
from app.services.planning.tasks.facts import SETS, UNDER_WAY, Deed, TaskKind, TaskState
from app.services.planning.tasks.models import FormationTask, FormationTaskEntry
from app.services.planning.tasks.schemas import (
    TaskCreate,
    TaskDrop,
    TaskEntryCreate,
    TaskFinish,
    TaskOwner,
    TaskUpdate,
)
from app.services.regions.stated import place

COVERING = (TaskKind.form, TaskKind.take_in)


async def detail(act: Act, task_id: UUID) -> dict[str, Any]:
    """A task with its organisations and what the caller may do. Raises NotFound."""
    row = await reads.one(act, task_id)
    refusal = None if Permission.tasks_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    if not act.scope.holds(int(row["region_code"]), [line], [row["organization_id"], row["branch_id"]]):
        refusal = refusal or "outside_scope"
    ended = None if row["state"] in UNDER_WAY else f"task_{row['state']}"
    actions = [action(name, refusal or ended) for name in ("update", "log", "finish", "drop")]
    return {**row, "items": await reads.organizations(act, task_id), "allowed_actions": actions}


async def create(act: Act, draft: TaskCreate, visit_id: UUID | None = None) -> dict[str, Any]:
    """Enter a task; of a problem that a visit found, with that visit.

    Raises Invalid for what it refers to, Forbidden for a place outside the scope.
    """
    kind, name = await _owner(act, draft, "")
    where = await _about(act, draft)
    if draft.kind in COVERING:
        raise Invalid(errors=(FieldError("/kind", "task_of_a_plan"),))
    if draft.kind is TaskKind.solve and draft.what is None:
        raise Invalid(errors=(FieldError("/what", "missing"),))
    if draft.kind is not TaskKind.solve and draft.what is not None:
        raise Invalid(errors=(FieldError("/what", "task_without_problem"),))
    _not_past(act, draft.due_on)
    task = FormationTask(
        version=1,
        kind=draft.kind,
        what=draft.what,
        visit_id=visit_id,
        organization_id=draft.organization_id,
        branch_id=draft.branch_id,
        owner_kind=kind,
        owner_name=name,
        authority_id=draft.authority_id,
        due_on=draft.due_on,
        state=TaskState.open,
        region_code=where[0],
        region_level=where[1],
        created_at=act.now,
        recorded_at=act.now,
    )
    return await detail(act, await repository.add(act, task))


async def _about(act: Act, draft: TaskCreate) -> tuple[int, int]:
    """Where that stands which a task is about, one of three. Raises Invalid, Forbidden."""
    if sum(each is not None for each in (draft.organization_id, draft.branch_id, draft.region_code)) != 1:
        raise Invalid(errors=(FieldError("/organization_id", "task_needs_one"),))
    if draft.organization_id is not None:
        row = await reads.organization(act, draft.organization_id)
        if row is None:
            raise Invalid(errors=(FieldError("/organization_id", "reference_unknown"),))
    elif draft.branch_id is not None:
        row = await reads.branch(act, draft.branch_id)
        if row is None:
            raise Invalid(errors=(FieldError("/branch_id", "reference_unknown"),))
        if row.dissolved_on is not None and row.dissolved_on <= act.today:
            raise Invalid(errors=(FieldError("/branch_id", "reference_ended"),))
    else:
        return await place(act, draft.region_code or "", draft.region_level)
    return int(row.region_code), int(row.region_level)


async def _owner(act: Act, told: TaskOwner, pointer: str) -> tuple[OwnerKind, str | None]:
    """Kind of the owner, and its name where it is no authority. Raises Invalid where they do not go together."""
    if told.owner_kind is OwnerKind.authority:
        if told.authority_id is None or told.owner_name is not None:
            raise Invalid(errors=(FieldError(f"{pointer}/authority_id", "owner_needs_authority"),))
        await standing(act, told.authority_id, f"{pointer}/authority_id")
        return told.owner_kind, None
    if told.owner_name is None or told.authority_id is not None:
        raise Invalid(errors=(FieldError(f"{pointer}/owner_name", "owner_needs_name"),))
    return told.owner_kind, told.owner_name


def _not_past(act: Act, day: Any) -> None:
    if day < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))


async def update(act: Act, task_id: UUID, expected: int, change: TaskUpdate) -> dict[str, Any]:
    """Another owner or day. Raises NotFound, StaleVersion, Conflict when it has ended, Invalid."""
    task = await _claimed(act, task_id, expected)
    if "due_on" in change.model_fields_set:
        _not_past(act, change.due_on)
        task.due_on = change.due_on
    if "owner" in change.model_fields_set:
        kind, name = await _owner(act, change.owner, "/owner")
        task.owner_kind, task.owner_name, task.authority_id = kind, name, change.owner.authority_id
    await repository.save(act, task)
    return await detail(act, task_id)


async def log(act: Act, task_id: UUID, expected: int, entry: TaskEntryCreate) -> dict[str, Any]:
    """Write down what was done. `went_in` makes it a fact of the organisation that this body has reached it.

    Raises NotFound, StaleVersion, Conflict when it has ended, Invalid for a day to come or an organisation that is not
    the task's.
    """
    task = await _claimed(act, task_id, expected)
    if entry.done_on > act.today:
        raise Invalid(errors=(FieldError("/done_on", "day_future"),))
    mine = {row["organization_id"] for row in await reads.organizations(act, task_id)}
    about = entry.organization_id or task.organization_id
    if about is not None and about not in mine:
        raise Invalid(errors=(FieldError("/organization_id", "not_in_task"),))
    if entry.did is Deed.went_in:
        if about is None:
            raise Invalid(errors=(FieldError("/organization_id", "missing"),))
        await _reached(act, about, OwnerKind(task.owner_kind))
    await repository.add(
        act,
        FormationTaskEntry(
            version=1,
            task_id=task_id,
            organization_id=about,
            branch_id=task.branch_id,
            done_on=entry.done_on,
            did=entry.did,
            note=entry.note,
            entered_by=act.by.id,
            region_code=task.region_code,
            authority_code=task.authority_code,
            recorded_at=act.now,
        ),
    )
    task.state = TaskState.doing
    await repository.save(act, task)
    return await detail(act, task_id)


async def _reached(act: Act, organization_id: UUID, owner: OwnerKind) -> None:
    row = await reads.organization(act, organization_id)
    if row is None:
        raise Invalid(errors=(FieldError("/organization_id", "reference_unknown"),))
    change = OrganizationUpdate.model_validate({SETS[owner]: True})
    await organizations.update(act, organization_id, int(row.version), change)


async def finish(act: Act, task_id: UUID, expected: int, end: TaskFinish) -> dict[str, Any]:
    """It is done. Of founding or taking in the branch is named, and covers every organisation of the task by now; of
    reaching, every organisation has been gone into.

    Raises NotFound, StaleVersion, Conflict when it has ended or something is still missing, Invalid.
    """
    task = await _claimed(act, task_id, expected)
    if end.ended_on > act.today:
        raise Invalid(errors=(FieldError("/ended_on", "day_future"),))
    if task.kind in COVERING:
        if end.branch_id is None:
            raise Invalid(errors=(FieldError("/branch_id", "missing"),))
        if not await reads.standing_branch(act, end.branch_id):
            raise Invalid(errors=(FieldError("/branch_id", "reference_unknown"),))
        left = await reads.uncovered(act, task_id, end.branch_id)
        if left:
            raise Conflict(errors=(FieldError("/branch_id", "task_uncovered", {"organizations": left}),))
    if task.kind == TaskKind.reach:
        left = sum(not row["reached"] for row in await reads.organizations(act, task_id))
        if left:
            raise Conflict(errors=(FieldError("", "task_unreached", {"organizations": left}),))
    if end.branch_id is not None and task.branch_id not in (None, end.branch_id):
        raise Invalid(errors=(FieldError("/branch_id", "not_in_task"),))
    task.branch_id = task.branch_id or end.branch_id
    task.state, task.ended_on, task.end_reason = TaskState.done, end.ended_on, end.reason
    await repository.save(act, task)
    return await detail(act, task_id)


async def drop(act: Act, task_id: UUID, expected: int, why: TaskDrop) -> dict[str, Any]:
    """It will not be done; its organisations are planned for anew. Raises NotFound, StaleVersion, Conflict."""
    task = await _claimed(act, task_id, expected)
    task.state, task.ended_on, task.end_reason = TaskState.dropped, act.today, why.reason
    await repository.save(act, task)
    return await detail(act, task_id)


async def _claimed(act: Act, task_id: UUID, expected: int) -> FormationTask:
    task = await claim(act, FormationTask, task_id, expected)
    if task.state not in UNDER_WAY:
        raise Conflict(errors=(FieldError("", f"task_{task.state}"),))
    return task
