"""Certificates of party workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.training.certificates import reads, service
from app.services.training.certificates.schemas import (
    CertificateCreate,
    CertificateDetail,
    CertificateFilters,
    CertificateRead,
    CertificateUpdate,
    CertificateVersion,
)
from app.services.training.wire import Withdrawal
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/certificates", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
TrainingWrite = Annotated[Act, May(Permission.training_write)]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("region_code"),
    Column("kind", coded="certificate_kind", heading="certificate_kind"),
    Column("number", heading="certificate_number"),
    Column("body", heading="certificate_body"),
    Column("issued_on", "date", heading="certificate_issued_on"),
    Column("valid_to", "date", heading="certificate_until"),
    Column("cancel_reason"),
    Column("worker_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class CertificateList(CertificateFilters, ListQuery):
    """Filters and paging of the certificates."""


@router.get("", summary="List certificates", response_model=Listed[CertificateRead], responses=declares(NotAcceptable))
async def list_certificates(
    act: TrainingRead, request: Request, query: Annotated[CertificateList, Query()]
) -> Response:
    """Certificates of the scope's workers, one worker's latest first; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Enter a certificate", status_code=201, response_model=CertificateDetail, responses=declares(Taken)
)
async def create_certificate(act: TrainingWrite, draft: CertificateCreate) -> Response:
    """Enters a certificate that a worker was given. The same kind of the same day twice is refused as taken."""
    row_id = await service.create(act, draft)
    return answers.created(CertificateDetail, await service.shown(act, row_id), "/v1/certificates/{id}")


@router.get(
    "/{certificate_id}", summary="Read a certificate", response_model=CertificateDetail, responses=declares(NotFound)
)
async def read_certificate(act: TrainingRead, certificate_id: UUID, request: Request) -> Response:
    """One certificate with its ETag and what the caller may do to it."""
    return answers.one(CertificateDetail, await service.shown(act, certificate_id), request)


@router.patch(
    "/{certificate_id}",
    summary="Correct a certificate",
    response_model=CertificateDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def correct_certificate(
    act: TrainingWrite, certificate_id: UUID, change: CertificateUpdate, request: Request
) -> Response:
    """Puts right what is sent. Needs `If-Match`."""
    await service.update(act, certificate_id, answers.expected_version(request), change)
    return answers.one(CertificateDetail, await service.shown(act, certificate_id))


@router.post(
    "/{certificate_id}/cancel", summary="Cancel a certificate", response_model=CertificateDetail, responses=CHANGED
)
async def cancel_certificate(act: TrainingWrite, certificate_id: UUID, wish: Withdrawal, request: Request) -> Response:
    """Says that a certificate was entered by mistake, or was taken back. Needs `If-Match`."""
    await service.cancel(act, certificate_id, answers.expected_version(request), wish)
    return answers.one(CertificateDetail, await service.shown(act, certificate_id))


@router.get(
    "/{certificate_id}/history",
    summary="List a certificate's versions",
    response_model=Listed[CertificateVersion],
    responses=declares(NotFound),
)
async def list_certificate_versions(
    act: TrainingRead, certificate_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, certificate_id, query.ask()), request)
