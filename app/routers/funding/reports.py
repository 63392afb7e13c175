"""A year of a committee's books as a whole, and the workbook of it."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, TooLarge
from app.core.labels import Language
from app.core.workbooks import write
from app.services.access.permissions import Permission
from app.services.funding.statements.reports import service
from app.services.funding.statements.reports.schemas import ReportQuery, YearReportRead
from app.services.funding.statements.reports.workbook import Book
from app.web import answers, noting
from app.web.guards import May
from app.web.lists import XLSX, accepted
from app.web.openapi import declares
from app.web.state import language, state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/years", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]


@router.get(
    "/{year_id}/report",
    summary="Report a year of the books",
    response_model=YearReportRead,
    responses=declares(NotAcceptable, TooLarge),
)
async def read_year_report(
    act: FundingRead, year_id: UUID, request: Request, query: Annotated[ReportQuery, Query()]
) -> Response:
    """Each purse of a committee's year: carried over + income + set aside - given back - spent = closing.

    It is checked against the ledger; each check tells its two figures, and one that fails is shown as failing. An open
    year is reported up to today. By `Accept` as JSON, or as an XLSX workbook in the language of `Accept-Language`: the
    accounts as figures, what they come to as live formulas, spending by month with a chart, the checks.
    """
    form = accepted(request, (answers.JSON, XLSX))
    report = await service.report(act, year_id, query)
    if form == answers.JSON:
        return answers.one(YearReportRead, service.shown(report))
    path = Path(NamedTemporaryFile(dir=state_of(request).settings.spool, suffix=".out", delete=False).name)  # noqa: SIM115
    try:
        await to_thread.run_sync(_written, report, language(request), path)
        await noting.downloaded(request, act, form, year_id, len(report.year.accounts))
    except BaseException:
        await to_thread.run_sync(path.unlink)
        raise
    name = f"year-report-{report.year.year}.xlsx"
    return FileResponse(path, media_type=form, filename=name, background=BackgroundTask(path.unlink))


def _written(report: service.Report, spoken: Language, path: Path) -> None:
    with path.open("wb") as target:
        write(Book(report, spoken).sheets(), target)
