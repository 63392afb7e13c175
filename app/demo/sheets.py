"""Rows as the bytes a partner would send, a block at a time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 2_000  # rows a block


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Iterator[bytes]:
    """A CSV file with a header row; `encoding` as Python names it (`utf-8`, `utf-8-sig`, `gbk`, `gb18030`).

    Raises UnicodeEncodeError when the encoding lacks a character.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    mark = "\ufeff" if encoding == "utf-8-sig" else ""
    encoding = "utf-8" if mark else encoding
    text.write(mark)
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % BLOCK == 0:
            yield text.getvalue().encode(encoding)
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode(encoding)
