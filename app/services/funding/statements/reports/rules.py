"""What a year comes to, and what is checked of it. Pure: from what the books have to figures that add up.

What comes out of and goes into the accounts that count the world outside tells income and what was given back; entries
tell which of it is a reversal. Into the levy's purse comes what organisations set aside, into the others income.
"""

from collections.abc import Iterable, Sequence

from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.statements.reports.facts import (
    AccountYear,
    Check,
    Checked,
    HolderPart,
    Moved,
    PurseYear,
    TakenBack,
    Year,
)

RECEIVED = (EntryKind.income, EntryKind.set_aside)


def purses(year: Year) -> tuple[PurseYear, ...]:
    """Every purse of a year, in the order of purses, those without an account too."""
    return tuple(_purse(year, purse) for purse in Purse)


def _purse(year: Year, purse: Purse) -> PurseYear:
    accounts = [each for each in year.accounts if each.purse is purse]
    source, spent = _of(accounts, AccountKind.source), _of(accounts, AccountKind.use)
    funds = _of(accounts, AccountKind.funds)
    taken_back = [each for each in year.taken_back if each.purse is purse]
    given_back = sum(each.fen for each in taken_back if each.kind is EntryKind.refund)
    kept_after_all = _reversed(taken_back, (EntryKind.refund,))
    received = Moved(_out(source) - kept_after_all, _in(source) - given_back)
    levied = purse is Purse.enterprise_levy
    nothing = Moved(0, 0)
    return PurseYear(
        purse=purse,
        carried_over_fen=sum(each.opening_fen for each in funds),
        income=nothing if levied else received,
        set_aside=received if levied else nothing,
        given_back=Moved(given_back, kept_after_all),
        spent=Moved(_in(spent), _out(spent)),
        by_use=tuple((use, _used(spent, use)) for use in Use),
        by_holder=tuple(_part(kind, accounts) for kind in HolderKind if any(a.holder_kind is kind for a in accounts)),
        by_month=tuple(each for each in year.months if each.purse is purse),
        closing_fen=sum(each.closing_fen for each in funds),
    )


def _used(spent: Sequence[AccountYear], use: Use) -> Moved:
    of_use = [each for each in spent if each.use is use]
    return Moved(_in(of_use), _out(of_use))


def _part(kind: HolderKind, accounts: Sequence[AccountYear]) -> HolderPart:
    held = [each for each in accounts if each.holder_kind is kind]
    source, spent = _of(held, AccountKind.source), _of(held, AccountKind.use)
    funds = _of(held, AccountKind.funds)
    received, used = _out(source) - _in(source), _in(spent) - _out(spent)
    return HolderPart(
        holder_kind=kind,
        accounts=len(held),
        carried_over_fen=sum(each.opening_fen for each in funds),
        received_fen=received,
        handed_on_fen=_in(funds) - _out(funds) - received + used,
        spent_fen=used,
        closing_fen=sum(each.closing_fen for each in funds),
    )


def checks(year: Year, told: Sequence[PurseYear]) -> tuple[Checked, ...]:
    """What must be the same, purse by purse, each side from rows of its own."""
    found: list[Checked] = []
    for each in told:
        if any(account.purse is each.purse for account in year.accounts):
            found += _checks_of(year, each)
    if year.numbers is not None:
        found.append(Checked(Check.numbers, None, year.numbers.entries, year.numbers.highest))
    return tuple(found)


def _checks_of(year: Year, told: PurseYear) -> list[Checked]:
    purse = told.purse
    accounts = [each for each in year.accounts if each.purse is purse]
    funds, spent = _of(accounts, AccountKind.funds), _of(accounts, AccountKind.use)
    outside = -sum(each.closing_fen for each in accounts if each.kind is not AccountKind.funds)
    taken_back = [each for each in year.taken_back if each.purse is purse]
    own = sum(part.handed_on_fen for part in told.by_holder if part.holder_kind is HolderKind.committee)
    others = sum(part.handed_on_fen for part in told.by_holder if part.holder_kind is not HolderKind.committee)
    received = told.set_aside if purse is Purse.enterprise_levy else told.income
    pairs = [
        (Check.year_adds_up, told.computed_fen, told.closing_fen),
        (Check.books_balance, told.closing_fen, outside),
        (Check.handed_on, -own, others),
        (Check.months_add_up, told.spent.net_fen, sum(each.fen for each in told.by_month)),
        (Check.spending_taken_back, _out(spent), _reversed(taken_back, (EntryKind.spending,))),
        (Check.receipts_taken_back, received.taken_back_fen, _reversed(taken_back, RECEIVED)),
        (Check.held_now, sum(each.latest_fen for each in accounts), sum(each.held_fen for each in accounts)),
    ]
    if year.closed_before:
        pairs.append((Check.opening_frozen, told.carried_over_fen, sum(each.begun_fen for each in funds)))
    if year.closed:
        pairs.append((Check.closing_frozen, told.closing_fen, sum(each.carried_fen for each in funds)))
    if year.recounted is not None:
        counted = [each for each in year.recounted if each.purse is purse]
        pairs.append((Check.lines_in, _in(accounts), sum(each.in_fen for each in counted)))
        pairs.append((Check.lines_out, _out(accounts), sum(each.out_fen for each in counted)))
    return [Checked(check, purse, left, right) for check, left, right in pairs]


def _of(accounts: Sequence[AccountYear], kind: AccountKind) -> list[AccountYear]:
    return [each for each in accounts if each.kind is kind]


def _in(accounts: Iterable[AccountYear]) -> int:
    return sum(each.in_fen for each in accounts)


def _out(accounts: Iterable[AccountYear]) -> int:
    return sum(each.out_fen for each in accounts)


def _reversed(taken_back: Iterable[TakenBack], of: tuple[EntryKind, ...]) -> int:
    return sum(each.fen for each in taken_back if each.of in of)
