"""Unified social credit codes (GB 32100-2015) and the 15-digit registration numbers they replaced."""

import unicodedata
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18

# Weight i is 3^(i-1) mod 31; the check character has weight 1, and the weighted sum of a right code is 0 mod 31.
_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
_ALIEN = 255
_VALUES = bytes(ALPHABET.index(chr(code)) if chr(code) in ALPHABET else _ALIEN for code in range(256))
_SEPARATORS = str.maketrans("", "", " -\t\r\n\u3000")


def normalise(raw: str) -> str:
    """The code as it is stored: half-width, upper case, without blanks and hyphens."""
    if not raw.isascii():
        raw = unicodedata.normalize("NFKC", raw)
    return raw.translate(_SEPARATORS).upper()


def error_of(code: str) -> str | None:
    """What is wrong with a normalised code, or None.

    `uscc_length`: not 18 characters; `uscc_character`: one outside the alphabet, or a letter in the office's six-digit
    region; `uscc_check`: the check character does not fit. Letters in the first place are right (N farmers, A army, Y).
    """
    if len(code) != LENGTH:
        return "uscc_length"
    if not code.isascii():
        return "uscc_character"
    values = code.encode("ascii").translate(_VALUES)
    if _ALIEN in values or not code[1:8].isdigit():
        return "uscc_character"
    return "uscc_check" if sum(map(mul, _WEIGHTS, values)) % 31 else None


def is_registration_number(code: str) -> bool:
    """Whether a normalised code is a 15-digit market-regulator number; its last digit checks (ISO 7064 MOD 11,10)."""
    if len(code) != 15 or not (code.isascii() and code.isdigit()):
        return False
    rest = 10
    for digit in code[:-1]:
        total = (rest + int(digit)) % 10 or 10
        rest = total * 2 % 11
    return (rest + int(code[-1])) % 10 == 1


def office_region(code: str) -> int:
    """The registering office's county code, digits 3 to 8 of a right code: a hint to the place, never a proof."""
    return int(code[2:8])


def check_character(stem: str) -> str:
    """The 18th character for the first 17."""
    values = stem.encode("ascii").translate(_VALUES)
    return ALPHABET[-sum(map(mul, _WEIGHTS, values)) % 31]
