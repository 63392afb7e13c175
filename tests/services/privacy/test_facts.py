"""How identity and phone numbers are read, masked and noticed in free text."""

import pytest

from app.services.privacy.facts import Unsound, holds_number, identity_number, masked, phone
from tests.kit.persons import person


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the standard's own example
        (" 11010519491231002x ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("'11010519491231002X", "11010519491231002X"),
    ],
)
def test_identity_numbers_are_read(written: str, read: str) -> None:
    assert identity_number(written) == read


def test_made_up_persons_are_sound_and_differ() -> None:
    people = [person(serial) for serial in range(0, 20_000, 37)]
    assert len({identity_number(one.identity_number) for one in people}) == len(people)
    assert len({phone(one.phone) for one in people}) == len(people)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3.3e17", "code_as_number"),
        ("3.30102E+17", "code_as_number"),
        ("110105194912310021", "identity_number_wrong"),
        ("11010519491331002X", "identity_number_wrong"),
        ("99010519491231002X", "identity_number_wrong"),
        ("110105491231002", "identity_number_wrong"),
        ("", "identity_number_wrong"),
        ("一二三", "identity_number_wrong"),
    ],
)
def test_other_texts_are_no_identity_numbers(written: str, code: str) -> None:
    with pytest.raises(Unsound) as refused:
        identity_number(written)
    assert refused.value.code == code
    assert not written or written not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("(0571) 8888 6666", "057188886666"),
        ("0578-2123456", "05782123456"),
    ],
)
def test_phones_are_read(written: str, read: str) -> None:
    assert phone(written) == read


@pytest.mark.parametrize("written", ["1380013800", "138001380000", "12800138000", "88886666", "x", ""])
def test_other_texts_are_no_phones(written: str) -> None:
    with pytest.raises(Unsound):
        phone(written)


def test_masks_hide_the_middle() -> None:
    assert masked("phone", "13800138000") == "138****8000"
    assert masked("phone", "057188886666") == "**********66"
    assert masked("identity_number", "11010519491231002X") == "110**************X"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("核实 13800138000", True),
        ("138 0013 8000", True),
        ("１３８００１３８０００", True),
        ("身份证11010519491231002X", True),
        ("8 月 15 日 14:30 走访", False),
        ("2026年3月走访第12户", False),
    ],
)
def test_numbers_in_free_text_are_noticed(text: str, holds: bool) -> None:
    assert holds_number(text) is holds
