"""The audit for those who may read it. Row-level security lets nobody read it who has not said so first."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core.acts import Act
from app.core.clock import day_of
from app.core.errors import Forbidden
from app.core.history import Audit
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import selecting
from app.services.audit.schemas import AuditFilters, AuditRead

PERMISSION = "audit:read"
SORTS = Sorts({"at": Audit.at}, Audit.id, "-at")
SKEW = timedelta(days=1)  # the day is by the server's clock, the time by ours; they are never this far apart


async def listed(act: Act, filters: AuditFilters, ask: Ask) -> Page:
    """One page within the scope, the newest first. Raises Forbidden without the permission.

    A scope of the whole country sees all; any other one sees writes to rows inside it, and what was noted of actors
    whose own scope lies inside it.
    """
    if PERMISSION not in act.by.permissions:
        raise Forbidden(permission=PERMISSION)
    await act.session.execute(select(func.set_config("liangxin.audit", "read", True)))
    query = selecting(AuditRead, Audit, reason=Audit.why)
    for name in ("actor", "verb", "subject", "request_id"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Audit, name) == value)
    if filters.subject_id is not None:
        query = query.where(Audit.ids.contains([filters.subject_id]))
    if filters.since is not None:
        query = query.where(Audit.at >= filters.since, Audit.day >= day_of(filters.since - SKEW))
    if filters.until is not None:
        query = query.where(Audit.at < filters.until, Audit.day <= day_of(filters.until + SKEW))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in AuditFilters.model_fields])
