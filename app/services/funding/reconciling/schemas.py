"""Statements on the wire: what the bank says, what is thought of it. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import MOST_FEN, Purse
from app.services.funding.reconciling.facts import (
    ExplanationKind,
    LineState,
    StatementSource,
    StatementState,
)
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked

ACCOUNT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11"
STATEMENT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11"
LINE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7c11"
MATCH_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7d11"
BOOK_LINE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7e11"
STANDS: dict[str, Any] = {
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "purse": "fiscal_budget",
    "branch_id": None,
    "organization_id": None,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-04-02T01:00:00+00:00",
}
EXAMPLE: dict[str, Any] = {
    "id": STATEMENT_ID,
    "version": 2,
    "account_id": ACCOUNT_ID,
    "holder_name": "中共西湖区委两新组织工作委员会",
    "source": "bank",
    "from_on": "2026-03-01",
    "until_on": "2026-03-31",
    "opening_fen": 50_000_000,
    "closing_fen": 48_200_000,
    "lines": 17,
    "state": "open",
    "uploaded_by": "person:zhou",
    "settled_by": None,
    "settled_on": None,
    "discard_reason": None,
    **STANDS,
}
READING: dict[str, Any] = {
    "encoding": "gb18030",
    "header_line": 3,
    "titles": 2,
    "blank": 1,
    "unit": "yuan",
    "columns": {"day": "记账日期", "income": "贷方发生额", "outgo": "借方发生额", "balance": "余额"},
    "ignored": ["对方账号"],
    "passed_over": [{"line": 4, "why": "summary"}, {"line": 23, "why": "total"}],
    "repeated": [],
    "covered": [9],
}
COUNTS: dict[str, int] = {"matched": 14, "suggested": 1, "unmatched": 1, "explained": 1}
ALLOWED: list[dict[str, Any]] = [{"action": "match_again", "allowed": True, "reason": None}]
LINE: dict[str, Any] = {
    "id": LINE_ID,
    "version": 1,
    "statement_id": STATEMENT_ID,
    "account_id": ACCOUNT_ID,
    "position": 8,
    "on_day": "2026-03-05",
    "amount_fen": -1_800_000,
    "balance_fen": 48_200_000,
    "reference": "PZ-2026-0031",
    "serial": "2026030500017",
    "counterparty": "西湖区某某印刷有限公司",
    "text": "转账；党员培训教材",
    "state": "suggested",
    "match_id": None,
    "cleared_on": None,
    "suggested_line_id": BOOK_LINE_ID,
    "explanation": None,
    "explanation_reason": None,
    "explained_by": None,
    **STANDS,
}
BOOK_LINE: dict[str, Any] = {
    "id": BOOK_LINE_ID,
    "entry_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6c11",
    "booked_on": "2026-03-04",
    "amount_fen": -1_800_000,
    "kind": "spending",
    "text": "党员培训教材",
    "reference": "PZ-2026-0031",
}

Cover = Annotated[
    int | None,
    Field(ge=-MOST_FEN, le=MOST_FEN, description="In fen. Without it, by the file's running balance.", examples=[100]),
]
Reading = Annotated[
    dict[str, Any],
    Field(
        description="How the file was read: its encoding and unit, which column told what, columns that told nothing,"
        " every row that is no line and why, rows that stand there twice, lines whose long numbers were covered."
    ),
]


class Stands(BaseModel):
    """Where a row stands: where its account stands."""

    committee_id: UUID
    purse: Purse
    branch_id: UUID | None = Field(description="Whose account it is, where it is a branch's.")
    organization_id: UUID | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode | None
    recorded_at: datetime


class StatementRead(Stands):
    """What a bank or a finance office says of one account from one day until another."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    account_id: UUID
    holder_name: str | None = Field(description="Whose account it is; null where that one is out of sight.")
    source: StatementSource
    from_on: date
    until_on: date
    opening_fen: int
    closing_fen: int
    lines: int = Field(description="Lines of the statement; rows of the file that are none are told apart.")
    state: StatementState
    uploaded_by: str
    settled_by: str | None
    settled_on: date | None
    discard_reason: str | None


class LineCounts(BaseModel):
    """How many lines are how far."""

    matched: int
    suggested: int
    unmatched: int
    explained: int


