"""Regions: read, walk down, search, and place addresses."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.services.access.permissions import Permission
from app.services.regions import reads, service
from app.services.regions.schemas import COLUMNS, Level, RegionItem, RegionRead, Resolve, Resolved
from app.services.regions.stated import stated, stated_span
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/regions", tags=["regions"], route_class=StrictRoute)

RegionsRead = Annotated[Act, May(Permission.regions_read)]
CodeInPath = Annotated[str, Path(min_length=12, max_length=12, description="12-digit region code.")]
LevelGiven = Annotated[
    int | None,
    Query(ge=0, le=5, description="Level of the code; default: the shallowest that its zeros allow."),
]


class RegionList(ListQuery):
    """Filters of the list of regions."""

    search: Annotated[
        str | None,
        Field(
            max_length=50, description="Beginning of the name, of its pinyin, or of the first letters of its pinyin."
        ),
    ] = None
    region: Annotated[str | None, Field(pattern=r"^[0-9]{12}$", description="Only inside this region.")] = None
    region_level: Annotated[int | None, Field(ge=0, le=5, description="Level of `region`.")] = None
    level: Annotated[Level | None, Field(description="Only regions of this level.")] = None


@router.get("", summary="List regions", response_model=Listed[RegionItem], responses=declares(NotAcceptable))
async def list_regions(act: RegionsRead, request: Request, query: Annotated[RegionList, Query()]) -> Response:
    """Regions in force whose name, pinyin or initials begin with `search`, upper levels first. Known to everyone."""
    within = stated_span(query.region, query.region_level) if query.region else None
    search = query.search.strip() if query.search else None
    return await respond(request, COLUMNS, lambda ask: reads.found(act, search, within, query.level, ask), query.ask())


@router.post("/resolve", summary="Place addresses", response_model=Resolved, responses=declares())
async def resolve_addresses(act: RegionsRead, request: Request, body: Resolve) -> Response:
    """The deepest region that each address and its hints make certain, why, and what else it might be.

    A registering office's code that is retired, of a whole city or contradicted by the address does not decide.
    """
    return answers.answer({"items": await service.resolve(act, body.items, language(request))})


@router.get("/{code}", summary="Read a region", response_model=RegionRead, responses=declares(NotFound))
async def read_region(act: RegionsRead, code: CodeInPath, level: LevelGiven = None) -> Response:
    """A region with its ancestors. A retired code answers too, with its last name and who has its ground now."""
    return answers.one(RegionRead, await service.read(act, code, level))


@router.get(
    "/{code}/children",
    summary="List the regions below one",
    response_model=Listed[RegionItem],
    responses=declares(NotFound, NotAcceptable),
)
async def list_region_children(
    act: RegionsRead, request: Request, code: CodeInPath, query: Annotated[ListQuery, Query()], level: LevelGiven = None
) -> Response:
    """The regions directly below, by code: counties of a municipality stand directly below it."""
    number, deep = stated(code, level, "/code")
    return await respond(request, COLUMNS, lambda ask: reads.children(act, number, deep, ask), query.ask())
