"""Conditions as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.branches.models import Branch
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.treatment.conditions.schemas import ConditionFilters, ConditionRead, ConditionVersion
from app.services.treatment.models import Condition
from app.services.treatment.wire import narrowed
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.beside.reads import history as versions
from app.services.workers.models import Worker

SORTS = Sorts({"region_code": Condition.region_code, "since": Condition.since}, Condition.id, "region_code")
EXACT = ("worker_id", "branch_id", "organization_id", "kind", "provided")


def _shown(act: Act) -> "Select[Any]":
    lines = (Condition.authority_code, Condition.outflow_authority_code)
    return (
        selecting(
            ConditionRead,
            Condition,
            worker_name=NAME,
            branch_name=Branch.name,
            organization_name=Organization.name,
            region_code=padded(Condition.region_code),
            authority_code=padded(Condition.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == Condition.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .outerjoin(Branch, Branch.id == Condition.branch_id)
        .outerjoin(Organization, Organization.id == Condition.organization_id)
        .where(
            *within(
                act,
                Condition.region_code,
                lines,
                [Condition.worker_id, Condition.branch_id, Condition.organization_id],
            )
        )
    )


async def listed(act: Act, filters: ConditionFilters, ask: Ask) -> Page:
    """One page of conditions by region, unless another sort is asked for."""
    query = placed(_shown(act), Condition, filters)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Condition, name) == value)
    return await page(act, query, ask, SORTS, narrowed(filters))


async def one(act: Act, condition_id: UUID) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    return await found(act, _shown(act).where(Condition.id == condition_id))


async def history(act: Act, condition_id: UUID, ask: Ask) -> Page:
    """All versions of one, the newest first. Raises NotFound."""
    return await versions(act, ConditionVersion, Condition, condition_id, ask)
