"""Which days are working days by the official calendar."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.core.acts import Act
from app.services.access.permissions import Permission
from app.services.calendars import service
from app.services.calendars.schemas import WorkingDaysAsked, WorkingDaysLoad, WorkingDaysLoaded, WorkingDaysRead
from app.web import answers
from app.web.guards import May
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/working-days", tags=["joint meetings"], route_class=StrictRoute)

WorkingDaysReading = Annotated[Act, May(Permission.working_days_read)]
WorkingDaysWrite = Annotated[Act, May(Permission.working_days_write)]


@router.get("", summary="List working days", response_model=WorkingDaysRead, responses=declares())
async def list_working_days(act: WorkingDaysReading, query: Annotated[WorkingDaysAsked, Query()]) -> Response:
    """Each day from one to another (at most 731): whether it is worked, its holiday, and what says so.

    `official` is the announced calendar as it ships; `loaded` is what the operator loaded over it; where nobody
    announced the year yet, Monday to Friday are `provisional` working days.
    """
    return answers.answer(await service.shown(act, query))


@router.post("", summary="Load working days", response_model=WorkingDaysLoaded, responses=declares())
async def load_working_days(act: WorkingDaysWrite, draft: WorkingDaysLoad) -> Response:
    """Loads days off and make-up days of an announcement, up to 400, all or none. They stand over the official ones.

    The calendar is the country's: a grant for less is refused. A year becomes known when it is named in `known_years`.
    """
    return answers.answer(await service.load(act, draft))
