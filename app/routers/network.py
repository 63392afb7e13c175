"""The party-work network: authorities, branches and organisations as one graph, and what is wrong in it."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, TooLarge
from app.core.graphs import DOT, GRAPHML, Edge, Node, write_dot, write_graphml
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.network import service
from app.services.network.checks import reads as checks
from app.services.network.schemas import CheckFilters, NetworkAsked, NetworkFinding, NetworkRead
from app.web import answers, noting
from app.web.guards import May
from app.web.lists import Listed, ListQuery, accepted, respond
from app.web.openapi import declares
from app.web.state import language, state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/network", tags=["network"], route_class=StrictRoute)

NetworkReading = Annotated[Act, May(Permission.network_read)]

FORMS = (answers.JSON, GRAPHML, DOT)
SUFFIXES = {GRAPHML: ".graphml", DOT: ".gv"}
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            GRAPHML: {
                "schema": {"type": "string"},
                "example": '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>',
            },
            DOT: {"schema": {"type": "string"}, "example": "digraph network {}"},
        }
    }
}
COLUMNS = (
    Column("check", coded="network_check", heading="network_check"),
    Column("branch_name"),
    Column("other_kind", coded="network_node", heading="network_other_kind"),
    Column("other_name", heading="network_other"),
    Column("region_code"),
    Column("branch_id"),
    Column("other_id", heading="network_other_id"),
)


class CheckList(CheckFilters, ListQuery):
    """Filters and paging of the findings."""


@router.get(
    "",
    summary="Read the network",
    response_model=NetworkRead,
    responses=declares(NotFound, NotAcceptable, TooLarge) | FILES,
)
async def read_network(act: NetworkReading, request: Request, query: Annotated[NetworkAsked, Query()]) -> Response:
    """Authorities, branches and organisations below a root, level by level, with the edges that join them.

    An edge comes with the node below it; what it comes from may lie outside the part asked for and then has no depth.
    As `application/graphml+xml` or `text/vnd.graphviz` all of the part at once, with names in the reader's language.
    """
    form = accepted(request, FORMS)
    if form == answers.JSON:
        return answers.one(NetworkRead, await service.part(act, query))
    parts = [each async for each in service.whole(act, query, language(request))]
    path = Path(NamedTemporaryFile(dir=state_of(request).settings.spool, suffix=".out", delete=False).name)  # noqa: SIM115
    try:
        await to_thread.run_sync(_write, form, parts, path)
        await noting.exported(request, form, sum(isinstance(each, Node) for each in parts))
    except BaseException:
        await to_thread.run_sync(path.unlink)
        raise
    name = "network" + SUFFIXES[form]
    return FileResponse(path, media_type=form, filename=name, background=BackgroundTask(path.unlink))


def _write(form: str, parts: Sequence[Node | Edge], path: Path) -> None:
    with path.open("wb") as file:
        if form == GRAPHML:
            file.writelines(write_graphml(parts, service.NODE_ATTRIBUTES, service.EDGE_ATTRIBUTES))
        else:
            file.writelines(write_dot(parts))


@router.get(
    "/checks", summary="List network findings", response_model=Listed[NetworkFinding], responses=declares(NotAcceptable)
)
async def list_network_findings(
    act: NetworkReading, request: Request, query: Annotated[CheckList, Query()]
) -> Response:
    """Branches without a standing superior, circles, links across regions without a dual record, by region.

    As JSON pages, or all filtered rows as CSV or XLSX by `Accept`. What has been put right is gone from the list.
    """
    return await respond(request, COLUMNS, lambda ask: checks.listed(act, query, ask), query.ask())
