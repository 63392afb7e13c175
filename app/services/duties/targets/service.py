"""Targets that are changed for one worker."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.assessment.contract import Catalogue, Indicator, SubjectKind, Unit
from app.services.duties.models import WorkerTarget
from app.services.duties.targets import reads, repository
from app.services.duties.targets.schemas import TargetCreate, TargetFilters, TargetUpdate, TargetWithdraw


async def listed(act: Act, filters: TargetFilters, ask: Ask) -> Page:
    """One page of changed targets; that names were read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", "worker_targets", rows=len(found.rows))
    return found


async def shown(act: Act, target_id: UUID) -> dict[str, Any]:
    """One changed target with what the caller may do to it. Raises NotFound."""
    row = await reads.one(act, target_id)
    refusal = None if Permission.worker_reviews_write in act.by.permissions else "permission"
    refusal = refusal or (None if _keeps(act, int(row["region_code"]), row["authority_code"]) else "outside_scope")
    refusal = refusal or ("target_withdrawn" if row["withdrawn_reason"] is not None else None)
    if refusal is None and await reads.decided(act, row["worker_id"], row["year"]):
        refusal = "worker_year_decided"
    return {**row, "allowed_actions": [action("update", refusal), action("withdraw", refusal)]}


def _keeps(act: Act, region: int, line: str | int | None) -> bool:
    """Whether a worker is kept in the caller's region or line: what is asked of himself nobody sets."""
    return act.scope.holds(region, [None if line is None else int(line)])


async def change(act: Act, catalogue: Catalogue, draft: TargetCreate) -> UUID:
    """Set another target for a worker's year than the policy has.

    Raises Invalid for an unknown worker or indicator, Forbidden for one who may only be seen, Conflict once the year is
    decided; the database refuses a second one for the same (Taken).
    """
    worker = await reads.worker(act, draft.worker_id)
    if worker is None or worker.erased:
        raise Invalid(errors=(FieldError("/worker_id", "reference_unknown"),))
    if not _keeps(act, worker.region_code, worker.authority_code):
        raise Forbidden(reason="scope")
    known = catalogue.of(draft.indicator)
    if known is None or known.subject_kind is not SubjectKind.worker:
        allowed = ", ".join(each.code for each in catalogue.about(SubjectKind.worker))
        raise Invalid(errors=(FieldError("/indicator", "indicator_unknown", {"allowed": allowed}),))
    _fits(known, draft.value)
    await _undecided(act, draft.worker_id, draft.year)
    return await repository.add(act, draft.model_dump())


async def update(act: Act, catalogue: Catalogue, target_id: UUID, expected: int, wish: TargetUpdate) -> None:
    """Change a target again. Raises NotFound, StaleVersion, Forbidden; Conflict for one withdrawn or decided on."""
    row = await _counting(act, target_id, expected)
    value = wish.value if "value" in wish.model_fields_set else row.value
    _fits(catalogue.of(row.indicator), value)
    row.value, row.reason, row.set_by = value, wish.reason, act.by.id
    await repository.save(act, row)


async def withdraw(act: Act, target_id: UUID, expected: int, wish: TargetWithdraw) -> None:
    """What the policy asks holds again. Raises as `update` does."""
    row = await _counting(act, target_id, expected)
    row.withdrawn_reason = wish.reason
    await repository.save(act, row)


async def _counting(act: Act, target_id: UUID, expected: int) -> WorkerTarget:
    row = await claim(act, WorkerTarget, target_id, expected)
    if row.withdrawn_reason is not None:
        raise Conflict(errors=(FieldError("", "target_withdrawn"),))
    await _undecided(act, row.worker_id, row.year)
    return row


async def _undecided(act: Act, worker_id: UUID, wanted: int) -> None:
    if await reads.decided(act, worker_id, wanted):
        raise Conflict(errors=(FieldError("", "worker_year_decided"),))


def _fits(indicator: Indicator | None, value: int) -> None:
    if indicator is not None and indicator.unit is Unit.percent and value > 100:
        raise Invalid(errors=(FieldError("/value", "less_than_equal", {"le": "100"}),))
