"""Branches as entities: what a judgement rests on, locked; and set-wise writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Text, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from app.core.acts import Act
from app.services.authorities.models import Authority
from app.services.branches.models import Branch, BranchOrganization
from app.services.hosts.models import Host
from app.services.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that is to be covered: its members by both counts, and the periods in which it is covered."""

    id: UUID
    region_code: int
    working: int | None
    relation: int | None
    probationary: int | None
    periods: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that drafts refer to and the caller may see; the ends of authorities and hosts, and the parents."""

    organizations: dict[UUID, Candidate]
    authorities: dict[UUID, date | None]
    hosts: dict[UUID, date | None]
    parents: dict[UUID, tuple[str, date | None]]


async def grounds(
    act: Act,
    *,
    organizations: Iterable[UUID] = (),
    authorities: Iterable[UUID] = (),
    hosts: Iterable[UUID] = (),
    parents: Iterable[UUID] = (),
) -> Grounds:
    """Read and lock what is referred to: nothing of it can end, or be covered by another, before this act does.

    Branches are locked before organisations here as everywhere, so that no two acts wait for each other.
    """
    return Grounds(
        authorities=await _ends(act, Authority, Authority.dissolved_on, authorities),
        hosts=await _ends(act, Host, Host.closed_on, hosts),
        parents=await _parents(act, parents),
        organizations=await candidates(act, organizations),
    )


async def candidates(act: Act, wanted: Iterable[UUID], *, lock: bool = True) -> dict[UUID, Candidate]:
    """Organisations locked in the order of their ids, as everybody locks them; unlocked for a mere look."""
    ids = sorted(set(wanted))
    if not ids:
        return {}
    query = (
        select(
            Organization.id,
            Organization.region_code,
            Organization.members_working,
            Organization.members_relation,
            Organization.members_probationary,
        )
        .where(Organization.id.in_(ids))
        .order_by(Organization.id)
    )
    rows = await act.session.execute(query.with_for_update(key_share=True) if lock else query)
    locked = list(rows)
    link = BranchOrganization
    periods: dict[UUID, list[tuple[date, date | None]]] = defaultdict(list)
    for found in await act.session.execute(
        select(link.organization_id, link.valid_from, link.valid_to).where(link.organization_id.in_(ids))
    ):
        periods[found.organization_id].append((found.valid_from, found.valid_to))
    return {row[0]: Candidate(*row, tuple(periods[row[0]])) for row in locked}


async def _ends(act: Act, model: Any, ended: Any, wanted: Iterable[UUID]) -> dict[UUID, date | None]:
    ids = sorted(set(wanted))
    if not ids:
        return {}
    query = select(model.id, ended).where(model.id.in_(ids)).order_by(model.id).with_for_update(read=True)
    return {row[0]: row[1] for row in await act.session.execute(query)}


async def _parents(act: Act, wanted: Iterable[UUID]) -> dict[UUID, tuple[str, date | None]]:
    ids = sorted(set(wanted))
    if not ids:
        return {}
    query = (
        select(Branch.id, Branch.level, Branch.dissolved_on)
        .where(Branch.id.in_(ids))
        .order_by(Branch.id)
        .with_for_update(read=True)
    )
    return {row[0]: (row[1], row[2]) for row in await act.session.execute(query)}


async def found(act: Act, rows: Sequence[dict[str, Any]], covered: Sequence[Sequence[Candidate]]) -> list[UUID]:
    """Insert branches with what each covers from its founding on, two statements in all; returns the keys in order."""
    if not rows:
        return []
    ids = list(await act.session.scalars(select(func.uuidv7()).select_from(func.generate_series(1, len(rows)))))
    await act.session.execute(insert(Branch).values([{"id": key, **row} for key, row in zip(ids, rows, strict=True)]))
    await cover(
        act,
        [
            (key, row["formation_mode"], organization, row["founded_on"])
            for key, row, organizations in zip(ids, rows, covered, strict=True)
            for organization in organizations
        ],
    )
    return ids


async def cover(act: Act, links: Sequence[tuple[UUID, str, Candidate, date]]) -> None:
    """Insert links as (branch, its formation mode, organisation, first day), in the order of the organisations."""
    if not links:
        return
    ordered = sorted(links, key=lambda link: link[2].id)
    given = (
        func.unnest(
            literal([link[0] for link in ordered], ARRAY(PgUUID)),
            literal([link[1] for link in ordered], ARRAY(Text)),
            literal([link[2].id for link in ordered], ARRAY(PgUUID)),
            literal([link[3] for link in ordered], ARRAY(Date)),
        )
        .table_valued("branch_id", "formation_mode", "organization_id", "valid_from")
        .render_derived()
    )
    source = select(
        literal(1),
        given.c.branch_id,
        given.c.formation_mode,
        Organization.id,
        given.c.valid_from,
        Organization.region_code,
        literal(act.now),
        literal(act.now),
    ).join(Organization, Organization.id == given.c.organization_id)
    names = ("version", "branch_id", "formation_mode", "organization_id", "valid_from", "region_code")
    await act.session.execute(insert(BranchOrganization).from_select([*names, "created_at", "recorded_at"], source))


async def save(act: Act, branch: Branch) -> None:
    """Write a claimed branch's changes as its next version."""
    branch.version += 1
    branch.recorded_at = act.now
    await act.session.flush()


