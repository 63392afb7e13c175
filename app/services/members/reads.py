"""Members as rows for the wire, with masked numbers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.authorities.facts import DIGITS
from app.services.branches.models import Branch
from app.services.members.facts import HOLDER, PERSONAL, MemberKind, MemberState, TransferState
from app.services.members.models import Member, MemberRelation, MemberTransfer
from app.services.members.schemas import MemberFilters, MemberRelationRead, MemberStored, MemberVersion
from app.services.organizations.models import Organization
from app.services.privacy import keeping
from app.services.privacy.facts import masked
from app.services.regions.stated import stated_span

SORTS = Sorts({"region_code": Member.region_code, "name": Member.name, "since": Member.since}, Member.id, "region_code")
LINES = (Member.authority_code, Member.outflow_authority_code, Member.inflow_authority_code)
OWN = (Member.branch_id, Member.inflow_branch_id, Member.organization_id)
EXACT = ("state", "branch_id", "organization_id", "inflow_branch_id", "kind", "floating")


def _stored() -> "Select[Any]":
    return (
        select(
            *columns(
                MemberStored,
                Member,
                branch_name=Branch.name,
                organization_name=Organization.name,
                region_code=padded(Member.region_code),
                outflow_authority_code=padded(Member.outflow_authority_code, DIGITS),
            )
        )
        .outerjoin(Branch, Branch.id == Member.branch_id)
        .outerjoin(Organization, Organization.id == Member.organization_id)
    )


async def listed(act: Act, filters: MemberFilters, ask: Ask) -> Page:
    """One page of members by region, unless another sort is asked for."""
    query = _stored().where(*within(act, Member.region_code, LINES, OWN))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Member.region_code >= low, Member.region_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Member, name) == value)
    found = await page(act, query, ask, SORTS, [getattr(filters, name) for name in MemberFilters.model_fields])
    return replace(found, rows=await _masked(act, found.rows))


async def of_ids(act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """These members, as far as they are visible."""
    query = (
        _stored()
        .where(Member.id.in_(ids), *within(act, Member.region_code, LINES, OWN))
        .order_by(Member.region_code, Member.id)
    )
    rows = (await act.session.execute(query)).mappings().all()
    return await _masked(act, [dict(row) for row in rows])


async def one(act: Act, member_id: UUID) -> dict[str, Any]:
    """One member. Raises NotFound."""
    rows = await of_ids(act, [member_id])
    if not rows:
        raise NotFound()
    return rows[0]


async def detail(act: Act, member_id: UUID) -> dict[str, Any]:
    """One member with the departures approved and the actions the caller may take. Raises NotFound."""
    row = await one(act, member_id)
    kept = select(
        Member.departures,
        Member.authority_code,
        select(MemberTransfer.id)
        .where(MemberTransfer.member_id == Member.id, MemberTransfer.state == TransferState.pending)
        .exists(),
    ).where(Member.id == member_id)
    departures, authority, moving = (await act.session.execute(kept)).one()
    return {**row, "departures": departures, "allowed_actions": _allowed(act, row, authority, moving)}


def _allowed(act: Act, row: dict[str, Any], authority: int | None, moving: bool) -> list[dict[str, Any]]:
    permissions = act.by.permissions
    lines = [authority] if authority is not None else []
    own = [row["branch_id"]] if row["branch_id"] is not None else []
    outside = None if act.scope.holds(int(row["region_code"]), lines, own) else "outside_scope"
    refusal = (None if Permission.members_write in permissions else "permission") or outside
    standing = refusal or (None if row["state"] == MemberState.current else "member_not_current")
    probationary = None if row["kind"] == MemberKind.probationary else "member_formal"
    erasing = None if Permission.data_subjects_erase in permissions else "permission"
    return [
        action("update", standing),
        action("confirm", standing or probationary),
        action("transfer", standing or ("transfer_pending" if moving else None)),
        action("end", standing),
        action("reveal", None if Permission.members_reveal in permissions else "permission"),
        action("erase", erasing or outside),
    ]


async def history(act: Act, member_id: UUID, ask: Ask) -> Page:
    """All versions of a member, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, member_id)
    versions = versions_of(Member, member_id).c
    query = select(*columns(MemberVersion, versions, region_code=padded(versions.region_code)))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), member_id)


async def relations(act: Act, member_id: UUID, ask: Ask) -> Page:
    """Where a member's relation was and is, the earliest first, as far as the caller sees. Raises NotFound."""
    await one(act, member_id)
    query = (
        select(*columns(MemberRelationRead, MemberRelation, branch_name=Branch.name))
        .outerjoin(Branch, Branch.id == MemberRelation.branch_id)
        .where(MemberRelation.member_id == member_id)
    )
    return await page(
        act, query, ask, Sorts({"valid_from": MemberRelation.valid_from}, MemberRelation.id, "valid_from"), member_id
    )


async def relations_of(act: Act, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Visible relations by member, the earliest first."""
    query = (
        select(MemberRelation.member_id, *columns(MemberRelationRead, MemberRelation, branch_name=Branch.name))
        .outerjoin(Branch, Branch.id == MemberRelation.branch_id)
        .where(MemberRelation.member_id.in_(ids))
        .order_by(MemberRelation.valid_from, MemberRelation.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in (await act.session.execute(query)).mappings():
        found[row["member_id"]].append({name: row[name] for name in MemberRelationRead.model_fields})
    return found


async def floating_into(act: Act, branch_id: UUID) -> list[tuple[int | None, int]]:
    """How many current members float into a branch, by the code of the body they came from: the one named for the place
    of origin, else that of their own branch. Numbers alone, of whom the caller sees.
    """
    origin = func.coalesce(Member.outflow_authority_code, Member.authority_code)
    query = (
        select(origin, func.count())
        .where(Member.inflow_branch_id == branch_id, Member.floating, Member.state == MemberState.current)
        .group_by(origin)
    )
    return [(row[0], row[1]) for row in await act.session.execute(query)]


async def _masked(act: Act, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = await keeping.opened(act, HOLDER, [str(row["id"]) for row in rows])
    for row in rows:
        values = held.get(str(row["id"]), {})
        for field, kind in PERSONAL.items():
            row[field] = masked(kind, values[field]) if field in values else None
    return rows
