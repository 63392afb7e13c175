"""Which host an organisation sits in: proposals from addresses, and a person's decisions on them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Failure, NotAcceptable, NotFound
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.matching import reads, service
from app.services.matching.schemas import (
    HostMatchDetail,
    HostMatchFilters,
    HostMatchRead,
    HostMatchVersion,
    MatchDecisions,
    MatchFigures,
    MatchRun,
)
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/host-matches", tags=["hosts"], route_class=StrictRoute)

HostsRead = Annotated[Act, May(Permission.hosts_read)]
HostsWrite = Annotated[Act, May(Permission.hosts_write)]
MatchId = Annotated[UUID, Path(description="The proposal's id.")]

COLUMNS = (
    Column("organization_name"),
    Column("organization_address", heading="address"),
    Column("host_name"),
    Column("host_kind", coded="host_kind", heading="host_kind"),
    Column("confidence", "integer", heading="match_confidence"),
    Column("certain", "boolean", heading="match_certain"),
    Column("matched", heading="match_words"),
    Column("reasons", "list", heading="match_reasons"),
    Column("state", coded="match_state", heading="match_state"),
    Column("region_code"),
    Column("organization_id"),
    Column("id"),
)


class HostMatchList(HostMatchFilters, ListQuery):
    """Filters and paging of the list."""


class HostMatchDecided(BulkItem):
    """What became of one decision of several: 200 when it was taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02", "version": 2, "status": 200, "problem": None}
        }
    )

    id: UUID
    version: int | None = Field(description="The proposal's new version; null when refused.")


@router.get("", summary="List host matches", response_model=Listed[HostMatchRead], responses=declares(NotAcceptable))
async def list_host_matches(act: HostsRead, request: Request, query: Annotated[HostMatchList, Query()]) -> Response:
    """Which organisations may sit in which hosts and why, the surest first; `state` shows what has been decided.

    As JSON pages, or all filtered rows as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Match organizations to hosts", response_model=MatchFigures, responses=declares(NotFound))
async def match_hosts(act: HostsWrite, run: MatchRun) -> Response:
    """Compares the addresses of a region's organisations that have no host with its parks, buildings and markets.

    What may be is kept as open proposals, in place of the open ones of before; what a person has decided stays. A city
    at most. With `apply=certain` organisations with exactly one certain proposal get that host at once.
    """
    return answers.answer(await service.match(act, run))


@router.post("/decide", summary="Decide host matches", response_model=Bulk[HostMatchDecided], responses=declares())
async def decide_host_matches(act: HostsWrite, request: Request, decisions: MatchDecisions) -> Response:
    """Up to 200 decisions, each taken or refused on its own: `accept` seats the organisation, `reject` is remembered.

    The answer has one item for each, in the same order.
    """
    items: list[Mapping[str, Any]] = []
    for one in decisions.items:
        try:
            async with act.session.begin_nested():
                row = await service.decide(act, one)
            items.append({"id": one.id, "version": row["version"], "status": 200, "problem": None})
        except Failure as failure:
            items.append({"id": one.id, "version": None, **refusal(request, failure)})
    return answered(items)


@router.get("/{match_id}", summary="Read a host match", response_model=HostMatchDetail, responses=declares(NotFound))
async def read_host_match(act: HostsRead, match_id: MatchId, request: Request) -> Response:
    """One proposal with its reasons, and what the caller may do with it."""
    return answers.one(HostMatchDetail, await reads.detail(act, match_id), request)


@router.get(
    "/{match_id}/history",
    summary="List a host match's versions",
    response_model=Listed[HostMatchVersion],
    responses=declares(NotFound),
)
async def list_host_match_versions(
    act: HostsRead, match_id: MatchId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was proposed and decided, and when, the newest first."""
    return answers.listed(await reads.history(act, match_id, query.ask()), request)
