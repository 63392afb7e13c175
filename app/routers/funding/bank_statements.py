"""Statements of banks and finance offices: brought as files, held against the books, settled when they add up."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    InFlight,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    TooLarge,
    UnsupportedMedia,
    VersionRequired,
)
from app.core.idempotency import refuse_in_flight
from app.core.labels import Language
from app.core.sheets import Column
from app.core.workbooks import write
from app.routers.uploads import body_of, closing
from app.services.access.permissions import Permission
from app.services.exchange.failures import FileUnreadable, UploadStalled
from app.services.funding.reconciling import reads, service, sheet
from app.services.funding.reconciling.schemas import (
    LineFilters,
    LineRead,
    StatementDetail,
    StatementFilters,
    StatementRead,
    StatementReason,
    StatementUpload,
    StatementVersion,
)
from app.services.funding.reconciling.sheet_schemas import (
    OpenItemFilters,
    OpenItemRead,
    SheetRead,
    StartItemCreate,
    StartItemRead,
)
from app.services.funding.reconciling.sheets import service as sheets
from app.services.funding.reconciling.sheets.workbook import Book, Printed
from app.web import answers, noting
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.idempotency import Key, once, request_print
from app.web.lists import CSV, XLSX, Listed, ListQuery, accepted, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language, state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/bank-statements", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingBring = Annotated[Caller, MayLater(Permission.funding_write)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("holder_name", heading="bank_holder_name"),
    Column("purse", coded="purse", heading="bank_purse"),
    Column("source", coded="bank_statement_source", heading="bank_source"),
    Column("from_on", "date", heading="bank_from_on"),
    Column("until_on", "date", heading="bank_until_on"),
    Column("opening_fen", "fen", heading="bank_opening"),
    Column("closing_fen", "fen", heading="bank_closing"),
    Column("lines", "integer", heading="bank_lines"),
    Column("state", coded="bank_statement_state", heading="bank_statement_state"),
    Column("settled_on", "date", heading="bank_settled_on"),
    Column("region_code"),
    Column("id"),
)
LINE_COLUMNS = (
    Column("position", "integer", heading="bank_position"),
    Column("on_day", "date", heading="bank_on_day"),
    Column("amount_fen", "fen", heading="bank_amount"),
    Column("balance_fen", "fen", heading="bank_balance"),
    Column("reference", heading="bank_reference"),
    Column("serial", heading="bank_serial"),
    Column("counterparty", heading="bank_counterparty"),
    Column("text", heading="bank_text"),
    Column("state", coded="bank_line_state", heading="bank_line_state"),
    Column("cleared_on", "date", heading="bank_cleared_on"),
    Column("explanation", coded="bank_explanation", heading="bank_explanation"),
    Column("explanation_reason", heading="bank_explanation_reason"),
    Column("id"),
)
ITEM_COLUMNS = (
    Column("side", coded="bank_side", heading="bank_side"),
    Column("on_day", "date", heading="bank_on_day"),
    Column("amount_fen", "fen", heading="bank_amount"),
    Column("days_open", "integer", heading="bank_days_open"),
    Column("reference", heading="bank_reference"),
    Column("text", heading="bank_item_text"),
    Column("explanation", coded="bank_explanation", heading="bank_explanation"),
    Column("explanation_reason", heading="bank_explanation_reason"),
    Column("id"),
)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV (UTF-8, UTF-16 with mark, GB18030/GBK) or XLSX (its first sheet with a header), up to 4 MiB"
        " and 5,000 lines. Title rows, totals and balances brought forward are recognised; amounts stand in two columns"
        " (借方/贷方, 收入/支出), in one with a sign, or in one beside a column of sides.",
        "content": {
            CSV: {
                "schema": {"type": "string"},
                "example": "记账日期,摘要,借方发生额,贷方发生额,余额\r\n2026-03-05,教材,18000.00,,482000.00\r\n",
            },
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class StatementList(StatementFilters, ListQuery):
    """Filters and paging of the statements."""


class LineList(LineFilters, ListQuery):
    """Filters and paging of a statement's lines."""


class OpenItemList(OpenItemFilters, ListQuery):
    """Filters and paging of the open items."""


