"""The figures that appraisal may ask for."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.labels import label
from app.services.access.permissions import Permission
from app.services.assessment.contract import PlacedIndicator, SubjectKind, Unit
from app.web import answers
from app.web.guards import May
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["worker reviews"], route_class=StrictRoute)

LabelsRead = Annotated[Act, May(Permission.labels_read)]


class IndicatorRead(BaseModel):
    """A figure about one kind of subject."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "visits_made",
                "subject_kind": "worker",
                "unit": "visits",
                "grows": True,
                "bases": [],
                "name": "走访次数",
                "counted": "期间内开展的有效走访次数",
            }
        }
    )

    code: str
    subject_kind: SubjectKind
    unit: Unit
    grows: bool = Field(description="Whether it adds up over time, so that a part of the year asks a part of a target.")
    bases: list[str] = Field(
        description="What it can be measured by, one of which is named with the figure: denominators of coverage."
    )
    name: str = Field(description="In the reader's language.")
    counted: str = Field(description="What is counted, in the reader's language.")


class IndicatorsRead(BaseModel):
    """All of them, in the order in which they are shown."""

    items: list[IndicatorRead]


@router.get("/v1/indicators", summary="List indicators", response_model=IndicatorsRead, responses=declares())
async def list_indicators(_: LabelsRead, request: Request) -> Response:
    """The computed facts that targets, reviews and later scorecards may ask for, each with what it counts.

    All are whole numbers, read from what is kept. Where there is nothing to measure a figure is null, which is not 0.
    """
    spoken = language(request)
    return answers.answer(
        {
            "items": [
                {
                    "code": each.code,
                    "subject_kind": each.subject_kind,
                    "unit": each.unit,
                    "grows": each.grows,
                    "bases": list(each.bases) if isinstance(each, PlacedIndicator) else [],
                    "name": label("indicator", each.code, spoken),
                    "counted": label("indicator_counted", each.code, spoken),
                }
                for each in INDICATORS.shown
            ]
        }
    )
