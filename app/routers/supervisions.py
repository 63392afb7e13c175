"""Supervision tours: planned, started, what was found, closed; and who was supervised how often."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.supervision.figures import reads as figures
from app.services.supervision.figures.schemas import SupervisedFilters, SupervisedRead
from app.services.supervision.tours import reads, service, templates
from app.services.supervision.tours.schemas import (
    FindingCreate,
    FindingFilters,
    FindingRead,
    SubjectRead,
    Templates,
    TourCancel,
    TourClose,
    TourCreate,
    TourDetail,
    TourFilters,
    TourRead,
    TourUpdate,
    TourVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/supervisions", tags=["supervision"], route_class=StrictRoute)

SupervisionsRead = Annotated[Act, May(Permission.supervisions_read)]
SupervisionsWrite = Annotated[Act, May(Permission.supervisions_write)]

CHANGED = declares(NotFound, Forbidden, Conflict, StaleVersion, VersionRequired)
YEAR = timedelta(days=365)
COLUMNS = (
    Column("title", heading="tour_title"),
    Column("committee_name", heading="tour_committee"),
    Column("lead_department_name", heading="tour_lead"),
    Column("starts_on", "date", heading="tour_starts_on"),
    Column("ends_on", "date", heading="tour_ends_on"),
    Column("state", coded="tour_state", heading="tour_state"),
    Column("started_on", "date", heading="tour_started_on"),
    Column("closed_on", "date", heading="tour_closed_on"),
    Column("subjects", "integer", heading="tour_subjects"),
    Column("visited", "integer", heading="tour_visited"),
    Column("findings", "integer", heading="tour_findings"),
    Column("rectifications", "integer", heading="tour_rectifications"),
    Column("open_rectifications", "integer", heading="tour_open"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("committee_id"),
    Column("lead_department_id", heading="tour_lead_id"),
    Column("id"),
)
SUBJECT_COLUMNS = (
    Column("kind", coded="supervised_kind", heading="supervised_kind"),
    Column("name", heading="supervised_name"),
    Column("visited_on", "date", heading="supervised_visited_on"),
    Column("findings", "integer", heading="tour_findings"),
    Column("rectifications", "integer", heading="tour_rectifications"),
    Column("body_id", heading="supervised_body_id"),
    Column("id"),
)
FINDING_COLUMNS = (
    Column("found_on", "date", heading="found_on"),
    Column("kind", coded="supervised_kind", heading="supervised_kind"),
    Column("name", heading="supervised_name"),
    Column("check_code", heading="found_check"),
    Column("severity", coded="found_severity", heading="found_severity"),
    Column("what", heading="found_what"),
    Column("rectification_id", heading="found_rectification_id"),
    Column("subject_id", heading="found_subject_id"),
    Column("id"),
)
FIGURE_COLUMNS = (
    Column("name", heading="supervised_name"),
    Column("code", heading="supervised_code"),
    Column("kind", coded="authority_kind", heading="supervised_kind"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("since", "date", heading="supervised_since"),
    Column("until", "date", heading="supervised_until"),
    Column("times", "integer", heading="supervised_times"),
    Column("last_on", "date", heading="supervised_last_on"),
    Column("never", "boolean", heading="supervised_never"),
    Column("open_rectifications", "integer", heading="supervised_open"),
    Column("overdue_rectifications", "integer", heading="supervised_overdue"),
    Column("authority_id", heading="supervised_body_id"),
)


class TourList(TourFilters, ListQuery):
    """Filters and paging of the list."""


class FindingList(FindingFilters, ListQuery):
    """Filters and paging of the list."""


class SupervisedList(SupervisedFilters, ListQuery):
    """Filters and paging of the list."""

    def days(self, today: date) -> tuple[date, date]:
        """From which day on and before which; a year where nothing is asked. Raises Invalid for days out of order."""
        until = self.until or today + timedelta(days=1)
        since = self.since or until - YEAR
        if since >= until:
            raise Invalid(errors=(FieldError("/until", "day_too_early", {"earliest": since.isoformat()}),))
        return since, until


@router.get("", summary="List supervision tours", response_model=Listed[TourRead], responses=declares(NotAcceptable))
async def list_supervisions(act: SupervisionsRead, request: Request, query: Annotated[TourList, Query()]) -> Response:
    """Tours of the committees in sight, or led by one's own department, the latest first.

    Whoever is to put something right reads it under `/v1/rectifications`. As JSON pages, CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Plan a supervision tour", status_code=201, response_model=TourDetail, responses=declares(Forbidden)
)
async def plan_supervision(act: SupervisionsWrite, draft: TourCreate) -> Response:
    """Plans a tour: by which lines of a shipped checklist or of one's own, which bodies, from when until when.

    Who is to be looked at does not read of it.
    """
    return answers.created(TourDetail, await service.plan(act, draft), "/v1/supervisions/{id}")


