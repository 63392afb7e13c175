"""Duties of party workers: by role, and of one worker in a year."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import NotFound
from app.services.access.permissions import Permission
from app.services.duties.targets import yearly
from app.services.duties.targets.schemas import Duties, DutiesAsked, WorkerYear, YearAsked
from app.web import answers
from app.web.guards import May
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["worker reviews"], route_class=StrictRoute)

ReviewsRead = Annotated[Act, May(Permission.worker_reviews_read)]


class DutiesQuery(DutiesAsked):
    """Whose duties; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class YearQuery(BaseModel):
    """Which year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[YearAsked | None, Field(description="A calendar year; default: this one.")] = None


@router.get("/v1/worker-duties", summary="List duties by role", response_model=Duties, responses=declares())
async def list_worker_duties(act: ReviewsRead, query: Annotated[DutiesQuery, Query()]) -> Response:
    """What each role obliges to, and what is asked of it in a year, by the policies of a region today.

    Duties are codes with labels; what is asked has the indicator, the number for a whole year and the document. Numbers
    of other policies (the rhythm of meetings, the hours of training) are taken from there.
    """
    return answers.answer(await yearly.duties(act, INDICATORS, query))


@router.get(
    "/v1/worker-duties/{worker_id}",
    summary="Read a worker's year",
    response_model=WorkerYear,
    responses=declares(NotFound),
)
async def read_worker_year(act: ReviewsRead, worker_id: UUID, query: Annotated[YearQuery, Query()]) -> Response:
    """What a worker must do in a year by the roles held in it, and how far he has come today.

    A role held for a part of the year asks for a part. Every indicator is shown, with a target or without one. Figures
    count all that was done, wherever it lies and whoever asks.
    """
    return answers.answer(await yearly.shown_year(act, INDICATORS, worker_id, query.year))
