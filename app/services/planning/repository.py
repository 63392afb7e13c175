"""Plans as entities, and their places set-wise."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, update

from app.core.acts import Act
from app.core.database import driver
from app.services.organizations.models import Organization
from app.services.planning.composing import Draft, Waiting
from app.services.planning.facts import PlaceKind, PlaceState
from app.services.planning.models import Plan, PlanPlace, PlanPlaceOrganization

PLACES = """
INSERT INTO plan_places (version, plan_id, turn, kind, state, region_code, region_level, host_id, branch_id, body,
                         organizations, members, distance, nearness, reasons, departures, created_at, recorded_at)
SELECT 1, $1, told.turn, told.kind, 'proposed', told.region_code, told.region_level, told.host_id, told.branch_id,
       told.body, told.organizations, told.members, told.distance, told.nearness, told.reasons::jsonb, '[]', $2, $2
  FROM unnest($3::int[], $4::text[], $5::bigint[], $6::smallint[], $7::uuid[], $8::uuid[], $9::text[], $10::int[],
              $11::int[], $12::int[], $13::text[], $14::text[])
       AS told (turn, kind, region_code, region_level, host_id, branch_id, body, organizations, members, distance,
                nearness, reasons)
 ORDER BY told.turn
RETURNING turn, id
"""
LINKS = """
INSERT INTO plan_place_organizations (plan_id, place_id, organization_id, members, region_code)
SELECT $1, told.place_id, told.organization_id, told.members, told.region_code
  FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::bigint[]) AS told (place_id, organization_id, members, region_code)
"""


async def add(act: Act, plan: Plan, places: Sequence[Draft], told: Sequence[Waiting]) -> UUID:
    """Write a plan with its places in their order; its key."""
    act.session.add(plan)
    await act.session.flush()
    connection = await driver(act.session)
    found = await connection.fetch(
        PLACES,
        plan.id,
        act.now,
        list(range(1, len(places) + 1)),
        [str(place.kind) for place in places],
        [place.region[0] for place in places],
        [place.region[1] for place in places],
        [place.host for place in places],
        [place.branch for place in places],
        [None if place.body is None else str(place.body) for place in places],
        [len(place.organizations) for place in places],
        [place.members for place in places],
        [place.distance for place in places],
        [None if place.nearness is None else str(place.nearness) for place in places],
        [orjson.dumps(place.reasons).decode() for place in places],
    )
    keys = {row["turn"]: row["id"] for row in found}
    by_id = {each.id: each for each in told}
    links = [(keys[turn], by_id[key]) for turn, place in enumerate(places, 1) for key in place.organizations]
    await connection.execute(
        LINKS,
        plan.id,
        [key for key, _ in links],
        [each.id for _, each in links],
        [each.members for _, each in links],
        [each.region[0] for _, each in links],
    )
    return plan.id


async def save(act: Act, row: Plan | PlanPlace) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def links(act: Act, plan_id: UUID, organization_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Of these organisations, those that stand in the plan: their place, members, region and host, locked."""
    link = PlanPlaceOrganization
    query = (
        select(
            link.organization_id,
            link.place_id,
            link.members,
            Organization.region_code,
            Organization.region_level,
            Organization.host_id,
            Organization.industry,
            Organization.longitude_e6,
            Organization.latitude_e6,
        )
        .join(Organization, Organization.id == link.organization_id)
        .where(link.plan_id == plan_id, link.organization_id.in_(list(organization_ids)))
        .order_by(link.organization_id)
        .with_for_update(of=link)
    )
    rows = (await act.session.execute(query)).mappings()
    return {row["organization_id"]: dict(row) for row in rows}


async def of_places(act: Act, plan_id: UUID, place_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """All organisations of these places, as `links` tells them."""
    link = PlanPlaceOrganization
    inside = select(link.organization_id).where(link.plan_id == plan_id, link.place_id.in_(list(place_ids)))
    return await links(act, plan_id, await act.session.scalars(inside))


async def locked(act: Act, place_ids: Iterable[UUID]) -> list[PlanPlace]:
    """Places by id, locked in one order."""
    query = select(PlanPlace).where(PlanPlace.id.in_(list(place_ids))).order_by(PlanPlace.id)
    return list(await act.session.scalars(query.with_for_update(key_share=True)))


async def move(act: Act, plan_id: UUID, organization_ids: Iterable[UUID], place_id: UUID) -> None:
    """Put organisations of a plan into one of its places."""
    link = PlanPlaceOrganization
    await act.session.execute(
        update(link)
        .where(link.plan_id == plan_id, link.organization_id.in_(list(organization_ids)))
        .values(place_id=place_id)
    )


async def stand_alone(act: Act, plan_id: UUID, keys: Sequence[UUID], rows: Sequence[dict[str, Any]]) -> None:
    """Organisations that a place has lost are the plan's last places, each by itself."""
    last = await act.session.scalar(select(func.max(PlanPlace.turn)).where(PlanPlace.plan_id == plan_id)) or 0
    for turn, (key, row) in enumerate(zip(keys, rows, strict=True), last + 1):
        place = PlanPlace(
            version=1,
            plan_id=plan_id,
            turn=turn,
            kind=PlaceKind.alone,
            state=PlaceState.edited,
            region_code=row["region_code"],
            region_level=row["region_level"],
            organizations=1,
            members=row["members"],
            reasons=[{"code": "taken_out_by_hand", "params": {}}],
            departures=[],
            created_at=act.now,
            recorded_at=act.now,
        )
        act.session.add(place)
        await act.session.flush()
        await move(act, plan_id, [key], place.id)


async def plan_of(act: Act, plan_id: UUID) -> Plan | None:
    """A plan, locked: its places change one request after the other. None when it is not to be seen."""
    return await act.session.scalar(select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True))


async def planned(act: Act, plan_id: UUID, among: Iterable[UUID]) -> int:
    """How many of these organisations stand in a place of the plan that was not dropped."""
    link = PlanPlaceOrganization
    query = (
        select(func.count())
        .select_from(link)
        .join(PlanPlace, PlanPlace.id == link.place_id)
        .where(link.plan_id == plan_id, link.organization_id.in_(list(among)), PlanPlace.state != "dropped")
    )
    return int(await act.session.scalar(query) or 0)


async def approve_places(act: Act, plan_id: UUID) -> list[Any]:
    """All places of a plan that were not dropped are approved; each with what its task needs."""
    changed = (
        update(PlanPlace)
        .where(PlanPlace.plan_id == plan_id, PlanPlace.state.in_(("proposed", "edited")))
        .values(state="approved", version=PlanPlace.version + 1, recorded_at=act.now)
        .returning(
            PlanPlace.id,
            PlanPlace.kind,
            PlanPlace.body,
            PlanPlace.region_code,
            PlanPlace.region_level,
            PlanPlace.reasons,
        )
    )
    return list(await act.session.execute(changed))


async def set_aside(act: Act, plan: Plan, reason: str) -> None:
    """Other plans of the same region that nobody approved give way to this one."""
    await act.session.execute(
        update(Plan)
        .where(
            Plan.region_code == plan.region_code,
            Plan.region_level == plan.region_level,
            Plan.id != plan.id,
            Plan.state.in_(("computed", "edited")),
        )
        .values(state="superseded", closing_reason=reason, version=Plan.version + 1, recorded_at=act.now)
    )
