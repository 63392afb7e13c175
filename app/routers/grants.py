"""Who holds what: grants, and the yearly review of them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from app.catalogues.datasets import DATASETS
from app.catalogues.places import lines_of, own_objects, ranges_of
from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Failure,
    FieldError,
    Invalid,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.services.access import granting, reviewing
from app.services.access.grant_schemas import (
    AccessReviewDetail,
    AccessReviewItemRead,
    AccessReviewOpen,
    AccessReviewRead,
    GrantCreate,
    GrantDecisions,
    GrantDetail,
    GrantEnd,
    GrantFilters,
    GrantRead,
)
from app.services.access.ledger import reads
from app.services.access.permissions import Permission
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May, access_changed
from app.web.lists import Listed, ListQuery
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1", tags=["access"], route_class=StrictRoute)

GrantsRead = Annotated[Act, May(Permission.grants_read)]
GrantsWrite = Annotated[Act, May(Permission.grants_write)]
ReviewsRead = Annotated[Act, May(Permission.access_reviews_read)]
ReviewsDecide = Annotated[Act, May(Permission.access_reviews_decide)]
GrantId = Annotated[UUID, Path(description="The grant's id.")]
ReviewId = Annotated[UUID, Path(description="The access review's id.")]


class GrantList(GrantFilters, ListQuery):
    """Filters and paging of the list."""


class ItemList(ListQuery):
    """Filters and paging of a review's grants."""

    undecided: Annotated[bool, Field(description="Only those that nobody has decided yet.")] = False


class GrantDecided(BulkItem):
    """What became of the decision about one grant: 200 when it was taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"grant_id": "019c2f0e-7b1c-7c55-9d3e-3f1f6a1f0c13", "status": 200, "problem": None}
        }
    )

    grant_id: UUID


@router.get("/grants", summary="List grants", response_model=Listed[GrantRead], responses=declares())
async def list_grants(act: GrantsRead, request: Request, query: Annotated[GrantList, Query()]) -> Response:
    """Who holds what, where, since when, and when it was last used: grants that lie within the caller's scope."""
    return answers.listed(await reads.grants(act, query, query.ask()), request)


@router.post(
    "/grants",
    summary="Give a grant",
    status_code=201,
    response_model=GrantDetail,
    responses=declares(Taken, RuleViolation),
)
async def give_grant(act: GrantsWrite, draft: GrantCreate, request: Request) -> Response:
    """Gives a subject a role in places within the caller's own scope.

    A line must be headed by an authority that answers for a region inside that scope, several lines by authorities of
    one such region; what hangs below may lie elsewhere.

    Nobody grants to himself, and nobody comes to hold two of the three administrator roles. The grant works within
    seconds.
    """
    for number, name in enumerate(draft.datasets):
        if name != "*" and name not in DATASETS:
            raise Invalid(errors=(FieldError(f"/datasets/{number}", "dataset_unknown"),))
    access_changed(request)
    await own_objects(act, draft.role, draft.subjects)
    lines, seat = await lines_of(act, draft.lines)
    wish = granting.Wish(
        subject=draft.subject,
        role=draft.role,
        reason=draft.reason,
        ranges=ranges_of([(place.region_code, place.region_level) for place in draft.regions]),
        lines=lines,
        seat=seat,
        subjects=tuple(draft.subjects),
        datasets=tuple(draft.datasets),
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
    )
    return answers.created(GrantDetail, await granting.give(act, wish), "/v1/grants/{id}")


@router.get("/grants/{grant_id}", summary="Read a grant", response_model=GrantDetail, responses=declares(NotFound))
async def read_grant(act: GrantsRead, grant_id: GrantId, request: Request) -> Response:
    """One grant with who gave it and why, who confirmed it last, and when it was last used."""
    return answers.one(GrantDetail, await reads.grant(act, grant_id), request)


@router.post(
    "/grants/{grant_id}/end",
    summary="End a grant",
    response_model=GrantDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def end_grant(act: GrantsWrite, grant_id: GrantId, ending: GrantEnd, request: Request) -> Response:
    """Ends a grant today, or on a later day. Ended today, it is refused within seconds, push tokens included."""
    access_changed(request)
    version = answers.expected_version(request)
    return answers.one(GrantDetail, await granting.end(act, grant_id, version, ending.ends_on, ending.reason))


@router.get(
    "/access-reviews", summary="List access reviews", response_model=Listed[AccessReviewRead], responses=declares()
)
async def list_access_reviews(act: ReviewsRead, request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Rounds in which grants are confirmed or ended, the newest first."""
    return answers.listed(await reads.reviews(act, query.ask()), request)


@router.post(
    "/access-reviews",
    summary="Open an access review",
    status_code=201,
    response_model=AccessReviewDetail,
    responses=declares(),
)
async def open_access_review(act: ReviewsDecide, draft: AccessReviewOpen) -> Response:
    """Begins a round over all grants within the caller's scope. A grant that nobody confirms for 400 days rests."""
    made = await reviewing.open_round(act, draft.due_on)
    return answers.created(AccessReviewDetail, made, "/v1/access-reviews/{id}")


@router.get(
    "/access-reviews/{review_id}",
    summary="Read an access review",
    response_model=AccessReviewDetail,
    responses=declares(NotFound),
)
async def read_access_review(act: ReviewsRead, review_id: ReviewId, request: Request) -> Response:
    """One round: until when, how many grants, and how many are undecided."""
    return answers.one(AccessReviewDetail, await reads.review(act, review_id), request)


@router.get(
    "/access-reviews/{review_id}/grants",
    summary="List an access review's grants",
    response_model=Listed[AccessReviewItemRead],
    responses=declares(NotFound),
)
async def list_access_review_grants(
    act: ReviewsRead, review_id: ReviewId, request: Request, query: Annotated[ItemList, Query()]
) -> Response:
    """Who has what, since when and last used when, with what was decided about each."""
    return answers.listed(await reads.review_items(act, review_id, query.undecided, query.ask()), request)


@router.post(
    "/access-reviews/{review_id}/decide",
    summary="Decide an access review's grants",
    response_model=Bulk[GrantDecided],
    responses=declares(NotFound, Conflict),
)
async def decide_access_review(
    act: ReviewsDecide, review_id: ReviewId, decisions: GrantDecisions, request: Request
) -> Response:
    """Up to 200 decisions, each taken or refused on its own: `keep` confirms for another year, `end` ends today.

    Nobody decides about a grant of one's own.
    """
    access_changed(request)
    items: list[Mapping[str, Any]] = []
    for one in decisions.items:
        try:
            async with act.session.begin_nested():
                await reviewing.decide(act, review_id, one.grant_id, one.verdict, one.reason)
            items.append({"grant_id": one.grant_id, "status": 200, "problem": None})
        except Failure as failure:
            items.append({"grant_id": one.grant_id, **refusal(request, failure)})
    return answered(items)


@router.post(
    "/access-reviews/{review_id}/close",
    summary="Close an access review",
    response_model=AccessReviewDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def close_access_review(act: ReviewsDecide, review_id: ReviewId, request: Request) -> Response:
    """Ends a round. Refused while a grant is undecided."""
    return answers.one(AccessReviewDetail, await reviewing.close(act, review_id, answers.expected_version(request)))
