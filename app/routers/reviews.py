"""The review queue: what could not be matched or placed with certainty, and a person's decisions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from app.catalogues.datasets import DATASETS
from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Invalid, NotFound, StaleVersion, VersionRequired
from app.services.access.permissions import Permission
from app.services.exchange import reads, service, showing
from app.services.exchange.schemas import Decision, Decisions, ReviewRead
from app.services.exchange.service import Verdict
from app.services.regions import reads as regions
from app.services.regions.stated import stated, stated_span
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May
from app.web.lists import Listed, ListQuery
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/reviews", tags=["exchange"], route_class=StrictRoute)

ReviewsRead = Annotated[Act, May(Permission.reviews_read)]
ReviewsDecide = Annotated[Act, May(Permission.reviews_decide)]
ReviewId = Annotated[UUID, Path(description="The review item's id.")]


class ReviewList(ListQuery):
    """Filters of the queue."""

    state: Annotated[Literal["open", "decided"] | None, Field(description="What waits, or what has been decided.")] = (
        "open"
    )
    reason: Annotated[str | None, Field(max_length=60, description="Code of the label namespace `review_reason`.")] = (
        None
    )
    dataset: Annotated[str | None, Field(max_length=60, description="Only records of this dataset.")] = None
    batch_id: Annotated[UUID | None, Field(description="Only records of this batch.")] = None
    region: Annotated[str | None, Field(pattern=r"^[0-9]{12}$", description="Only inside this region.")] = None
    region_level: Annotated[int | None, Field(ge=0, le=5, description="Level of `region`.")] = None

    def filters(self) -> reads.ReviewFilters:
        """The filters alone. Raises Invalid for a region of another shape."""
        within = stated_span(self.region, self.region_level) if self.region else None
        return reads.ReviewFilters(self.state, self.reason, self.dataset, self.batch_id, within)


class ReviewDecided(BulkItem):
    """What became of one decision of several: 200 when it was taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02", "version": 2, "status": 200, "problem": None}
        }
    )

    id: UUID
    version: int | None = Field(description="The item's new version; null when refused.")


@router.get("", summary="List reviews", response_model=Listed[ReviewRead], responses=declares())
async def list_reviews(act: ReviewsRead, request: Request, query: Annotated[ReviewList, Query()]) -> Response:
    """Records within the caller's scope that wait for a person, the oldest first; `state=decided` shows the others."""
    page = await reads.reviews(act, query.filters(), query.ask())
    return answers.listed(replace(page, rows=[_shown(act, row, request) for row in page.rows]), request)


def _shown(act: Act, row: Mapping[str, Any], request: Request) -> dict[str, Any]:
    dataset = DATASETS.get(row["dataset"])
    founds = dataset is not None and dataset.founds
    may = Permission.reviews_decide in act.by.permissions
    return showing.review(row, founds=founds, may=may, language=language(request))


@router.get("/{review_id}", summary="Read a review", response_model=ReviewRead, responses=declares(NotFound))
async def read_review(act: ReviewsRead, request: Request, review_id: ReviewId) -> Response:
    """One record that waits, with its values, the candidates, and the decision if there is one."""
    return answers.one(ReviewRead, _shown(act, await reads.review(act, review_id), request), request)


@router.post(
    "/{review_id}/decide",
    summary="Decide a review",
    response_model=ReviewRead,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def decide_review(act: ReviewsDecide, request: Request, review_id: ReviewId, decision: Decision) -> Response:
    """Say what the record is: `match` a row, `create` a new one, `place` its row, or `discard` it. Needs If-Match.

    The decision is carried out at once and remembered: the same record answers alike when it comes again.
    """
    await _decided(act, review_id, answers.expected_version(request), decision)
    return answers.one(ReviewRead, _shown(act, await reads.review(act, review_id), request))


@router.post("/decide", summary="Decide several reviews", response_model=Bulk[ReviewDecided], responses=declares())
async def decide_reviews(act: ReviewsDecide, request: Request, decisions: Decisions) -> Response:
    """Up to 200 decisions, each taken or refused on its own; the answer has one item for each, in the same order."""
    items: list[Mapping[str, Any]] = []
    for one in decisions.items:
        try:
            async with act.session.begin_nested():
                await _decided(act, one.id, one.version, one)
            items.append({"id": one.id, "version": one.version + 1, "status": 200, "problem": None})
        except Failure as failure:
            items.append({"id": one.id, "version": None, **refusal(request, failure)})
    return answered(items)


async def _decided(act: Act, review_id: UUID, version: int, decision: Decision) -> None:
    item = await reads.review(act, review_id)
    dataset = DATASETS.get(item["dataset"])
    if dataset is None:
        raise NotFound()
    code = level = None
    if decision.region_code is not None:
        code, level = stated(decision.region_code, decision.region_level, "/region_code")
        region = await regions.one(act, code, level)
        if region is None or region["region_state"] != "in_force":
            raise Invalid(errors=(FieldError("/region_code", "region_wrong"),))
    said = Verdict(decision.verdict, decision.subject_id, code, level, decision.reason)
    await service.decide(act, dataset, review_id, version, said)