class StatementDetail(StatementRead):
    """A statement with how it was read, how far its lines are, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={"example": EXAMPLE | {"reading": READING, "counts": COUNTS, "allowed_actions": ALLOWED}}
    )

    reading: Reading
    counts: LineCounts
    allowed_actions: list[AllowedAction]


class StatementVersion(BaseModel):
    """A statement as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "state", "settled_by", "settled_on")},
                "discard_reason": None,
                "recorded_at": EXAMPLE["recorded_at"],
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    state: StatementState
    settled_by: str | None
    settled_on: date | None
    discard_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class StatementFilters(BaseModel):
    """Filters of the list."""

    model_config = ConfigDict(extra="forbid")

    region: Annotated[RegionCode | None, Field(description="Only accounts inside this region.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only accounts of this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only accounts of this organisation.")] = None
    account_id: Annotated[UUID | None, Field(description="Only of this account.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    state: Annotated[StatementState | None, Field(description="Only in this state.")] = None
    on: Annotated[Day | None, Field(description="Only statements of a period that holds this day.")] = None


class StatementUpload(BaseModel):
    """What is said of a statement beside its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: Annotated[UUID, Field(description="The funds account that it is of.")]
    from_on: Annotated[Day, Field(description="First day that it tells of.")]
    until_on: Annotated[Day, Field(description="Last day that it tells of; not after today.")]
    opening_fen: Cover = None
    closing_fen: Cover = None
    source: Annotated[StatementSource, Field(description="Who keeps the account.")] = StatementSource.bank
    unit: Annotated[
        Literal["yuan", "ten_thousand_yuan"] | None,
        Field(description="What a number without a word means. Without it, by the rows above the header, else yuan."),
    ] = None
    debit: Annotated[
        Literal["out", "in"],
        Field(description="Whether 借 (debit) is money out of the account, as banks write, or into it, as books do."),
    ] = "out"


class LineRead(Stands):
    """One line of a statement, and what is known of it."""

    model_config = ConfigDict(json_schema_extra={"example": LINE})

    id: UUID
    version: int
    statement_id: UUID
    account_id: UUID
    position: int = Field(
        description="Its line, or row, in the file. Below zero: what the bank had before the first statement."
    )
    on_day: date
    amount_fen: int = Field(description="Into the account (+) or out of it (-), in fen.")
    balance_fen: int | None = Field(description="The bank's balance behind it, where the file tells it.")
    reference: str | None = Field(description="The voucher's number.")
    serial: str | None = Field(description="The bank's own number.")
    counterparty: str | None
    text: str | None = Field(description="Long runs of digits show their last four alone.")
    state: LineState
    match_id: UUID | None
    cleared_on: date | None = Field(description="From when all that it belongs with stands on both sides.")
    suggested_line_id: UUID | None = Field(description="The line of the books that is suggested.")
    explanation: ExplanationKind | None
    explanation_reason: str | None
    explained_by: str | None


class BookLineRead(BaseModel):
    """A line of the account in the books."""

    model_config = ConfigDict(json_schema_extra={"example": BOOK_LINE})

    id: UUID
    entry_id: UUID
    booked_on: date
    amount_fen: int
    kind: str
    text: str | None
    reference: str | None


class LineDetail(LineRead):
    """A line with the line of the books that is suggested, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={"example": LINE | {"suggested_line": BOOK_LINE, "allowed_actions": ALLOWED}}
    )

    suggested_line: BookLineRead | None
    allowed_actions: list[AllowedAction]


class LineFilters(BaseModel):
    """Filters of a statement's lines."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[list[LineState] | None, Field(max_length=5, description="Only these; may be repeated.")] = None


class CandidateFilters(BaseModel):
    """Which lines of the books are asked for."""

    model_config = ConfigDict(extra="forbid")

    same_amount: Annotated[bool, Field(description="Only lines of the same amount.")] = True


class Explain(BaseModel):
    """Why a line of the statement is not in the books."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "to_be_booked", "reason": "三月利息，四月补记"}}
    )

    kind: ExplanationKind
    reason: Purpose


class StatementReason(BaseModel):
    """Why a statement is set aside, or opened again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "上传了另一账户的对账单"}})

    reason: Purpose
