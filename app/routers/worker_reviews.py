"""Yearly reviews of party workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Forbidden,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.duties.reviews import opinions, reads, service, showing
from app.services.duties.reviews.schemas import (
    OpinionCreate,
    OpinionRead,
    OpinionsClose,
    OpinionUpdate,
    Reopening,
    ReviewDecision,
    ReviewDetail,
    ReviewFilters,
    ReviewsOpen,
    ReviewsOpened,
    ReviewVersion,
    SelfReport,
    WorkerReviewRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/worker-reviews", tags=["worker reviews"], route_class=StrictRoute)

ReviewsRead = Annotated[Act, May(Permission.worker_reviews_read)]
ReviewsWrite = Annotated[Act, May(Permission.worker_reviews_write)]
ReviewsDecide = Annotated[Act, May(Permission.worker_reviews_decide)]

COLUMNS = (
    Column("worker_name"),
    Column("year", "integer"),
    Column("state", coded="worker_review_state", heading="worker_review_state"),
    Column("self_band", coded="band"),
    Column("band", coded="band"),
    Column("consequence", coded="consequence"),
    Column("opened_on", "date", heading="worker_review_opened_on"),
    Column("self_reported_on", "date"),
    Column("decided_on", "date"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("id"),
)


class ReviewList(ReviewFilters, ListQuery):
    """Filters and paging of the reviews."""


async def _told(act: Act, review_id: UUID, request: Request) -> Response:
    """Is 304 for a decided one alone: the version is the review's, and before that the figures change without it."""
    row = await showing.shown(act, INDICATORS, review_id)
    spoken = language(request)
    reasons = [finding_json(each, spoken) for each in row["reasons"]]
    return answers.one(ReviewDetail, {**row, "reasons": reasons}, request if row["frozen"] else None)


@router.get(
    "", summary="List worker reviews", response_model=Listed[WorkerReviewRead], responses=declares(NotAcceptable)
)
async def list_worker_reviews(act: ReviewsRead, request: Request, query: Annotated[ReviewList, Query()]) -> Response:
    """Yearly reviews with their state and band; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post("", summary="Open a year's reviews", response_model=ReviewsOpened, responses=declares())
async def open_worker_reviews(act: ReviewsWrite, wish: ReviewsOpen) -> Response:
    """Opens the reviews of a year: of all workers kept in a region who held a role in it, or of the workers named.

    What is open already stays as it is, so the same may be asked again. Who holds a role is found wherever he holds it.
    """
    return answers.answer(await service.open_year(act, wish))


@router.get("/{review_id}", summary="Read a worker review", response_model=ReviewDetail, responses=declares(NotFound))
async def read_worker_review(act: ReviewsRead, review_id: UUID, request: Request) -> Response:
    """One review with figures, targets, answers of bodies, the band that the numbers point to, and what may be done.

    Until it is decided the figures are of now; then they are those that the decision rested on, frozen with the
    policies' versions and the time as of which they were read.
    """
    return await _told(act, review_id, request)


@router.post(
    "/{review_id}/self-report",
    summary="Report on one's year",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def report_worker_year(act: ReviewsWrite, review_id: UUID, report: SelfReport, request: Request) -> Response:
    """The worker reports on his year, or an officer enters what he handed in. It may be amended until opinions are in.

    Needs `If-Match`.
    """
    await service.self_report(act, review_id, answers.expected_version(request), report)
    return await _told(act, review_id, request)


@router.get(
    "/{review_id}/opinions",
    summary="List bodies asked about a worker",
    response_model=Listed[OpinionRead],
    responses=declares(NotFound, Forbidden),
)
async def list_worker_opinions(
    act: ReviewsRead, review_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The branches and the owners of organisations that the worker worked for in the year, with what they answered.

    The worker himself is told how many answered what, by the review, and not who (403).
    """
    return answers.listed(await opinions.listed(act, review_id, query.ask()), request)


@router.post(
    "/{review_id}/opinions",
    summary="Enter a body's opinion of a worker",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def enter_worker_opinion(act: ReviewsWrite, review_id: UUID, draft: OpinionCreate, request: Request) -> Response:
    """Enters whether a branch, or an organisation's owner, is content: its answer as a body, in one of three codes.

    Needs the review's `If-Match`. A second answer of one body is refused as taken. Anonymous ratings by members are not
    taken here.
    """
    await opinions.enter(act, review_id, answers.expected_version(request), draft)
    return await _told(act, review_id, request)


@router.patch(
    "/{review_id}/opinions/{opinion_id}",
    summary="Correct a body's opinion of a worker",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def correct_worker_opinion(
    act: ReviewsWrite, review_id: UUID, opinion_id: UUID, change: OpinionUpdate, request: Request
) -> Response:
    """Puts an answer right while opinions are not closed. Needs the opinion's `If-Match`."""
    await opinions.correct(act, review_id, opinion_id, answers.expected_version(request), change)
    return await _told(act, review_id, request)


@router.post(
    "/{review_id}/close-opinions",
    summary="Close the opinions on a worker",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def close_worker_opinions(act: ReviewsWrite, review_id: UUID, wish: OpinionsClose, request: Request) -> Response:
    """No more answers are waited for; the review can be decided. Needs `If-Match`.

    A missing self-report, or a body that has not answered, needs `departure_reason` (409 with the findings).
    """
    await service.close_opinions(act, INDICATORS, review_id, answers.expected_version(request), wish)
    return await _told(act, review_id, request)


@router.post(
    "/{review_id}/decide",
    summary="Decide a worker review",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def decide_worker_review(act: ReviewsDecide, review_id: UUID, wish: ReviewDecision, request: Request) -> Response:
    """The superior decides on band and consequence, and the figures are frozen with it. Needs `If-Match`.

    Nobody decides on his own year (409). Another band than the numbers point to, another consequence than usual, or a
    year that is not over needs `departure_reason`.
    """
    await service.decide(act, INDICATORS, review_id, answers.expected_version(request), wish)
    return await _told(act, review_id, request)


@router.post(
    "/{review_id}/reopen",
    summary="Take a decision on a worker up again",
    response_model=ReviewDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def reopen_worker_review(act: ReviewsDecide, review_id: UUID, wish: Reopening, request: Request) -> Response:
    """Takes a decision up again, with the reason: it is kept as a correction, and in force until another is taken.

    Needs `If-Match`.
    """
    await service.reopen(act, INDICATORS, review_id, answers.expected_version(request), wish)
    return await _told(act, review_id, request)


@router.get(
    "/{review_id}/history",
    summary="List a worker review's versions",
    response_model=Listed[ReviewVersion],
    responses=declares(NotFound),
)
async def list_worker_review_versions(
    act: ReviewsRead, review_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the review and when, the newest first."""
    return answers.listed(await reads.history(act, review_id, query.ask()), request)
