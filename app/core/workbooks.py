"""Workbooks that compute: sheets of values and live formulas, each formula with the value it comes to, and charts.

A reader that does not compute shows the values; one that does finds the same. Text stays text, whatever it looks like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import xlsxwriter

from app.core.sheets import WIDEST

NAME_WIDEST = 31  # characters a sheet's name may have
EXACT = 10**15  # whole numbers below it are exact in a spreadsheet


@dataclass(frozen=True, slots=True)
class Yuan:
    """Integer fen, shown as yuan."""

    fen: int


@dataclass(frozen=True, slots=True)
class Bold:
    """A heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its equals sign, in the spreadsheet's own English words, and what it comes to."""

    text: str
    value: Yuan | int | str


Cell = Yuan | Bold | Formula | int | str | None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its name and its values as ranges of cells, such as 'Sheet'!$A$1:$A$9."""

    name: str
    values: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked columns over `categories`, a range of cells, put at the cell `at`."""

    title: str
    categories: str
    series: tuple[Series, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows, the width of each column in characters, and how many rows and columns stay in sight.

    `marked`: cells of a range that show this text stand out.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: tuple[int, ...] = ()
    frozen: tuple[int, int] = (0, 0)
    charts: tuple[Chart, ...] = ()
    marked: tuple[str, str] | None = None


def cell(row: int, column: int) -> str:
    """The address of a cell, both counted from zero: (0, 0) is A1."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """The letters of a column, counted from zero."""
    found, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        found = chr(ord("A") + letter) + found
    return found


def on(sheet: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> str:
    """A cell or range of another sheet, fixed: 'Sheet'!$A$1:$B$9."""
    place = _fixed(*first) + ("" if last is None else f":{_fixed(*last)}")
    return "'" + sheet.replace("'", "''") + "'!" + place


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def _fixed(row: int, column: int) -> str:
    return f"${letters(column)}${row + 1}"


def write(sheets: Sequence[Sheet], target: BinaryIO) -> None:
    """Write the workbook; rows spool to disk. What opens it computes it anew."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    try:
        shapes = {"bold": book.add_format({"bold": True}), "yuan": book.add_format({"num_format": "#,##0.00"})}
        warning = book.add_format({"font_color": "#9C0006", "bg_color": "#FFC7CE"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:NAME_WIDEST])
            page.freeze_panes(*sheet.frozen)
            for at, width in enumerate(sheet.widths):
                page.set_column(at, at, width)
            for line, row in enumerate(sheet.rows):
                for at, each in enumerate(row):
                    _written(page, line, at, each, shapes)
            if sheet.marked is not None:
                place, text = sheet.marked
                rule = {"type": "cell", "criteria": "==", "value": quoted(text), "format": warning}
                page.conditional_format(place, rule)
            for chart in sheet.charts:
                page.insert_chart(chart.at, _drawn(book, chart), {"x_scale": 1.8, "y_scale": 1.4})
    finally:
        book.close()


def _written(page: Any, line: int, at: int, each: Cell, shapes: dict[str, Any]) -> None:
    match each:
        case None:
            return
        case Formula(text, Yuan(fen)):
            page.write_formula(line, at, f"={text}", shapes["yuan"], fen / 100)
        case Formula(text, value):
            page.write_formula(line, at, f"={text}", None, value)
        case Yuan(fen) if abs(fen) < EXACT:
            page.write_number(line, at, fen / 100, shapes["yuan"])
        case int() if abs(each) < EXACT:
            page.write_number(line, at, each)
        case Bold(text):
            page.write_string(line, at, text[:WIDEST], shapes["bold"])
        case _:
            page.write_string(line, at, str(each.fen if isinstance(each, Yuan) else each)[:WIDEST])


def _drawn(book: Any, chart: Chart) -> Any:
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    drawn.set_title({"name": chart.title})
    for each in chart.series:
        drawn.add_series({"name": f"={each.name}", "categories": f"={chart.categories}", "values": f"={each.values}"})
    return drawn