@router.get("", summary="List bank statements", response_model=Listed[StatementRead], responses=declares(NotAcceptable))
async def list_bank_statements(
    act: FundingRead, request: Request, query: Annotated[StatementList, Query()]
) -> Response:
    """Statements of the scope's accounts, the latest first; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Bring a bank statement",
    status_code=201,
    response_model=StatementDetail,
    responses=declares(Conflict, Taken, InFlight, TooLarge, UnsupportedMedia, FileUnreadable, UploadStalled),
    openapi_extra=BODY,
)
@untimed
async def bring_bank_statement(
    caller: FundingBring, request: Request, query: Annotated[StatementUpload, Query()], key: Key
) -> Response:
    """Takes a statement in whole or not at all, and looks for what belongs together.

    Each line that cannot be read is told by its place in the file (`/lines/17/amount`). The lines must lead from the
    opening balance to the closing one; a file that came before, and days that another statement tells of, are refused.
    Matched are lines that bear one number, of one amount, on near days; amount and day alone are a suggestion.
    """
    try:
        form = sheet.form_of(request.headers.get("content-type", ""), request.headers.get("content-encoding"))
        async with body_of(request, sheet.BYTES) as body:
            rows = await sheet.opened(body.path, form)
            async with caller.open() as act:
                await refuse_in_flight(act, key)

                async def bring() -> Response:
                    statement_id = await service.bring(act, query, body, rows)
                    row = await service.shown(act, statement_id)
                    return answers.created(StatementDetail, row, "/v1/funding/bank-statements/{id}")

                return await once(act, key, request_print(request, body.sha256), bring)
    except (TooLarge, UploadStalled) as failure:
        return closing(request, failure)


@router.get(
    "/{statement_id}", summary="Read a bank statement", response_model=StatementDetail, responses=declares(NotFound)
)
async def read_bank_statement(act: FundingRead, statement_id: UUID, request: Request) -> Response:
    """One statement with how its file was read, how far its lines are, its ETag and what the caller may do."""
    return answers.one(StatementDetail, await service.shown(act, statement_id), request)


@router.get(
    "/{statement_id}/lines",
    summary="List a bank statement's lines",
    response_model=Listed[LineRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_bank_statement_lines(
    act: FundingRead, statement_id: UUID, request: Request, query: Annotated[LineList, Query()]
) -> Response:
    """What the bank says and what is known of it, in the order of the file; also as CSV or XLSX by `Accept`.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, LINE_COLUMNS, lambda ask: service.lines(act, statement_id, query, ask), query.ask())


@router.get(
    "/{statement_id}/sheet",
    summary="Read the reconciliation sheet",
    response_model=SheetRead,
    responses=declares(NotFound, Conflict, NotAcceptable, TooLarge),
)
async def read_bank_statement_sheet(act: FundingRead, statement_id: UUID, request: Request) -> Response:
    """余额调节表: the balance of the books with what the bank alone has, and the bank's with what the books alone have.

    As of now while the statement is open, as it was settled afterwards. Every check shows its two numbers. By `Accept`
    as JSON, or as an XLSX workbook to be printed: open items as figures, what they come to as live formulas.
    """
    form = accepted(request, (answers.JSON, XLSX))
    if form == XLSX:
        return await _workbook(act, statement_id, request)
    row = await sheets.sheet(act, statement_id)
    found = [finding_json(finding, language(request)) for finding in row["findings"]]
    return answers.one(SheetRead, {**row, "findings": found})


async def _workbook(act: Act, statement_id: UUID, request: Request) -> Response:
    printed = await sheets.printed(act, statement_id)
    path = Path(NamedTemporaryFile(dir=state_of(request).settings.spool, suffix=".out", delete=False).name)  # noqa: SIM115
    try:
        await to_thread.run_sync(_written, printed, language(request), path)
        await noting.downloaded(request, act, XLSX, statement_id, len(printed.items))
    except BaseException:
        await to_thread.run_sync(path.unlink)
        raise
    name = f"reconciliation-{printed.statement['until_on']}.xlsx"
    return FileResponse(path, media_type=XLSX, filename=name, background=BackgroundTask(path.unlink))


def _written(printed: Printed, spoken: Language, path: Path) -> None:
    with path.open("wb") as target:
        write(Book(printed, spoken).sheets(), target)


@router.get(
    "/{statement_id}/open-items",
    summary="List what stands open",
    response_model=Listed[OpenItemRead],
    responses=declares(NotFound, Conflict, NotAcceptable),
)
async def list_bank_open_items(
    act: FundingRead, statement_id: UUID, request: Request, query: Annotated[OpenItemList, Query()]
) -> Response:
    """Lines that stand on one side alone on the statement's last day, the oldest first; also as CSV or XLSX."""
    return await respond(
        request, ITEM_COLUMNS, lambda ask: sheets.open_items(act, statement_id, query, ask), query.ask()
    )


