"""What is due for the caller, over all nouns."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response

from app.catalogues.reminders import REMINDERS
from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.labels import label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.regions.stated import stated_span
from app.services.reminders import service
from app.services.reminders.schemas import ReminderCounts, ReminderFilters, ReminderRead
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["reminders"], route_class=StrictRoute)

RemindersRead = Annotated[Act, May(Permission.reminders_read)]

COLUMNS = (
    Column("kind", coded="reminder", heading="reminder_kind"),
    Column("title", heading="reminder_title"),
    Column("due_on", "date", heading="reminder_due_on"),
    Column("overdue", "boolean", heading="reminder_overdue"),
    Column("days_left", "integer", heading="reminder_days_left"),
    Column("region_code"),
    Column("id"),
)


class ReminderList(ReminderFilters, ListQuery):
    """Filters and paging of the reminders."""


class ReminderQuery(ReminderFilters):
    """What narrows the counts."""

    model_config = ConfigDict(extra="forbid")


def _span(filters: ReminderFilters) -> tuple[int, int] | None:
    return None if filters.region is None else stated_span(filters.region, filters.region_level)


@router.get(
    "/v1/reminders", summary="List reminders", response_model=Listed[ReminderRead], responses=declares(NotAcceptable)
)
async def list_reminders(act: RemindersRead, request: Request, query: Annotated[ReminderList, Query()]) -> Response:
    """What is due for the caller and not done, over all nouns that the grant lets read, the earliest first.

    Up to a day, what is overdue among it; as JSON pages, or as CSV or XLSX by `Accept`. `/v1/labels` names the kinds
    under `reminder`. No title names a person.
    """
    span = _span(query)
    return await respond(request, COLUMNS, lambda ask: service.listed(act, REMINDERS, query, span, ask), query.ask())


@router.get("/v1/reminders/counts", summary="Count reminders", response_model=ReminderCounts, responses=declares())
async def count_reminders(act: RemindersRead, request: Request, query: Annotated[ReminderQuery, Query()]) -> Response:
    """How many of each kind are due and how many are overdue: for the badge of a screen, in one answer."""
    spoken = language(request)
    rows = await service.counted(act, REMINDERS, query, _span(query))
    items = [{**row, "name": label("reminder", row["kind"], spoken)} for row in rows]
    return answers.answer({"until": service.until_of(act, query), "items": items})
