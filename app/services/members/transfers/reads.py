"""Transfers of relations as rows for the wire; both ends see them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.models import Branch
from app.services.members.facts import TransferState
from app.services.members.models import MemberTransfer
from app.services.members.transfer_schemas import TransferFilters, TransferRead

SORTS = Sorts({"recorded_at": MemberTransfer.recorded_at}, MemberTransfer.id, "-recorded_at")


def _shown() -> "Select[Any]":
    leaving, entering = aliased(Branch), aliased(Branch)
    return (
        select(
            *columns(
                TransferRead,
                MemberTransfer,
                from_branch_name=leaving.name,
                to_branch_name=entering.name,
                region_code=padded(MemberTransfer.region_code),
                to_region_code=padded(MemberTransfer.to_region_code),
            )
        )
        .outerjoin(leaving, leaving.id == MemberTransfer.from_branch_id)
        .outerjoin(entering, entering.id == MemberTransfer.to_branch_id)
    )


def _at_either_end(act: Act) -> ColumnElement[bool]:
    row = MemberTransfer
    ends = (
        within(act, row.region_code, [row.authority_code], [row.from_branch_id]),
        within(act, row.to_region_code, [row.to_authority_code], [row.to_branch_id]),
    )
    return or_(*(and_(true(), *conditions) for conditions in ends))


async def listed(act: Act, filters: TransferFilters, ask: Ask) -> Page:
    """One page of transfers, the latest first."""
    query = _shown().where(_at_either_end(act))
    if filters.state is not None:
        query = query.where(MemberTransfer.state == filters.state)
    if filters.member_id is not None:
        query = query.where(MemberTransfer.member_id == filters.member_id)
    if filters.branch_id is not None:
        ends = (MemberTransfer.from_branch_id, MemberTransfer.to_branch_id)
        query = query.where(or_(*(end == filters.branch_id for end in ends)))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in TransferFilters.model_fields])


async def detail(act: Act, transfer_id: UUID) -> dict[str, Any]:
    """One transfer with what the caller may do. Raises NotFound."""
    codes = (MemberTransfer.authority_code, MemberTransfer.to_authority_code)
    query = _shown().add_columns(*(code.label(f"_{code.key}") for code in codes))
    query = query.where(MemberTransfer.id == transfer_id, _at_either_end(act))
    found = (await act.session.execute(query)).mappings().first()
    if found is None:
        raise NotFound()
    row = dict(found)
    leaving, entering = row.pop("_authority_code"), row.pop("_to_authority_code")
    refusal = None if Permission.members_write in act.by.permissions else "permission"
    refusal = refusal or (None if row["state"] == TransferState.pending else "transfer_decided")
    gives = refusal or _outside(act, row["region_code"], leaving, row["from_branch_id"])
    takes = refusal or _outside(act, row["to_region_code"], entering, row["to_branch_id"])
    actions = [action("accept", takes), action("refuse", takes), action("withdraw", gives)]
    return {**row, "allowed_actions": actions}


def _outside(act: Act, region: str | None, authority: int | None, branch: UUID | None) -> str | None:
    lines, own = ([] if authority is None else [authority]), ([] if branch is None else [branch])
    return None if region is not None and act.scope.holds(int(region), lines, own) else "outside_scope"


async def of_members(act: Act, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Visible transfers by member, the earliest first."""
    query = _shown().where(MemberTransfer.member_id.in_(ids)).order_by(MemberTransfer.created_at, MemberTransfer.id)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in (await act.session.execute(query)).mappings():
        found[row["member_id"]].append(dict(row))
    return found
