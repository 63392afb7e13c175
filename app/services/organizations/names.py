"""Names of organisations: a key to match them by, pieces to find them by, a key to sort them by."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from operator import add

from app.services.regions.spelling import readings

# What two writings of the same name differ by: blanks, brackets, quotes, dots, dashes.
_NOISE = str.maketrans("", "", " \t\r\n\v\f()[]{}<>\"'`·•.,;:!?-_/\\|~*“”‘’、。《》〈〉【】「」『』〔〕—–‐…　")

# Words whose characters are read otherwise than each is alone: places and what company names are made of.
_WORDS = {
    "银行": "yin hang", "支行": "zhi hang", "分行": "fen hang", "商行": "shang hang", "车行": "che hang",
    "行业": "hang ye", "重庆": "chong qing", "厦门": "xia men", "乐清": "yue qing", "丽水": "li shui",
    "六安": "lu an", "长春": "chang chun", "音乐": "yin yue", "东阿": "dong e", "蚌埠": "beng bu", "会计": "kuai ji",
    "会稽": "kuai ji", "银都": "yin du", "成都": "cheng du", "都市": "du shi", "调查": "diao cha", "朝阳": "chao yang",
    "台州": "tai zhou", "尉犁": "yu li", "番禺": "pan yu", "大厦": "da sha", "重工": "zhong gong", "铅山": "yan shan",
}  # fmt: skip


def name_key(name: str) -> str:
    """The name as it is compared: NFKC, lower case, without blanks, brackets and punctuation (their content stays)."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_NOISE)


def bigrams(name: str) -> list[str]:
    """The pieces a name is found by: every two neighbouring characters, and every two neighbouring syllables."""
    return character_pairs(name_key(name)) + syllable_pairs(sort_key(name))


def character_pairs(key: str) -> list[str]:
    """Every two neighbouring characters of a name's key, each once; a one-character key stands for itself."""
    if len(key) < 2:
        return [key] if key else []
    return list(dict.fromkeys(map(add, key, key[1:])))


def syllable_pairs(reading: str) -> list[str]:
    """Every two neighbouring syllables of a sort key, each pair once: "hang zhou a1" gives "hang zhou", "zhou a1"."""
    return list(dict.fromkeys(map(" ".join, pairwise(reading.split(" ")))))


@cache
def _syllables() -> dict[int, str]:
    """Each character's reading between blanks."""
    return {code: f" {reading} " for code, reading in readings().items()}


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(_WORDS))


def sort_key(name: str) -> str:
    """The name's reading, syllables apart: "杭州A1公司" gives "hang zhou a1 gong si".

    Characters are read one by one by their commonest reading, except for a few dozen words; letters and digits stand as
    they are, in lower case, and sort before any syllable they are a start of. About 2 µs a name.
    """
    key = _words().sub(lambda found: f" {_WORDS[found[0]]} ", name_key(name))
    return " ".join(key.translate(_syllables()).split())


def initials(name: str) -> str:
    """The first letter of every syllable, letters and digits kept: "杭州A1公司" gives "hza1gs"."""
    key = _words().sub(lambda found: "".join(part[0] for part in _WORDS[found[0]].split()), name_key(name))
    table = _syllables()
    return "".join(table[ord(letter)][1] if ord(letter) in table else letter for letter in key)


def spelled(typed: str) -> str | None:
    """Typed pinyin cut into syllables, to search sort keys with: "hangzhou" gives "hang zhou"; None for anything else.

    The fewest syllables win, and among those the longer first one ("xian" is one syllable, as in 先). An unfinished
    last syllable is let stand ("hangzh" gives "hang zh").
    """
    letters = "".join(typed.lower().split())
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 60):
        return None
    known = _spellings()
    best: list[list[str] | None] = [None] * len(letters) + [[]]
    for start in range(len(letters) - 1, -1, -1):
        for end in range(min(len(letters), start + 6), start, -1):
            part, rest = letters[start:end], best[end]
            whole = part in known or (end == len(letters) and any(syllable.startswith(part) for syllable in known))
            shortest = best[start]
            if whole and rest is not None and (shortest is None or len(rest) + 1 < len(shortest)):
                best[start] = [part, *rest]
    return " ".join(best[0]) if best[0] else None


@cache
def _spellings() -> frozenset[str]:
    return frozenset(syllable.strip() for syllable in _syllables().values())
