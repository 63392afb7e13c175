"""Framing records for storage: one compact blob a chunk, quick to write and to read back."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

import orjson

from app.core.streams.records import RawRecord

VERSION = 1
RECORDS = 2_000
SIZE = 1 << 20


class Chunk(NamedTuple):
    """A run of records: position of its first one in the file (from 0), its line, number of records, their blob."""

    first: int
    line: int
    size: int
    blob: bytes


class ChunkDamaged(Exception):
    """The blob is not one that pack() wrote, or not all of it."""


def chunked(records: Iterable[RawRecord], *, count: int = RECORDS, size: int = SIZE) -> Iterator[Chunk]:
    """Cut a stream of records into packed chunks: `count` records or `size` bytes of content, whichever comes first."""
    run: list[RawRecord] = []
    first, held = 0, 0
    for record in records:
        run.append(record)
        held += len(record.raw)
        if held >= size or len(run) >= count:
            yield Chunk(first, run[0].line, len(run), pack(run))
            first, held = first + len(run), 0
            run = []
    if run:
        yield Chunk(first, run[0].line, len(run), pack(run))


def pack(records: list[RawRecord]) -> bytes:
    """Records as one blob: version, counts, lengths, lines, problems, then the raw bytes one after the other."""
    lines, raws, problems = zip(*records, strict=True) if records else ((), (), ())
    noted = orjson.dumps([(at, code) for at, code in enumerate(problems) if code is not None])
    head = _little(array("I", (VERSION, len(records), len(noted))))
    return b"".join((head, _little(array("I", map(len, raws))), _little(array("Q", lines)), noted, *raws))


def unpack(blob: bytes) -> list[RawRecord]:
    """The records that pack() was given; ChunkDamaged when the blob is cut or foreign."""
    if len(blob) < 12:
        raise ChunkDamaged
    version, count, noted = _numbers("I", blob[:12])
    if version != VERSION or len(blob) < 12 + 12 * count + noted:
        raise ChunkDamaged
    lengths = _numbers("I", blob[12 : 12 + 4 * count])
    lines = _numbers("Q", blob[12 + 4 * count : 12 + 12 * count])
    start = 12 + 12 * count + noted
    ends = list(accumulate(lengths, initial=start))
    if ends[-1] != len(blob):
        raise ChunkDamaged
    problems: list[str | None] = [None] * count
    for at, code in orjson.loads(blob[start - noted : start]):
        problems[at] = code
    raws = [blob[a:b] for a, b in pairwise(ends)]
    return list(map(RawRecord, lines, raws, problems))


def head_size(count: int) -> int:
    """How many of a blob's first bytes lines_of() needs for `count` records."""
    return 12 + 12 * count


def lines_of(head: bytes) -> list[int]:
    """The records' lines from a blob's first bytes, without the records."""
    count = _numbers("I", head[:12])[1]
    if len(head) < head_size(count):
        raise ChunkDamaged
    return _numbers("Q", head[12 + 4 * count : 12 + 12 * count]).tolist()


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _numbers(code: str, data: bytes) -> "array[int]":
    numbers = array(code, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
