"""Leading teams: their terms, and who holds which post in them."""

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
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.teams import reads, service
from app.services.teams.schemas import (
    PostCreate,
    PostFilters,
    PostRead,
    PostUpdate,
    TermCreate,
    TermDetail,
    TermEnd,
    TermExtend,
    TermFilters,
    TermRead,
    TermVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["teams"], route_class=StrictRoute)

TeamsRead = Annotated[Act, May(Permission.teams_read)]
TeamsWrite = Annotated[Act, May(Permission.teams_write)]

COLUMNS = (
    Column("branch_name"),
    Column("region_code"),
    Column("authority_code"),
    Column("number", "integer", heading="term_number"),
    Column("election", coded="election"),
    Column("chosen_on", "date"),
    Column("valid_from", "date", heading="office_from"),
    Column("due_on", "date", heading="term_due_on"),
    Column("extended_to", "date"),
    Column("state", coded="term_state", heading="term_state"),
    Column("valid_to", "date", heading="office_to"),
    Column("end_kind", coded="end_kind"),
    Column("end_reason"),
    Column("approval_document"),
    Column("posts_held", "integer"),
    Column("id"),
)
POST_COLUMNS = (
    Column("branch_name"),
    Column("region_code"),
    Column("holder_name", heading="person_name"),
    Column("role", coded="post_role", heading="post_role"),
    Column("selection_channel", coded="selection_channel"),
    Column("qualifications", "list", coded="qualification"),
    Column("valid_from", "date", heading="office_from"),
    Column("valid_to", "date", heading="office_to"),
    Column("end_kind", coded="end_kind"),
    Column("end_reason"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class TermList(TermFilters, ListQuery):
    """Filters and paging of the terms."""


class PostList(PostFilters, ListQuery):
    """Filters and paging of the posts."""


async def _detail(act: Act, term_id: UUID, request: Request) -> dict[str, Any]:
    row = await service.shown(act, term_id)
    return {**row, "findings": [finding_json(finding, language(request)) for finding in row["findings"]]}


@router.get("/v1/terms", summary="List terms", response_model=Listed[TermRead], responses=declares(NotAcceptable))
async def list_terms(act: TeamsRead, request: Request, query: Annotated[TermList, Query()]) -> Response:
    """Terms of leading teams without names, by region or by `sort=due_on`; as JSON pages, or as CSV or XLSX.

    `state=ending_soon` are those to be reminded (six months before, by policy), `state=overdue` those whose next team
    has not been chosen by the day it was due, or by the later day that was approved.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "/v1/terms",
    summary="Begin a term",
    status_code=201,
    response_model=TermDetail,
    responses=declares(RuleViolation, Taken),
)
async def begin_term(act: TeamsWrite, draft: TermCreate, request: Request) -> Response:
    """A team takes office: after the founding election, a re-election, or by appointment. The one before it leaves.

    Refused are two secretaries, a secretary who is no formal member, and an internal choice from outside the branch.
    What is otherwise unusual (an election early or late, a committee of another size, no secretary) needs
    `departure_reason`, and is kept with the term.
    """
    term_id = await service.begin(act, draft)
    return answers.created(TermDetail, await _detail(act, term_id, request), "/v1/terms/{id}")


@router.get("/v1/terms/{term_id}", summary="Read a term", response_model=TermDetail, responses=declares(NotFound))
async def read_term(act: TeamsRead, term_id: UUID, request: Request) -> Response:
    """One term with its posts, the departures approved for it, what the rules say today, and what may be done."""
    return answers.one(TermDetail, await _detail(act, term_id, request), request)


@router.post(
    "/v1/terms/{term_id}/extend",
    summary="Prolong a term",
    response_model=TermDetail,
    responses=declares(NotFound, RuleViolation, StaleVersion, VersionRequired),
)
async def extend_term(act: TeamsWrite, term_id: UUID, wish: TermExtend, request: Request) -> Response:
    """Records that a later election was approved, normally by up to a year. Needs `If-Match` and a reason."""
    await service.extend(act, term_id, answers.expected_version(request), wish)
    return answers.one(TermDetail, await _detail(act, term_id, request))


@router.post("/v1/terms/{term_id}/end", summary="End a term", response_model=TermDetail, responses=CHANGED)
async def end_term(act: TeamsWrite, term_id: UUID, wish: TermEnd, request: Request) -> Response:
    """The team leaves office without another one, with all its posts. Needs `If-Match`."""
    await service.end(act, term_id, answers.expected_version(request), wish)
    return answers.one(TermDetail, await _detail(act, term_id, request))


@router.post(
    "/v1/terms/{term_id}/posts",
    summary="Add somebody to a team",
    response_model=TermDetail,
    responses=declares(NotFound, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def add_post(act: TeamsWrite, term_id: UUID, draft: PostCreate, request: Request) -> Response:
    """Somebody joins a team in office. Needs the term's `If-Match`. Judged as when a team takes office."""
    await service.appoint(act, term_id, answers.expected_version(request), draft)
    return answers.one(TermDetail, await _detail(act, term_id, request))


@router.patch(
    "/v1/terms/{term_id}/posts/{post_id}",
    summary="Record a holder's qualifications",
    response_model=TermDetail,
    responses=CHANGED,
)
async def update_post(act: TeamsWrite, term_id: UUID, post_id: UUID, change: PostUpdate, request: Request) -> Response:
    """Replaces what is recorded of a holder's fitness for the post. Needs the term's `If-Match`."""
    await service.qualify(act, term_id, post_id, answers.expected_version(request), change)
    return answers.one(TermDetail, await _detail(act, term_id, request))


@router.post(
    "/v1/terms/{term_id}/posts/{post_id}/end", summary="End a post", response_model=TermDetail, responses=CHANGED
)
async def end_post(act: TeamsWrite, term_id: UUID, post_id: UUID, wish: TermEnd, request: Request) -> Response:
    """Somebody leaves a team in office. Needs the term's `If-Match`."""
    await service.leave(act, term_id, post_id, answers.expected_version(request), wish)
    return answers.one(TermDetail, await _detail(act, term_id, request))


@router.get(
    "/v1/terms/{term_id}/history",
    summary="List a term's versions",
    response_model=Listed[TermVersion],
    responses=declares(NotFound),
)
async def list_term_versions(
    act: TeamsRead, term_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the term and when, the newest first."""
    return answers.listed(await reads.history(act, term_id, query.ask()), request)


@router.get("/v1/posts", summary="List posts", response_model=Listed[PostRead], responses=declares(NotAcceptable))
async def list_posts(act: TeamsRead, request: Request, query: Annotated[PostList, Query()]) -> Response:
    """Who holds or held which post, by region, channel and qualification; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, POST_COLUMNS, lambda ask: service.posts(act, query, ask), query.ask())
