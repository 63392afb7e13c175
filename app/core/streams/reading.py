"""One uploaded file, opened as a stream of records."""

from collections.abc import Iterator
from pathlib import Path

from app.core.streams import csv_records, json_records, lines
from app.core.streams.csv_dialect import Header, header_name
from app.core.streams.records import Counts, Format, Limits, RawRecord
from app.core.streams.text import BLOCK, Text, blocks, identify

_DEFAULT = Limits()


class Reading:
    """A file whose encoding is proved and whose header is found; records() walks it once, in constant memory.

    `header` is None for JSON. `counts` is complete when records() has ended.
    """

    def __init__(self, path: Path, form: Format, text: Text, header: Header | None, limits: Limits, block: int) -> None:
        self.form = form
        self.header = header
        self.encoding = text.encoding
        self.counts = Counts()
        self._path = path
        self._text = text
        self._limits = limits
        self._block = block

    def records(self) -> Iterator[RawRecord]:
        """Every record in the order of the file; a file that breaks off inside a character marks its last record."""
        records = self._records()
        return _last_marked(records) if self._text.broken_off else records

    def _records(self) -> Iterator[RawRecord]:
        parts = blocks(self._path, self._text, block=self._block)
        if self.form is Format.json:
            return json_records.array_records(parts, self._limits)
        batches = lines.batches(parts, limit=self._limits.line, shown=self._limits.shown)
        if self.header is None:
            return json_records.ndjson_records(batches, self._limits, self.counts)
        return csv_records.split(lambda: batches, self.header, self._limits, self.counts)


def open_file(
    path: Path, form: Format, *, known: frozenset[str] = frozenset(), limits: Limits = _DEFAULT, block: int = BLOCK
) -> Reading:
    """Prove the encoding, find the CSV header among the `known` names (any spelling); FileRefused says what is wrong.

    Reads the whole file once; blocking, so call it off the event loop.
    """
    text = identify(path, utf8_only=form is not Format.csv, block=block)
    header = None
    if form is Format.csv:
        wanted = frozenset(map(header_name, known))

        def batches() -> Iterator[list[bytes]]:
            return lines.batches(blocks(path, text, block=block), limit=limits.line, shown=limits.shown)

        header = csv_records.find_header(batches, wanted, limits)
    return Reading(path, form, text, header, limits, block)


def _last_marked(records: Iterator[RawRecord]) -> Iterator[RawRecord]:
    last: RawRecord | None = None
    for record in records:
        if last is not None:
            yield last
        last = record
    if last is not None:
        yield last._replace(problem=last.problem or "truncated_text")
