"""What branches hold, and how they keep it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.activities import reads, service
from app.services.activities.schemas import (
    ActivityCancel,
    ActivityCreate,
    ActivityDetail,
    ActivityFilters,
    ActivityRead,
    ActivityUpdate,
    ActivityVersion,
    RhythmFilters,
    RhythmRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["activities"], route_class=StrictRoute)

ActivitiesRead = Annotated[Act, May(Permission.activities_read)]
ActivitiesWrite = Annotated[Act, May(Permission.activities_write)]

COLUMNS = (
    Column("branch_name"),
    Column("region_code"),
    Column("kind", coded="activity_kind", heading="activity_kind"),
    Column("held_on", "date"),
    Column("topic"),
    Column("attended", "integer"),
    Column("expected", "integer"),
    Column("cancel_reason"),
    Column("id"),
)
RHYTHM_COLUMNS = (
    Column("branch_name"),
    Column("region_code"),
    Column("founded_on", "date"),
    Column("members_meeting_last", "date"),
    Column("members_meeting_before", "boolean"),
    Column("members_meeting_now", "boolean"),
    Column("committee_meeting_last", "date"),
    Column("committee_meeting_before", "boolean"),
    Column("committee_meeting_now", "boolean"),
    Column("lecture_last", "date"),
    Column("lecture_before", "boolean"),
    Column("lecture_now", "boolean"),
    Column("theme_day_last", "date"),
    Column("theme_day_before", "boolean"),
    Column("theme_day_now", "boolean"),
)


class ActivityList(ActivityFilters, ListQuery):
    """Filters and paging of the activities."""


class RhythmList(RhythmFilters, ListQuery):
    """Filters and paging of the rhythm."""


@router.get(
    "/v1/activities", summary="List activities", response_model=Listed[ActivityRead], responses=declares(NotAcceptable)
)
async def list_activities(act: ActivitiesRead, request: Request, query: Annotated[ActivityList, Query()]) -> Response:
    """What branches held, in numbers without names, one branch's latest first; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "/v1/activities",
    summary="Record an activity",
    status_code=201,
    response_model=ActivityDetail,
    responses=declares(Taken),
)
async def record_activity(act: ActivitiesWrite, draft: ActivityCreate) -> Response:
    """Enters something that a branch held. The same kind with the same topic on one day is refused as taken."""
    activity_id = await service.record(act, draft)
    return answers.created(ActivityDetail, await service.shown(act, activity_id), "/v1/activities/{id}")


@router.get(
    "/v1/activities/{activity_id}",
    summary="Read an activity",
    response_model=ActivityDetail,
    responses=declares(NotFound),
)
async def read_activity(act: ActivitiesRead, activity_id: UUID, request: Request) -> Response:
    """One activity with its ETag and what the caller may do to it."""
    return answers.one(ActivityDetail, await service.shown(act, activity_id), request)


@router.patch(
    "/v1/activities/{activity_id}",
    summary="Correct an activity",
    response_model=ActivityDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def correct_activity(
    act: ActivitiesWrite, activity_id: UUID, change: ActivityUpdate, request: Request
) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`."""
    await service.correct(act, activity_id, answers.expected_version(request), change)
    return answers.one(ActivityDetail, await service.shown(act, activity_id))


@router.post(
    "/v1/activities/{activity_id}/cancel",
    summary="Cancel an activity",
    response_model=ActivityDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def cancel_activity(act: ActivitiesWrite, activity_id: UUID, wish: ActivityCancel, request: Request) -> Response:
    """Says that an activity was entered by mistake: it stays, and counts for nothing. Needs `If-Match`."""
    await service.cancel(act, activity_id, answers.expected_version(request), wish)
    return answers.one(ActivityDetail, await service.shown(act, activity_id))


@router.get(
    "/v1/activities/{activity_id}/history",
    summary="List an activity's versions",
    response_model=Listed[ActivityVersion],
    responses=declares(NotFound),
)
async def list_activity_versions(
    act: ActivitiesRead, activity_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the activity and when, the newest first."""
    return answers.listed(await reads.history(act, activity_id, query.ask()), request)


@router.get(
    "/v1/activity-rhythm",
    summary="List how branches keep up what they hold",
    response_model=Listed[RhythmRead],
    responses=declares(NotAcceptable),
)
async def list_activity_rhythm(
    act: ActivitiesRead, request: Request, query: Annotated[RhythmList, Query()]
) -> Response:
    """For each branch that stands: when each kind was last held, and whether in the last full period and in this one.

    Periods are calendar months or quarters, by the policy `rhythm` of the region asked for. `lacking` gives those that
    did not hold a kind in the last full period. As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, RHYTHM_COLUMNS, lambda ask: service.rhythm(act, query, ask), query.ask())
