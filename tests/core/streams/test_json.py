"""NDJSON and JSON arrays: whole, nested, cut, and wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.streams import FileRefused, Format, RawRecord, json_values
from app.core.strict_json import JsonLimits
from tests.core.streams.kit import read

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text('ab"\\[]{},\n', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@same_folder
@given(st.lists(values, max_size=6), st.integers(1, 100), st.sampled_from([None, 1]))
def test_an_array_gives_its_elements(tmp_path: Path, elements: list[object], block: int, indent: int | None) -> None:
    records = read(tmp_path, json.dumps(elements, indent=indent).encode(), Format.json, block=block)
    assert [(json.loads(raw), problem) for _, raw, problem in records] == [(element, None) for element in elements]


@same_folder
@given(st.lists(values, min_size=1, max_size=5), st.integers(1, 100))
def test_ndjson_gives_its_lines(tmp_path: Path, elements: list[object], block: int) -> None:
    lines = [json.dumps({"v": element}) for element in elements]
    records = read(tmp_path, "\n\n".join(lines).encode(), Format.ndjson, block=block)
    assert records == [(1 + 2 * at, line.encode(), None) for at, line in enumerate(lines)]


@same_folder
@given(st.lists(values, min_size=1, max_size=4), st.integers(1, 30), st.data())
def test_a_cut_array_keeps_what_came_before(
    tmp_path: Path, elements: list[object], block: int, data: st.DataObject
) -> None:
    whole = json.dumps(elements).encode()
    cut = data.draw(st.integers(1, len(whole) - 1))
    records = read(tmp_path, whole[:cut], Format.json, block=block)
    assert records[-1][2] == "truncated_json"
    assert [json.loads(raw) for _, raw, _ in records[:-1]] == elements[: len(records) - 1]


def test_array_elements_are_numbered(tmp_path: Path) -> None:
    text = b'\n[\n {"a":\n  1},\n\n {"b": [2,\n 3]}, 4\n]\n'
    assert read(tmp_path, text, Format.json) == [
        (1, b'{"a":\n  1}', None), (2, b'{"b": [2,\n 3]}', None), (3, b"4", None)
    ]  # fmt: skip


def test_a_cut_last_line_of_ndjson(tmp_path: Path) -> None:
    assert read(tmp_path, b'{"a":1}\n{"a":"x', Format.ndjson) == [
        (1, b'{"a":1}', None), (2, b'{"a":"x', "truncated_json")
    ]  # fmt: skip


@pytest.mark.parametrize("block", [3, 50, 5000])
def test_what_is_too_long(tmp_path: Path, block: int) -> None:
    long = b'{"a":"' + b"x" * 3000 + b'","b":[1]}'
    assert read(tmp_path, b"[" + long + b',{"a":1}]', Format.json, block=block) == [
        (1, long[:20], "line_too_long"), (2, b'{"a":1}', None)
    ]  # fmt: skip
    assert read(tmp_path, long + b'\n{"a":1}\n', Format.ndjson, block=block) == [
        (1, long[:20], "line_too_long"), (2, b'{"a":1}', None)
    ]  # fmt: skip


def test_a_million_brackets(tmp_path: Path) -> None:
    assert read(tmp_path, b"[" * 1_000_000, Format.json, block=1 << 20) == [(1, b"[" * 20, "truncated_json")]


def test_gaps_and_what_follows_the_array(tmp_path: Path) -> None:
    assert read(tmp_path, b"[1,,2,]\n{}", Format.json) == [
        (1, b"1", None), (2, b"", "missing_element"), (3, b"2", None), (4, b"", "missing_element"),
        (5, b"{}", "trailing_content"),
    ]  # fmt: skip
    assert read(tmp_path, b" [ ] ", Format.json) == []


def test_the_other_kind_of_json_is_named(tmp_path: Path) -> None:
    for data, form, code in (
        (b'\n{"a":1}', Format.json, "json_array_expected"),
        (b'\n[{"a":1}]', Format.ndjson, "ndjson_expected"),
    ):
        with pytest.raises(FileRefused) as caught:
            read(tmp_path, data, form)
        assert (caught.value.code, caught.value.facts["line"]) == (code, 2)


def test_values_are_parsed_strictly() -> None:
    raws = [b'{"a":1}', b"[1]", b'{"a":1,"a":2}', b'{"a":', b'{"a":1', b'{"a":"\\u0000"}']
    records = [*(RawRecord(n, raw) for n, raw in enumerate(raws)), RawRecord(9, b"", "missing_element")]
    found = json_values(records, JsonLimits())
    assert [(one.problem, one.pointer) for one in found] == [
        (None, None), ("not_an_object", None), ("duplicate_key", "/a"), ("truncated", None), ("truncated", None),
        ("nul", "/a"), ("missing_element", None),
    ]  # fmt: skip
    assert found[0].values == {"a": 1}
