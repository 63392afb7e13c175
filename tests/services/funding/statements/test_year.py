"""What a year comes to: as counted the long way, entry by entry; and each check fails when its figures differ."""

from dataclasses import replace

import pytest
from hypothesis import given

from app.services.funding.facts import AccountKind, HolderKind, Purse
from app.services.funding.statements.reports.facts import AccountYear, Check, Numbers, Year
from app.services.funding.statements.reports.rules import checks, purses
from tests.services.funding.statements.grounds import Deed, books, deeds, long_way


@given(deeds())
def test_a_purse_is_what_its_entries_come_to(told: list[Deed]) -> None:
    for each in purses(books(told)):
        slow = long_way(told, each.purse)
        received = each.income.net_fen + each.set_aside.net_fen
        fast = (each.carried_over_fen, received, each.given_back.net_fen, each.spent.net_fen, each.closing_fen)
        assert fast == tuple(slow[name] for name in ("carried_over", "received", "given_back", "spent", "closing"))
        assert {use.value: moved.net_fen for use, moved in each.by_use} == {
            use.value: slow[use] for use, _ in each.by_use
        }
        assert each.computed_fen == each.closing_fen


@given(deeds())
def test_parts_add_up_and_every_check_holds(told: list[Deed]) -> None:
    year = books(told)
    found = purses(year)
    for each in found:
        assert sum(moved.net_fen for _, moved in each.by_use) == each.spent.net_fen
        assert sum(month.fen for month in each.by_month) == each.spent.net_fen
        assert sum(part.closing_fen for part in each.by_holder) == each.closing_fen
        assert sum(part.handed_on_fen for part in each.by_holder) == 0
        for part in each.by_holder:
            left = part.carried_over_fen + part.received_fen + part.handed_on_fen - part.spent_fen
            assert left == part.closing_fen
    assert all(check.holds for check in checks(year, found))


@given(deeds())
def test_booked_less_taken_back_is_never_told_twice(told: list[Deed]) -> None:
    for each in purses(books(told)):
        for moved in (each.income, each.set_aside, each.given_back, each.spent):
            assert moved.booked_fen >= 0
            assert moved.taken_back_fen >= 0


def _year() -> Year:
    held_by = HolderKind.committee
    account = AccountYear("1", Purse.fiscal_budget, AccountKind.funds, held_by, "甲", None, 330106000000, *(0,) * 8)
    return replace(books([]), accounts=(account,))


@pytest.mark.parametrize(
    ("column", "failing"),
    [
        ("closing_fen", {Check.year_adds_up, Check.books_balance, Check.closing_frozen}),
        ("opening_fen", {Check.year_adds_up, Check.opening_frozen}),
        ("held_fen", {Check.held_now}),
        ("latest_fen", {Check.held_now}),
        ("begun_fen", {Check.opening_frozen}),
        ("carried_fen", {Check.closing_frozen}),
        ("in_fen", {Check.handed_on, Check.lines_in}),
        ("out_fen", {Check.handed_on, Check.lines_out}),
    ],
)
def test_a_figure_that_is_off_by_a_fen_fails_its_checks(column: str, failing: set[Check]) -> None:
    year = _year()
    assert all(check.holds for check in checks(year, purses(year)))
    off = replace(year, accounts=(replace(year.accounts[0], **{column: 1}),))  # type: ignore[arg-type]  # any of its columns
    assert {check.check for check in checks(off, purses(off)) if not check.holds} == failing


def test_a_gap_in_the_numbers_is_found() -> None:
    year = replace(_year(), numbers=Numbers(9, 9, 10))
    (found,) = [check for check in checks(year, purses(year)) if not check.holds]
    assert (found.check, found.purse, found.left, found.right) == (Check.numbers, None, 9, 10)


def test_without_a_recount_nothing_of_it_is_claimed() -> None:
    year = books([], recounted=False)
    told = {check.check for check in checks(year, purses(year))}
    assert not told & {Check.lines_in, Check.lines_out, Check.numbers}
