"""What somebody has worked in and is fit for, as departments write it down: lists of words and codes in one cell."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from app.core.streams import header_name

PARTED: Final = re.compile(r"[、,;/|\n]")
WITHIN: Final = re.compile(r"[、,]")
CODE: Final = re.compile(r"([A-T])?([0-9]{2,4})?")
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "A": ("农、林、牧、渔业", "农业", "农林牧渔"),
    "B": ("采矿业", "采矿"),
    "C": ("制造业", "制造", "工业"),
    "D": ("电力、热力、燃气及水生产和供应业", "水电气"),
    "E": ("建筑业", "建筑"),
    "F": ("批发和零售业", "批发零售业", "批发零售", "商贸"),
    "G": ("交通运输、仓储和邮政业", "交通运输", "物流", "快递"),
    "H": ("住宿和餐饮业", "住宿餐饮", "餐饮"),
    "I": ("信息传输、软件和信息技术服务业", "信息技术", "软件", "互联网"),
    "J": ("金融业", "金融"),
    "K": ("房地产业", "房地产", "物业"),
    "L": ("租赁和商务服务业", "商务服务", "律师", "会计"),
    "M": ("科学研究和技术服务业", "科技服务"),
    "N": ("水利、环境和公共设施管理业", "环保"),
    "O": ("居民服务、修理和其他服务业", "居民服务"),
    "P": ("教育", "教育业"),
    "Q": ("卫生和社会工作", "卫生", "医疗", "养老"),
    "R": ("文化、体育和娱乐业", "文化体育", "文体"),
    "S": ("公共管理、社会保障和社会组织", "社会组织"),
    "T": ("国际组织",),
}
"""The sections of GB/T 4754-2017, and what people write for them."""
NAMED: Final = {header_name(word): letter for letter, words in SECTIONS.items() for word in words}
ENUMERATED: Final = sorted((word for words in SECTIONS.values() for word in words if WITHIN.search(word)), key=len)
"""Names that hold the sign which parts names: read before the cell is parted."""
FIRST_DIVISION: Final = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
"""First and last division of each section."""


def industries(cell: str) -> list[str] | None:
    """Letters and two-digit divisions of GB/T 4754-2017, in order; None where a part is no industry.

    A class (C1751, 1751) is kept by its division (17); a word stands for its section.
    """
    text = unicodedata.normalize("NFKC", cell)
    codes: dict[str, None] = {}
    for word in reversed(ENUMERATED):
        if word in text:
            text = text.replace(word, "、")
            codes[NAMED[header_name(word)]] = None
    for part in parts(text):
        code = _industry(part)
        if code is None:
            return None
        codes[code] = None
    return sorted(codes)


def _industry(part: str) -> str | None:
    named = NAMED.get(header_name(part))
    if named is not None:
        return named
    found = CODE.fullmatch(part.upper())
    if found is None:
        return None
    letter, digits = found.groups()
    if digits is None:
        return letter
    section = section_of(int(digits[:2]))
    return digits[:2] if section is not None and letter in (None, section) else None


def section_of(division: int) -> str | None:
    """The section that a division belongs to; None where there is no such division."""
    return next((letter for letter, (low, high) in FIRST_DIVISION.items() if low <= division <= high), None)


def parts(cell: str) -> Iterator[str]:
    """What a cell lists, without blanks and without the word for nothing."""
    for part in PARTED.split(unicodedata.normalize("NFKC", cell)):
        if part.strip() and part.strip() != "无":
            yield part.strip()


def chosen(cell: str, choices: Mapping[str, str]) -> list[str] | None:
    """The codes that a cell lists, in order; None where one is not among the choices or their codes."""
    known = {header_name(word): code for word, code in choices.items()} | {code: code for code in choices.values()}
    codes = [known.get(header_name(part)) for part in parts(cell)]
    return None if None in codes else sorted({code for code in codes if code is not None})
