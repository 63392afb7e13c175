"""Records stored as blobs come back as they were."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.streams import ChunkDamaged, RawRecord, chunked, head_size, lines_of, pack, unpack

records = st.lists(
    st.builds(RawRecord, st.integers(1, 2**40), st.binary(max_size=20), st.none() | st.sampled_from(["nul", "cell"])),
    max_size=30,
)


@given(records)
def test_what_is_packed_comes_back(some: list[RawRecord]) -> None:
    assert unpack(pack(some)) == some


@given(records, st.data())
def test_a_damaged_blob_is_noticed(some: list[RawRecord], data: st.DataObject) -> None:
    blob = pack(some)
    with pytest.raises(ChunkDamaged):
        unpack(blob[: data.draw(st.integers(0, len(blob) - 1))])
    with pytest.raises(ChunkDamaged):
        unpack(b"\7" + blob[1:])


@given(records, st.integers(1, 7), st.integers(1, 60))
def test_chunks_hold_every_record_once_in_order(some: list[RawRecord], count: int, size: int) -> None:
    chunks = list(chunked(some, count=count, size=size))
    assert [record for chunk in chunks for record in unpack(chunk.blob)] == some
    assert [chunk.first for chunk in chunks] == [sum(c.size for c in chunks[:at]) for at in range(len(chunks))]
    assert all(chunk.size <= count for chunk in chunks)
    for chunk in chunks:
        lines = [record.line for record in unpack(chunk.blob)]
        assert lines_of(chunk.blob[: head_size(chunk.size)]) == lines
        assert chunk.line == lines[0]


def test_records_are_taken_no_further_ahead_than_a_chunk() -> None:
    taken = 0

    def endless() -> Iterator[RawRecord]:
        nonlocal taken
        while True:
            taken += 1
            yield RawRecord(taken, b"x")

    chunks = chunked(endless(), count=5)
    next(chunks)
    next(chunks)
    assert taken == 10
