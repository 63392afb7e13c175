"""An account's statement page by page: every page of the moment of the first one, with its running balance."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.pagination import Ask, Page, carried, sealed, unsealed
from app.services.funding.statements import reads
from app.services.funding.statements.schemas import StatementQuery

CARRIED = ("turn", "opening_fen", "in_fen", "out_fen", "closing_fen", "day", "balance_fen")


def period(act: Act, asked: StatementQuery) -> tuple[date, date]:
    """The days asked for; without any the year so far. Raises Invalid for an end before the beginning."""
    until = asked.until or act.today
    since = asked.since or date(until.year, 1, 1)
    if since > until:
        raise Invalid(errors=(FieldError("/until", "period_order"),))
    return since, until


async def statement(act: Act, account_id: UUID, asked: StatementQuery, ask: Ask) -> dict[str, Any]:
    """One page of an account's lines over a period, with what it held before, after, and after each line.

    The first page fixes the moment: the number of lines the account has then. What is posted later has a higher turn
    and is not among them, and the sums go along in the cursor. Raises NotFound, Invalid.
    """
    since, until = period(act, asked)
    bound = ("statement", account_id, since, until)
    head = await reads.head(act, account_id, since, until)
    after: tuple[date, int] | None = None
    balance = head["opening_fen"]
    last_turn = unsealed(act, ask.cursor, bound)
    if ask.cursor is not None and last_turn is not None:
        *sums, day, balance = carried(act, ask.cursor, bound, len(CARRIED))
        head |= dict(zip(CARRIED, sums, strict=False))
        after = (_day(day), last_turn)
    found = await reads.lines(act, account_id, (since, until), head["turn"], after, ask.limit + 1)
    rows = found[: ask.limit]
    for row in rows:
        balance += row["amount_fen"]
        row["balance_fen"] = balance
    following = None
    if len(found) > ask.limit:
        told = [head[name] for name in CARRIED[:5]]
        following = sealed(act, rows[-1]["turn"], bound, (*told, rows[-1]["booked_on"].toordinal(), balance))
    return {**head, "since": since, "until": until, "as_of": act.now, "items": rows, "next_cursor": following}


def _day(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError) as error:
        raise Invalid(errors=(FieldError("/cursor", "cursor_mismatch"),)) from error


async def lines(act: Act, account_id: UUID, asked: StatementQuery, ask: Ask) -> Page:
    """The lines of a statement alone, for its files."""
    told = await statement(act, account_id, asked, ask)
    return Page(told["items"], told["next_cursor"])
