"""Hostile and merely odd JSON: what is refused, where, and that nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.strict_json import JsonLimits, JsonRefused, loads

LIMITS = JsonLimits(size=4 << 20)


def refusal(data: bytes, limits: JsonLimits = LIMITS) -> tuple[str, int, str | None]:
    with pytest.raises(JsonRefused) as caught:
        loads(data, limits=limits)
    return caught.value.code, caught.value.offset, caught.value.pointer


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("empty", 0, None)),
        (b" \r\n\t", ("empty", 0, None)),
        (b'{"a":"\xff"}', ("invalid_utf8", 6, None)),
        (b'["\xed\xa0\x80"]', ("invalid_utf8", 2, None)),
        (b"[1,NaN]", ("not_finite", 3, None)),
        (b"[-Infinity]", ("not_finite", 2, None)),
        (b"[1e999]", ("number_too_large", 1, None)),
        (b"[-1e999]", ("number_too_large", 1, None)),
        (b'{"a":9223372036854775808}', ("number_too_large", 5, "/a")),
        (b'{"a":[-9223372036854775809]}', ("number_too_large", 6, "/a/0")),
        (b'{"n":' + b"9" * 100_000 + b"}", ("number_too_large", 5, None)),
        (b'["\\u0000"]', ("nul", 1, "/0")),
        (b'["\0"]', ("nul", 2, None)),
        (b'["\\ud800"]', ("lone_surrogate", 2, None)),
        (b'["\\ude00\\ud83d"]', ("lone_surrogate", 2, None)),
        (b'{"a":1,"a":2}', ("duplicate_key", 7, "/a")),
        (b'{"a":1,"\\u0061" :2}', ("duplicate_key", 7, "/a")),
        (b'{"x":[{"t":"12:00","u":{"k":":","k":1}}]}', ("duplicate_key", 32, "/x/0/u/k")),
        (b"{} {}", ("trailing_content", 3, None)),
        (b'{"a":"b', ("truncated", 7, None)),
        (b'{"a":"b\\', ("truncated", 8, None)),
        (b'{"a":1', ("truncated", 6, None)),
        (b"[1,]", ("invalid_json", 2, None)),
        (b"\xef\xbb\xbf{}", ("invalid_json", 0, None)),
        ('["你好", x]'.encode(), ("invalid_json", 11, None)),
    ],
)
def test_refuses_and_says_where(data: bytes, expected: tuple[str, int, str | None]) -> None:
    assert refusal(data) == expected


@pytest.mark.parametrize("deep", [33, 900, 1_000_000])
def test_depth_is_refused_before_any_parser_recurses(deep: int) -> None:
    assert refusal(b"[" * deep + b"]" * deep)[:2] == ("too_deep", 32)
    assert refusal(b'{"a":' * min(deep, 500_000))[:2] == ("too_deep", 32 * 5)


def test_brackets_in_strings_are_not_depth() -> None:
    assert loads(b'["' + b"[{" * 1000 + b'"]', limits=LIMITS) == ["[{" * 1000]


def test_thirty_two_levels_are_allowed() -> None:
    loads(b"[" * 32 + b"]" * 32, limits=LIMITS)


def test_size_is_refused_first() -> None:
    assert refusal(b"[" * 100, JsonLimits(size=99)) == ("too_large", 99, None)


def test_a_refusal_never_shows_the_value() -> None:
    with pytest.raises(JsonRefused) as caught:
        loads(b'{"phone":"13800000000","phone":"13900000000"}', limits=LIMITS)
    assert "13" not in str(caught.value).replace("byte 23", "")


def test_a_long_key_does_not_make_a_long_pointer() -> None:
    key = b'"' + b"k" * 5000 + b'"'
    assert len(refusal(b"{" + key + b":1," + key + b":2}")[2] or "") <= 200


@pytest.mark.parametrize(
    "data",
    [b"[9223372036854775807,-9223372036854775808]", b'["\\\\u0000"]', b'["\\ud83d\\ude00"]', b"[1.5e308,1e-400,-0]",
     b'{"t":"a\\":b","u":"\\\\","v":"12:00:00"}', b'{"a":{"a":1},"b":[{"a":1},{"a":2}]}', b'"text"', b"1e20"],
)  # fmt: skip
def test_takes_what_is_sound(data: bytes) -> None:
    assert loads(data, limits=LIMITS) == json.loads(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab:\"\\,{}", max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_reads_what_the_standard_library_writes(value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert loads(data, limits=LIMITS) == json.loads(data)


@given(st.lists(st.tuples(st.text('ab:"\\ ', max_size=2), st.text('":,', max_size=2)), max_size=5))
def test_finds_duplicates_exactly_when_there_are_some(pairs: list[tuple[str, str]]) -> None:
    data = ("{" + ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs) + "}").encode()
    if len({key for key, _ in pairs}) == len(pairs):
        assert loads(data, limits=LIMITS) == dict(pairs)
    else:
        assert refusal(data)[0] == "duplicate_key"


@given(st.binary(max_size=40) | st.text('{}[]",:\\u0d8ae1-.NI ', max_size=30).map(str.encode))
def test_no_bytes_end_in_anything_but_a_value_or_a_refusal(data: bytes) -> None:
    offset = 0
    try:
        loads(data, limits=LIMITS)
    except JsonRefused as refused:
        offset = refused.offset
    assert 0 <= offset <= len(data)
