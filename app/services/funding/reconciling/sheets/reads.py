"""Open items and items of the start as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    Uuid,
    column,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.services.funding.ledger.models import FundingEntry, FundingLine
from app.services.funding.reconciling.facts import Side, StatementState
from app.services.funding.reconciling.models import BankOpenItem, BankStartLine, BankStatementLine
from app.services.funding.reconciling.sheet_schemas import OpenItemFilters

LINE = BankStatementLine


async def open_items(act: Act, statement: dict[str, Any], filters: OpenItemFilters, ask: Ask) -> Page:
    """One page of what stands open on a statement's last day, the oldest first: as settled, or as of now."""
    if statement["state"] == StatementState.settled:
        item: Any = (
            select(
                BankOpenItem.side,
                BankOpenItem.statement_line_id,
                BankOpenItem.line_id,
                BankOpenItem.on_day,
                BankOpenItem.amount_fen,
            )
            .where(BankOpenItem.statement_id == statement["id"])
            .subquery()
        )
    else:
        item = func.bank_open(literal(statement["id"], Uuid)).table_valued(
            column("side", Text),
            column("statement_line_id", Uuid),
            column("line_id", Uuid),
            column("on_day", Date),
            column("amount_fen", BigInteger),
        )
    item = item.c if hasattr(item, "c") else item
    key = func.coalesce(item.statement_line_id, item.line_id)
    query = (
        select(
            key.label("id"),
            item.side,
            item.statement_line_id,
            item.line_id,
            item.on_day,
            item.amount_fen,
            type_coerce(literal(statement["until_on"], Date) - item.on_day, Integer).label("days_open"),
            func.coalesce(LINE.reference, FundingLine.reference).label("reference"),
            func.coalesce(LINE.text, FundingLine.text, FundingEntry.text).label("text"),
            LINE.explanation,
            LINE.explanation_reason,
        )
        .outerjoin(LINE, LINE.id == item.statement_line_id)
        .outerjoin(FundingLine, FundingLine.id == item.line_id)
        .outerjoin(FundingEntry, FundingEntry.id == FundingLine.entry_id)
    )
    if filters.side is not None:
        query = query.where(item.side == filters.side)
    return await page(act, query, ask, Sorts({"on_day": item.on_day}, key, "on_day"), [statement["id"], filters.side])


async def start_items(act: Act, statement_id: UUID, ask: Ask) -> Page:
    """One page of what stood open before the account's first statement, as people said."""
    books = select(
        BankStartLine.id,
        literal(str(Side.books)).label("side"),
        BankStartLine.line_id,
        BankStartLine.booked_on.label("on_day"),
        BankStartLine.amount_fen,
        BankStartLine.reason,
        BankStartLine.entered_by,
        BankStartLine.recorded_at,
    ).where(BankStartLine.statement_id == statement_id)
    bank = select(
        LINE.id,
        literal(str(Side.bank)).label("side"),
        type_coerce(null(), Uuid).label("line_id"),
        LINE.on_day,
        LINE.amount_fen,
        LINE.text.label("reason"),
        LINE.explained_by.label("entered_by"),
        LINE.recorded_at,
    ).where(LINE.statement_id == statement_id, LINE.position < 0)
    both = union_all(books, bank).subquery().c
    return await page(act, select(*both), ask, Sorts({"on_day": both.on_day}, both.id, "on_day"), statement_id)
