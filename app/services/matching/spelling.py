"""Addresses and names of places as they are compared: one writing, houses told apart from roads."""

import re
from typing import Final, NamedTuple

from app.services.regions.names import clean

_DIGITS: Final = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_COUNTED: Final = re.compile("([零〇一二两三四五六七八九十]{1,3})(?=号|幢|栋|座|单元|楼|层|室|弄)")
_NOISE: Final = re.compile("[,.;:()/、·\\-\\[\\]]")
_ROAD: Final = re.compile(
    "([\u4e00-\u9fff]{1,14}?(?:大道|公路|国道|省道|胡同|路|街(?!道)|巷|弄|堤))(\\d{1,5})(?=号|-|、|,|\\.|$|\\D)"
)
_ABOVE: Final = re.compile(".*(?:街道|社区|居委会|[省市区县镇乡])(?=.{2})")


class House(NamedTuple):
    """A house by its road and number, both as they are compared within a county."""

    road: str
    number: int


def comparable(text: str) -> str:
    """An address in one writing: half-width, lower case, without blanks, counted things in digits (三号楼, 3号楼)."""
    return _COUNTED.sub(lambda found: _counted(found[1]), clean(text).casefold())


def called(name: str) -> str:
    """A place's name in the same writing, without punctuation."""
    return _NOISE.sub("", comparable(name))


def houses(address: str) -> tuple[House, ...]:
    """Every road with a number that a comparable address names, in its order; names of regions before a road go."""
    found = []
    for road, number in _ROAD.findall(address):
        short = _ABOVE.sub("", road)
        if short:
            found.append(House(short, int(number)))
    return tuple(found)


def _counted(text: str) -> str:
    if "十" not in text:
        return "".join(str(_DIGITS[digit]) for digit in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return text
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
