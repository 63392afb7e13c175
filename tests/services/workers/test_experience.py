"""Lists of industries and qualifications as departments write them in one cell."""

import pytest

from app.catalogues.datasets.experience import SECTIONS, chosen, industries, section_of

WORDS = {"懂经营管理": "business_management", "熟悉党务": "party_affairs", "懂法律": "law"}


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("制造业", ["C"]),
        ("制造业、17;C1751", ["17", "C"]),
        ("1751", ["17"]),
        ("C", ["C"]),
        ("c17", ["17"]),
        ("农、林、牧、渔业，批发和零售业", ["A", "F"]),
        ("信息传输、软件和信息技术服务业", ["I"]),
        ("信息传输、软件和信息技术服务业、金融业", ["I", "J"]),
        ("Ｃ／１７", ["17", "C"]),
        ("无", []),
        ("", []),
        ("F17", None),  # 17 belongs to C
        ("99", None),
        ("1", None),
        ("制造业、某某", None),
        ("U", None),
    ],
)
def test_industries(cell: str, codes: list[str] | None) -> None:
    assert industries(cell) == codes


@pytest.mark.parametrize("letter", sorted(SECTIONS))
def test_each_section_is_known_by_all_its_names(letter: str) -> None:
    for word in SECTIONS[letter]:
        assert industries(word) == [letter]


def test_divisions_are_counted_through() -> None:
    assert [section_of(division) for division in (1, 5, 6, 43, 44, 97, 98, 0)] == [
        "A", "A", "B", "C", "D", "T", None, None,
    ]  # fmt: skip
    assert all(section_of(division) for division in range(1, 98))


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("熟悉党务、懂经营管理", ["business_management", "party_affairs"]),
        ("law; 熟悉党务；law", ["law", "party_affairs"]),
        (" ", []),
        ("本科学历", None),
    ],
)
def test_qualifications(cell: str, codes: list[str] | None) -> None:
    assert chosen(cell, WORDS) == codes
