"""Entries: what they find, and how they are written. Accounts are taken in the order of their ids, always."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from asyncpg.exceptions import IntegrityConstraintViolationError

from app.core.acts import Act
from app.core.database import driver
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger.facts import AccountKey, EntryDraft, LineDraft, Told, YearState

FOUND = """
SELECT (SELECT id FROM funding_entries WHERE committee_id = $1 AND business_key = $2) AS known,
       (SELECT fingerprint FROM funding_entries WHERE committee_id = $1 AND business_key = $2) AS fingerprint,
       (SELECT state FROM funding_years WHERE committee_id = $1 AND year = $3) AS year,
       account.id, account.committee_id, account.purse, account.kind, account.holder_kind, account.organization_id,
       account.use, account.closed_on IS NULL AS open, balance.balance_fen, account.region_code, account.authority_code
  FROM unnest($4::uuid[]) AS wanted (id)
  LEFT JOIN funding_accounts AS account ON account.id = wanted.id
  LEFT JOIN funding_balances AS balance ON balance.account_id = account.id
"""
POST = """
SELECT entry_id, fingerprint, fresh
  FROM funding_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
REVERSED = """
SELECT entry.committee_id, entry.purse, entry.kind, entry.use, entry.text, entry.booked_on, entry.reference,
       entry.lines, later.business_key AS reversed_by
  FROM funding_entries AS entry LEFT JOIN funding_entries AS later ON later.reverses_id = entry.id
 WHERE entry.id = $1
"""
LINES_OF = "SELECT account_id, amount_fen, text FROM funding_lines WHERE entry_id = $1 ORDER BY position"
ACCOUNT = """
SELECT id FROM funding_accounts
 WHERE committee_id = $1 AND purse = $2 AND kind = $3 AND authority_id IS NOT DISTINCT FROM $4
   AND branch_id IS NOT DISTINCT FROM $5 AND organization_id IS NOT DISTINCT FROM $6 AND use IS NOT DISTINCT FROM $7
"""
OPENED = """
INSERT INTO funding_accounts (version, committee_id, purse, kind, authority_id, branch_id, organization_id, use,
                              holder_kind, created_at, recorded_at)
VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING id
"""
NUMBERED = "SELECT funding_number($1)"
WAITING = "SELECT funding_unnumbered_years()"
CARRIED = "SELECT funding_carry_over($1)"


class Refused(Exception):
    """The database refuses an entry: the constraint's name, and what is told beside it."""

    def __init__(self, constraint: str, about: dict[str, Any]) -> None:
        super().__init__(constraint)
        self.constraint = constraint
        self.about = about


@dataclass(frozen=True, slots=True)
class Written:
    """The entry that stands under a business key, what was told of it, and whether it was written just now.

    Without an id it stands out of sight.
    """

    entry_id: UUID | None
    fingerprint: bytes | None
    fresh: bool


class Found:
    """What an entry finds: one known under its key, its year's state, and its accounts as they stand."""

    def __init__(self, rows: Sequence[Any]) -> None:
        first = rows[0]
        self.known: UUID | None = first["known"]
        self.fingerprint: bytes | None = first["fingerprint"]
        self.year: YearState | None = None if first["year"] is None else YearState(first["year"])
        self.accounts = {row["id"]: _told(row) for row in rows if row["id"] is not None}


def _told(row: Any) -> Told:
    return Told(
        id=row["id"],
        committee_id=row["committee_id"],
        purse=Purse(row["purse"]),
        kind=AccountKind(row["kind"]),
        holder_kind=HolderKind(row["holder_kind"]),
        organization_id=row["organization_id"],
        use=None if row["use"] is None else Use(row["use"]),
        open=row["open"],
        balance_fen=row["balance_fen"],
        region_code=row["region_code"],
        authority_code=row["authority_code"],
    )