@router.post(
    "/{statement_id}/match-again",
    summary="Look for what belongs together",
    response_model=StatementDetail,
    responses=declares(*CHANGED),
)
async def match_bank_statement_again(act: FundingWrite, statement_id: UUID, request: Request) -> Response:
    """Looks anew at all open lines of the account, after postings above all; what people decided stays.

    A suggestion that was rejected is not made again. Needs `If-Match`.
    """
    await service.match_again(act, statement_id, answers.expected_version(request))
    return answers.one(StatementDetail, await service.shown(act, statement_id))


@router.get(
    "/{statement_id}/start-items",
    summary="List what stood open at the start",
    response_model=Listed[StartItemRead],
    responses=declares(NotFound),
)
async def list_bank_start_items(
    act: FundingRead, statement_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What stood on one side alone before the account's first statement, as people said."""
    return answers.listed(await sheets.start_items(act, statement_id, query.ask()), request)


@router.post(
    "/{statement_id}/start-items",
    summary="Say what stood open at the start",
    status_code=201,
    response_model=StatementDetail,
    responses=declares(*CHANGED),
)
async def add_bank_start_item(
    act: FundingWrite, statement_id: UUID, told: StartItemCreate, request: Request
) -> Response:
    """Of the account's first statement: a line of the books that the bank did not have yet, by `line_id`, or what the
    bank had and the books did not, by `on_day` and `amount_fen`. Needs the statement's `If-Match`.
    """
    await sheets.add_start_item(act, statement_id, answers.expected_version(request), told)
    row = await service.shown(act, statement_id)
    return answers.created(StatementDetail, row, f"/v1/funding/bank-statements/{statement_id}/start-items")


@router.post(
    "/{statement_id}/start-items/{item_id}/remove",
    summary="Take back what stood open at the start",
    response_model=StatementDetail,
    responses=declares(*CHANGED),
)
async def remove_bank_start_item(act: FundingWrite, statement_id: UUID, item_id: UUID, request: Request) -> Response:
    """Takes back what was said of the start, while it is matched with nothing. Needs the statement's `If-Match`."""
    await sheets.remove_start_item(act, statement_id, item_id, answers.expected_version(request))
    return answers.one(StatementDetail, await service.shown(act, statement_id))


@router.post(
    "/{statement_id}/settle",
    summary="Settle a bank statement",
    response_model=StatementDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def settle_bank_statement(act: FundingApprove, statement_id: UUID, request: Request) -> Response:
    """Freezes the sheet with what stands open, once every check holds; each that fails is told. The earliest first.

    Nobody settles what he brought or decided on. Needs `If-Match`.
    """
    await sheets.settle(act, statement_id, answers.expected_version(request))
    return answers.one(StatementDetail, await service.shown(act, statement_id))


@router.post(
    "/{statement_id}/reopen",
    summary="Open a settled statement again",
    response_model=StatementDetail,
    responses=declares(*CHANGED),
)
async def reopen_bank_statement(
    act: FundingApprove, statement_id: UUID, why: StatementReason, request: Request
) -> Response:
    """The last settled statement of the account is open again, with a reason. Needs `If-Match`."""
    await sheets.reopen(act, statement_id, answers.expected_version(request), why.reason)
    return answers.one(StatementDetail, await service.shown(act, statement_id))


@router.post(
    "/{statement_id}/discard",
    summary="Set a bank statement aside",
    response_model=StatementDetail,
    responses=declares(*CHANGED),
)
async def discard_bank_statement(
    act: FundingWrite, statement_id: UUID, why: StatementReason, request: Request
) -> Response:
    """It was the wrong file: it stays to be read and counts for nothing; its days may be told anew.

    Needs `If-Match`.
    """
    await service.discard(act, statement_id, answers.expected_version(request), why.reason)
    return answers.one(StatementDetail, await service.shown(act, statement_id))


@router.get(
    "/{statement_id}/history",
    summary="List a bank statement's versions",
    response_model=Listed[StatementVersion],
    responses=declares(NotFound),
)
async def list_bank_statement_versions(
    act: FundingRead, statement_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the statement and when, the newest first."""
    return answers.listed(await reads.history(act, statement_id, query.ask()), request)
