"""The workbook of a year computes itself: each formula, computed anew, comes to what is written beside it."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.labels import Language, label
from app.core.workbooks import write
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse
from app.services.funding.statements.reports.facts import Year
from app.services.funding.statements.reports.rules import checks, purses
from app.services.funding.statements.reports.service import Report
from app.services.funding.statements.reports.workbook import HEAD, HELD, LEFT, RESULT, Book
from tests.kit.reckoning import Workbook, read
from tests.services.funding.statements.grounds import YEAR, Deed, books, deeds

LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")


def made(year: Year, language: Language = "zh-Hans") -> Workbook:
    """The workbook of a year, read back."""
    about = {
        "committee_name": "中共西湖区委'两新'工委", "year": YEAR, "state": "closed", "on": year.on,
        "region_code": "330106000000", "as_of": datetime(2027, 1, 15, tzinfo=UTC),
    }  # fmt: skip
    found = purses(year)
    body = BytesIO()
    write(Book(Report(about, year, found, checks(year, found)), language).sheets(), body)
    return read(body.getvalue())


def computed(book: Workbook) -> int:
    """Compute every formula; how many there are."""
    count = 0
    for sheet, row, column, cell in book.formulas():
        value = book.at(sheet, row, column)
        assert value == (pytest.approx(cell.value, abs=1e-9) if isinstance(cell.value, float) else cell.value), (
            sheet,
            row,
            column,
            cell.formula,
        )
        count += 1
    return count


@given(deeds(), st.sampled_from(LANGUAGES))
@settings(max_examples=25, deadline=None)
def test_every_formula_comes_to_what_is_written_beside_it(told: list[Deed], language: Language) -> None:
    book = made(books(told), language)
    assert computed(book) > 150
    assert book.charts == 1
    summary, agrees = (label("funding_report", code, language) for code in ("summary", "agrees"))
    assert book.at(summary, HEAD, RESULT) == agrees


@given(deeds())
@settings(max_examples=10, deadline=None)
def test_the_whole_is_what_all_purses_come_to(told: list[Deed]) -> None:
    year = books(told)
    book, line = made(year, "en"), HEAD + 4
    assert book.at("Summary", line, LEFT) == book.at("Summary", line, HELD)
    closing = sum(each.closing_fen for each in purses(year))
    assert book.at("Summary", line, HELD) == pytest.approx(closing / 100, abs=1e-6)


@given(deeds().filter(lambda told: len(books(told).accounts) > 1))
@settings(max_examples=10, deadline=None)
def test_a_wrong_balance_shows_in_every_sheet_that_rests_on_it(told: list[Deed]) -> None:
    year = books(told)
    first = year.accounts[0]
    off = replace(year, accounts=(replace(first, closing_fen=first.closing_fen + 1), *year.accounts[1:]))
    book = made(off, "en")
    computed(book)
    failing = [value for (row, column), cell in book.sheets["Checks"].items() if (value := cell.value) == "differs"]
    assert len(failing) >= 3  # the report's own, and two that bind the sheets


def test_what_looks_like_a_formula_stays_text() -> None:
    purse, own = Purse.fiscal_budget, (HolderKind.committee, 0, None)
    out, into = (purse, AccountKind.source, *own), (purse, AccountKind.funds, *own)
    told = [Deed(purse, EntryKind.income, out, into, 100, books([]).on)]
    book = made(books(told), "en")
    cell = book.sheets["Accounts"][HEAD, 0]
    assert (cell.formula, str(cell.value)[:1]) == (None, "=")


def test_a_year_without_any_account_is_a_workbook_too() -> None:
    assert computed(made(books([]))) > 150
