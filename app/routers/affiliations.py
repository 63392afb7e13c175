"""Affiliations: under whom a branch stands by dates, transfers, hand-overs, suggestions, and a line in figures."""

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
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.affiliations import reads
from app.services.affiliations.figure_schemas import FigureFilters, LineFigures
from app.services.affiliations.figuring import figures
from app.services.affiliations.handing import hand_over
from app.services.affiliations.schemas import (
    AffiliationFilters,
    AffiliationRead,
    HandOver,
    HandOverRead,
    Transfer,
)
from app.services.affiliations.suggesting import for_branch, for_draft
from app.services.affiliations.suggestion_schemas import SuggestionDraft, Suggestions
from app.services.affiliations.transferring import transfer
from app.services.branches import service as branches
from app.services.branches.schemas import BranchDetail
from app.services.members import reads as members
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1", tags=["affiliations"], route_class=StrictRoute)

BranchesRead = Annotated[Act, May(Permission.branches_read)]
BranchesWrite = Annotated[Act, May(Permission.branches_write)]
AffiliationsWrite = Annotated[Act, May(Permission.affiliations_write)]
AuthoritiesRead = Annotated[Act, May(Permission.authorities_read)]
AuthoritiesWrite = Annotated[Act, May(Permission.authorities_write)]

COLUMNS = (
    Column("branch_name"),
    Column("authority_name"),
    Column("authority_code"),
    Column("management_mode", coded="management_mode"),
    Column("outflow_authority_code"),
    Column("valid_from", "date", heading="affiliated_from"),
    Column("valid_to", "date", heading="affiliated_to"),
    Column("reason", heading="stated_reason"),
    Column("handed_on", "date"),
    Column("handed_by"),
    Column("received_by"),
    Column("handed_items"),
    Column("handover_note"),
    Column("region_code"),
    Column("branch_id"),
)
HANDED_COLUMNS = (
    Column("authority_name"),
    Column("successor_name"),
    Column("handed_on", "date"),
    Column("branches", "integer", heading="branches_handed"),
    Column("dissolved", "boolean", heading="ended_with_it"),
    Column("reason", heading="stated_reason"),
    Column("document"),
    Column("handed_by"),
    Column("received_by"),
    Column("handed_items"),
    Column("handover_note"),
)


class AffiliationList(AffiliationFilters, ListQuery):
    """Filters and paging of the list."""


@router.get(
    "/affiliations",
    summary="List affiliations",
    response_model=Listed[AffiliationRead],
    responses=declares(NotAcceptable),
)
async def list_affiliations(
    act: BranchesRead, request: Request, query: Annotated[AffiliationList, Query()]
) -> Response:
    """Under whom branches stood and stand, by dates; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    With `on` the order of a day, with `since` what has changed. A body sees the branches it manages with where they
    came from, and of those it handed away the time they were its own.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "/affiliation-suggestions",
    summary="Suggest an affiliation",
    response_model=Suggestions,
    responses=declares(),
)
async def suggest_affiliation(act: BranchesWrite, draft: SuggestionDraft, request: Request) -> Response:
    """Management modes and superior bodies for a branch that may be founded, the best first, each with its reason.

    Floating members make it dual; directly registered social organisations, and trades with a line of their own, are
    managed by that; very large enterprises are entrusted; anything is managed where it is. Nothing is kept.
    """
    return answers.one(Suggestions, _told(await for_draft(act, draft), request))


@router.get(
    "/branches/{branch_id}/affiliations",
    summary="List a branch's affiliations",
    response_model=Listed[AffiliationRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_branch_affiliations(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Under whom the branch has stood since its founding, without a gap, each with the record of its hand-over."""
    return await respond(request, COLUMNS, lambda ask: reads.of_branch(act, branch_id, ask), query.ask())


@router.get(
    "/branches/{branch_id}/affiliation-suggestion",
    summary="Suggest a branch's affiliation",
    response_model=Suggestions,
    responses=declares(NotFound),
)
async def read_affiliation_suggestion(act: BranchesRead, branch_id: UUID, request: Request) -> Response:
    """What would fit the branch by what is known of its organisations and members today, and whether it is so."""
    floating = await members.floating_into(act, branch_id)
    return answers.one(Suggestions, _told(await for_branch(act, branch_id, floating), request))


@router.post(
    "/branches/{branch_id}/transfer",
    summary="Transfer a branch",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def transfer_branch(act: AffiliationsWrite, branch_id: UUID, change: Transfer, request: Request) -> Response:
    """Brings a branch under another superior body, or changes how it is managed, from a day on; with the record of the
    hand-over. Needs `If-Match`.

    A body that did not stand on the day, or no longer stands, is refused: no branch is outside a superior (409 with
    findings). Where the body's kind or place does not fit the mode, the same 409 asks for `departure_reason`.
    """
    await transfer(act, branch_id, answers.expected_version(request), change)
    row = await branches.shown(act, branch_id)
    findings = [finding_json(finding, language(request)) for finding in row["findings"]]
    return answers.one(BranchDetail, {**row, "findings": findings})


@router.get(
    "/authorities/{authority_id}/figures",
    summary="Read a line's figures",
    response_model=LineFigures,
    responses=declares(NotFound),
)
async def read_line_figures(
    act: BranchesRead, authority_id: UUID, query: Annotated[FigureFilters, Query()]
) -> Response:
    """The branches under a body and all below it today: by stage, mode and level, with members and organisations.

    The same branches stand in regions and in lines: `by=child` divides by the bodies directly below, `by=region` by
    region, and `region` narrows to one. Only what the caller sees is counted.
    """
    return answers.one(LineFigures, await figures(act, authority_id, query))


@router.post(
    "/authorities/{authority_id}/hand-over",
    summary="Hand over an authority's branches",
    status_code=201,
    response_model=HandOverRead,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def hand_over_authority(act: AuthoritiesWrite, authority_id: UUID, order: HandOver, request: Request) -> Response:
    """Brings all branches directly under a body under its successor from a day on, in one act, and keeps the record.

    For a work committee whose work a social-work department takes over. Needs `If-Match`; `dissolve` says whether the
    body ends with it. Refused when branches under it lie outside the caller's scope: all are handed over, or none.
    """
    row = await hand_over(act, authority_id, answers.expected_version(request), order)
    return answers.created(HandOverRead, row, f"/v1/authorities/{authority_id}/hand-overs")


@router.get(
    "/authorities/{authority_id}/hand-overs",
    summary="List an authority's hand-overs",
    response_model=Listed[HandOverRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_authority_hand_overs(
    act: AuthoritiesRead, authority_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What the body handed over and what it received, the latest first."""
    return await respond(request, HANDED_COLUMNS, lambda ask: reads.handovers(act, authority_id, ask), query.ask())


def _told(found: dict[str, Any], request: Request) -> dict[str, Any]:
    """Suggestions with their reasons in the reader's language."""
    shown = []
    for suggestion in found["suggestions"]:
        why = finding_json(suggestion["why"], language(request))
        reason = {"reason": why["code"], **{name: why[name] for name in ("text", "limit", "actual", "citation")}}
        shown.append({name: value for name, value in suggestion.items() if name != "why"} | reason)
    return {**found, "suggestions": shown}