@router.get("/templates", summary="List shipped checklists", response_model=Templates, responses=declares())
async def list_supervision_templates(_: SupervisionsRead, request: Request) -> Response:
    """The checklists that are shipped: each line with its code and the document that asks for it."""
    return answers.answer({"items": templates.told(language(request))})


@router.get(
    "/subjects",
    summary="List who was supervised how often",
    response_model=Listed[SupervisedRead],
    responses=declares(NotAcceptable),
)
async def list_supervised(
    act: SupervisionsRead, request: Request, query: Annotated[SupervisedList, Query()]
) -> Response:
    """Each authority in sight with how many tours looked at it between two days, the last day, and what is open.

    Tours of every committee count, whoever asks; `never=true` shows those that none looked at. As JSON pages, CSV or
    XLSX by `Accept`.
    """
    days = query.days(act.today)
    return await respond(request, FIGURE_COLUMNS, lambda ask: figures.listed(act, query, days, ask), query.ask())


@router.get("/{supervision_id}", summary="Read a tour", response_model=TourDetail, responses=declares(NotFound))
async def read_supervision(act: SupervisionsRead, supervision_id: UUID, request: Request) -> Response:
    """One tour with its checklist, how far it is, and what the caller may do."""
    return answers.one(TourDetail, await service.detail(act, supervision_id), request)


@router.patch("/{supervision_id}", summary="Change a planned tour", response_model=TourDetail, responses=CHANGED)
async def update_supervision(
    act: SupervisionsWrite, supervision_id: UUID, change: TourUpdate, request: Request
) -> Response:
    """Changes a tour that has not started; `subjects` replaces them all. Needs `If-Match`."""
    row = await service.update(act, supervision_id, answers.expected_version(request), change)
    return answers.one(TourDetail, row, request)


@router.post("/{supervision_id}/start", summary="Start a tour", response_model=TourDetail, responses=CHANGED)
async def start_supervision(act: SupervisionsWrite, supervision_id: UUID, request: Request) -> Response:
    """It begins; its checklist and its subjects stay as they are. Needs `If-Match`."""
    return answers.one(TourDetail, await service.start(act, supervision_id, answers.expected_version(request)))


@router.post("/{supervision_id}/cancel", summary="Cancel a tour", response_model=TourDetail, responses=CHANGED)
async def cancel_supervision(
    act: SupervisionsWrite, supervision_id: UUID, why: TourCancel, request: Request
) -> Response:
    """A planned tour does not take place, with a reason. Needs `If-Match`."""
    return answers.one(TourDetail, await service.cancel(act, supervision_id, answers.expected_version(request), why))


@router.get(
    "/{supervision_id}/subjects",
    summary="List the subjects of a tour",
    response_model=Listed[SubjectRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_supervision_subjects(
    act: SupervisionsRead, supervision_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The bodies that the tour looks at, and how far it is with each. As JSON pages, CSV or XLSX by `Accept`."""
    return await respond(request, SUBJECT_COLUMNS, lambda ask: reads.subjects(act, supervision_id, ask), query.ask())


@router.get(
    "/{supervision_id}/findings",
    summary="List what a tour found",
    response_model=Listed[FindingRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_supervision_findings(
    act: SupervisionsRead, supervision_id: UUID, request: Request, query: Annotated[FindingList, Query()]
) -> Response:
    """Facts of the work at each subject, by lines of the checklist. As JSON pages, CSV or XLSX by `Accept`."""
    return await respond(
        request, FINDING_COLUMNS, lambda ask: reads.findings(act, supervision_id, query, ask), query.ask()
    )


@router.post(
    "/{supervision_id}/findings",
    summary="Enter what was found",
    status_code=201,
    response_model=FindingRead,
    responses=declares(NotFound, Forbidden, Conflict, RuleViolation),
)
async def enter_supervision_finding(act: SupervisionsWrite, supervision_id: UUID, told: FindingCreate) -> Response:
    """Enters what was found at a subject: in order, told on the spot, or to be put right by a day.

    What is to be put right is demanded of the subject at once. A day later than normal needs a reason.
    """
    where = f"/v1/supervisions/{supervision_id}/findings"
    return answers.created(FindingRead, await service.find(act, supervision_id, told), where)


@router.post(
    "/{supervision_id}/close",
    summary="Close a tour",
    response_model=TourDetail,
    responses=declares(NotFound, Forbidden, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def close_supervision(act: SupervisionsWrite, supervision_id: UUID, end: TourClose, request: Request) -> Response:
    """The tour is over: all that it demanded is accepted, or handed on with a reason. Needs `If-Match`."""
    return answers.one(TourDetail, await service.close(act, supervision_id, answers.expected_version(request), end))


@router.get(
    "/{supervision_id}/history",
    summary="List a tour's versions",
    response_model=Listed[TourVersion],
    responses=declares(NotFound),
)
async def list_supervision_versions(
    act: SupervisionsRead, supervision_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All versions of a tour, the newest first."""
    return answers.listed(await reads.history(act, supervision_id, query.ask()), request)
