"""What rows that name both a road (or building, market, zone) and its region teach about rows that name only the road.

Nothing is known beforehand and no place is special: a token counts once enough rows agree on it.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.services.regions.names import zone_end

PURITY: Final = 0.95
"""The share of those rows that must agree."""
BLOCK: Final = 100
"""House numbers of a long road are learnt in blocks of this many."""
SHORTEST_ROAD: Final = 3
SHORTEST_PLACE: Final = 3
"""Shorter tokens (南街, 商城) are names that every town has, as are those of ``_EVERYWHERE``."""

_ROAD: Final = re.compile(
    "([\u4e00-\u9fff]{1,9}?(?:大道|公路|国道|省道|胡同|路|街(?!道)|巷|弄|堤))(?:[^\\d\u4e00-\u9fff]{0,2}(\\d{1,5}))?"
)
_PLACE: Final = re.compile(
    "[\u4e00-\u9fff]{1,12}?(?:市场|大厦|大楼|广场|商城|商厦|工业园区|工业园|工业区|开发区|高新区|保税区|保税港区|产业园|"
    "科技园|园区|度假区|风景区|管理区|示范区|集聚区|新区|新城|新村|小区|花园|花苑|公寓|家园|名苑|嘉苑|苑|港区|码头|大学|学院|村)"
)
_HOUSE: Final = re.compile("[\u4e00-\u9fff]{2,9}?(?:路|街|道|巷|弄)\\d{1,5}号")
_BUILDING: Final = re.compile(
    "(?<=[号幢楼层室弄元栋座路街道巷)(,;])([\u4e00-\u9fff]{2,8}?(?:大厦|大楼|广场|商城|商厦|市场|花园|花苑|小区|公寓|商务中心|商务楼|"
    "创业园|科技园|工业园|产业园|软件园|新村|家园|名苑|嘉苑|工业区))"
)
_RUN: Final = re.compile("[\u4e00-\u9fff]{4,12}")
_EVERYWHERE: Final = frozenset(("工业区", "开发区", "工业园", "工业园区", "农贸市场", "批发市场", "小商品市场"))


def tokens(text: str, at: int, *, city_wide: bool = False) -> Iterator[str]:
    """What ``text`` names at ``at`` and after, the most telling first: house, buildings, block of houses, road, zone.

    A road in a development zone is the zone's; ``city_wide`` lets it stand for itself as well.
    """
    number = _HOUSE.match(text, at)
    if number:
        yield number.group()
    yield from _BUILDING.findall(text, at)[:2]
    yield from _area(text, at, city_wide)


def _area(text: str, at: int, city_wide: bool) -> Iterator[str]:
    zone = zone_end(text, at)
    road = _ROAD.match(text, zone or at)
    if zone:
        name = text[at:zone]
        if road:
            yield from (f"{name}{token}" for token in _road(road))
            if city_wide:
                yield from _road(road)
        yield from _place(name)
    elif road:
        yield from _road(road)
    else:
        place = _PLACE.match(text, at)
        beyond = _ROAD.match(text, place.end()) if place else None
        if beyond:
            yield from _road(beyond)
        place = place or _RUN.match(text, at)
        if place:
            yield from _place(place.group())


def _place(name: str) -> Iterator[str]:
    if len(name) >= SHORTEST_PLACE and name not in _EVERYWHERE:
        yield name


def _road(road: re.Match[str]) -> Iterator[str]:
    name, number = road.groups()
    if len(name) >= SHORTEST_ROAD:
        if number:
            yield f"{name}{int(number) // BLOCK}"
        yield name


BUILDINGS: Final = ("大厦", "大楼", "商厦", "花园", "花苑", "公寓", "名苑", "嘉苑")
ROADS: Final = "路街道巷弄"
ZONES: Final = "区园城"


ROADS_SET: Final = frozenset(ROADS)
MOST_ROWS: Final = 1 << 24
_NUMBER: Final = re.compile(r"\d+号?$")


def road_of(token: str) -> str:
    """The road of a token that is a road, a block or a house; empty for other places."""
    name = _NUMBER.sub("", token)
    return name if name[-1:] in ROADS_SET else ""


def needed(token: str) -> int:
    """How many rows must have named a token before it says anything: the smaller the place, the fewer.

    Measured by leaving out one at a time of 120,000 rows that state their street: with these numbers the others agree
    with the row's own street in 97 (zones, house numbers) to 99 of 100 cases (villages, buildings). A part of the rest
    are rows whose stated street has been divided since.
    """
    last = token[-1:]
    if last in ROADS:
        return 4
    if last.isdigit():
        return 3
    return 2 if last in ZONES and not token.endswith(BUILDINGS) else 1


class RoadBook:
    """Counts of the regions that rows gave for a token inside an area; the order of learning makes no difference.

    A token that one region alone has is held as one number, region and count together: most are of that kind, and a
    province's book stays at some 200 bytes a token.
    """

    __slots__ = ("_areas", "_common", "_waiting", "purity")

    def __init__(self, purity: float = PURITY) -> None:
        self.purity = purity
        self._areas: dict[int, dict[str, int | dict[int, int]]] = {}
        self._common: dict[str, int] = {}
        self._waiting: dict[tuple[int, str, tuple[int, ...], tuple[str, ...]], int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._areas.values()))

    def learn(self, area: int, token: str, region: int, rows: int = 1) -> None:
        """Count rows of ``area`` that named ``token`` and are in ``region``."""
        tokens = self._areas.setdefault(area, {})
        held = tokens.get(token)
        if held is None:
            tokens[token] = region * MOST_ROWS + rows
        elif isinstance(held, int):
            if held // MOST_ROWS == region:
                tokens[token] = held + rows
            else:
                tokens[token] = {held // MOST_ROWS: held % MOST_ROWS, region: rows}
        else:
            held[region] = held.get(region, 0) + rows

    def wait(self, area: int, name: str, possible: tuple[int, ...], tokens: tuple[str, ...]) -> None:
        """Keep a row that names a divided county and a road: once all roads are learnt, it may tell what it meant."""
        key = (area, name, possible, tokens)
        self._waiting[key] = self._waiting.get(key, 0) + 1

    def settle(self) -> None:
        """Call after the last row: keep what may say something, and work out what rests on all of it.

        In how many areas a road's name is known, and, from the rows that waited, which county a divided county's name
        means where no town follows it.
        """
        self._common = {}
        for area, tokens in self._areas.items():
            kept = {token: held for token, held in tokens.items() if _speaks(token, held)}
            self._areas[area] = kept
            for token in kept:
                if token[-1:] in ROADS_SET:
                    self._common[token] = self._common.get(token, 0) + 1
        for (area, name, possible, named), rows in self._waiting.items():
            county = next((county for token in named if (county := self.says(area, token, possible))), 0)
            if county:
                self.learn(area, f"={name}-", county, rows)
        self._waiting = {}

    def is_common(self, road: str, areas: int) -> bool:
        """Whether a road's name is known in at least so many areas, as 解放路 is: then it says little by itself."""
        return self._common.get(road, 0) >= areas

    def rows(self) -> Iterator[tuple[int, str, int, int]]:
        """All that is held, as (area, token, region, how many rows)."""
        for area, tokens in self._areas.items():
            for token in tokens:
                for region, rows in self._counts(area, token).items():
                    yield area, token, region, rows

    def says(self, area: int, token: str, among: tuple[int, ...] = (), fewer: int = 0) -> int:
        """The region that ``token`` means inside ``area``; 0 when too few rows named it or they disagree.

        With ``among`` only these regions count: the row itself has ruled out the others; then ``fewer`` rows will do.
        """
        counts = self._counts(area, token, among)
        if not counts:
            return 0
        best, total = max(counts, key=lambda region: (counts[region], -region)), sum(counts.values())
        return best if total >= needed(token) - fewer and counts[best] >= self.purity * total else 0

    def leans(self, area: int, token: str, share: float, among: tuple[int, ...] = ()) -> int:
        """The region that has at least ``share`` of the rows with ``token``, however few; 0 when none has."""
        counts = self._counts(area, token, among)
        if not counts:
            return 0
        best = max(counts, key=lambda region: (counts[region], -region))
        return best if counts[best] >= share * sum(counts.values()) else 0

    def share(self, area: int, token: str, region: int) -> tuple[float, int]:
        """The share of rows that gave ``region`` for ``token`` inside ``area``, and how many rows there were."""
        counts = self._counts(area, token)
        total = sum(counts.values())
        return (counts.get(region, 0) / total if total else 0.0), total

    def variety(self, area: int, token: str) -> int:
        """How many different regions rows with ``token`` gave."""
        return len(self._counts(area, token))

    def _counts(self, area: int, token: str, among: tuple[int, ...] = ()) -> dict[int, int]:
        tokens = self._areas.get(area)
        held = tokens.get(token) if tokens else None
        if held is None:
            return {}
        counts = {held // MOST_ROWS: held % MOST_ROWS} if isinstance(held, int) else held
        return {region: counts[region] for region in among if region in counts} if among else counts


def _speaks(token: str, held: int | dict[int, int]) -> bool:
    total = held % MOST_ROWS if isinstance(held, int) else sum(held.values())
    return total > 1 or needed(token) == 1 or not token or token[0] == "="
