"""Accounts, entries and what accounts hold, as rows and numbers."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.funding.facts import HolderKind
from app.services.funding.ledger.facts import Holder
from app.services.funding.ledger.models import (
    FundingAccount,
    FundingAccountDay,
    FundingBalance,
    FundingEntry,
    FundingLine,
    FundingNumber,
)
from app.services.funding.ledger.schemas import (
    AccountFilters,
    AccountRead,
    AccountVersion,
    EntryFilters,
    EntryRead,
    LineRead,
)
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

ACCOUNT = FundingAccount
ENTRY = FundingEntry
ACCOUNTS = Sorts(
    {"region_code": ACCOUNT.region_code, "purse": ACCOUNT.purse, "kind": ACCOUNT.kind}, ACCOUNT.id, "region_code"
)
ENTRIES = Sorts(
    {"booked_on": ENTRY.booked_on, "posted_at": ENTRY.posted_at, "region_code": ENTRY.region_code},
    ENTRY.id,
    "-booked_on",
)
ACCOUNT_EXACT = (
    *("committee_id", "purse", "kind", "holder_kind"),
    *("authority_id", "branch_id", "organization_id", "use"),
)
ENTRY_EXACT = ("committee_id", "year", "purse", "kind", "use", "business_key", "reference")


def stands(source: Any) -> dict[str, Any]:
    """The codes of where a row stands, as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def holder_name() -> Any:
    """The name of an account's holder, looked up for the rows that are shown alone; null where it is out of sight."""
    return func.coalesce(
        select(Branch.name).where(Branch.id == ACCOUNT.branch_id).correlate(ACCOUNT).scalar_subquery(),
        select(Organization.name)
        .where(Organization.id == ACCOUNT.organization_id)
        .correlate(ACCOUNT)
        .scalar_subquery(),
        select(Authority.name).where(Authority.id == ACCOUNT.authority_id).correlate(ACCOUNT).scalar_subquery(),
    )


def narrowed(query: "Select[Any]", source: Any, filters: Any, exact: tuple[str, ...]) -> "Select[Any]":
    """Narrow a list by place and by what is to be equal. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(source.region_code >= low, source.region_code < high)
    for name in exact:
        if getattr(filters, name) is not None:
            query = query.where(getattr(source, name) == getattr(filters, name))
    return query


async def balance(act: Act, account_id: UUID, on: date | None = None) -> int:
    """Fen an account holds now, or held in the evening of a day; 0 for one that is not seen or had nothing yet."""
    if on is None:
        query = select(FundingBalance.balance_fen).where(FundingBalance.account_id == account_id)
    else:
        query = (
            select(FundingAccountDay.balance_fen)
            .where(FundingAccountDay.account_id == account_id, FundingAccountDay.day <= on)
            .order_by(FundingAccountDay.day.desc())
            .limit(1)
        )
    return await act.session.scalar(query) or 0


def _accounts(act: Act) -> "Select[Any]":
    told = {
        **stands(ACCOUNT),
        "holder_name": holder_name(),
        "balance_fen": FundingBalance.balance_fen,
        "lines": FundingBalance.turn,
    }
    seen = within(act, ACCOUNT.region_code, [ACCOUNT.authority_code], [ACCOUNT.branch_id])
    return (
        selecting(AccountRead, ACCOUNT, **told)
        .join(FundingBalance, FundingBalance.account_id == ACCOUNT.id)
        .where(*seen)
    )


async def accounts(act: Act, filters: AccountFilters, ask: Ask) -> Page:
    """One page of accounts with what they hold now."""
    query = narrowed(_accounts(act), ACCOUNT, filters, ACCOUNT_EXACT)
    if filters.open is not None:
        query = query.where(ACCOUNT.closed_on.is_(None) if filters.open else ACCOUNT.closed_on.is_not(None))
    return await page(act, query, ask, ACCOUNTS, [getattr(filters, name) for name in AccountFilters.model_fields])


async def account(act: Act, account_id: UUID) -> dict[str, Any]:
    """One account with what it holds now. Raises NotFound."""
    row = (await act.session.execute(_accounts(act).where(ACCOUNT.id == account_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def holder_place(act: Act, holder: Holder) -> tuple[int, int | None] | None:
    """The codes of a holder's place and line (a firm has no line of its own); None where he is out of sight."""
    found: tuple[Any, Any, Any] = (Authority.id, Authority.region_code, Authority.code)
    if holder.kind is HolderKind.branch:
        found = (Branch.id, Branch.region_code, Branch.authority_code)
    elif holder.kind is HolderKind.organization:
        found = (Organization.id, Organization.region_code, null())
    key, place, line = found
    row = (await act.session.execute(select(place, line).where(key == holder.id))).first()
    return None if row is None else (row[0], row[1])


async def account_history(act: Act, account_id: UUID, ask: Ask) -> Page:
    """The versions of an account, the latest first. Raises NotFound for one that is not seen."""
    await account(act, account_id)
    versions = versions_of(ACCOUNT, account_id)
    query = select(*columns(AccountVersion, versions.c, **stands(versions.c)))
    return await page(
        act, query, ask, Sorts({"version": versions.c.version}, versions.c.id, "-version"), ("account", account_id)
    )


def _entries(act: Act) -> "Select[Any]":
    later = aliased(FundingEntry)
    reversed_by = select(later.id).where(later.reverses_id == ENTRY.id).correlate(ENTRY).scalar_subquery()
    return (
        selecting(EntryRead, ENTRY, **stands(ENTRY), number=FundingNumber.number, reversed_by_id=reversed_by)
        .join(FundingNumber, FundingNumber.entry_id == ENTRY.id, isouter=True)
        .where(*within(act, ENTRY.region_code, [ENTRY.authority_code]))
    )


async def entries(act: Act, filters: EntryFilters, ask: Ask) -> Page:
    """One page of entries, the latest day first unless another sort is asked for."""
    query = narrowed(_entries(act), ENTRY, filters, ENTRY_EXACT)
    if filters.since is not None:
        query = query.where(ENTRY.booked_on >= filters.since)
    if filters.until is not None:
        query = query.where(ENTRY.booked_on <= filters.until)
    return await page(act, query, ask, ENTRIES, [getattr(filters, name) for name in EntryFilters.model_fields])


async def entry(act: Act, entry_id: UUID) -> dict[str, Any]:
    """One entry with those of its lines that are seen. Raises NotFound."""
    row = (await act.session.execute(_entries(act).where(ENTRY.id == entry_id))).mappings().first()
    if row is None:
        raise NotFound()
    lines = select(*columns(LineRead, FundingLine)).where(FundingLine.entry_id == entry_id)
    parts = (await act.session.execute(lines.order_by(FundingLine.position))).mappings()
    return {**row, "lines": [dict(part) for part in parts]}
