"""Splitting CSV text into records: constant memory, and no broken record takes the following ones with it."""

from collections.abc import Callable, Iterator
from itertools import islice

from app.core.streams.csv_dialect import DELIMITERS, Header, Quoting, fits, header_name, named, recognised
from app.core.streams.lines import BREAKS
from app.core.streams.records import Counts, FileRefused, Limits, RawRecord

Batches = Callable[[], Iterator[list[bytes]]]

_EMPTY = b" \t,;\r\n"
_BLANK = _EMPTY + b'"'
# The first bytes of all other white space of Unicode: no-break spaces and full-width ones fill cells too.
_SPACED = frozenset(chr(code).encode()[0] for code in range(0x3001) if chr(code).isspace())
_TOTALS = ("合计", "总计", "小计", "共计", "总数", "total")
_TOTAL_STARTS = (*(word.encode() for word in _TOTALS), b"Total", b"TOTAL")


def find_header(batches: Batches, known: frozenset[str], limits: Limits) -> Header:
    """The row among the first ones that holds most known names (`known` is normalised), under the best delimiter."""
    best, score, seen, widest = None, 0, 0, 0
    for delimiter in DELIMITERS:
        quoting = Quoting(delimiter)
        rows = Splitter(_first_lines(batches(), limits.header_lines), quoting, limits, Counts()).records()
        for at, record in enumerate(islice(rows, limits.header_rows), start=1):
            names = named(quoting.cells(record.raw)) if record.problem is None else ()
            hits = recognised(names, known)
            seen, widest = max(seen, at), max(widest, len(names))
            if hits > score:
                best, score = Header(record.line, delimiter, names), hits
    if seen == 0 and not any(line.strip(_EMPTY) for lines in batches() for line in lines):
        raise FileRefused("empty")
    if best is None:
        raise FileRefused("header_missing", rows=seen, columns=widest, expected=sorted(known))
    doubled = sorted({name for name in best.names if name in known and best.names.count(name) > 1})
    if doubled:
        raise FileRefused("header_doubled", line=best.line, names=doubled)
    return best


def _first_lines(batches: Iterator[list[bytes]], most: int) -> Iterator[list[bytes]]:
    """The batches up to so many lines: a header that stands below a million blank rows is not looked for."""
    for lines in batches:
        yield lines[:most]
        most -= len(lines)
        if most <= 0:
            return


def split(batches: Batches, header: Header, limits: Limits, counts: Counts) -> Iterator[RawRecord]:
    """The records below the header; rows above it are counted as titles."""
    splitter = Splitter(batches(), Quoting(header.delimiter), limits, counts)
    records = splitter.records()
    for record in records:
        if record.line >= header.line:
            break
        counts.titles += 1
    splitter.columns = len(header.names)
    yield from records


class Splitter:
    """Walks the physical lines of one file once; only a record in quotes looks ahead, and never far.

    What a record in quotes looked at in vain is read again, so that a stray quote costs one line and not the lines up
    to the next quote. Reading again is bounded by a budget that grows with the file, which keeps a hostile file linear.
    """

    columns = 0
    """The header's width, once it is known."""

    def __init__(self, batches: Iterator[list[bytes]], quoting: Quoting, limits: Limits, counts: Counts) -> None:
        self._batches = batches
        self._quoting = quoting
        self._limits = limits
        self._counts = counts
        self._lines: list[bytes] = []
        self._at = 0
        self._number = 1
        self._budget = limits.reread

    def records(self) -> Iterator[RawRecord]:
        """Every record but the blank ones, which are counted."""
        counts = self._counts
        while True:
            if self._at >= len(self._lines):
                self._lines, self._at = self._more(), 0
                if not self._lines:
                    return
            line, number = self._lines[self._at], self._number
            content = line.strip(_BLANK)
            if b'"' in line:
                record = self._quoted(line)
            else:
                if not content and type(line) is bytes:
                    counts.blank += self._skip_blank()
                    continue
                self._step(1)
                record = RawRecord(number, line.rstrip(BREAKS), _flaw(line))
            if record.problem is None:
                if (not content or content[0] in _SPACED) and self._is_blank(record.raw):
                    counts.blank += 1
                    continue
                if content.startswith(_TOTAL_STARTS) and self._is_total(record.raw):
                    record = record._replace(problem="total_row")
            yield record

    def _more(self) -> list[bytes]:
        lines = next(self._batches, [])
        self._budget += sum(map(len, lines))
        return lines

    def _step(self, lines: int) -> None:
        self._at += lines
        self._number += lines

    def _skip_blank(self) -> int:
        """Move behind the blank lines that begin here, quickly: spreadsheets append them by the million."""
        lines, end = self._lines, self._at + 1
        while end < len(lines) and not lines[end].strip(_EMPTY) and type(lines[end]) is bytes:
            end += 1
        skipped = end - self._at
        self._step(skipped)
        return skipped

    def _quoted(self, line: bytes) -> RawRecord:
        """The record that starts at this line, which holds a quote; moves on behind it."""
        number = self._number
        if type(line) is not bytes or self._quoting.ends(line):
            self._step(1)
            return RawRecord(number, line.rstrip(BREAKS), _flaw(line))
        lines, closed = self._look_ahead()
        raw = b"".join(lines)
        if closed and self._fits(raw):
            self._step(len(lines))
            return RawRecord(number, _without_break(raw), "nul" if b"\0" in raw else None)
        self._budget -= len(raw)
        if self._budget > 0:
            raw, lines = line, lines[:1]
        self._step(len(lines))
        return RawRecord(number, _without_break(raw), "unclosed_quote")

    def _look_ahead(self) -> tuple[list[bytes], bool]:
        """The lines up to the one that closes the quote, or as many as a record may have; and whether it closed."""
        size, end = len(self._lines[self._at]), self._at + 1
        while end - self._at < self._limits.quoted_lines:
            if end >= len(self._lines):
                more = self._more()
                if not more:
                    break
                self._lines = self._lines[self._at :] + more
                end, self._at = end - self._at, 0
            line = self._lines[end]
            size += len(line)
            if size > self._limits.quoted or type(line) is not bytes:
                break
            end += 1
            if self._quoting.closes(line):
                return self._lines[self._at : end], True
        return self._lines[self._at : end], False

    def _fits(self, raw: bytes) -> bool:
        """A record over several lines must have the header's cells, properly quoted; else its quote was a stray one."""
        return not self.columns or fits(self._quoting.cells(raw, strict=True), self.columns)

    def _is_blank(self, raw: bytes) -> bool:
        return not any(cell.strip() for cell in self._quoting.cells(raw))

    def _is_total(self, raw: bytes) -> bool:
        first = next((cell for cell in self._quoting.cells(raw) if cell.strip()), "")
        return header_name(first).rstrip(":") in _TOTALS


def _flaw(line: bytes) -> str | None:
    if type(line) is not bytes:
        return "line_too_long"
    return "nul" if b"\0" in line else None


def _without_break(raw: bytes) -> bytes:
    return raw.removesuffix(b"\n").removesuffix(b"\r")
