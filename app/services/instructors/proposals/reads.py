"""What a proposal is made from, and proposals and pairs as rows for the wire."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, and_, any_, func, literal, or_, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.branches.models import Branch
from app.services.instructors.facts import Purpose
from app.services.instructors.models import Assignment, Station, StationMember
from app.services.instructors.proposals.composing import Helper, Waiting
from app.services.instructors.proposals.models import Pair, Proposal
from app.services.instructors.proposals.schemas import (
    PairFilters,
    PairRead,
    ProposalFilters,
    ProposalRead,
    ProposalVersion,
)
from app.services.members.models import Member
from app.services.organizations.facts import CoverageMode, Status
from app.services.organizations.kinds import TWO_NEW_KINDS, Kind
from app.services.organizations.models import Organization
from app.services.regions.facts import span
from app.services.regions.stated import stated_span
from app.services.workers.facts import WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld

Place = tuple[int, int]
MICRO = 1_000_000

PROPOSALS = Sorts({"region_code": Proposal.region_code, "created_at": Proposal.created_at}, Proposal.id, "-created_at")
PAIRS = Sorts({"turn": Pair.turn, "region_code": Pair.region_code}, Pair.id, "turn")
OWN = (Assignment.worker_id, Assignment.organization_id, Assignment.branch_id)
LINES = (Assignment.authority_code, Assignment.outflow_authority_code)
ORGANIZATION = (
    Organization.id.label("organization_id"),
    Organization.region_code,
    Organization.region_level,
    Organization.kind,
    Organization.industry,
    Organization.longitude_e6,
    Organization.latitude_e6,
)


async def gaps(
    act: Act,
    at: Place,
    starts: date,
    purpose: Purpose,
    only: Sequence[UUID] | None,
    kinds: Sequence[Kind] | None,
    most: int,
) -> list[Waiting]:
    """Organisations of a region at work that no branch covers and nobody is sent to, then or later, by region."""
    low, high = span(*at)
    sent = select(Assignment.id).where(
        Assignment.organization_id == Organization.id,
        Assignment.valid_to > func.greatest(starts, Assignment.valid_from),
    )
    query = select(*ORGANIZATION).where(
        Organization.region_code >= low,
        Organization.region_code < high,
        Organization.region_level >= at[1],
        Organization.kind.in_([str(kind) for kind in (kinds if kinds is not None else TWO_NEW_KINDS)]),
        Organization.kind.in_([str(kind) for kind in TWO_NEW_KINDS]),
        Organization.status == Status.operating,
        or_(Organization.established_on.is_(None), Organization.established_on <= starts),
        Organization.coverage_mode == CoverageMode.none,
        ~sent.exists(),
        *within(act, Organization.region_code, [Organization.line_code], [Organization.covered_by]),
    )
    if only is not None:
        query = query.where(Organization.id == any_(literal(list(only), ARRAY(Uuid))))
    query = query.order_by(Organization.region_code, Organization.id).limit(most)
    return [_organization(row, purpose) for row in await act.session.execute(query)]


async def handed_over(act: Act, at: Place, starts: date, worker: UUID) -> list[Waiting]:
    """What an instructor has in a region on a day or later, by region; each as what is to be handed over."""
    low, high = span(*at)
    query = (
        select(
            Assignment.id,
            Assignment.purpose,
            Assignment.branch_id,
            func.coalesce(Organization.region_code, Branch.region_code).label("region_code"),
            func.coalesce(Organization.region_level, Branch.region_level).label("region_level"),
            *(column for column in ORGANIZATION if column.key not in ("region_code", "region_level")),
        )
        .outerjoin(Organization, Organization.id == Assignment.organization_id)
        .outerjoin(Branch, Branch.id == Assignment.branch_id)
        .where(
            Assignment.worker_id == worker,
            Assignment.valid_to > func.greatest(starts, Assignment.valid_from),
            Assignment.region_code >= low,
            Assignment.region_code < high,
            *within(act, Assignment.region_code, LINES, OWN),
        )
        .order_by(Assignment.region_code, Assignment.id)
    )
    found = []
    for row in await act.session.execute(query):
        if row.region_code is not None:  # what may not be seen is handed over by whom may
            waiting = _organization(row, Purpose(row.purpose))
            found.append(replace(waiting, branch_id=row.branch_id, replaces=row.id))
    return found


async def target(act: Act, pair: Pair) -> Waiting | None:
    """What a pair is about as it stands now; None when it is not to be seen."""
    purpose = Purpose(pair.purpose)
    if pair.organization_id is not None:
        query = select(*ORGANIZATION).where(Organization.id == pair.organization_id)
        row = (await act.session.execute(query)).first()
        return None if row is None else replace(_organization(row, purpose), replaces=pair.replaces)
    place = select(Branch.region_code, Branch.region_level).where(Branch.id == pair.branch_id)
    code = (await act.session.execute(place)).first()
    return None if code is None else Waiting(None, pair.branch_id, (code[0], code[1]), purpose, pair.replaces)


def _organization(row: Any, purpose: Purpose) -> Waiting:
    return Waiting(
        organization_id=row.organization_id,
        branch_id=None,
        region=(row.region_code, row.region_level),
        purpose=purpose,
        kind=row.kind,
        industry=row.industry,
        longitude=None if row.longitude_e6 is None else row.longitude_e6 / MICRO,
        latitude=None if row.latitude_e6 is None else row.latitude_e6 / MICRO,
    )


async def with_past(act: Act, waiting: Sequence[Waiting], starts: date) -> list[Waiting]:
    """The same with who was there before, and who may not go: is there then, or had interests there."""
    place = func.coalesce(Assignment.organization_id, Assignment.branch_id)
    ids = [each.organization_id or each.branch_id for each in waiting]
    among = any_(literal(ids, ARRAY(Uuid)))  # as one value: a statement has no room for so many
    query = select(
        place.label("place"), Assignment.worker_id, Assignment.valid_to, Assignment.conflict_of_interest
    ).where(
        or_(Assignment.organization_id == among, Assignment.branch_id == among),
        Assignment.valid_to > Assignment.valid_from,
    )
    known: dict[UUID, set[UUID]] = {}
    barred: dict[UUID, set[UUID]] = {}
    for row in await act.session.execute(query):
        kept = barred if row.conflict_of_interest or row.valid_to > starts else known
        kept.setdefault(row.place, set()).add(row.worker_id)
    return [
        replace(each, known=frozenset(known.get(key, ())), barred=frozenset(barred.get(key, ())))
        for each, key in zip(waiting, ids, strict=True)
        if key is not None
    ]


async def helpers(
    act: Act, home: Place, starts: date, without: UUID | None = None, only: UUID | None = None
) -> list[Helper]:
    """The instructors of a region on a day, by region; how many they have is not told yet."""
    low, high = span(*home)
    query = (
        select(
            Worker.id,
            func.coalesce(Station.region_code, Worker.home_region_code, Worker.region_code).label("region_code"),
            func.coalesce(Station.region_level, Worker.home_region_level, Worker.region_level).label("region_level"),
            Worker.industries,
            Worker.background,
            Worker.qualifications,
            Station.longitude_e6,
            Station.latitude_e6,
        )
        .join(WorkerRoleHeld, WorkerRoleHeld.worker_id == Worker.id)
        .outerjoin(
            StationMember,
            and_(
                StationMember.worker_id == Worker.id,
                valid_on(StationMember.valid_from, StationMember.valid_to, starts),
            ),
        )
        .outerjoin(Station, Station.id == StationMember.station_id)
        .where(
            WorkerRoleHeld.role == WorkerRole.instructor,
            WorkerRoleHeld.valid_from <= starts,
            WorkerRoleHeld.valid_to > starts,
            WorkerRoleHeld.region_code >= low,
            WorkerRoleHeld.region_code < high,
            *within(act, WorkerRoleHeld.region_code, [WorkerRoleHeld.authority_code], [WorkerRoleHeld.worker_id]),
        )
        .order_by(Worker.region_code, Worker.id)
    )
    if without is not None:
        query = query.where(Worker.id != without)
    if only is not None:
        query = query.where(Worker.id == only)
    return [
        Helper(
            id=row.id,
            region=(row.region_code, row.region_level),
            load=0,
            industries=tuple(row.industries),
            background=row.background,
            qualifications=tuple(row.qualifications),
            longitude=None if row.longitude_e6 is None else row.longitude_e6 / MICRO,
            latitude=None if row.latitude_e6 is None else row.latitude_e6 / MICRO,
        )
        for row in await act.session.execute(query)
    ]


async def listed(act: Act, filters: ProposalFilters, ask: Ask) -> Page:
    """One page of proposals, the newest first unless another sort is asked for."""
    query = selecting(ProposalRead, Proposal, region_code=padded(Proposal.region_code))
    query = query.where(*within(act, Proposal.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Proposal.region_code >= low, Proposal.region_code < high)
    if filters.state is not None:
        query = query.where(Proposal.state == filters.state)
    if filters.hand_over_of is not None:
        query = query.where(Proposal.hand_over_of == filters.hand_over_of)
    return await page(act, query, ask, PROPOSALS, [getattr(filters, name) for name in ProposalFilters.model_fields])


async def one(act: Act, proposal_id: UUID) -> dict[str, Any]:
    """One proposal, with how many pairs stand in which state. Raises NotFound."""
    query = selecting(ProposalRead, Proposal, region_code=padded(Proposal.region_code))
    row = (await act.session.execute(query.where(Proposal.id == proposal_id))).mappings().first()
    if row is None:
        raise NotFound()
    counted = (
        select(Pair.state, func.count().label("number")).where(Pair.proposal_id == proposal_id).group_by(Pair.state)
    )
    states = await act.session.execute(counted.order_by(Pair.state))
    return {**row, "pairs": {each.state: each.number for each in states}}


async def history(act: Act, proposal_id: UUID, ask: Ask) -> Page:
    """All versions of a proposal, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Proposal, proposal_id).c
    query = select(*columns(ProposalVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), proposal_id)
    if not found.rows:
        raise NotFound()
    return found


