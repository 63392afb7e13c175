"""The sheet of a statement, settling it, opening it again, and what stood open at the start."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, TooLarge, refuse_hard
from app.core.findings import Finding, judge
from app.core.history import about
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.funding.reconciling import reads as statements
from app.services.funding.reconciling import repository
from app.services.funding.reconciling.facts import StatementState
from app.services.funding.reconciling.models import BankStatement
from app.services.funding.reconciling.policy import KIND, ReconciliationPolicy
from app.services.funding.reconciling.rules import SETTLING, WORTH_KNOWING, SettlingFacts
from app.services.funding.reconciling.sheet_schemas import OpenItemFilters, StartItemCreate
from app.services.funding.reconciling.sheets import facts, reads
from app.services.funding.reconciling.sheets import repository as sheets
from app.services.funding.reconciling.sheets.workbook import Printed
from app.services.policies import service as policies
from app.services.regions.stated import lineage

MOST_PRINTED = 20_000
"""Open items of one workbook."""


async def numbers(act: Act, region_code: int, region_level: int) -> ReconciliationPolicy:
    """The days that hold where an account stands."""
    return (await policies.at(act, KIND, lineage((region_code, region_level)), act.today)).numbers


async def sheet(act: Act, statement_id: UUID) -> dict[str, Any]:
    """The sheet as it was settled, or as of now. Raises NotFound; Conflict for a discarded statement."""
    row = await statements.one(act, statement_id)
    if row["state"] == StatementState.discarded:
        raise Conflict(errors=(FieldError("", "statement_discarded"),))
    if row["sheet"] is not None:
        now = await sheets.books_now(act, statement_id)
        since = None if now == row["sheet"]["books_fen"] else now
        found = [Finding(**each) for each in row["sheet"]["findings"]]
        told = {**row["sheet"], "findings": found}
        return {"statement_id": statement_id, "frozen": True, **told, "books_since_fen": since}
    known = await sheets.facts(act, statement_id)
    policy = await numbers(act, int(row["region_code"]), row["region_level"])
    found = list(judge(WORTH_KNOWING, SettlingFacts(own=False, oldest_days=known.oldest_days), policy))
    return {
        "statement_id": statement_id,
        "frozen": False,
        **facts.written(known),
        "findings": found,
        "books_since_fen": None,
    }


async def open_items(act: Act, statement_id: UUID, filters: OpenItemFilters, ask: Ask) -> Page:
    """One page of what stands open. Raises NotFound; Conflict for a discarded statement."""
    row = await statements.one(act, statement_id)
    if row["state"] == StatementState.discarded:
        raise Conflict(errors=(FieldError("", "statement_discarded"),))
    return await reads.open_items(act, row, filters, ask)


async def printed(act: Act, statement_id: UUID) -> Printed:
    """The sheet with all that stands open, to be printed and signed. Raises as `sheet`; TooLarge for too many items."""
    row = await statements.one(act, statement_id)
    told = await sheet(act, statement_id)
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = await reads.open_items(act, row, OpenItemFilters(), Ask(limit=2000, cursor=cursor))
        items += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return Printed(row, told, items)
        if len(items) >= MOST_PRINTED:
            raise TooLarge(reason="rows", limit=MOST_PRINTED)


async def settle(act: Act, statement_id: UUID, expected: int) -> None:
    """Freeze a statement whose sheet adds up, with what stands open.

    Nothing is posted to the account meanwhile. Raises NotFound, Forbidden, StaleVersion; Conflict for one that is not
    open, behind an earlier open one, or with a check that fails (all are told); RuleViolation for whoever brought it or
    decided on its lines.
    """
    row = await claimed(act, statement_id, expected)
    policy = await numbers(act, row.region_code, row.region_level)
    if (earlier := await sheets.earlier_open(act, row)) is not None:
        raise Conflict(errors=(FieldError("", "statement_earlier_open", {"from_on": earlier.isoformat()}),))
    await sheets.lock(act, row.account_id)
    known = await sheets.facts(act, statement_id)
    own = row.uploaded_by == act.by.id or await repository.decided(act, statement_id, act.by.id)
    found = refuse_hard(judge(SETTLING, SettlingFacts(own, known.oldest_days), policy))
    if wrong := facts.failing(facts.checks(known)):
        raise Conflict(errors=tuple(FieldError(f"/checks/{code}", f"sheet.{code}") for code in wrong))
    await sheets.freeze(act, row)
    row.state, row.settled_by, row.settled_on, row.turn = StatementState.settled, act.by.id, act.today, known.turn
    row.sheet = {**facts.written(known), "findings": [_frozen(each) for each in found]}
    await repository.save(act, row)


def _frozen(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "limit": finding.limit,
        "actual": finding.actual,
        "citation": finding.citation,
    }


async def reopen(act: Act, statement_id: UUID, expected: int, reason: str) -> None:
    """Open a settled statement again, the last one first, with a reason.

    Raises NotFound, Forbidden, StaleVersion; Conflict for one that is not settled or before a later settled one.
    """
    row = await claimed(act, statement_id, expected, StatementState.settled)
    if (later := await repository.later_settled(act, row.account_id, row.from_on)) is not None:
        raise Conflict(errors=(FieldError("", "statement_later_settled", {"from_on": later.isoformat()}),))
    await about(act, reason)
    row.state, row.settled_by, row.settled_on = StatementState.open, None, None
    row.sheet, row.turn = None, None
    await repository.save(act, row)
    await sheets.thaw(act, row)


async def add_start_item(act: Act, statement_id: UUID, expected: int, told: StartItemCreate) -> UUID:
    """Say what stood open before the account's first statement.

    Raises NotFound, Forbidden, StaleVersion, Invalid; Conflict for a statement that is not open or not the first.
    """
    books = told.line_id is not None
    bank = told.on_day is not None and bool(told.amount_fen)
    if books == bank or (books and (told.on_day or told.amount_fen is not None or told.reference)):
        raise Invalid(errors=(FieldError("", "start_item_one_side"),))
    row = await _first(act, statement_id, expected)
    await repository.save(act, row)
    if told.line_id is not None:
        known = (await repository.book_lines(act, [told.line_id])).get(told.line_id)
        if known is None or known.account_id != row.account_id:
            raise Invalid(errors=(FieldError("/line_id", "reference_unknown"),))
        if known.day >= row.from_on:
            raise Invalid(errors=(FieldError("/line_id", "start_item_day"),))
        return await repository.start_line(act, row.id, known, told.reason)
    assert told.on_day is not None  # noqa: S101  (told above)
    assert told.amount_fen is not None  # noqa: S101
    if told.on_day >= row.from_on:
        raise Invalid(errors=(FieldError("/on_day", "start_item_day"),))
    return await repository.start_bank(act, row, told.on_day, told.amount_fen, told.reference, told.reason)


async def remove_start_item(act: Act, statement_id: UUID, item_id: UUID, expected: int) -> None:
    """Take back what was said of the start, also where an earlier statement came since.

    Raises NotFound, also for an item that is matched already, Forbidden, StaleVersion, Conflict.
    """
    row = await claimed(act, statement_id, expected)
    await repository.save(act, row)
    if not await repository.remove_start(act, statement_id, item_id):
        raise NotFound()


async def start_items(act: Act, statement_id: UUID, ask: Ask) -> Page:
    """One page of what stood open at the start. Raises NotFound."""
    await statements.one(act, statement_id)
    return await reads.start_items(act, statement_id, ask)


async def _first(act: Act, statement_id: UUID, expected: int) -> BankStatement:
    row = await claimed(act, statement_id, expected)
    if "before" in await repository.neighbours(act, row.account_id, row.from_on, row.until_on):
        raise Conflict(errors=(FieldError("", "statement_not_first"),))
    return row


async def claimed(
    act: Act, statement_id: UUID, expected: int, state: StatementState = StatementState.open
) -> BankStatement:
    """A statement in a state, and its account, held until the act ends.

    Raises NotFound, Forbidden, StaleVersion, Conflict.
    """
    row = await statements.one(act, statement_id)
    if not act.scope.holds(int(row["region_code"]), [None if (code := row["authority_code"]) is None else int(code)]):
        raise Forbidden(reason="scope")
    await repository.hold(act, row["account_id"])
    found = await claim(act, BankStatement, statement_id, expected)
    if found.state != state:
        raise Conflict(errors=(FieldError("", f"statement_{found.state}"),))
    return found
