"""Credit codes, held against python-stdnum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as reference

from app.services.organizations.uscc import (
    ALPHABET,
    check_character,
    error_of,
    is_registration_number,
    normalise,
    office_region,
)

stems = st.builds(
    lambda head, region, body: head + region + body,
    st.sampled_from(["91", "92", "93", "51", "52", "53", "31", "81", "12"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(stems, st.sampled_from(ALPHABET))
def test_agrees_with_stdnum_on_every_last_character(stem: str, last: str) -> None:
    assert (error_of(stem + last) is None) == reference.is_valid(stem + last)
    assert check_character(stem) == reference.calc_check_digit(stem)


@given(st.text(ALPHABET + "IOSVZ-a中", max_size=20).map(normalise))
def test_agrees_with_stdnum_on_anything_that_begins_with_a_digit(code: str) -> None:
    if not code[:1].isalpha():
        assert (error_of(code) is None) == reference.is_valid(code)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91110000600037341L", None), ("91110000600037341K", "uscc_check"), ("91110000600037341", "uscc_length"),
        ("", "uscc_length"), ("9111000060003734IL", "uscc_character"), ("911100A0600037341L", "uscc_character"),
        ("91110000600037341中", "uscc_character"),
    ],
)  # fmt: skip
def test_errors(code: str, error: str | None) -> None:
    assert error_of(code) == error


def test_letters_in_the_first_place_are_right() -> None:
    stem = "N2330106MF1234567"
    assert error_of(stem + check_character(stem)) is None


def test_normalise_full_width_blanks_hyphens_case() -> None:
    assert normalise("　９１110000-600037341l \n") == "91110000600037341L"


def test_registration_numbers() -> None:
    assert is_registration_number("110108000000016")
    assert not is_registration_number("110108000000017")
    assert not is_registration_number("11010800000001")


def test_office_region() -> None:
    assert office_region("91330106MA2A0CFR9T") == 330106
