"""Wages entered and corrected by an officer, by a paper. What partners say later is kept beside."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.levies import firms
from app.services.funding.levies.facts import PayrollSource
from app.services.funding.levies.models import OrganizationPayroll
from app.services.funding.levies.payrolls import reads, repository
from app.services.funding.levies.payrolls.schemas import PayrollCreate, PayrollUpdate
from app.services.funding.levies.settling import in_office


async def shown(act: Act, payroll_id: UUID) -> dict[str, Any]:
    """One payroll with what the caller may do. Raises NotFound."""
    row = await reads.one(act, payroll_id)
    refusal = None if Permission.levies_write in act.by.permissions else "permission"
    refusal = refusal or (None if in_office(act, row) else "outside_scope")
    return {**row, "allowed_actions": [action("update", refusal)]}


async def create(act: Act, draft: PayrollCreate) -> UUID:
    """Enter a firm's wages of a year. Raises Invalid, Forbidden; Taken where they are told already."""
    firm = await firms.standing(act, draft.organization_id)
    if date(draft.year, 1, 1) > act.today:
        raise Invalid(errors=(FieldError("/year", "levy_year_future"),))
    row = OrganizationPayroll(
        version=1,
        organization_id=firm.id,
        year=draft.year,
        payroll_fen=draft.payroll_fen,
        staff=draft.staff,
        source=PayrollSource.officer,
        said_at=act.now,
        document=draft.document,
        entered_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, row)
    return row.id


async def update(act: Act, payroll_id: UUID, expected: int, change: PayrollUpdate) -> None:
    """Correct a firm's wages: an officer's word from now on. Of a settled year it is recorded as an adjustment.

    Raises NotFound, StaleVersion, Forbidden.
    """
    row = await claim(act, OrganizationPayroll, payroll_id, expected)
    if not act.scope.holds(row.region_code, [] if row.authority_code is None else [row.authority_code]):
        raise Forbidden(reason="scope")
    for name in ("payroll_fen", "staff"):
        if name in change.model_fields_set:
            setattr(row, name, getattr(change, name))
    row.source, row.said_at, row.document, row.entered_by = PayrollSource.officer, act.now, change.document, act.by.id
    await repository.save(act, row)