def _pairs() -> "Select[Any]":
    return (
        selecting(
            PairRead,
            Pair,
            region_code=padded(Pair.region_code),
            organization_name=Organization.name,
            branch_name=Branch.name,
            worker_name=func.coalesce(Member.name, Worker.name),
        )
        .outerjoin(Organization, Organization.id == Pair.organization_id)
        .outerjoin(Branch, Branch.id == Pair.branch_id)
        .outerjoin(Worker, Worker.id == Pair.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
    )


async def pairs(act: Act, proposal_id: UUID, filters: PairFilters, ask: Ask) -> Page:
    """One page of a proposal's pairs, by region. Raises NotFound for a proposal that is not to be seen."""
    await one(act, proposal_id)
    query = _pairs().where(Pair.proposal_id == proposal_id)
    for name in ("state", "worker_id", "organization_id"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Pair, name) == value)
    if filters.left is not None:
        query = query.where(Pair.worker_id.is_(None) if filters.left else Pair.worker_id.is_not(None))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Pair.region_code >= low, Pair.region_code < high)
    bound = [proposal_id, *(getattr(filters, name) for name in PairFilters.model_fields)]
    return await page(act, query, ask, PAIRS, bound)


async def pair(act: Act, proposal_id: UUID, pair_id: UUID) -> dict[str, Any]:
    """One pair with its departures. Raises NotFound."""
    query = _pairs().add_columns(Pair.departures).where(Pair.id == pair_id, Pair.proposal_id == proposal_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
