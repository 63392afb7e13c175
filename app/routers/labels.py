"""The label catalogue: the text of every coded value, for screens."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, RootModel
from starlette.responses import Response

from app.core.labels import LANGUAGES, catalogue, label
from app.web import answers
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/labels", tags=["labels"], route_class=StrictRoute)

CODED = frozenset({"problem", "problem_detail", "finding", "line", "push"})  # texts with places, not coded values


class Labels(RootModel[dict[str, dict[str, str]]]):
    """Namespace to code to text."""

    root: dict[str, dict[str, str]] = Field(examples=[{"formation_mode": {"standalone": "单独建", "joint": "联合建"}}])


class Languages(BaseModel):
    """What Accept-Language may ask for."""

    languages: list[str] = Field(examples=[["zh-Hans", "zh-Hant", "en"]])


@router.get("", summary="List labels", response_model=Labels, responses=declares())
async def list_labels(request: Request) -> Response:
    """Every coded value's text in the reader's language, by namespace. Open to all; changes only with a release."""
    spoken = language(request)
    body = {
        namespace: {code: label(namespace, code, spoken) for code in codes}
        for namespace, codes in catalogue().items()
        if namespace not in CODED
    }
    return answers.answer(body, headers={"Content-Language": spoken, "Vary": "Accept-Language"})


@router.get("/languages", summary="List languages", response_model=Languages, responses=declares())
async def list_languages() -> Response:
    """The languages texts come in; the first is the source."""
    return answers.answer({"languages": list(LANGUAGES)})
