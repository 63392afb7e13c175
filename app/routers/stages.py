"""Stages: what a branch's next one still lacks, the steps taken, and branches with nothing behind them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    VersionRequired,
)
from app.core.labels import label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.stages import reads, service
from app.services.stages.schemas import (
    Advance,
    HollowFilters,
    HollowRead,
    StageReview,
    StepBack,
    StepRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["stages"], route_class=StrictRoute)

BranchesRead = Annotated[Act, May(Permission.branches_read)]
BranchesApprove = Annotated[Act, May(Permission.branches_approve)]

HOLLOW_COLUMNS = (
    Column("name", heading="branch_name"),
    Column("reasons", "list", coded="hollow_reason", heading="hollow_reasons"),
    Column("level", coded="branch_level", heading="branch_level"),
    Column("formation_mode", coded="formation_mode"),
    Column("stage", coded="stage"),
    Column("region_code"),
    Column("authority_code"),
    Column("founded_on", "date"),
    Column("formal_members", "integer"),
    Column("probationary_members", "integer"),
    Column("organizations_covered", "integer"),
    Column("organizations_at_work", "integer"),
    Column("last_held_on", "date"),
    Column("id"),
)


class HollowList(HollowFilters, ListQuery):
    """Filters and paging of the hollow branches."""


async def _review(act: Act, branch_id: UUID, request: Request) -> dict[str, Any]:
    """Has no ETag: the branch's version is told, but the checklist changes with what lies around the branch too."""
    row = await service.shown(act, branch_id)
    spoken = language(request)
    return {
        **row,
        "checklist": [
            finding_json(item, spoken)
            | {"met": item.met}
            | (
                {"text": label("checklist", item.code, spoken, limit=item.limit, actual=item.actual)}
                if item.met
                else {}
            )
            for item in row["checklist"]
        ],
    }


@router.get(
    "/v1/branches/{branch_id}/stage-review",
    summary="Read what a branch's next stage lacks",
    response_model=StageReview,
    responses=declares(NotFound),
)
async def read_stage_review(act: BranchesRead, branch_id: UUID, request: Request) -> Response:
    """The checklist of the next stage, judged today from what is kept: filing, members, team, term, rhythm, roll.

    Each line has its limit, the figure, the document, and how much it weighs when it is not met. The last stage has no
    next one: then the checklist says whether the branch still is what it counts as. `hollow` tells whether anything is
    left behind it at all.
    """
    return answers.answer(await _review(act, branch_id, request))


@router.post(
    "/v1/branches/{branch_id}/advance",
    summary="Advance a branch to its next stage",
    response_model=StageReview,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def advance_branch(act: BranchesApprove, branch_id: UUID, wish: Advance, request: Request) -> Response:
    """The superior finds that a branch has come to its next stage. Needs the branch's `If-Match`.

    What is missing and hard refuses (409 with findings); what is missing otherwise needs `departure_reason`. The
    checklist of the day is kept with the step. Answers with the checklist of the stage after.
    """
    await service.advance(act, branch_id, answers.expected_version(request), wish)
    return answers.answer(await _review(act, branch_id, request))


@router.post(
    "/v1/branches/{branch_id}/step-back",
    summary="Put a branch back to an earlier stage",
    response_model=StageReview,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def step_branch_back(act: BranchesApprove, branch_id: UUID, wish: StepBack, request: Request) -> Response:
    """The superior finds that a branch stands at an earlier stage, with a reason. Needs the branch's `If-Match`."""
    await service.step_back(act, branch_id, answers.expected_version(request), wish)
    return answers.answer(await _review(act, branch_id, request))


@router.get(
    "/v1/branches/{branch_id}/stage-steps",
    summary="List the steps a branch took",
    response_model=Listed[StepRead],
    responses=declares(NotFound),
)
async def list_stage_steps(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Each step with its day, who took it, the policies, and the checklist as it was then; the latest first."""
    return answers.listed(await reads.steps(act, branch_id, query.ask()), request)


@router.get(
    "/v1/hollow-branches",
    summary="List hollow branches",
    response_model=Listed[HollowRead],
    responses=declares(NotAcceptable),
)
async def list_hollow_branches(act: BranchesRead, request: Request, query: Annotated[HollowList, Query()]) -> Response:
    """Branches that stand with nothing behind them (空壳), each with its reasons.

    No members; no organisation at work of those it ever covered, wherever they lie; nothing recorded as held for a year
    (by policy) while it has stood for longer. As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, HOLLOW_COLUMNS, lambda ask: service.hollow(act, query, ask), query.ask())
