"""Certificates as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.services.reminders.reads import due
from app.services.training import reads
from app.services.training.certificates.schemas import CertificateFilters, CertificateRead, CertificateVersion
from app.services.training.models import Certificate
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import found, placed
from app.services.workers.beside.reads import history as versions

KEYS = {"region_code": Certificate.region_code, "issued_on": Certificate.issued_on}


async def listed(act: Act, filters: CertificateFilters, ask: Ask) -> Page:
    """One page of certificates by region, of one worker the latest first, unless another sort is asked for."""
    query = placed(reads.of_worker(act, CertificateRead, Certificate), Certificate, filters)
    query = query.where(*reads.counting(Certificate, filters.cancelled))
    if filters.worker_id is not None:
        query = query.where(Certificate.worker_id == filters.worker_id)
    if filters.kind is not None:
        query = query.where(Certificate.kind == filters.kind)
    if filters.holds_on is not None:
        query = query.where(
            Certificate.issued_on <= filters.holds_on,
            or_(Certificate.valid_to.is_(None), Certificate.valid_to > filters.holds_on),
        )
    if filters.ends_before is not None:
        query = query.where(Certificate.valid_to < filters.ends_before)
    sorts = Sorts(KEYS, Certificate.id, "region_code" if filters.worker_id is None else "-issued_on")
    return await page(act, query, ask, sorts, narrowed(CertificateFilters, filters))


async def one(act: Act, certificate_id: UUID) -> dict[str, Any]:
    """One certificate. Raises NotFound."""
    query = reads.of_worker(act, CertificateRead, Certificate).where(Certificate.id == certificate_id)
    return await found(act, query)


async def history(act: Act, certificate_id: UUID, ask: Ask) -> Page:
    """All versions of a certificate, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, CertificateVersion, Certificate, certificate_id, ask)


async def expiring(act: Act, until: date) -> "Select[Any]":
    """Certificates that end by a day and hold today, or ended, and that none of the kind replaced; as reminders."""
    later = aliased(Certificate)
    newer = select(later.id).where(
        later.worker_id == Certificate.worker_id,
        later.kind == Certificate.kind,
        later.cancel_reason.is_(None),
        later.issued_on > Certificate.issued_on,
    )
    return select(*due(Certificate.id, Certificate.body, Certificate.valid_to, Certificate.region_code)).where(
        Certificate.valid_to <= until,
        Certificate.cancel_reason.is_(None),
        ~newer.exists(),
        *within(act, Certificate.region_code, [Certificate.authority_code], [Certificate.worker_id]),
    )
