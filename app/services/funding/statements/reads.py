"""Statements and balances as rows for the wire, from the lines and from what the database keeps of every day."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, cast, func, literal, select, tuple_

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.funding.ledger.models import (
    FundingAccount,
    FundingAccountDay,
    FundingBalance,
    FundingLine,
    FundingNumber,
)
from app.services.funding.statements.schemas import AccountLineRead, BalanceFilters, BalanceRead, Held
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

ACCOUNT = FundingAccount
LINE = FundingLine
DAY = FundingAccountDay
SORTS = Sorts(
    {"region_code": ACCOUNT.region_code, "purse": ACCOUNT.purse, "kind": ACCOUNT.kind}, ACCOUNT.id, "region_code"
)
EXACT = ("committee_id", "purse", "kind", "holder_kind", "branch_id", "organization_id", "use")


def sight(act: Act) -> list[Any]:
    """Accounts within the scope: by the holder's place or line, and a branch's own."""
    return within(act, ACCOUNT.region_code, [ACCOUNT.authority_code], [ACCOUNT.branch_id])


def holder_name() -> Any:
    """The name of an account's holder, looked up for the rows that are shown alone."""
    return func.coalesce(
        select(Branch.name).where(Branch.id == ACCOUNT.branch_id).scalar_subquery(),
        select(Organization.name).where(Organization.id == ACCOUNT.organization_id).scalar_subquery(),
        select(Authority.name).where(Authority.id == ACCOUNT.authority_id).scalar_subquery(),
    )


def held() -> dict[str, Any]:
    """The columns of an account that are told otherwise than they are kept."""
    return {
        "account_id": ACCOUNT.id,
        "holder_name": holder_name(),
        "region_code": padded(ACCOUNT.region_code),
        "authority_code": padded(ACCOUNT.authority_code, DIGITS),
    }


def evening(day: Any) -> Any:
    """What an account held in the evening of a day: the last day up to it on which something was booked."""
    return func.coalesce(
        select(DAY.balance_fen)
        .where(DAY.account_id == ACCOUNT.id, DAY.day <= day)
        .order_by(DAY.day.desc())
        .limit(1)
        .scalar_subquery(),
        0,
    )


async def head(act: Act, account_id: UUID, since: date, until: date) -> dict[str, Any]:
    """An account over a period as of one moment: what it held before and after, what went in and out. Raises NotFound.

    `turn` is the number of its lines at that moment: the lines up to it are those that the sums are of.
    """
    flows = (
        select(
            func.coalesce(func.sum(DAY.in_fen), 0).label("in_fen"),
            func.coalesce(func.sum(DAY.out_fen), 0).label("out_fen"),
        )
        .where(DAY.account_id == ACCOUNT.id, DAY.day >= since, DAY.day <= until)
        .lateral("flows")
    )
    query = (
        select(
            *columns(Held, ACCOUNT, **held()),
            FundingBalance.turn,
            evening(literal(since, Date) - 1).label("opening_fen"),
            evening(literal(until, Date)).label("closing_fen"),
            flows.c.in_fen,
            flows.c.out_fen,
        )
        .join(FundingBalance, FundingBalance.account_id == ACCOUNT.id)
        .join(flows, and_(True))
        .where(ACCOUNT.id == account_id, *sight(act))
    )
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row) | {"in_fen": int(row["in_fen"]), "out_fen": int(row["out_fen"])}


async def lines(
    act: Act, account_id: UUID, period: tuple[date, date], turn: int, after: tuple[date, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Lines of an account by day and turn, of those that it had when it had `turn`; after a day and turn if told."""
    query: Select[Any] = (
        select(*columns(AccountLineRead, LINE, number=FundingNumber.number, balance_fen=literal(0)))
        .join(FundingNumber, FundingNumber.entry_id == LINE.entry_id, isouter=True)
        .where(
            LINE.account_id == account_id,
            LINE.booked_on >= period[0],
            LINE.booked_on <= period[1],
            LINE.turn <= turn,
            *within(act, LINE.region_code, [LINE.authority_code], [LINE.branch_id]),
        )
        .order_by(LINE.booked_on, LINE.turn)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(LINE.booked_on, LINE.turn) > tuple_(literal(after[0], Date), literal(after[1])))
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def balances(act: Act, filters: BalanceFilters, ask: Ask) -> Page:
    """One page of what accounts hold, or held in the evening of a day."""
    on = filters.on
    told = {
        **held(),
        "on": cast(literal(on or act.today), Date),
        "balance_fen": FundingBalance.balance_fen if on is None else evening(literal(on, Date)),
    }
    query: Select[Any] = select(*columns(BalanceRead, ACCOUNT, **told)).where(*sight(act))
    if on is None:
        query = query.join(FundingBalance, FundingBalance.account_id == ACCOUNT.id)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(ACCOUNT.region_code >= low, ACCOUNT.region_code < high)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(ACCOUNT, name) == getattr(filters, name))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in BalanceFilters.model_fields])
