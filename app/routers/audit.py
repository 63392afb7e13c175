"""The audit: who did what, when, from where and why. Only for auditors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.audit import reads
from app.services.audit.schemas import AuditFilters, AuditRead
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=StrictRoute)

AuditReading = Annotated[Act, May(Permission.audit_read)]

COLUMNS = (
    Column("at", "datetime"),
    Column("actor"),
    Column("origin"),
    Column("verb", coded="audit_verb"),
    Column("subject", coded="audit_subject"),
    Column("count", "integer"),
    Column("ids"),
    Column("reason", heading="stated_reason"),
    Column("detail"),
    Column("request_id"),
    Column("id"),
)


class AuditList(AuditFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List audit rows", response_model=Listed[AuditRead], responses=declares(NotAcceptable))
async def list_audit_rows(act: AuditReading, request: Request, query: Annotated[AuditList, Query()]) -> Response:
    """What was done within the scope, the newest first; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    Writes, reveals, exports, reads of lists of names, sign-ins and refusals each leave a row. Nobody can change or
    remove one through this service; `liangxin audit verify` proves that nobody has.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())
