"""Policies: dated numbers of a region, each with its document."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.catalogues.policies import BY_NAME
from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, Taken, TooLarge
from app.core.sheets import Column
from app.core.wire import Day
from app.services.access.permissions import Permission
from app.services.policies import reads, service
from app.services.policies.schemas import Code, PolicyCreate, PolicyInForce, PolicyRead
from app.services.regions.stated import lineage, place, stated, stated_span
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/policies", tags=["policies"], route_class=StrictRoute)

PoliciesRead = Annotated[Act, May(Permission.policies_read)]
PoliciesWrite = Annotated[Act, May(Permission.policies_write)]

COLUMNS = (
    Column("policy_version"),
    Column("kind", coded="policy", heading="policy_kind"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("valid_from", "date"),
    Column("reason"),
    Column("decided_by"),
    Column("id"),
)


class PolicyList(ListQuery):
    """Filters and paging of the list."""

    kind: Annotated[str | None, Field(max_length=40, description="coverage or branches.")] = None
    region: Annotated[Code | None, Field(description="Laid down for exactly this region.")] = None
    region_level: Annotated[
        int | None, Field(ge=0, le=5, description="0 country to 5 village; absent: the shallowest the zeros allow.")
    ] = None


class InForceQuery(BaseModel):
    """A place and a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[str, Field(max_length=40, description="coverage or branches.")]
    region: Annotated[Code, Field(description="12-digit code.")]
    region_level: Annotated[
        int | None, Field(ge=0, le=5, description="0 country to 5 village; absent: the shallowest the zeros allow.")
    ] = None
    day: Annotated[Day | None, Field(description="Absent: today (Shanghai).")] = None


@router.get("", summary="List policies", response_model=Listed[PolicyRead], responses=declares(NotAcceptable, TooLarge))
async def list_policies(act: PoliciesRead, request: Request, query: Annotated[PolicyList, Query()]) -> Response:
    """All policies ever laid down, the newest first. Those of other regions are no secret: they bind downwards."""
    where = None if query.region is None else stated(query.region, query.region_level, "/region")
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query.kind, where, ask), query.ask())


@router.get("/in-force", summary="Read the policy in force", response_model=PolicyInForce, responses=declares())
async def read_policy_in_force(act: PoliciesRead, query: Annotated[InForceQuery, Query()]) -> Response:
    """The numbers that hold at a place on a day: of the deepest region that laid some down, else the defaults."""
    where = stated(query.region, query.region_level, "/region")
    day: date = query.day or act.today
    return answers.answer(await service.told_in_force(act, BY_NAME, query.kind, lineage(where), day))


@router.post("", summary="Lay down a policy", status_code=201, response_model=PolicyRead, responses=declares(Taken))
async def create_policy(act: PoliciesWrite, draft: PolicyCreate) -> Response:
    """Lays down numbers for a region from a day on; what is left out stays as in force there on that day.

    A version is whole and never changes: a correction is the next one. Thresholds must be published cut points.
    """
    where = await place(act, draft.region_code, draft.region_level)
    span = stated_span(draft.region_code, draft.region_level)
    row = await service.lay_down(act, BY_NAME, draft, lineage(where), span)
    return answers.created(PolicyRead, row, "/v1/policies/{id}")


@router.get("/{policy_id}", summary="Read a policy", response_model=PolicyRead, responses=declares(NotFound))
async def read_policy(act: PoliciesRead, policy_id: UUID, request: Request) -> Response:
    """One version, whole, with what it changed and why."""
    return answers.one(PolicyRead, await service.one(act, policy_id), request)
