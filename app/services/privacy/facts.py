"""Kinds of personal fields: how a value is read, and what is shown of it. Wrong values become codes, never echoes."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

PersonalKind = Literal["identity_number", "phone"]
Ground = Literal["purpose_achieved", "consent_withdrawn", "unlawful", "retention_over"]
"""Why something is erased: Personal Information Protection Law, article 47."""

PROVINCES = frozenset(map(str, (*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55))))
PROVINCES |= frozenset(map(str, (*range(61, 66), 71, 81, 82, 83)))
"""First two digits: provinces, and the residence permits of Hong Kong, Macao and Taiwan residents (81 to 83)."""

_IDENTITY = re.compile(r"[1-8][0-9]{5}(18|19|20)[0-9]{9}[0-9X]")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(0[0-9]{2,3}[2-9][0-9]{6,7})")
_PARTS = re.compile(r"[\s\-–—()（）.]")
_LONG_DIGITS = re.compile(r"[0-9][0-9\s\-]{5,}[0-9Xx]")
CODES = ("code_as_number", "identity_number_wrong", "phone_wrong")


class Unsound(ValueError):
    """A value that is not of its kind; `code` is the label line.<code>, one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def identity_number(written: str) -> str:
    """A resident identity number (GB 11643-1999) of 18 characters: province, date of birth and check character.

    Whether the county's code was in force in the year of birth is not asked, as ric.validate would: numbers were first
    given in 1984, so whoever was born before has a later code. Raises Unsound; a number that a spreadsheet has turned
    into 3.3e17 has lost its last digits and is refused as such.
    """
    text = "".join(ric.compact(_plain(written)).split())
    if not _IDENTITY.fullmatch(text) or text[:2] not in PROVINCES or ric.calc_check_digit(text) != text[-1]:
        raise Unsound("identity_number_wrong")
    try:
        ric.get_birth_date(text)
    except ValidationError as error:
        raise Unsound("identity_number_wrong") from error
    return str(text)


def phone(written: str) -> str:
    """A mobile number of the mainland (11 digits), or a landline with its area code, as digits. Raises Unsound."""
    text = _PARTS.sub("", _plain(written))
    found = _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text)
    if found is None:
        raise Unsound("phone_wrong")
    return found[1]


def _plain(written: str) -> str:
    text = unicodedata.normalize("NFKC", written).strip().strip("'`")
    if _SCIENTIFIC.fullmatch(text):
        raise Unsound("code_as_number")
    return text


READERS: Mapping[PersonalKind, Callable[[str], str]] = {"identity_number": identity_number, "phone": phone}


def masked(kind: PersonalKind, value: str) -> str:
    """What everybody may see: 138****8000, 330***********123X without its middle; a short value shows its end alone."""
    if kind == "identity_number":
        return value[:3] + "*" * (len(value) - 4) + value[-1:]
    return value[:3] + "*" * (len(value) - 7) + value[-4:] if len(value) == 11 else "*" * (len(value) - 2) + value[-2:]


def holds_number(text: str) -> bool:
    """Whether free text holds a run of digits that may be a phone or identity number: it would stand there in clear."""
    return _LONG_DIGITS.search(unicodedata.normalize("NFKC", text)) is not None
