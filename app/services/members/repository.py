"""Members as entities, what is referred to, and the set-wise writes of a merge and of an erasure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from app.core.acts import Act
from app.core.database import driver
from app.services.branches.models import Branch
from app.services.members.models import Member, MemberRelation, MemberTransfer
from app.services.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch: where it stands, under whom, and between which days."""

    id: UUID
    region_code: int
    authority_code: int
    founded_on: date
    dissolved_on: date | None
    outflow_authority_code: int | None


async def branches(act: Act, ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Branches that may be written, locked: until this act ends none of them does, and nobody else enters members.

    Branches are locked before organisations here as everywhere, so that no two acts wait for each other.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = (
        select(
            Branch.id,
            Branch.region_code,
            Branch.authority_code,
            Branch.founded_on,
            Branch.dissolved_on,
            Branch.outflow_authority_code,
        )
        .where(Branch.id.in_(wanted))
        .order_by(Branch.id)
        .with_for_update(key_share=True)
    )
    return {row[0]: Standing(*row) for row in await act.session.execute(query)}


async def employer_known(act: Act, organization_id: UUID) -> bool:
    """Whether an organisation is there and visible."""
    return await act.session.scalar(select(Organization.id).where(Organization.id == organization_id)) is not None


async def add(act: Act, member: Member) -> Member:
    """Insert a member; key, place and codes are the database's."""
    act.session.add(member)
    await act.session.flush()
    await act.session.refresh(member)
    return member


async def save(act: Act, member: Member) -> None:
    """Write a claimed member's changes as the next version."""
    member.version += 1
    member.recorded_at = act.now
    await act.session.flush()
    await act.session.refresh(member)


async def standing(act: Act, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Visible members by id, locked in key order until the act ends."""
    query = select(Member).where(Member.id.in_(ids)).order_by(Member.id).with_for_update(key_share=True)
    return {row.id: row for row in (await act.session.scalars(query)).all()}


async def left_before(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some of those whose membership here ended before this instant's day."""
    query = select(Member.id).where(Member.until < before.date()).order_by(Member.id).limit(limit)
    return list((await act.session.scalars(query)).all())


class Gone(NamedTuple):
    """What hung on members that have been removed."""

    relations: list[UUID]
    transfers: list[UUID]


async def remove(act: Act, ids: Sequence[UUID]) -> Gone:
    """Delete members with their relations and transfers."""
    transfers = delete(MemberTransfer).where(MemberTransfer.member_id.in_(ids)).returning(MemberTransfer.id)
    relations = delete(MemberRelation).where(MemberRelation.member_id.in_(ids)).returning(MemberRelation.id)
    gone = Gone(list(await act.session.scalars(relations)), list(await act.session.scalars(transfers)))
    await act.session.execute(delete(Member).where(Member.id.in_(ids)))
    return gone


class Known(NamedTuple):
    """A current member anywhere in the country, known by the index of the identity number."""

    blind: bytes
    id: UUID
    region_code: int


async def holding(act: Act, blinds: Sequence[bytes]) -> list[Known]:
    """Whose identity number has one of these index values, whatever the scope."""
    found = await (await driver(act.session)).fetch(
        "SELECT blind, id, region_code FROM members_holding_identity($1)", sorted(set(blinds))
    )
    return [Known(row[0], row[1], row[2]) for row in found]


async def hold(act: Act, blinds: Sequence[bytes]) -> None:
    """Let nobody else enter the persons with these index values before this act ends."""
    await (await driver(act.session)).fetch("SELECT members_hold_identity($1)", sorted(set(blinds)))


async def add_transfer(act: Act, transfer: MemberTransfer) -> UUID:
    """Insert a transfer; what it copies of both ends is the database's. Gives its key."""
    act.session.add(transfer)
    await act.session.flush()
    await act.session.refresh(transfer)
    return transfer.id


async def save_transfer(act: Act, transfer: MemberTransfer) -> None:
    """Write a decided transfer as its next version; one that is accepted, the database carries out."""
    transfer.version += 1
    transfer.recorded_at = act.now
    await act.session.flush()
    act.session.expire_all()


async def save_branch(act: Act, branch: Branch) -> None:
    """Write a claimed branch's changes as its next version; what the database counts is read anew."""
    branch.version += 1
    branch.recorded_at = act.now
    await act.session.flush()
    act.session.expire(branch)
