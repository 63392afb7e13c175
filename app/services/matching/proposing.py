"""Which hosts an organisation may sit in, from its address alone: pure, one county at a time, a few microseconds each.

Names are looked for at every place of the address through their first two characters; of names that lie inside
one another the longest stands. What is around a name decides whether it is the place itself (翡翠大厦12楼), a road
called after it (中心市场路), another place (新东方大厦) or only the neighbour (翡翠大厦对面).
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from app.services.hosts.facts import HostKind
from app.services.matching.facts import (
    DISTINCT,
    DOUBTS,
    FAR,
    LEAST,
    MOST,
    NEAR,
    SHORTEST,
    WEIGHTS,
    Place,
    Proposal,
    Reason,
    Sitting,
)
from app.services.matching.spelling import House, called, comparable, houses
from app.services.regions.coordinates import metres
from app.services.regions.facts import STREET, VILLAGE, ancestor

SOUGHT: Final = frozenset({
    HostKind.community, HostKind.park, HostKind.commercial_building, HostKind.market, HostKind.leading_firm,
})  # fmt: skip
"""Kinds that one sits in. An association or a liaison point at the place of origin is no address."""

_BESIDE: Final = (
    "旁",
    "对面",
    "附近",
    "隔壁",
    "背后",
    "后面",
    "门口",
    "斜对",
    "东侧",
    "西侧",
    "南侧",
    "北侧",
    "东边",
    "西边",
    "南边",
    "北边",
)
_ELSE_BEHIND: Final = (
    "路",
    "街",
    "巷",
    "弄",
    "大道",
    "公路",
    "站",
    "桥",
    "小学",
    "中学",
    "村",
    "新村",
    "街道",
    "镇",
    "乡",
)
"""Behind a name these make it part of another one: a road, a stop, a school, a village called after the place."""
_COMMUNITY_BEHIND: Final = ("社区", "居委会", "居民委员会")
_BEFORE: Final = frozenset("号路街巷弄道省市区县镇乡村社园内里处的楼幢栋座侧边角口.,;:()/、-")
_BEHIND: Final = frozenset("号楼层幢栋座室单第主东西南北中内a一二三四五六七八九十地负商写办.,;:()/、-区园片期")


class _Hit(NamedTuple):
    place: Place
    start: int
    end: int
    alias: bool


class Book:
    """The hosts of one county, ready to be looked for in addresses."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Hosts of other kinds than those one sits in are left out."""
        self._by_start: dict[str, list[tuple[str, Place, bool]]] = {}
        self._called: dict[str, set[UUID]] = {}
        self._houses: dict[House, list[Place]] = {}
        self._house_of: dict[UUID, House] = {}
        self._communities: dict[int, list[Place]] = {}
        for place in places:
            if place.kind in SOUGHT:
                self._enter(place)
        for names in self._by_start.values():
            names.sort(key=lambda each: (-len(each[0]), each[1].id))

    def _enter(self, place: Place) -> None:
        for number, name in enumerate(place.names):
            key = called(name)
            self._called.setdefault(key, set()).add(place.id)
            if len(key) >= SHORTEST:
                self._by_start.setdefault(key[:2], []).append((key, place, number > 0))
        at = houses(comparable(place.address)) if place.address else ()
        if at:
            self._house_of[place.id] = at[0]
            if place.kind != HostKind.community:
                self._houses.setdefault(at[0], []).append(place)
        if place.kind == HostKind.community and place.region_level == VILLAGE:
            self._communities.setdefault(place.region_code, []).append(place)

    def propose(self, sitting: Sitting) -> list[Proposal]:
        """The likeliest hosts of an organisation, the surest first; none below the least confidence.

        A community stands only where nothing narrower does.
        """
        text = comparable(sitting.address) if sitting.address else ""
        at = houses(text)
        found: dict[UUID, tuple[Place, list[Reason], str]] = {}
        for hit in self._hits(text):
            reasons = [Reason.alias_in_address if hit.alias else Reason.name_in_address, *_around(text, hit)]
            known = found.get(hit.place.id)
            if known is None or _weight(reasons) > _weight(known[1]):
                found[hit.place.id] = (hit.place, reasons, text[hit.start : hit.end])
        for house in at:
            for place in self._houses.get(house, ()):
                found.setdefault(place.id, (place, [], f"{house.road}{house.number}号"))
        if sitting.region_level == VILLAGE:
            for place in self._communities.get(sitting.region_code, ()):
                known = found.get(place.id)
                found[place.id] = (place, [*(known[1] if known else ()), Reason.same_community], place.names[0])
        judged = [self._judged(sitting, at, *each) for each in found.values()]
        worth = [(place, proposal) for place, proposal in judged if proposal.confidence >= LEAST]
        narrower = [pair for pair in worth if pair[0].kind != HostKind.community]
        return [
            proposal
            for _, proposal in sorted(
                narrower or worth, key=lambda pair: (-pair[1].confidence, -len(pair[1].matched), pair[1].host_id)
            )[:MOST]
        ]

    def _hits(self, text: str) -> list[_Hit]:
        hits = []
        for start in range(len(text) - 1):
            for name, place, alias in self._by_start.get(text[start : start + 2], ()):
                if text.startswith(name, start):
                    hits.append(_Hit(place, start, start + len(name), alias))
        return [
            hit
            for hit in hits
            if not _part_of_another(text, hit)
            and not any(
                other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
                for other in hits
            )
        ]

    def _judged(
        self, sitting: Sitting, at: Sequence[House], place: Place, said: list[Reason], matched: str
    ) -> tuple[Place, Proposal]:
        reasons = [*said]
        named = any(reason in (Reason.name_in_address, Reason.alias_in_address) for reason in said)
        own = self._house_of.get(place.id)
        if own is not None and own in at:
            reasons.append(Reason.same_house)
        elif own is not None and named and any(house.road == own.road for house in at):
            reasons.append(Reason.other_house)
        if sitting.region_level >= STREET and place.region_level >= STREET:
            same = ancestor(sitting.region_code, STREET) == ancestor(place.region_code, STREET)
            reasons.append(Reason.same_street if same else Reason.other_street)
        if sitting.point is not None and place.point is not None:
            apart = metres(sitting.point, place.point)
            if apart <= NEAR:
                reasons.append(Reason.near_by)
            elif apart > FAR:
                reasons.append(Reason.far_away)
        if named and len(self._called.get(called(matched), ())) > 1:
            reasons.append(Reason.several_so_called)
        certain = (
            named
            and place.kind != HostKind.community
            and len(matched) >= DISTINCT
            and not DOUBTS.intersection(reasons)
            and bool({Reason.same_street, Reason.same_house}.intersection(reasons))
        )
        weight = min(100, max(0, _weight(reasons)))
        return place, Proposal(sitting.id, place.id, weight, certain, matched, tuple(reasons))


def alone(proposals: Sequence[Proposal]) -> Proposal | None:
    """The proposal that may be applied without a person: certain, and the only certain one."""
    certain = [proposal for proposal in proposals if proposal.certain]
    return certain[0] if len(certain) == 1 and certain[0] is proposals[0] else None


def _weight(reasons: Iterable[Reason]) -> int:
    return sum(WEIGHTS[reason] for reason in reasons)


def _part_of_another(text: str, hit: _Hit) -> bool:
    """Whether what stands behind makes the name part of a road's, a stop's, a school's or a village's."""
    words = _ELSE_BEHIND if hit.place.kind == HostKind.community else (*_ELSE_BEHIND, *_COMMUNITY_BEHIND)
    return text.startswith(words, hit.end)


def _around(text: str, hit: _Hit) -> list[Reason]:
    if text.startswith(_BESIDE, hit.end):
        return [Reason.beside_it]
    before, behind = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 1]
    opens = not before or before in _BEFORE or not _word(before)
    closes = not behind or behind in _BEHIND or not _word(behind) or hit.place.kind == HostKind.community
    return [] if opens and closes else [Reason.longer_name]


def _word(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
