"""Writing a file and reading its records back, for the tests of this folder."""

from pathlib import Path

from app.core.streams import Counts, Format, Header, Limits, RawRecord, Reading, open_file

KNOWN = frozenset({"名称", "代码", "人数", "name", "code"})
SMALL = Limits(line=1000, quoted=600, quoted_lines=8, shown=20)


def opened(folder: Path, data: bytes, form: Format = Format.csv, limits: Limits = SMALL, block: int = 64) -> Reading:
    """A reading of `data`, by default with tiny blocks, so that everything crosses a block's edge sooner or later."""
    path = folder / "body"
    path.write_bytes(data)
    return open_file(path, form, known=KNOWN, limits=limits, block=block)


def read(folder: Path, data: bytes, form: Format = Format.csv, block: int = 64) -> list[tuple[int, bytes, str | None]]:
    """All records of `data` as plain tuples."""
    return [(line, raw, problem) for line, raw, problem in opened(folder, data, form, block=block).records()]


def counted(reading: Reading) -> tuple[list[RawRecord], Counts, Header]:
    """All records, what was passed over, and the header."""
    records = list(reading.records())
    assert reading.header is not None
    return records, reading.counts, reading.header
