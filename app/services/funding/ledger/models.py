"""The tables of the books.

Entries and lines are appended and never changed; balances, days and numbers are written by the database alone. Where an
account stands is its holder's, copied by the database, and its lines stand there too.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.branches.models import one_of
from app.services.funding.facts import FIRST_YEAR, MOST_FEN, AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger.facts import YearState

SIGNED = "CASE kind WHEN 'source' THEN balance_fen <= 0 ELSE balance_fen >= 0 END"
HELD_BY = (
    "CASE holder_kind"
    " WHEN 'branch' THEN num_nonnulls(branch_id) = 1 AND num_nonnulls(authority_id, organization_id) = 0"
    " WHEN 'organization' THEN num_nonnulls(organization_id) = 1 AND num_nonnulls(authority_id, branch_id) = 0"
    " ELSE num_nonnulls(authority_id) = 1 AND num_nonnulls(branch_id, organization_id) = 0 END"
)


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )


class FundingYear(Base):
    """A committee's books of a calendar year. Once closed nothing is booked in it."""

    __tablename__ = "funding_years"
    __table_args__ = (
        Unique("committee_id", "year"),
        Unique("id", "committee_id", "year"),  # what entries refer to
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND 2200", name="year"),
        CheckConstraint(one_of("state", YearState), name="state"),
        CheckConstraint(
            "num_nonnulls(closed_by, closed_at) = CASE state WHEN 'closed' THEN 2 ELSE 0 END", name="closed"
        ),
        CheckConstraint("close_note <> '' AND (close_note IS NULL OR state = 'closed')", name="close_note"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        *_placed("funding_years"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    opened_by: Mapped[str]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    close_note: Mapped[str | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class FundingAccount(Base):
    """What one holder has, spent for a use, or got from outside, of one purse in one committee's books."""

    __tablename__ = "funding_accounts"
    __table_args__ = (
        Index(
            "uq_funding_accounts_key",
            *("committee_id", "purse", "kind", "authority_id", "branch_id", "organization_id", "use"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Unique("id", "committee_id", "purse"),  # what lines refer to
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("kind", AccountKind), name="kind"),
        CheckConstraint(one_of("holder_kind", HolderKind), name="holder_kind"),
        CheckConstraint(f"(kind = 'use') = (use IS NOT NULL) AND {one_of('use', Use)}", name="use"),
        CheckConstraint(HELD_BY, name="holder"),
        CheckConstraint("(holder_kind = 'committee') = coalesce(authority_id = committee_id, false)", name="committee"),
        CheckConstraint("(holder_kind = 'organization') = (purse = 'enterprise_levy')", name="levy"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        *_placed("funding_accounts"),
        Index("ix_funding_accounts_committee_id", "committee_id", "purse", "kind"),
        *(
            Index(f"ix_funding_accounts_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("authority_id", "branch_id", "organization_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    purse: Mapped[str]
    kind: Mapped[str]
    holder_kind: Mapped[str]
    authority_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("authorities.id"))
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("branches.id"))
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("organizations.id"))
    use: Mapped[str | None]
    closed_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class FundingEntry(Base):
    """One deed in the books; its lines sum to zero. `amount_fen` is what it moves: the sum of its positive lines.

    `fingerprint` is the digest of all that was told of it: the same deed under the same business key is the same entry.
    """

    __tablename__ = "funding_entries"
    __table_args__ = (
        Unique("committee_id", "business_key"),
        Unique("reverses_id"),
        Unique("id", "committee_id", "purse"),  # what lines refer to
        ForeignKeyConstraint(
            ["year_id", "committee_id", "year"],
            ["funding_years.id", "funding_years.committee_id", "funding_years.year"],
            name="fk_funding_entries_year_id",
        ),
        ForeignKeyConstraint(
            ["reverses_id", "committee_id", "purse"],
            ["funding_entries.id", "funding_entries.committee_id", "funding_entries.purse"],
            name="fk_funding_entries_reverses_id",
        ),
        CheckConstraint(one_of("purse", Purse), name="purse"),
        CheckConstraint(one_of("kind", EntryKind), name="kind"),
        CheckConstraint(one_of("use", Use), name="use"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reverses_id"),
        CheckConstraint("kind <> 'spending' OR use IS NOT NULL", name="spent_for"),
        CheckConstraint("extract(year FROM booked_on) = year", name="year"),
        CheckConstraint("booked_on <= (posted_at AT TIME ZONE 'Asia/Shanghai')::date", name="booked_on"),
        CheckConstraint("business_key <> '' AND text <> '' AND reference <> ''", name="texts"),
        CheckConstraint("lines >= 2", name="lines"),
        CheckConstraint("amount_fen > 0", name="amount_fen"),
        *_placed("funding_entries"),
        Index("ix_funding_entries_year_id", "year_id", "booked_on", "id"),
        Index(
            "ix_funding_entries_taken_back",
            "year_id",
            "purse",
            postgresql_where=text("kind IN ('refund', 'reversal')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    purse: Mapped[str]
    kind: Mapped[str]
    use: Mapped[str | None]
    booked_on: Mapped[date]
    business_key: Mapped[str]
    text: Mapped[str]
    reference: Mapped[str | None]
    reverses_id: Mapped[UUID | None]
    posted_by: Mapped[str] = mapped_column(Text, FetchedValue())
    posted_at: Mapped[datetime] = mapped_column(FetchedValue())
    fingerprint: Mapped[bytes] = mapped_column(BYTEA)
    lines: Mapped[int] = mapped_column(SmallInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())


class FundingLine(Base):
    """One account's part of an entry: fen into (+) or out of (-) it.

    `position` counts the entry's lines, so that none is added to it later; `turn` counts the account's lines as they
    were written, given by the database under the account's lock.
    """

    __tablename__ = "funding_lines"
    __table_args__ = (
        Unique("entry_id", "position"),
        Unique("entry_id", "account_id"),
        Unique("account_id", "turn"),
        ForeignKeyConstraint(
            ["entry_id", "committee_id", "purse"],
            ["funding_entries.id", "funding_entries.committee_id", "funding_entries.purse"],
            name="fk_funding_lines_entry_id",
        ),
        ForeignKeyConstraint(
            ["account_id", "committee_id", "purse"],
            ["funding_accounts.id", "funding_accounts.committee_id", "funding_accounts.purse"],
            name="fk_funding_lines_account_id",
        ),
        CheckConstraint(f"amount_fen <> 0 AND amount_fen BETWEEN -{MOST_FEN} AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint("text <> ''", name="text"),
        Index("ix_funding_lines_account_id", "account_id", "booked_on", "turn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    entry_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    committee_id: Mapped[UUID]
    purse: Mapped[str]
    account_id: Mapped[UUID]
    turn: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    booked_on: Mapped[date] = mapped_column(FetchedValue())
    kind: Mapped[str] = mapped_column(Text, FetchedValue())
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text, FetchedValue())
    reference: Mapped[str | None] = mapped_column(Text, FetchedValue())
    branch_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    organization_id: Mapped[UUID | None] = mapped_column(Uuid, FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())


class FundingBalance(Base):
    """What an account holds now, how many lines it has, and its last day with one. Its row is the account's lock."""

    __tablename__ = "funding_balances"
    __table_args__ = (
        CheckConstraint(SIGNED, name="overdraft"),
        {"postgresql_with": {"fillfactor": 50}},  # rewritten with every line: its next version stays in its page
    )

    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"), primary_key=True)
    kind: Mapped[str]
    turn: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    last_day: Mapped[date | None]
    closed: Mapped[bool]
    branch_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int] = mapped_column(BigInteger)


class FundingAccountDay(Base):
    """A day on which something was booked in an account: what came in, what went out, what it held in the evening."""

    __tablename__ = "funding_account_days"
    __table_args__ = (
        CheckConstraint(SIGNED, name="overdraft"),
        CheckConstraint("in_fen >= 0 AND out_fen >= 0", name="flows"),
        Index("ix_funding_account_days_committee_id", "committee_id", "day"),
        Index("ix_funding_account_days_region_code", "region_code", "day"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    committee_id: Mapped[UUID]
    kind: Mapped[str]
    in_fen: Mapped[int] = mapped_column(BigInteger)
    out_fen: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int] = mapped_column(BigInteger)


class FundingNumber(Base):
    """An entry's number in its committee's year, given afterwards, without a gap."""

    __tablename__ = "funding_numbers"
    __table_args__ = (Unique("year_id", "number"), CheckConstraint("number > 0", name="number"))

    entry_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_entries.id"), primary_key=True)
    year_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_years.id"))
    number: Mapped[int]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int] = mapped_column(BigInteger)


class FundingUnnumbered(Base):
    """An entry that has no number yet."""

    __tablename__ = "funding_unnumbered"
    __table_args__ = (Index("ix_funding_unnumbered_year_id", "year_id"),)

    entry_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_entries.id"), primary_key=True)
    year_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_years.id"))


class FundingCarryOver(Base):
    """What an account held when its year was closed: what the next year begins with. Written once."""

    __tablename__ = "funding_carry_overs"
    __table_args__ = (
        Index("ix_funding_carry_overs_account_id", "account_id"),
        Index("ix_funding_carry_overs_region_code", "region_code"),
    )

    year_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_years.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("funding_accounts.id"), primary_key=True)
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[UUID | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int] = mapped_column(BigInteger)
