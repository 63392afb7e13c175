"""A statement as a spreadsheet: read by the same piece as what partners push, whole or not at all.

A statement that lacks a line does not add up, so one line that cannot be read refuses the file, and all such lines are
told at once. What is no line (titles, blank rows, totals, what is brought forward) is told by its row.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from app.core.errors import FieldError, Invalid, UnsupportedMedia
from app.core.streams import FileRefused, Format, Limits, RawRecord, csv_values, header_name, workbook
from app.core.streams import Reading as Stream
from app.services.exchange.failures import FileUnreadable
from app.services.exchange.intake import examine
from app.services.exchange.parsing import ABSENT, PARSERS, Wrong
from app.services.funding.reconciling import written
from app.services.funding.reconciling.adding import Sides, added_up
from app.services.funding.reconciling.columns import FIELDS, KNOWN, MONEY, TEXTS
from app.services.funding.reconciling.facts import Passed, Told, ToldLine, Wish
from app.services.funding.reconciling.written import WAN

Form = Literal["csv", "xlsx"]

RECORDS = 5_000
"""Lines of one statement: it is taken in one transaction."""
BYTES = 4 << 20
MEDIA: dict[str, Form] = {
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
SHOWN = 100
"""Errors told at once; the rest is counted."""

AMOUNTS = frozenset(f"{name}{end}" for name in MONEY if name != "balance" for end in ("", "_wan"))

_UNIT = re.compile(r"单位[::]?(?:人民币)?(万元|元)")
_PARSE = {each.name: PARSERS["text"](each) for each in FIELDS}


class Sheet(NamedTuple):
    """A statement as it lies on disk, split into rows; nothing of it has been understood yet."""

    records: list[RawRecord]
    rows: list[dict[str, object] | None]
    problems: list[str | None]
    names: tuple[str, ...]
    unit: int | None
    reading: dict[str, object]


def form_of(media: str, encoding: str | None) -> Form:
    """The form of a body by its Content-Type. Raises UnsupportedMedia for others, and for compressed bodies."""
    form = MEDIA.get(media.partition(";")[0].strip().lower())
    if form is None:
        raise UnsupportedMedia(allowed=", ".join(MEDIA))
    if (encoding or "identity").strip().lower() != "identity":
        raise UnsupportedMedia(reason="encoding")
    return form


async def opened(path: Path, form: Form) -> Sheet:
    """Split a file into rows, before any transaction. Raises FileUnreadable, for more rows than a statement has too."""
    if form == "csv":
        return await _opened(path)
    text = path.with_suffix(".rows.spool")
    try:
        await workbook.converted(path, text)
        return await _opened(text)
    except FileRefused as refused:
        raise FileUnreadable.because(refused) from refused
    finally:
        await asyncio.shield(asyncio.to_thread(text.unlink, missing_ok=True))


async def _opened(path: Path) -> Sheet:
    reading = await examine(path, Format.csv, KNOWN, Limits())
    try:
        return await asyncio.to_thread(_split, path, reading)
    except FileRefused as refused:
        raise FileUnreadable.because(refused) from refused


def _split(path: Path, reading: Stream) -> Sheet:
    records = [record for record, _ in zip(reading.records(), range(RECORDS + 1), strict=False)]
    if len(records) > RECORDS:
        raise FileRefused("too_many_records", limit=RECORDS)
    header = reading.header
    assert header is not None  # noqa: S101  (a CSV has one, or was refused)
    # A total is a row like others here: what it is called is told, and a line that only begins so is not lost.
    whole = [record._replace(problem=None) if record.problem == "total_row" else record for record in records]
    values = csv_values(whole, header)
    return Sheet(
        records,
        [each.values for each in values],
        [each.problem for each in values],
        header.names,
        _unit(path, reading.encoding, header.line),
        {
            "encoding": reading.encoding,
            "header_line": header.line,
            "titles": reading.counts.titles,
            "blank": reading.counts.blank,
        },
    )


def _unit(path: Path, encoding: str, until: int) -> int | None:
    """Yuan that a number means by the rows above the header; None where they do not say."""
    with path.open(encoding=encoding, errors="replace") as file:
        above = "".join(line for line, _ in zip(file, range(until - 1), strict=False))
    found = _UNIT.search(header_name(above))
    return None if found is None else WAN if found[1] == "万元" else 1


def read(sheet: Sheet, wish: Wish) -> Told:
    """The statement that the rows tell. Pure CPU, for a thread.

    Raises Invalid: each line that cannot be read by its place in the file (/lines/17/amount), a unit that contradicts
    the file's, and a statement that does not add up from its opening balance to its closing one.
    """
    if wish.unit is not None and sheet.unit is not None and wish.unit != sheet.unit:
        raise Invalid(errors=(FieldError("/unit", "statement_unit_contradicts"),))
    sources, ignored = _sources(sheet.names)
    if "day" not in sources or AMOUNTS.isdisjoint(sources):
        raise FileUnreadable(errors=(FieldError("", "statement_columns_missing"),))
    reader = _Reader(sources, wish, wish.unit or sheet.unit or 1)
    for record, row, problem in zip(sheet.records, sheet.rows, sheet.problems, strict=True):
        reader.take(record, row, problem)
    if reader.errors:
        more = len(reader.errors) - SHOWN
        told = (FieldError("/lines", "statement_more_errors", {"more": more}),) if more > 0 else ()
        raise Invalid(errors=(*reader.errors[:SHOWN], *told))
    sides = added_up(reader.lines, wish, reader.told, [record.raw for record in reader.records])
    reading = {
        **sheet.reading,
        "unit": "ten_thousand_yuan" if reader.unit == WAN else "yuan",
        "columns": dict(sorted(sources.items())),
        "ignored": ignored,
        "passed_over": [{"line": line, "why": why} for line, why in reader.passed],
        "repeated": sides.repeated,
        "covered": reader.covered,
    }
    return Told(tuple(reader.lines), sides.opening_fen, sides.closing_fen, reading)


def _sources(names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Which column feeds which field, and the columns that feed none; of two for one field the better known name."""
    sources: dict[str, str] = {}
    for each in FIELDS:
        for header in map(header_name, (*each.headers, each.name)):
            if header in names:
                sources.setdefault(each.name, header)
    used = set(sources.values())
    return sources, [name for name in names if name and name not in used]


