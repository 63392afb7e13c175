"""From raw records to named values, a chunk at a time."""

import csv
from collections.abc import Sequence
from typing import NamedTuple

from app.core.streams.csv_dialect import Header, fits
from app.core.streams.records import RawRecord
from app.core.strict_json import JsonLimits, JsonRefused, loads


class Values(NamedTuple):
    """One record's named values, or the problem that kept it from having any and where in the record it lies.

    Problems: those of RawRecord, cell_count, cell_too_long, not_an_object, and the codes of JsonRefused.
    """

    values: dict[str, object] | None
    problem: str | None = None
    pointer: str | None = None


def csv_values(records: Sequence[RawRecord], header: Header) -> list[Values]:
    """Each record's cells under the header's names, in the records' order; columns without a name are left out."""
    sound = [record.raw for record in records if record.problem is None]
    rows = iter(_rows(sound, header.delimiter))
    names, width = header.names, len(header.names)
    gaps = "" in names
    found: list[Values] = []
    for record in records:
        if record.problem is not None:
            found.append(Values(None, record.problem))
            continue
        row = next(rows)
        if row is None:
            found.append(Values(None, "cell_too_long"))
        elif len(row) != width and not fits(row, width):
            found.append(Values(None, "cell_count"))
        elif gaps:
            found.append(Values({name: cell for name, cell in zip(names, row, strict=False) if name}))
        else:
            found.append(Values(dict(zip(names, row, strict=False))))
    return found


def _rows(raws: list[bytes], delimiter: str) -> Sequence[list[str] | None]:
    """Parse whole records, all at once; NUL parts them, since a record that holds one has a problem and is not here."""
    if not raws:
        return []
    texts = b"\0".join(raws).decode().split("\0")
    try:
        return list(csv.reader(texts, delimiter=delimiter))
    except csv.Error:
        return [_row(text, delimiter) for text in texts]


def _row(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return None  # the only error left is a cell longer than the csv module takes


def json_values(records: Sequence[RawRecord], limits: JsonLimits) -> list[Values]:
    """Each record parsed strictly; what is not an object is a problem of its record."""
    found: list[Values] = []
    for record in records:
        if record.problem is not None:
            found.append(Values(None, record.problem))
            continue
        try:
            value = loads(record.raw, limits=limits)
        except JsonRefused as refused:
            found.append(Values(None, refused.code, refused.pointer))
            continue
        found.append(Values(value) if isinstance(value, dict) else Values(None, "not_an_object"))
    return found
