"""The tables of statements, their lines, what belongs together, what was open at the start and when it was settled.

Where a row stands and whose it is are the account's, copied by the database.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.facts import Purse
from app.services.funding.reconciling.facts import (
    ExplanationKind,
    LineState,
    MatchRule,
    Side,
    StatementSource,
    StatementState,
)


def _stands(table: str, *, found: bool = False) -> tuple[CheckConstraint | Index, ...]:
    """`found`: there is a list of them over many accounts; the others are read by their account or statement."""
    places = (
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        *(places if found else ()),
        Index(f"ix_{table}_committee_id", "committee_id"),
        *(
            Index(f"ix_{table}_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
            for name in ("branch_id", "organization_id")
        ),
    )


def _of_statement() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["statement_id", "account_id"], ["bank_statements.id", "bank_statements.account_id"])


def _of_match() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["match_id", "account_id"], ["bank_matches.id", "bank_matches.account_id"])


class _Stands:
    """The account's own columns, copied by the database."""

    committee_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    purse: Mapped[str] = mapped_column(Text, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BankStatement(_Stands, Base):
    """What a bank or a finance office says of one account from one day until another.

    `reading` tells how the file was read and what was passed over. `sheet` is the reconciliation as it was settled;
    `turn` the account's last line in the books that it knew.
    """

    __tablename__ = "bank_statements"
    __table_args__ = (
        Unique("id", "account_id"),
        CheckConstraint(one_of("state", StatementState), name="state"),
        CheckConstraint(one_of("source", StatementSource), name="source"),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint("until_on >= from_on", name="period"),
        CheckConstraint("lines >= 0", name="lines"),
        CheckConstraint(
            "num_nonnulls(settled_by, settled_on, sheet, turn) = CASE state WHEN 'settled' THEN 4 ELSE 0 END",
            name="settled",
        ),
        CheckConstraint("settled_by <> uploaded_by", name="settled_by"),
        CheckConstraint(
            "(state = 'discarded') = (discard_reason IS NOT NULL) AND discard_reason <> ''", name="discarded"
        ),
        *_stands("bank_statements", found=True),
        Index("ix_bank_statements_account_id", "account_id", "from_on", "id"),
        Index(
            "uq_bank_statements_account_id_sha256",
            "account_id",
            "sha256",
            unique=True,
            postgresql_where=text("state <> 'discarded'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"))
    source: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    opening_fen: Mapped[int] = mapped_column(BigInteger)
    closing_fen: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]
    state: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(BYTEA)
    reading: Mapped[dict[str, Any]] = mapped_column(JSONB)
    uploaded_by: Mapped[str]
    settled_by: Mapped[str | None]
    settled_on: Mapped[date | None]
    sheet: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    turn: Mapped[int | None] = mapped_column(BigInteger)
    discard_reason: Mapped[str | None]


class BankStatementLine(_Stands, Base):
    """One line of a statement: fen into (+) or out of (-) the account.

    `reference` is the voucher's number, `serial` the bank's own. `position` is its line in the file; below zero it was
    no line but what the bank had before the account's first statement and the books did not. `cleared_on`: the day from
    which all that it belongs with stands on both sides. `rejected_lines` were suggested, and a person said no.
    """

    __tablename__ = "bank_statement_lines"
    __table_args__ = (
        Unique("statement_id", "position"),
        _of_statement(),
        _of_match(),
        CheckConstraint(one_of("state", LineState), name="state"),
        CheckConstraint("position <> 0", name="position"),
        CheckConstraint("amount_fen <> 0", name="amount_fen"),
        CheckConstraint("reference <> '' AND serial <> '' AND text <> '' AND counterparty <> ''", name="texts"),
        CheckConstraint(
            "num_nonnulls(match_id, cleared_on) = CASE state WHEN 'matched' THEN 2 ELSE 0 END", name="match"
        ),
        CheckConstraint("(state = 'suggested') = (suggested_line_id IS NOT NULL)", name="suggested"),
        CheckConstraint(
            "num_nonnulls(explanation, explanation_reason, explained_by) ="
            f" CASE state WHEN 'explained' THEN 3 ELSE 0 END AND {one_of('explanation', ExplanationKind)}"
            " AND explanation_reason <> ''",
            name="explained",
        ),
        *_stands("bank_statement_lines"),
        Index("ix_bank_statement_lines_account_id", "account_id", "on_day", "id"),
        Index(
            "ix_bank_statement_lines_open",
            "account_id",
            "on_day",
            "id",
            postgresql_where=text("state IN ('suggested', 'unmatched', 'explained')"),
        ),
        Index("ix_bank_statement_lines_match_id", "match_id", postgresql_where=text("match_id IS NOT NULL")),
        Index(
            "uq_bank_statement_lines_suggested_line_id",
            "suggested_line_id",
            unique=True,
            postgresql_where=text("suggested_line_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    statement_id: Mapped[UUID]
    account_id: Mapped[UUID]
    position: Mapped[int]
    on_day: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int | None] = mapped_column(BigInteger)
    reference: Mapped[str | None]
    rejected_lines: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    serial: Mapped[str | None]
    counterparty: Mapped[str | None]
    text: Mapped[str | None]
    state: Mapped[str]
    match_id: Mapped[UUID | None]
    cleared_on: Mapped[date | None]
    suggested_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_lines.id"))
    explanation: Mapped[str | None]
    explanation_reason: Mapped[str | None]
    explained_by: Mapped[str | None]


class BankMatch(_Stands, Base):
    """Lines of both sides that belong together, with the same sum on each. One side may have none: what cancels out.

    The database sees to the sums when the transaction ends. `settled_with` is the statement whose sheet counted it.
    """

    __tablename__ = "bank_matches"
    __table_args__ = (
        Unique("id", "account_id"),
        ForeignKeyConstraint(["settled_with", "account_id"], ["bank_statements.id", "bank_statements.account_id"]),
        CheckConstraint(one_of("rule", MatchRule), name="rule"),
        CheckConstraint("bank_lines >= 0 AND book_lines >= 0 AND bank_lines + book_lines >= 2", name="lines"),
        CheckConstraint("note <> ''", name="note"),
        *_stands("bank_matches"),
        Index("ix_bank_matches_account_id", "account_id", "cleared_on", "id"),
        Index("ix_bank_matches_settled_with", "settled_with", postgresql_where=text("settled_with IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"))
    rule: Mapped[str]
    bank_lines: Mapped[int]
    book_lines: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    cleared_on: Mapped[date]
    note: Mapped[str | None]
    automatic: Mapped[bool]
    matched_by: Mapped[str]
    settled_with: Mapped[UUID | None]


class BankMatchedLine(_Stands, Base):
    """A line of the books in a match; each line is in one. Day, amount and account are the line's own."""

    __tablename__ = "bank_matched_lines"
    __table_args__ = (
        Unique("line_id"),
        _of_match(),
        *_stands("bank_matched_lines"),
        Index("ix_bank_matched_lines_match_id", "match_id"),
        Index("ix_bank_matched_lines_account_id", "account_id", "cleared_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    match_id: Mapped[UUID]
    line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_lines.id"))
    account_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    booked_on: Mapped[date] = mapped_column(Date, FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    cleared_on: Mapped[date]


class BankStartLine(_Stands, Base):
    """A line of the books before the account's first statement that the bank did not have yet. A person says so."""

    __tablename__ = "bank_start_lines"
    __table_args__ = (
        Unique("line_id"),
        _of_statement(),
        CheckConstraint("reason <> ''", name="reason"),
        *_stands("bank_start_lines"),
        Index("ix_bank_start_lines_statement_id", "statement_id"),
        Index("ix_bank_start_lines_account_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    statement_id: Mapped[UUID]
    line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_lines.id"))
    account_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    booked_on: Mapped[date] = mapped_column(Date, FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    reason: Mapped[str]
    entered_by: Mapped[str]


class BankOpenItem(_Stands, Base):
    """What stood open on one side when a statement was settled: frozen with its sheet."""

    __tablename__ = "bank_open_items"
    __table_args__ = (
        _of_statement(),
        CheckConstraint(one_of("side", Side), name="side"),
        CheckConstraint("(side = 'bank') = (statement_line_id IS NOT NULL)", name="statement_line_id"),
        CheckConstraint("(side = 'books') = (line_id IS NOT NULL)", name="line_id"),
        *_stands("bank_open_items"),
        Index("ix_bank_open_items_statement_id", "statement_id", "on_day", "id"),
        *(
            Index(f"ix_bank_open_items_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
            for name in ("statement_line_id", "line_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    statement_id: Mapped[UUID]
    account_id: Mapped[UUID]
    side: Mapped[str]
    statement_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("bank_statement_lines.id"))
    line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("funding_lines.id"))
    on_day: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
