"""Coverage: a region's figures, their past, the gaps in easy-first order, one verdict explained, what if."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, TooLarge
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.coverage import gaps, service
from app.services.coverage.schemas import (
    CoverageQuery,
    CoverageRead,
    GapFilters,
    GapRead,
    HistoryQuery,
    HistoryRead,
    OrganizationCoverageRead,
    WhatIf,
    WhatIfRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["coverage"], route_class=StrictRoute)

CoverageReader = Annotated[Act, May(Permission.coverage_read)]

GAP_COLUMNS = (
    Column("reason", heading="next_step"),
    Column("name"),
    Column("uscc"),
    Column("kind", coded="kind"),
    Column("region_code"),
    Column("coverage_mode", coded="coverage_mode"),
    Column("uncovered_reason", coded="uncovered_reason"),
    Column("formal_members_relation", "integer"),
    Column("formal_members_working", "integer"),
    Column("members_relation", "integer"),
    Column("members_working", "integer"),
    Column("staff", "integer"),
    Column("id"),
)


class GapList(GapFilters, ListQuery):
    """Filters and paging of the gaps."""


@router.get("/v1/coverage", summary="Read coverage", response_model=CoverageRead, responses=declares(NotFound))
async def read_coverage(act: CoverageReader, request: Request, query: Annotated[CoverageQuery, Query()]) -> Response:
    """Organisation coverage, work coverage and standalone rate of a region, now or on a past day.

    Each is a numerator, a denominator and a rate, under a named denominator with the kinds it counts. What cannot be
    classified, determined or placed stands beside. The three classes of full coverage and the class without members
    come with every answer; `by` adds a breakdown, whose lines and the line of what lies in none of them add up to the
    whole.
    """
    return answers.answer(await service.report(act, query, language(request)))


@router.get(
    "/v1/coverage/history", summary="Read past coverage", response_model=HistoryRead, responses=declares(NotFound)
)
async def read_coverage_history(act: CoverageReader, query: Annotated[HistoryQuery, Query()]) -> Response:
    """The same figures at the end of each day or month of a range, each judged by the policy in force on that day.

    At most 92 points. Days are those of Shanghai and of recording: what was known then.
    """
    return answers.answer(await service.history(act, query))


@router.get(
    "/v1/coverage/gaps",
    summary="List gaps",
    response_model=Listed[GapRead],
    responses=declares(NotAcceptable, NotFound, TooLarge),
)
async def list_coverage_gaps(act: CoverageReader, request: Request, query: Annotated[GapList, Query()]) -> Response:
    """Organisations that something is missing for, easy ones first (先易后难), each with its reason.

    First those with members enough for a branch of their own, then those whom a neighbour's branch can take in, then
    above-scale ones without members, those whom nobody has reached, those whose members were never counted, and those
    who have outgrown a shared branch. An owner who is not ready comes last in a step. Place by place inside a step.
    """
    spoken = language(request)
    return await respond(request, GAP_COLUMNS, lambda ask: gaps.listed(act, query, ask, spoken), query.ask())


@router.post(
    "/v1/coverage/what-if", summary="Try another policy", response_model=WhatIfRead, responses=declares(NotFound)
)
async def try_coverage(act: CoverageReader, request: Request, asked: WhatIf) -> Response:
    """What the figures would be with other numbers, or with organisations moved between modes. Writes nothing.

    A threshold off the published cut points is refused, and the answer lists them. Moves take the easy ones first.
    """
    return answers.answer(await service.what_if(act, asked, language(request)))


@router.get(
    "/v1/organizations/{organization_id}/coverage",
    summary="Explain an organization's coverage",
    response_model=OrganizationCoverageRead,
    responses=declares(NotFound),
)
async def read_organization_coverage(act: CoverageReader, organization_id: UUID, request: Request) -> Response:
    """One verdict with everything it rests on: facts, numbers, denominators, classes, findings and their documents."""
    spoken = language(request)
    explained = await service.explain(act, organization_id, spoken)
    findings = [finding_json(finding, spoken) for finding in explained.findings]
    return answers.answer({**explained.told, "findings": findings})
