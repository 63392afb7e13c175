"""Entries into the books: posted once under their business key, and taken back as a whole."""

import hashlib
from collections.abc import Mapping
from datetime import date
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.sheets import yuan
from app.services.funding.ledger import repository
from app.services.funding.ledger.facts import EntryDraft, YearState
from app.services.funding.ledger.rules import Wrong, wrong


async def post(act: Act, draft: EntryDraft) -> UUID:
    """Write an entry; returns its key. The same deed under the same business key is the entry that stands already.

    Raises Invalid for an entry that cannot be (unbalanced, unknown or foreign accounts, mixed purses, the wrong way, a
    day to come, a year without books), Conflict for one that cannot be now (a closed year or account, money that is not
    there, a business key of another deed). The database refuses an overdraft at any earlier day as well.
    """
    print_ = fingerprint(draft)
    if len(draft.lines) < 2:
        raise Invalid(errors=(FieldError("/lines", "entry_lines_few"),))
    found = await repository.found(act, draft)
    if found.known is not None:
        return _same(found.known, found.fingerprint == print_)
    if draft.booked_on > act.today:
        raise Invalid(errors=(FieldError("/booked_on", "day_future"),))
    if found.year is not YearState.open:
        error = FieldError("/booked_on", f"year_{found.year or 'unknown'}", {"year": draft.booked_on.year})
        raise (Invalid if found.year is None else Conflict)(errors=(error,))
    _refuse(wrong(draft, found.accounts))
    use = draft.use or next((told.use for told in found.accounts.values() if told.use is not None), None)
    try:
        written = await repository.append(act, draft, use, print_)
    except repository.Refused as refused:
        if (told := _told(refused, draft)) is None:
            raise refused.__cause__ or refused from None  # another room's constraint is told by its name
        raise told from refused
    if written.entry_id is None:
        raise Conflict(errors=(FieldError("/business_key", "business_key_taken"),))
    return written.entry_id if written.fresh else _same(written.entry_id, written.fingerprint == print_)


async def reverse(act: Act, entry_id: UUID, booked_on: date, reason: str, business_key: str) -> UUID:
    """Take an entry back by one that is its opposite, line by line; returns the new one's key.

    Raises NotFound; Conflict for what was taken back already, is a reversal itself, or has lines out of sight; and what
    `post` raises.
    """
    found = await repository.reversing(act, entry_id, booked_on, reason, business_key)
    if found is None:
        raise NotFound()
    draft, lines, day, reversed_by = found
    if lines < 0:
        raise Conflict(errors=(FieldError("", "entry_is_reversal"),))
    if reversed_by is not None and reversed_by != business_key:
        raise Conflict(errors=(FieldError("", "entry_reversed"),))
    if lines != len(draft.lines):
        raise Conflict(errors=(FieldError("", "entry_lines_unseen"),))
    if booked_on < day:
        raise Invalid(errors=(FieldError("/booked_on", "reversal_before_entry", {"day": day.isoformat()}),))
    return await post(act, draft)


def fingerprint(draft: EntryDraft) -> bytes:
    """The digest of everything that is told of an entry, whatever the order of its lines."""
    lines = sorted((str(line.account_id), line.amount_fen, line.text) for line in draft.lines)
    told = (draft.purse, draft.kind, draft.booked_on, draft.text, draft.reference, draft.reverses_id, draft.use, lines)
    return hashlib.sha256(orjson.dumps(told, default=str)).digest()


def _same(entry_id: UUID, same: bool) -> UUID:
    if not same:
        raise Conflict(errors=(FieldError("/business_key", "business_key_taken"),))
    return entry_id


def _shown(params: Mapping[str, object]) -> dict[str, object]:
    return {
        name.removesuffix("_fen"): yuan(value) if name.endswith("_fen") and isinstance(value, int) else value
        for name, value in params.items()
    }


def _told(refused: repository.Refused, draft: EntryDraft) -> Conflict | None:
    """What the database refuses at the last moment, in words; None for what it never should have been asked."""
    about = refused.about
    place = next((n for n, line in enumerate(draft.lines) if str(line.account_id) == about.get("account_id")), None)
    at = "" if place is None else f"/lines/{place}"
    match refused.constraint:
        case "ck_funding_balances_overdraft":
            return Conflict(errors=(FieldError(f"{at}/amount_fen", "overdraft", _shown(about)),))
        case "ck_funding_account_days_overdraft":
            return Conflict(errors=(FieldError(f"{at}/amount_fen", "overdraft_on_day", _shown(about)),))
        case "ck_funding_accounts_closed":
            return Conflict(errors=(FieldError(f"{at}/account_id", "account_closed"),))
        case "ck_funding_entries_year_closed":
            return Conflict(errors=(FieldError("/booked_on", "year_closed", {"year": draft.booked_on.year}),))
        case "uq_funding_entries_reverses_id":
            return Conflict(errors=(FieldError("", "entry_reversed"),))
    return None


def _refuse(found: tuple[Wrong, ...]) -> None:
    told = [each for each in found if not each.state] or found
    if told:
        errors = tuple(FieldError(each.pointer, each.code, _shown(each.params)) for each in told)
        raise (Conflict if told[0].state else Invalid)(errors=errors)
