"""Names: matching, finding, sorting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.organizations.names import bigrams, initials, name_key, sort_key, spelled

# What company names are written in: ASCII, its full-width twin, Chinese characters.
written = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
)


def test_two_writings_have_one_key() -> None:
    assert name_key("ＡＢＣ（杭州）　科技·有限公司") == name_key("abc(杭州)科技有限公司") == "abc杭州科技有限公司"


@given(st.text(written))
def test_keys_are_stable(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_pieces_come_once_each_in_order_characters_first() -> None:
    assert bigrams("杭州(杭州)店") == ["杭州", "州杭", "州店", "hang zhou", "zhou hang", "zhou dian"]
    assert bigrams("店") == ["店"]
    assert bigrams(" ( ) ") == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("杭州A1公司", "hang zhou a1 gong si"), ("甲银行", "jia yin hang"), ("乐清绿茶", "yue qing lv cha"),
        ("重庆", "chong qing"), ("ABC", "abc"), ("", ""), ("3号店", "3 hao dian"),
    ],
)  # fmt: skip
def test_sort_key(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_initials() -> None:
    assert initials("杭州A1银行") == "hza1yh"


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("hangzhou", "hang zhou"), ("hang zhou", "hang zhou"), ("hangzh", "hang zh"), ("xian", "xian"),
        ("HangZhou", "hang zhou"), ("杭州", None), ("h1", None), ("", None), ("vvv", None), ("lvcha", "lv cha"),
    ],
)  # fmt: skip
def test_typed_pinyin(typed: str, cut: str | None) -> None:
    assert spelled(typed) == cut
