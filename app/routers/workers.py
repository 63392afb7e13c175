"""Party workers: who does the work, what they know, who sent them. Numbers leave masked; in clear with a purpose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase, Revealed
from app.services.workers import reads, service
from app.services.workers.schemas import (
    WORKER,
    WorkerCreate,
    WorkerDetail,
    WorkerEnd,
    WorkerFilters,
    WorkerRead,
    WorkersFound,
    WorkerUpdate,
    WorkerVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/workers", tags=["workers"], route_class=StrictRoute)

WorkersRead = Annotated[Act, May(Permission.workers_read)]
WorkersWrite = Annotated[Act, May(Permission.workers_write)]
WorkersReveal = Annotated[Act, May(Permission.workers_reveal)]
WorkersErase = Annotated[Act, May(Permission.data_subjects_erase)]
WorkerId = Annotated[UUID, Path(description="The worker's id.", examples=[WORKER["id"]])]

COLUMNS = (
    Column("name", heading="person_name"),
    Column("roles", "list", coded="worker_role", heading="worker_roles"),
    Column("formal", "boolean", heading="formal_member"),
    Column("identity_number"),
    Column("phone"),
    Column("background", coded="background", heading="background"),
    Column("sending_body"),
    Column("qualifications", "list", coded="qualification"),
    Column("industries", "list", heading="industry_experience"),
    Column("home_region_code"),
    Column("full_time", "boolean"),
    Column("state", coded="worker_state", heading="worker_state"),
    Column("since", "date", heading="worker_since"),
    Column("until", "date", heading="worker_until"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("authority_code"),
    Column("member_id"),
    Column("id"),
)
UNSTORED = {"Cache-Control": "no-store"}
"""What is in clear is kept by nothing between here and the reader."""
CHANGED = declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired)


class WorkerList(WorkerFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List party workers", response_model=Listed[WorkerRead], responses=declares(NotAcceptable))
async def list_workers(act: WorkersRead, request: Request, query: Annotated[WorkerList, Query()]) -> Response:
    """Party workers by region, with masked numbers; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    Without `state` the current ones. `role` asks about today, or about `role_on`. That a list of names was read is
    noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Enter a party worker",
    status_code=201,
    response_model=WorkerDetail,
    responses=declares(Conflict, Taken),
)
async def enter_worker(act: WorkersWrite, draft: WorkerCreate) -> Response:
    """Enters somebody who does party work: a member by id, or by name who stands on no roll here.

    Secretaries, deputies and committee members need not be entered: whoever is named for a post is a worker by that.
    One person is one current worker in the whole country, by the roll or by the identity number.
    """
    return answers.created(WorkerDetail, await service.enter(act, draft), "/v1/workers/{id}")


@router.post("/search", summary="Search party workers by number", response_model=WorkersFound, responses=declares())
async def search_workers(act: WorkersRead, sought: NumberSearch) -> Response:
    """Party workers within the scope that have exactly this phone or identity number, with masked numbers.

    The number travels in the body and is not kept; that a search was made is noted in the audit. Numbers of members
    stand on the roll and are sought there.
    """
    return answers.answer({"items": await service.search(act, sought)})


@router.get("/{worker_id}", summary="Read a party worker", response_model=WorkerDetail, responses=declares(NotFound))
async def read_worker(act: WorkersRead, worker_id: WorkerId, request: Request) -> Response:
    """One party worker with all roles, masked numbers, the ETag, and what the caller may do."""
    return answers.one(WorkerDetail, await service.shown(act, worker_id), request)


@router.patch("/{worker_id}", summary="Correct a party worker", response_model=WorkerDetail, responses=CHANGED)
async def correct_worker(act: WorkersWrite, worker_id: WorkerId, change: WorkerUpdate, request: Request) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`. No push undoes what an officer has put right.

    A name that is put right is put right in the posts too; by `member_id` a named worker becomes the member.
    """
    return answers.one(WorkerDetail, await service.correct(act, worker_id, answers.expected_version(request), change))


@router.post("/{worker_id}/end", summary="End a party worker's work", response_model=WorkerDetail, responses=CHANGED)
async def end_worker(act: WorkersWrite, worker_id: WorkerId, wish: WorkerEnd, request: Request) -> Response:
    """Somebody is a party worker no more; the roles that are held end that day. Needs `If-Match`.

    Who holds a post leaves the team first, and an instructor hands over first: what runs on is a 409.
    """
    return answers.one(WorkerDetail, await service.end(act, worker_id, answers.expected_version(request), wish))


@router.get(
    "/{worker_id}/history",
    summary="List a party worker's versions",
    response_model=Listed[WorkerVersion],
    responses=declares(NotFound),
)
async def list_worker_versions(
    act: WorkersRead, worker_id: WorkerId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the worker and when, the newest first; numbers apart."""
    return answers.listed(await reads.history(act, worker_id, query.ask()), request)


@router.post(
    "/{worker_id}/reveal",
    summary="Reveal a party worker's numbers",
    response_model=Revealed,
    responses=declares(NotFound),
)
async def reveal_worker(act: WorkersReveal, worker_id: WorkerId, wish: NumberReveal) -> Response:
    """The numbers in clear, for a stated purpose. Each reading leaves one audit row, in the same transaction."""
    return answers.answer(await service.reveal(act, worker_id, wish), headers=UNSTORED)


@router.post(
    "/{worker_id}/erase",
    summary="Erase a party worker",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, RuleViolation, StaleVersion, VersionRequired),
)
async def erase_worker(act: WorkersErase, worker_id: WorkerId, wish: PersonErase, request: Request) -> Response:
    """Takes away whatever tells who somebody is whose work has ended: name, numbers, background, earlier versions, the
    name in posts, what datasets said. The emptied row stays, since dates and sums rest on it.

    Needs `If-Match`. The erasure is entered into a ledger, so that a restored backup does not bring the person back.
    Current workers are kept for a duty of the party organisation (a finding says so).
    """
    await service.erase(act, worker_id, answers.expected_version(request), wish)
    return Response(status_code=204)