async def taken_in(act: Act, branch_id: UUID, day: date) -> list[UUID]:
    """The organisations a branch covers on a day or later."""
    link = BranchOrganization
    query = select(link.organization_id).where(
        link.branch_id == branch_id, or_(link.valid_to.is_(None), link.valid_to > day)
    )
    return list(await act.session.scalars(query))


async def members_of(act: Act, organizations: Iterable[UUID]) -> list[tuple[int | None, int | None]]:
    """Formal members of organisations, (working, relation), without locking."""
    query = select(Organization.members_working, Organization.members_relation).where(
        Organization.id.in_(sorted(set(organizations)))
    )
    return [(row[0], row[1]) for row in await act.session.execute(query)]


async def link_over(act: Act, branch_id: UUID, organization_id: UUID, day: date) -> BranchOrganization | None:
    """The link by which a branch covers an organisation on a day or later, locked; the organisation is locked first."""
    await candidates(act, [organization_id])
    link = BranchOrganization
    return await act.session.scalar(
        select(link)
        .where(
            link.branch_id == branch_id,
            link.organization_id == organization_id,
            or_(link.valid_to.is_(None), link.valid_to > day),
        )
        .order_by(link.valid_from)
        .limit(1)
        .with_for_update(key_share=True)
    )


async def end_link(act: Act, link: BranchOrganization, day: date, reason: str) -> None:
    """End one link."""
    link.valid_to = day
    link.end_reason = reason
    link.version += 1
    link.recorded_at = act.now
    await act.session.flush()


async def end_links(act: Act, branch_id: UUID, day: date, reason: str) -> None:
    """End all links of a branch by a day; one that would begin later ends on its first day and so never held."""
    await candidates(act, await taken_in(act, branch_id, day))
    link = BranchOrganization
    await act.session.execute(
        update(link)
        .where(link.branch_id == branch_id, or_(link.valid_to.is_(None), link.valid_to > day))
        .values(
            valid_to=func.greatest(link.valid_from, day),
            end_reason=reason,
            version=link.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )


async def children(act: Act, branch_id: UUID) -> list[str]:
    """The levels of the branches that stand and belong to this one."""
    query = select(Branch.level).where(Branch.parent_id == branch_id, Branch.dissolved_on.is_(None))
    return list(await act.session.scalars(query))


async def move_members(act: Act, branches: Iterable[UUID], heir: UUID, day: date) -> int:
    """All current members of branches have their relation with another from a day on; how many."""
    entering = literal({"*": str(heir)}, JSONB)
    moved = func.move_members(literal(sorted(branches), ARRAY(PgUUID(as_uuid=True))), entering, day, type_=Integer)
    return int(await act.session.scalar(select(moved)) or 0)
