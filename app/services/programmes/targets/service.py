"""What can be done with targets: set, changed, withdrawn; shown with where the figure is."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.assessment.contract import Catalogue, PlacedIndicator, SubjectKind, Unit
from app.services.programmes import repository
from app.services.programmes.facts import Direction, ProgrammeState
from app.services.programmes.judging import changing, in_office, policy_at
from app.services.programmes.models import Programme, ProgrammeTarget
from app.services.programmes.placing import inside
from app.services.programmes.targets import reads
from app.services.programmes.targets.looking import findings, looked_at, period_of
from app.services.programmes.targets.schemas import (
    ProgrammeTargetCreate,
    ProgrammeTargetFilters,
    ProgrammeTargetUpdate,
    ProgrammeTargetWithdraw,
)
from app.services.regions.stated import stated

WHOLE = {Unit.percent: 100, Unit.permille: 1000}


async def listed(act: Act, catalogue: Catalogue, filters: ProgrammeTargetFilters, ask: Ask) -> Page:
    """One page of targets with where their figures are; one reading a figure, however many targets."""
    found = await reads.listed(act, filters, ask)
    return replace(found, rows=[_plain(row) for row in await looked_at(act, catalogue, found.rows)])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "programme_state"}


async def shown(act: Act, catalogue: Catalogue, target_id: UUID) -> dict[str, Any]:
    """One target with where its figure is. `findings` are Finding values. Raises NotFound."""
    (row,) = await looked_at(act, catalogue, [await reads.one(act, target_id)])
    policy = (await policy_at(act, (int(row["region_code"]), row["region_level"]))).numbers
    refusal = _refusal(act, row)
    return {
        **_plain(row),
        "findings": () if row["frozen"] else findings(row, act.today, policy),
        "policy_version": policy.version,
        "allowed_actions": [action(name, refusal) for name in ("update", "withdraw")],
    }


def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if Permission.programmes_write not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    if row["programme_state"] == ProgrammeState.closed:
        return "programme_closed"
    return "programme_target_withdrawn" if row["withdrawn_reason"] is not None else None


async def create(act: Act, catalogue: Catalogue, draft: ProgrammeTargetCreate) -> UUID:
    """Set a target. Without a baseline the figure of now is it; after the approval it is a departure.

    Raises Invalid for what cannot be measured or meant, Forbidden, Conflict once closed, RuleViolation; the database a
    second one on the same figure (Taken).
    """
    programme = await changing(act, draft.programme_id, draft.departure_reason, "/programme_id")
    indicator = _indicator(catalogue, draft)
    place = (programme.region_code, programme.region_level)
    if draft.region_code is not None:
        place = await inside(act, stated(draft.region_code, draft.region_level), programme)
    first = draft.from_on or date(programme.year, 1, 1)
    due = draft.due_on or date(programme.year, 12, 31)
    _days(programme, first, due)
    baseline, on = draft.baseline, act.today if first > act.today else first
    if indicator.grows:
        if baseline not in (None, 0):
            raise Invalid(errors=(FieldError("/baseline", "programme_baseline_grows"),))
        baseline, on = 0, first
    elif baseline is None:
        read = indicator.on(draft.basis)
        baseline = (await read(act, [place], period_of(indicator, first, due, act.today))).get(place)
        on = act.today
        if baseline is None:
            raise Invalid(errors=(FieldError("/baseline", "programme_baseline_unknown"),))
    _way(indicator, draft.direction, baseline, draft.target)
    return await repository.add(
        act,
        ProgrammeTarget(
            version=1,
            programme_id=programme.id,
            indicator=draft.indicator,
            basis=draft.basis,
            place_code=place[0],
            place_level=place[1],
            direction=draft.direction,
            baseline=baseline,
            baseline_on=on,
            target=draft.target,
            from_on=first,
            due_on=due,
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


def _indicator(catalogue: Catalogue, draft: ProgrammeTargetCreate) -> PlacedIndicator:
    indicator = catalogue.of_place(draft.indicator)
    if indicator is None or indicator.subject_kind is not SubjectKind.region:
        allowed = ", ".join(each.code for each in catalogue.placed if each.subject_kind is SubjectKind.region)
        raise Invalid(errors=(FieldError("/indicator", "programme_indicator_unknown", {"allowed": allowed}),))
    bases = indicator.bases
    if (draft.basis not in bases) if bases else (draft.basis is not None):
        allowed = ", ".join(bases) or "-"
        raise Invalid(errors=(FieldError("/basis", "programme_basis_unknown", {"allowed": allowed}),))
    return indicator


def _days(programme: Programme, first: date, due: date) -> None:
    for pointer, day in (("/from_on", first), ("/due_on", due)):
        if day.year != programme.year:
            raise Invalid(errors=(FieldError(pointer, "programme_day_outside", {"year": programme.year}),))
    if due < first:
        raise Invalid(errors=(FieldError("/due_on", "programme_due_before"),))


def _way(indicator: PlacedIndicator, direction: Direction, baseline: int, target: int) -> None:
    most = WHOLE.get(indicator.unit)
    if most is not None and target > most:
        raise Invalid(errors=(FieldError("/target", "programme_target_share", {"most": most}),))
    wrong = target < baseline if direction is Direction.up else target > baseline
    if wrong:
        raise Invalid(errors=(FieldError("/target", "programme_target_backwards", {"baseline": baseline}),))


async def update(act: Act, catalogue: Catalogue, target_id: UUID, expected: int, change: ProgrammeTargetUpdate) -> None:
    """Another target or day. Raises NotFound, StaleVersion, Forbidden, Conflict, Invalid, RuleViolation."""
    row = await _standing(act, target_id, expected)
    programme = await changing(act, row.programme_id, change.departure_reason)
    if "due_on" in change.model_fields_set:
        _days(programme, row.from_on, change.due_on)
        row.due_on = change.due_on
    if "target" in change.model_fields_set:
        indicator = catalogue.of_place(row.indicator)
        if indicator is not None:
            _way(indicator, Direction(row.direction), row.baseline, change.target)
        row.target = change.target
    await repository.save(act, row)


async def withdraw(act: Act, target_id: UUID, expected: int, wish: ProgrammeTargetWithdraw) -> None:
    """It does not count any more. Raises as `update` does."""
    row = await _standing(act, target_id, expected)
    await changing(act, row.programme_id, wish.departure_reason)
    row.withdrawn_reason = wish.reason
    await repository.save(act, row)


async def _standing(act: Act, target_id: UUID, expected: int) -> ProgrammeTarget:
    row = await claim(act, ProgrammeTarget, target_id, expected)
    if not in_office(act, {"region_code": row.region_code, "authority_code": row.authority_code}):
        raise Forbidden(reason="scope")
    if row.withdrawn_reason is not None:
        raise Conflict(errors=(FieldError("", "programme_target_withdrawn"),))
    return row