async def found(act: Act, draft: EntryDraft) -> Found:
    """What stands in the books for an entry with at least one line; accounts out of sight are missing."""
    connection = await driver(act.session)
    ids = [line.account_id for line in draft.lines]
    return Found(await connection.fetch(FOUND, draft.committee_id, draft.business_key, draft.booked_on.year, ids))


async def append(act: Act, draft: EntryDraft, use: Use | None, fingerprint: bytes) -> Written:
    """Write an entry with its lines, in one statement; or find the one that stands under its key already.

    Raises Refused with what the database says of money that went, or a year that was closed, at the last moment.
    """
    connection = await driver(act.session)
    try:
        [row] = await connection.fetch(
            POST,
            draft.committee_id,
            draft.purse,
            draft.kind,
            use,
            draft.booked_on,
            draft.business_key,
            draft.text,
            draft.reference,
            draft.reverses_id,
            act.by.id,
            act.now,
            fingerprint,
            [line.account_id for line in draft.lines],
            [line.amount_fen for line in draft.lines],
            [line.text for line in draft.lines],
        )
    except IntegrityConstraintViolationError as error:
        raise Refused(error.constraint_name or "", _about(error.detail)) from error
    return Written(*row)


def _about(detail: str | None) -> dict[str, Any]:
    """What the books' own refusals tell beside their name; others tell a sentence, which is left out."""
    return orjson.loads(detail) if detail and detail.startswith("{") else {}


async def reversing(
    act: Act, entry_id: UUID, booked_on: date, reason: str, business_key: str
) -> tuple[EntryDraft, int, date, str | None] | None:
    """The entry that takes another one back; how many lines that one has, its day, and the key of what reversed it.

    None where it is not seen. Lines out of sight are missing.
    """
    connection = await driver(act.session)
    row = await connection.fetchrow(REVERSED, entry_id)
    if row is None:
        return None
    lines = await connection.fetch(LINES_OF, entry_id)
    draft = EntryDraft(
        committee_id=row["committee_id"],
        purse=Purse(row["purse"]),
        kind=EntryKind.reversal,
        booked_on=booked_on,
        business_key=business_key,
        text=reason,
        lines=tuple(LineDraft(line["account_id"], -line["amount_fen"], line["text"]) for line in lines),
        reverses_id=entry_id,
        use=None if row["use"] is None else Use(row["use"]),
    )
    was_reversal = row["kind"] == EntryKind.reversal
    return draft, -1 if was_reversal else row["lines"], row["booked_on"], row["reversed_by"]


async def account(act: Act, key: AccountKey) -> UUID | None:
    """The account under a key, if it is open to sight."""
    connection = await driver(act.session)
    found_one: UUID | None = await connection.fetchval(ACCOUNT, *_key(key))
    return found_one


async def open_account(act: Act, key: AccountKey) -> UUID | None:
    """Open an account; None where somebody else opened it meanwhile."""
    connection = await driver(act.session)
    opened: UUID | None = await connection.fetchval(OPENED, *_key(key), key.holder.kind, act.now)
    return opened


def _key(key: AccountKey) -> tuple[Any, ...]:
    held_by = {
        HolderKind.branch: (None, key.holder.id, None),
        HolderKind.organization: (None, None, key.holder.id),
    }.get(key.holder.kind, (key.holder.id, None, None))
    return (key.committee_id, key.purse, key.kind, *held_by, key.use)


async def number(act: Act, year_id: UUID) -> int:
    """Give the entries of a year that have none yet their numbers; returns how many."""
    connection = await driver(act.session)
    return int(await connection.fetchval(NUMBERED, year_id))


async def unnumbered(act: Act) -> list[UUID]:
    """The years in which entries wait for their numbers, of all committees."""
    connection = await driver(act.session)
    return [row[0] for row in await connection.fetch(WAITING)]


async def carry_over(act: Act, year_id: UUID) -> int:
    """Write down what the accounts of a closed year held; returns how many hold something."""
    connection = await driver(act.session)
    return int(await connection.fetchval(CARRIED, year_id))
