"""Reading of the shipped region files: one compressed text per province, and one for retired regions.

A province's text has one region a line, depth first::

    33<TAB>浙江省<TAB>28226  first line: the province's two digits, its name, how many regions the file holds
    =01杭州市                a city: its two digits; missing where a province governs its counties directly
    -330102上城区            a county: all its six digits
    .001清波街道             a street or town: its three digits
    清波门f                  a village: code one above the last one's (a street's first is 001)
    005<TAB>定安路d          a village with its three digits, or six where no street stands between it and its county

The last letter of a village may stand for a common ending (``ENDINGS``).
A line of the text of retired regions: code, level, name, year, successors as ``code/level,code/level``; tabs between.
"""

import lzma
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from app.services.regions.facts import CITY, COUNTRY, COUNTY, PROVINCE, STREET, VILLAGE, Entry, Retired, Successor

FOLDER: Final = Path(__file__).parents[2] / "data" / "regions"

ENDINGS: Final[dict[str, str]] = {
    "a": "村民委员会",
    "b": "社区居民委员会",
    "c": "居民委员会",
    "d": "社区居委会",
    "e": "居委会",
    "f": "村委会",
    "g": "社区",
    "h": "社区村民委员会",
    "i": "社区村委会",
    "j": "嘎查村民委员会",
    "k": "嘎查委员会",
    "l": "嘎查",
    "m": "村",
}
"""One letter for each common ending of village names; where several fit, the longest is taken."""


def provinces(folder: Path = FOLDER) -> tuple[int, ...]:
    """The 12-digit codes of the provinces that have a file, ascending."""
    return tuple(sorted(int(path.stem) * 10**10 for path in folder.glob("[0-9][0-9].xz")))


def size(province: int, folder: Path = FOLDER) -> int:
    """How many regions the file of a province holds."""
    with lzma.open(_file(province, folder), "rt", encoding="utf-8", newline="\n") as text:
        return int(text.readline().split("\t")[2])


def fingerprint(province: int, folder: Path = FOLDER) -> str:
    """A short digest of a province's file: another file, other regions."""
    return sha256(_file(province, folder).read_bytes()).hexdigest()[:16]


def retired_fingerprint(folder: Path = FOLDER) -> str:
    """A short digest of the file of retired regions."""
    return sha256((folder / "retired.xz").read_bytes()).hexdigest()[:16]


def _file(province: int, folder: Path) -> Path:
    return folder / f"{province // 10**10:02d}.xz"


def entries(province: int, folder: Path = FOLDER) -> Iterator[Entry]:
    """All regions of one province, each after its parent. ``province`` is its 12-digit code.

    Raises FileNotFoundError when the province has no file.
    """
    with lzma.open(_file(province, folder), "rt", encoding="utf-8", newline="\n") as text:
        lines = (line.rstrip("\n") for line in text)
        digits, name, _ = next(lines).split("\t")
        top = Entry(int(digits) * 10**10, PROVINCE, name, 0, COUNTRY)
        yield top
        yield from _below(top, lines)


def _below(top: Entry, lines: Iterator[str]) -> Iterator[Entry]:
    city, county, street, last = top, top, top, 0
    for line in lines:
        mark = line[0]
        if mark == "=":
            city = Entry(top.code + int(line[1:3]) * 10**8, CITY, line[3:], top.code, PROVINCE)
            yield city
        elif mark == "-":
            code = int(line[1:7]) * 10**6
            parent = city if city.code == code // 10**8 * 10**8 else top
            county = Entry(code, COUNTY, line[7:], parent.code, parent.level)
            street, last = county, county.code
            yield county
        elif mark == ".":
            street = Entry(county.code + int(line[1:4]) * 10**3, STREET, line[4:], county.code, COUNTY)
            last = street.code
            yield street
        else:
            last, name, parent = _village(line, last, street, county)
            yield Entry(last, VILLAGE, name, parent.code, parent.level)


def _village(line: str, last: int, street: Entry, county: Entry) -> tuple[int, str, Entry]:
    """Code, full name and parent of a village line that follows the code ``last``."""
    digits, tab, name = line.partition("\t")
    if not tab:
        name, code, parent = line, last + 1, street
    else:
        parent = street if len(digits) == 3 else county
        code = parent.code + int(digits)
    return code, name[:-1] + ENDINGS.get(name[-1], name[-1]), parent


def retired(folder: Path = FOLDER) -> tuple[Retired, ...]:
    """All regions no longer in force, and those in force that gave up a part (they succeed themselves)."""
    rows = []
    with lzma.open(folder / "retired.xz", "rt", encoding="utf-8", newline="\n") as text:
        for line in text:
            code, level, name, until, after = line.rstrip("\n").split("\t")
            pairs = [item.split("/") for item in after.split(",") if item]
            successors = tuple(Successor(int(one), int(deep)) for one, deep in pairs)
            rows.append(Retired(int(code), int(level), name, until, successors))
    return tuple(rows)
