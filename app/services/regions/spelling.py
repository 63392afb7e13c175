"""How a region's name reads in pinyin, for search: without tones and blanks, and by first letters."""

import re
import unicodedata
from functools import cache
from typing import Final

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

UPPER: Final = 3
"""Names down to this level are read with the library's phrases (乐清 is yueqing); those below by single characters."""

_WORDS: Final = {"重": "chong", "厦": "xia", "长": "chang", "乐": "le", "行": "hang", "石": "shi", "六": "liu"}
_LETTERS: Final = re.compile("[^a-z0-9]")


@cache
def readings() -> dict[int, str]:
    """Each character's commonest reading without tone, by code point. Made once: 42,000 entries, some 0.1 s."""
    table = {}
    for code, spoken in PINYIN_DICT.items():
        plain = unicodedata.normalize("NFD", spoken.partition(",")[0]).replace("u\u0308", "v")
        table[code] = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return table


@cache
def _readings() -> dict[int, str]:
    return readings() | {ord(character): reading for character, reading in _WORDS.items()}


def spelled(name: str, level: int) -> tuple[str, str]:
    """(pinyin, initials) of a name, lower-case letters and digits only: 杭州市 gives ("hangzhoushi", "hzs")."""
    if level <= UPPER:
        syllables = lazy_pinyin(name)
    else:
        table = _readings()
        syllables = [table.get(ord(character), character.lower()) for character in name]
    kept = [letters for syllable in syllables if (letters := _LETTERS.sub("", syllable))]
    return "".join(kept), "".join(letters[0] for letters in kept)
