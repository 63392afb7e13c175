"""What belongs together, the reconciliation sheet and its open items on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.branches.schemas import Judged
from app.services.funding.facts import MOST_FEN
from app.services.funding.reconciling.facts import MatchRule, Side
from app.services.funding.reconciling.schemas import (
    ACCOUNT_ID,
    BOOK_LINE,
    BOOK_LINE_ID,
    LINE,
    LINE_ID,
    MATCH_ID,
    STANDS,
    STATEMENT_ID,
    BookLineRead,
    LineRead,
    Stands,
)
from app.services.privacy.wire import Purpose, Words

MATCH: dict[str, Any] = {
    "id": MATCH_ID,
    "version": 1,
    "account_id": ACCOUNT_ID,
    "rule": "by_hand",
    "automatic": False,
    "bank_lines": 1,
    "book_lines": 2,
    "amount_fen": -1_800_000,
    "cleared_on": "2026-03-05",
    "note": "两笔报销合并支付",
    "matched_by": "person:zhou",
    "settled_with": None,
    **STANDS,
}
MOST_LINES = 1_000

LineIds = Annotated[list[UUID], Field(max_length=MOST_LINES)]


class MatchRead(Stands):
    """Lines of both sides that belong together, with the same sum on each."""

    model_config = ConfigDict(json_schema_extra={"example": MATCH})

    id: UUID
    version: int
    account_id: UUID
    rule: MatchRule
    automatic: bool = Field(description="Found by rule; else a person said so.")
    bank_lines: int
    book_lines: int
    amount_fen: int = Field(description="The sum of either side; of one side alone it is 0, in fen.")
    cleared_on: date = Field(description="The last day of all its lines: before, it stands open.")
    note: str | None
    matched_by: str
    settled_with: UUID | None = Field(description="The settled statement whose sheet counted it; then it stays.")


class MatchDetail(MatchRead):
    """A match with its lines, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": MATCH
            | {
                "statement_lines": [LINE | {"state": "matched", "match_id": MATCH_ID, "suggested_line_id": None}],
                "book": [BOOK_LINE],
                "allowed_actions": [{"action": "undo", "allowed": True, "reason": None}],
            }
        }
    )

    statement_lines: list[LineRead]
    book: list[BookLineRead] = Field(description="The lines of the books.")
    allowed_actions: list[AllowedAction]


class MatchFilters(BaseModel):
    """Filters of the list."""

    model_config = ConfigDict(extra="forbid")

    account_id: Annotated[UUID | None, Field(description="Only of this account.")] = None
    statement_id: Annotated[UUID | None, Field(description="Only matches with a line of this statement.")] = None
    rule: Annotated[MatchRule | None, Field(description="Only by this rule.")] = None
    automatic: Annotated[bool | None, Field(description="Only those found by rule, or only those by people.")] = None


class MatchCreate(BaseModel):
    """Lines that belong together, of one account. One side may be empty: what cancels out on the other."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"statement_lines": [LINE_ID], "book_lines": [BOOK_LINE_ID], "note": "两笔报销合并支付"}
        },
    )

    statement_lines: LineIds = []
    book_lines: LineIds = []
    note: Words | None = None


class OpenSum(BaseModel):
    """What stands open on one side: how many, what came in, what went out."""

    count: int
    received_fen: int
    paid_fen: int = Field(description="Zero or below, in fen.")


class SheetCheck(BaseModel):
    """Two numbers that must be one."""

    code: str = Field(description="Label namespace `bank_sheet_check`.")
    left: int
    right: int
    passes: bool


SHEET: dict[str, Any] = {
    "statement_id": STATEMENT_ID,
    "on": "2026-03-31",
    "frozen": False,
    "books_fen": 48_250_000,
    "bank_fen": 48_200_000,
    "bank_only": {"count": 1, "received_fen": 0, "paid_fen": -50_000},
    "books_only": {"count": 0, "received_fen": 0, "paid_fen": 0},
    "adjusted_books_fen": 48_200_000,
    "adjusted_bank_fen": 48_200_000,
    "difference_fen": 0,
    "checks": [{"code": "balances_agree", "left": 48_200_000, "right": 48_200_000, "passes": True}],
    "findings": [],
    "books_since_fen": None,
}


class SheetRead(BaseModel):
    """The reconciliation (余额调节表): both balances, what stands open on either side, and whether they agree."""

    model_config = ConfigDict(json_schema_extra={"example": SHEET})

    statement_id: UUID
    on: date
    frozen: bool = Field(description="As it was settled; else as of now.")
    books_fen: int = Field(description="The account's balance in the books at the end of that day.")
    bank_fen: int = Field(description="The statement's closing balance.")
    bank_only: OpenSum = Field(description="In the statement, not in the books: added to the books.")
    books_only: OpenSum = Field(description="In the books, not in the statement: added to the statement.")
    adjusted_books_fen: int
    adjusted_bank_fen: int
    difference_fen: int = Field(description="Adjusted books less adjusted statement; 0 where it adds up.")
    checks: list[SheetCheck] = Field(description="What must hold before it is settled; a failing one shows as such.")
    findings: list[Judged]
    books_since_fen: int | None = Field(
        description="Of a settled one: the books' balance of that day as it is now, where a later entry changed it."
    )


class OpenItemRead(BaseModel):
    """One line that stands on one side alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": LINE_ID,
                "side": "bank",
                "statement_line_id": LINE_ID,
                "line_id": None,
                "on_day": "2026-03-21",
                "amount_fen": -50_000,
                "days_open": 10,
                "reference": None,
                "text": "账户管理费",
                "explanation": "to_be_booked",
                "explanation_reason": "四月补记",
            }
        }
    )

    id: UUID
    side: Side
    statement_line_id: UUID | None
    line_id: UUID | None = Field(description="The line of the books.")
    on_day: date
    amount_fen: int
    days_open: int = Field(description="From its day to the statement's last, in days.")
    reference: str | None
    text: str | None
    explanation: str | None
    explanation_reason: str | None


class OpenItemFilters(BaseModel):
    """Filters of the open items."""

    model_config = ConfigDict(extra="forbid")

    side: Annotated[Side | None, Field(description="Only what this side alone has.")] = None


class StartItemRead(BaseModel):
    """What stood open on one side before the account's first statement."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": LINE_ID,
                "side": "books",
                "line_id": BOOK_LINE_ID,
                "on_day": "2026-02-27",
                "amount_fen": -20_000,
                "reason": "支票二月底开出，银行三月才付",
                "entered_by": "person:zhou",
                "recorded_at": "2026-04-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    side: Side
    line_id: UUID | None
    on_day: date
    amount_fen: int
    reason: str | None
    entered_by: str | None
    recorded_at: datetime


class StartItemCreate(BaseModel):
    """A line of the books that the bank did not have yet, or what the bank had and the books did not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"line_id": BOOK_LINE_ID, "reason": "支票二月底开出，银行三月才付"}},
    )

    line_id: UUID | None = None
    on_day: Annotated[Day | None, Field(description="Before the first statement; only of what the bank had.")] = None
    amount_fen: Annotated[int | None, Field(strict=True, ge=-MOST_FEN, le=MOST_FEN)] = None
    reference: Words | None = None
    reason: Purpose
