"""A real register file: its bytes for the push, and what it says of whom, for made-up party facts."""

import gzip
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.catalogues.datasets import DATASETS
from app.core.streams import Format, csv_values, header_name, open_file
from app.demo.party import Known
from app.services.organizations.kinds import kind_of
from app.services.organizations.uscc import error_of, normalise

BLOCK = 1 << 20
ROWS = 2_000
REGISTER = DATASETS["registrations"]


def unpacked(file: Path, folder: Path) -> Path:
    """The file itself, or its content when it is gzipped, in `folder`. Raises OSError."""
    if file.suffix != ".gz":
        return file
    plain = folder / file.stem
    with gzip.open(file, "rb") as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target, BLOCK)
    return plain


def blocks(file: Path) -> Iterator[bytes]:
    """The file's bytes as they are."""
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            yield block


def known(file: Path) -> Iterator[Known]:
    """Every organisation of the file that has a valid code, where its registering office is, kinds as told by the row.

    Raises FileRefused when it cannot be read as a register.
    """
    names = {header_name(name): field.name for field in REGISTER.fields for name in (field.name, *field.headers)}
    reading = open_file(file, Format.csv, known=REGISTER.headers())
    if reading.header is None:  # open_file finds one in every CSV file or refuses it
        return
    records = reading.records()
    while some := list(islice(records, ROWS)):
        for values in csv_values(some, reading.header):
            row = {names[name]: str(cell) for name, cell in (values.values or {}).items() if name in names}
            code = normalise(row.get("uscc", ""))
            if error_of(code) is None:
                name = row.get("name", "").strip()
                kind = kind_of(code, row.get("registered_type"), name).kind
                yield Known(code, name, str(kind), "", int(code[2:8]) * 10**6, 3)
