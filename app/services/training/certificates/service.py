"""What can be done with certificates: enter, put right, cancel."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.training import entering, repository
from app.services.training.certificates import reads
from app.services.training.certificates.schemas import CertificateCreate, CertificateFilters, CertificateUpdate
from app.services.training.models import Certificate
from app.services.training.wire import Withdrawal


async def listed(act: Act, filters: CertificateFilters, ask: Ask) -> Page:
    """One page of certificates; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", Certificate.__tablename__, rows=len(found.rows))
    return found


async def shown(act: Act, certificate_id: UUID) -> dict[str, Any]:
    """One certificate with what the caller may do. Raises NotFound."""
    row = await reads.one(act, certificate_id)
    ended = None if row["cancel_reason"] is None else "certificate_cancelled"
    return {**row, "allowed_actions": entering.actions(act, row, ("update", "cancel"), ended)}


async def create(act: Act, draft: CertificateCreate) -> UUID:
    """Enter a certificate. Raises Invalid, Forbidden; the database refuses the same one twice (Taken)."""
    await entering.worker(act, draft.worker_id)
    _fits(act, draft.issued_on, draft.valid_to)
    certificate = Certificate(version=1, created_at=act.now, recorded_at=act.now, **draft.model_dump())
    return await repository.add(act, certificate)


async def update(act: Act, certificate_id: UUID, expected: int, change: CertificateUpdate) -> None:
    """Put a certificate right. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion, Invalid; Conflict for a cancelled one; the database as in `create`.
    """
    certificate = await claim(act, Certificate, certificate_id, expected)
    entering.still_holds(certificate.cancel_reason, "certificate_cancelled")
    told = entering.told(change, certificate)
    _fits(act, told.get("issued_on", certificate.issued_on), told.get("valid_to", certificate.valid_to))
    for name, value in told.items():
        setattr(certificate, name, value)
    if told:
        await repository.save(act, certificate)


async def cancel(act: Act, certificate_id: UUID, expected: int, wish: Withdrawal) -> None:
    """Say that a certificate was entered by mistake, or was taken back. Raises as `update`."""
    certificate = await claim(act, Certificate, certificate_id, expected)
    entering.still_holds(certificate.cancel_reason, "certificate_cancelled")
    certificate.cancel_reason = wish.reason
    await repository.save(act, certificate)


def _fits(act: Act, issued_on: date, valid_to: date | None) -> None:
    entering.not_future(act, issued_on, "/issued_on")
    if valid_to is not None and valid_to <= issued_on:
        raise Invalid(errors=(FieldError("/valid_to", "certificate_ends_before"),))
