"""Frozen values of the books: whose an account is, and an entry before it is written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use

WAYS: dict[EntryKind, tuple[AccountKind, AccountKind]] = {
    EntryKind.income: (AccountKind.source, AccountKind.funds),
    EntryKind.set_aside: (AccountKind.source, AccountKind.funds),
    EntryKind.appropriation: (AccountKind.funds, AccountKind.funds),
    EntryKind.spending: (AccountKind.funds, AccountKind.use),
    EntryKind.refund: (AccountKind.funds, AccountKind.source),
    EntryKind.transfer: (AccountKind.funds, AccountKind.funds),
}
"""Out of which kind of account money goes and into which, by what an entry tells. A reversal goes the other way."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose an account is. Of kind committee the id is the committee's own."""

    kind: HolderKind
    id: UUID


@dataclass(frozen=True, slots=True)
class AccountKey:
    """What makes an account one of a kind in a committee's books; `use` only where it is a use account."""

    committee_id: UUID
    purse: Purse
    kind: AccountKind
    holder: Holder
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One account's part of an entry: fen into (+) or out of (-) it, never zero, each account once."""

    account_id: UUID
    amount_fen: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry before it is written: one committee, one purse, lines that sum to zero.

    `business_key` names the deed for ever (unique for the committee): the same deed again is the same entry, another
    one under the same key is refused. `reference` is the number outside: a bank's, a voucher's. `use` need not be told
    of spending: its accounts say it.
    """

    committee_id: UUID
    purse: Purse
    kind: EntryKind
    booked_on: date
    business_key: str
    text: str
    lines: tuple[LineDraft, ...]
    reference: str | None = None
    reverses_id: UUID | None = None
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An account as an entry finds it: whose books and purse, whether it is open, and what it holds now."""

    id: UUID
    committee_id: UUID
    purse: Purse
    kind: AccountKind
    holder_kind: HolderKind
    organization_id: UUID | None
    use: Use | None
    open: bool
    balance_fen: int
    region_code: int
    authority_code: int


class YearState(StrEnum):
    """Whether something may be booked in a year."""

    open = "open"
    closed = "closed"


class Closing(StrEnum):
    """What becomes of a purse's money in the committee's own account at the end of a year."""

    carry_over = "carry_over"
    give_back = "give_back"