@dataclass(slots=True)
class _Cells:
    """One row's cells by field, with where it stands."""

    line: int
    values: dict[str, str]


class _Reader:
    """Reads row by row; what cannot be read is told by its line, and the rest is read all the same."""

    def __init__(self, sources: dict[str, str], wish: Wish, unit: int) -> None:
        self.unit = unit
        self.lines: list[ToldLine] = []
        self.records: list[RawRecord] = []
        self.errors: list[FieldError] = []
        self.passed: list[tuple[int, Passed]] = []
        self.told = Sides(None, None, [])
        self.covered: list[int] = []
        self._sources = sources
        self._wish = wish

    def take(self, record: RawRecord, row: dict[str, object] | None, problem: str | None) -> None:
        """One row: a line, a row that is none, or an error."""
        if row is None:
            self._wrong(record.line, "", f"stream.{problem}")
            return
        before = len(self.errors)
        cells = _Cells(record.line, self._cells(record.line, row))
        summary = self._summary(record, row, cells)
        if summary is not None:
            del self.errors[before:]
            self.passed.append((record.line, summary))
            return
        line = self._line(cells)
        if line is not None:
            self.lines.append(line)
            self.records.append(record)

    def _cells(self, line: int, row: dict[str, object]) -> dict[str, str]:
        found = {}
        for name, source in self._sources.items():
            value = row.get(source)
            if not isinstance(value, str) or value.strip().casefold() in ABSENT:
                continue
            try:
                found[name] = _PARSE[name](value)
            except Wrong as wrong:
                code, params = wrong.error
                self._wrong(line, name, code, **params)
        return found

    def _summary(self, record: RawRecord, row: dict[str, object], cells: _Cells) -> Passed | None:
        """Whether a row only sums up, or brings a balance: it says so in a cell where a line has a day or a text."""
        first = next((str(cell) for cell in row.values() if str(cell).strip()), "")
        said = (first, *(cells.values[name] for name in ("day", *TEXTS) if name in cells.values))
        words = ["".join(written.plain(each).split()).casefold() for each in said]
        summing = [word for word in words if written.SUMMARY.fullmatch(word)]
        if any(written.OPENING.fullmatch(word) for word in summing):
            self.told.opening_fen = self._money(cells, "balance")
            return Passed.summary
        if any(written.CLOSING.fullmatch(word) for word in summing):
            self.told.closing_fen = self._money(cells, "balance")
            return Passed.summary
        if summing or (record.problem == "total_row" and not written.is_day(cells.values.get("day", ""))):
            return Passed.total
        return None

    def _line(self, cells: _Cells) -> ToldLine | None:
        values, before = cells.values, len(self.errors)
        day = self._day(cells)
        amount = self._amount(cells)
        balance = self._money(cells, "balance")
        currency = values.get("currency")
        if currency is not None and written.plain(currency).casefold() not in written.CNY:
            self._wrong(cells.line, "currency", "currency_unsupported")
        number = {name: self._number(cells, name) for name in ("reference", "serial")}
        if len(self.errors) > before:
            return None
        if amount == 0:
            self.passed.append((cells.line, Passed.zero))
            return None
        assert day is not None  # noqa: S101  (else there is an error)
        assert amount is not None  # noqa: S101
        text = "；".join(dict.fromkeys(values[name] for name in TEXTS if name in values))
        if (shown := written.covered(text)) != text:
            self.covered.append(cells.line)
        return ToldLine(
            cells.line,
            day,
            amount,
            balance,
            number["reference"],
            number["serial"],
            values.get("counterparty"),
            shown or None,
        )

    def _day(self, cells: _Cells) -> date | None:
        if "day" not in cells.values:
            self._wrong(cells.line, "day", "missing")
            return None
        try:
            day = written.day(cells.values["day"])
        except written.Wrong as wrong:
            self._wrong(cells.line, "day", wrong.code, **wrong.params)
            return None
        if not self._wish.from_on <= day <= self._wish.until_on:
            self._wrong(cells.line, "day", "statement_day_outside")
        return day

    def _amount(self, cells: _Cells) -> int | None:
        """Signed fen: by columns of in and out, or by one column with a sign or with a column of sides."""
        before = len(self.errors)
        out = -1 if self._wish.debit_out else 1
        sided = {"income": -out, "outgo": out, "received": 1, "paid": -1}
        told = [
            sign * fen for name, sign in sided.items() if (fen := self._money(cells, name)) is not None and fen != 0
        ]
        plain = self._money(cells, "amount")
        if len(self.errors) > before:
            return None
        if len(told) > 1:
            self._wrong(cells.line, "amount", "statement_both_sides")
            return None
        if told:
            if plain is not None and abs(plain) != abs(told[0]):
                self._wrong(cells.line, "amount", "statement_amounts_differ")
            return told[0]
        if plain is None:
            named = any(f"{name}{end}" in cells.values for name in sided for end in ("", "_wan"))
            if not named:
                self._wrong(cells.line, "amount", "missing")
            return 0
        if "side" not in cells.values:
            if "side" in self._sources:
                self._wrong(cells.line, "side", "missing")
            return plain
        try:
            return plain * written.sign(cells.values["side"], self._wish.debit_out)
        except written.Wrong as wrong:
            self._wrong(cells.line, "side", wrong.code)
            return None

    def _money(self, cells: _Cells, name: str) -> int | None:
        for field, unit in ((name, self.unit), (f"{name}_wan", WAN)):
            if field in cells.values:
                try:
                    return written.fen(cells.values[field], unit)
                except written.Wrong as wrong:
                    self._wrong(cells.line, name, wrong.code, **wrong.params)
        return None

    def _number(self, cells: _Cells, name: str) -> str | None:
        """A number as text; one that a spreadsheet has turned into 2.02603E+13 has lost its digits."""
        if name not in cells.values:
            return None
        told = written.plain(cells.values[name])
        if written.SCIENTIFIC.fullmatch(told):
            self._wrong(cells.line, name, "code_as_number")
        return told or None

    def _wrong(self, line: int, field: str, code: str, **params: object) -> None:
        self.errors.append(FieldError(f"/lines/{line}" + (f"/{field}" if field else ""), code, params))
