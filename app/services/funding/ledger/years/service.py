"""Years of the books: opened, and closed for good."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse
from app.services.funding.ledger import accounts, repository
from app.services.funding.ledger import reads as books
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft, YearState
from app.services.funding.ledger.models import FundingYear
from app.services.funding.ledger.posting import placed
from app.services.funding.ledger.years import reads
from app.services.funding.ledger.years.schemas import YearClose, YearCreate


async def shown(act: Act, year_id: UUID) -> dict[str, Any]:
    """One year with what the caller may do. Raises NotFound."""
    row = await reads.one(act, year_id)
    allowed = Permission.funding_close in act.by.permissions
    return {**row, "allowed_actions": [action("close", await _refusal(act, row) if allowed else "permission")]}


async def open_year(act: Act, told: YearCreate) -> UUID:
    """Open a committee's books of a year; returns its key.

    Raises Forbidden for a committee that may only be seen, Invalid for one out of sight and for a year after the next;
    the database refuses a second one, and one before a closed year.
    """
    place, line = await placed(act, Holder(HolderKind.committee, told.committee_id), "/committee_id")
    if not act.scope.holds(place, [line]):
        raise Forbidden(reason="scope")
    if told.year > act.today.year + 1:
        raise Invalid(errors=(FieldError("/year", "year_too_far", {"most": act.today.year + 1}),))
    row = FundingYear(
        version=1,
        committee_id=told.committee_id,
        year=told.year,
        state=YearState.open,
        opened_by=act.by.id,
        closed_by=None,
        closed_at=None,
        close_note=None,
        created_at=act.now,
        recorded_at=act.now,
    )
    act.session.add(row)
    await act.session.flush()
    return row.id


async def close(act: Act, year_id: UUID, expected: int, told: YearClose) -> None:
    """Close a year: what is given back goes out by entries on 31 December, all entries get their numbers, and what the
    accounts hold is written down for the next year.

    Raises NotFound, StaleVersion; Conflict for a year that is not over, closed already, or behind an open one, and for
    money to give back that was spent in the new year already.
    """
    row = await claim(act, FundingYear, year_id, expected)
    refusal = await _refusal(act, {"state": row.state, "year": row.year, "committee_id": row.committee_id})
    if refusal is not None:
        raise Conflict(errors=(FieldError("", refusal, {"year": row.year}),))
    if len(set(told.give_back)) < len(told.give_back):
        raise Invalid(errors=(FieldError("/give_back", "listed_twice"),))
    for number, purse in enumerate(told.give_back):
        if purse is Purse.enterprise_levy:
            raise Invalid(errors=(FieldError(f"/give_back/{number}", "levy_stays"),))
        await _give_back(act, row, purse)
    await repository.number(act, row.id)
    row.state, row.closed_by, row.closed_at, row.close_note = YearState.closed, act.by.id, act.now, told.note
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
    await repository.carry_over(act, row.id)


async def number_entries(act: Act) -> int:
    """Give all entries that wait for one their numbers, year by year; returns how many."""
    return sum([await repository.number(act, year_id) for year_id in await repository.unnumbered(act)])


async def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if row["state"] != YearState.open:
        return "year_closed"
    if act.today <= date(row["year"], 12, 31):
        return "year_not_over"
    earlier = await reads.earlier_open(act, row["committee_id"], row["year"])
    return None if earlier is None else "year_earlier_open"


async def _give_back(act: Act, row: FundingYear, purse: Purse) -> None:
    last = date(row.year, 12, 31)
    funds = await repository.account(act, _own(row, purse, AccountKind.funds))
    held = 0 if funds is None else await books.balance(act, funds, last)
    if funds is None or held == 0:
        return
    source = await accounts.of(act, _own(row, purse, AccountKind.source))
    await ledger.post(
        act,
        EntryDraft(
            committee_id=row.committee_id,
            purse=purse,
            kind=EntryKind.refund,
            booked_on=last,
            business_key=f"closing:{row.year}:{purse}",
            text=f"{row.year}年度结余交回",
            lines=(LineDraft(funds, -held), LineDraft(source, held)),
        ),
    )


def _own(row: FundingYear, purse: Purse, kind: AccountKind) -> AccountKey:
    return AccountKey(row.committee_id, purse, kind, Holder(HolderKind.committee, row.committee_id))
