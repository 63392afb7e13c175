"""Lists as files that spreadsheets open without spoiling: CSV and XLSX, row by row, in constant memory.

A file speaks its reader's language: headings, coded values, yes and no. Region codes and other identifiers stay text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

import orjson
import xlsxwriter

from app.core.clock import SHANGHAI
from app.core.labels import Language, catalogue, label

Kind = Literal["text", "integer", "date", "datetime", "boolean", "fen", "degrees", "list"]

BATCH = 500
EXACT_DIGITS = 12  # spreadsheets show longer digit strings in scientific form and lose the digits past 15
WIDEST = 32_767  # characters a spreadsheet cell holds

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the rows' key and how its values are shown (fen: integer fen shown as yuan, degrees: millionths shown
    as degrees, list: texts one behind the other).

    `coded`: the label namespace of its codes. `heading`: the code of its title in the label namespace `heading`, where
    that is not the key.
    """

    key: str
    kind: Kind = "text"
    coded: str | None = None
    heading: str | None = None

    def title(self, language: Language) -> str:
        """What stands above the column."""
        return label("heading", self.heading or self.key, language)

    def told(self, value: Any, language: Language) -> Any:
        """A value as its reader is told it: codes, yes and no as words; a code without a label stays as it is."""
        if value is None:
            return None
        if self.kind == "boolean":
            return label("boolean", "yes" if value else "no", language)
        if isinstance(value, list):
            return [self.told(each, language) for each in value]
        if self.coded is not None and str(value) in catalogue()[self.coded]:
            return label(self.coded, str(value), language)
        return value


def write_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], language: Language) -> Iterator[bytes]:
    """UTF-8 with byte-order mark, CRLF, in blocks of some hundred rows; absent and null values are empty cells.

    Times are written in Shanghai's offset. Text that a spreadsheet would run or mangle is guarded, see `guarded`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([guarded(column.title(language)) for column in columns])
    held = 0
    for row in rows:
        writer.writerow([_cell(column.told(row.get(column.key), language), column.kind) for column in columns])
        held += 1
        if held == BATCH:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
            held = 0
    if rest := text.getvalue():
        yield rest.encode()


def guarded(text: str) -> str:
    """Text safe to open: an apostrophe before what would be a formula, a tab before long digits to keep them text."""
    if text.startswith(_FORMULA):
        return "'" + text
    if len(text) >= EXACT_DIGITS and text.isascii() and text.isdigit():
        return "\t" + text
    return text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`, for files that come back corrected."""
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        return text[1:]
    return text[1:] if text.startswith("\t") and text[1:].isdigit() else text


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], target: Path | BinaryIO, language: Language
) -> None:
    """One sheet with a frozen, filterable header. Text stays text, whatever it looks like; rows spool to disk.

    Times are written as Shanghai's wall clock, since a spreadsheet knows no offset.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        shapes = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "fen": book.add_format({"num_format": "#,##0.00"}),
        }
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 36 if column.kind == "text" else 18)
            sheet.write_string(0, at, column.title(language), bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                value = column.told(row.get(column.key), language)
                if value is not None:
                    _write_cell(sheet, last, at, value, column.kind, shapes)
        sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    finally:
        book.close()


def _write_cell(sheet: Any, line: int, at: int, value: Any, kind: Kind, shapes: Mapping[str, Any]) -> None:
    if kind == "integer" and abs(value) < 10**15:
        sheet.write_number(line, at, value)
    elif kind == "fen" and abs(value) < 10**15:
        sheet.write_number(line, at, value / 100, shapes["fen"])
    elif kind == "datetime" and isinstance(value, datetime):
        sheet.write_datetime(line, at, value.astimezone(SHANGHAI).replace(tzinfo=None), shapes["datetime"])
    elif kind == "date" and isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(line, at, value, shapes["date"])
    else:
        sheet.write_string(line, at, _plain(value, kind)[:WIDEST])


def _cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    return guarded(_plain(value, kind)) if kind in ("text", "list") else _plain(value, kind)


def _plain(value: Any, kind: Kind) -> str:
    if kind == "fen":
        return yuan(value)
    if kind == "degrees":
        return f"{value / 1_000_000:.6f}"
    if kind == "list":
        return "、".join(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return orjson.dumps(value, default=str).decode()
    return str(value)


def yuan(fen: int) -> str:
    """Integer fen as yuan with two decimals; exact, without floats."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"
