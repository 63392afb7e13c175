"""The last hand on a large component's groups: who was left out is taken in, then fewer and evener branches.

Every step is judged by the same three aims in the same order, in whole numbers, and taken only if it is better; so it
ends, and the same organisations always end as the same groups.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from app.services.planning.columns import METRE
from app.services.planning.costs import Ground, Integers
from app.services.planning.facts import Limits, PlaceKind
from app.services.planning.hosting import Draft

NEAR = 12  # others that are looked at around each organisation
FURTHER = 60  # and around one that was left out
ROUNDS = 6

Merit = tuple[int, int, int, int]


class Polish:
    """Groups of one component that are made better step by step. Places are the component's own."""

    def __init__(self, ground: Ground, limits: Limits) -> None:
        self.ground = ground
        self.limits = limits
        self.near: dict[int, list[int]] = {}
        self.members: list[int] = ground.members.tolist()
        self.hosts: list[int] = ground.host.tolist()
        self.drafts: list[Draft] = []
        self.of: dict[int, Draft] = {}
        self._pieces: list[Integers] = []
        self._seats: dict[int, tuple[int, int]] = {}
        self._ways: dict[tuple[int, int], int] = {}
        self._distances: dict[tuple[int, ...], int] = {}

    def add(self, drafts: Iterable[Draft]) -> None:
        """Groups that the organisations begin in."""
        for draft in drafts:
            self.drafts.append(draft)
            for place in draft.places:
                self.of[place] = draft

    def piece(self, places: Sequence[int], ways: Integers, near: Integers) -> None:
        """The ways inside a piece are known, and who is near to whom."""
        for seat, (place, others) in enumerate(zip(places, near.tolist(), strict=True)):
            self._seats[place] = (len(self._pieces), seat)
            self.near[place] = [places[other] for other in others]
        self._pieces.append(ways)

    def way(self, one: int, two: int) -> int:
        """Metres between two organisations."""
        (piece, seat), (other_piece, other_seat) = self._seats[one], self._seats[two]
        if piece == other_piece:
            return int(self._pieces[piece].item(seat, other_seat))
        pair = (one, two) if one < two else (two, one)
        known = self._ways.get(pair)
        if known is None:
            known = int(self.ground.between(np.array([pair[0]]), np.array([pair[1]]))[0, 0])
            self._ways[pair] = known
        return known

    def distance(self, places: Sequence[int]) -> int:
        """Of a joint group, in parts of a metre."""
        key = tuple(sorted(places))
        known = self._distances.get(key)
        if known is None:
            total = sum(self.way(one, two) for one, two in combinations(key, 2))
            known = self._distances[key] = 2 * total * (METRE // (len(places) - 1))
        return known

    def allowed(self, kind: PlaceKind, places: Sequence[int]) -> bool:
        """Whether these may be a group of that kind."""
        members = sum(self.members[place] for place in places)
        if kind is PlaceKind.attach:
            return True  # it only ever loses organisations here
        if kind is PlaceKind.territorial:
            least = self.limits.territorial_from or self.limits.least
            return len(places) >= least and members >= self.limits.minimum
        if not self.limits.least <= len(places) <= self.limits.most:
            return False
        if not self.limits.minimum <= members <= self.limits.branch_most:
            return False
        farthest = self.limits.farthest
        return farthest is None or all(self.way(one, two) <= farthest for one, two in combinations(places, 2))

    def merit(self, kind: PlaceKind, places: Sequence[int]) -> Merit:
        """What a group costs in the order of the aims; organisations are told as a negative, more being better."""
        size = len(places)
        if not size:
            return (0, 0, 0, 0)
        if kind is PlaceKind.attach:
            return (-size, 0, 0, 0)
        return (-size, self.distance(places) if kind is PlaceKind.joint else 0, 1, size * size)

    def _try(self, changes: Sequence[tuple[Draft | None, list[int]]]) -> bool:
        """Give these drafts (None: a new joint one) these organisations, if that is allowed and better."""
        before = after = (0, 0, 0, 0)
        for draft, places in changes:
            kind = PlaceKind.joint if draft is None else draft.kind
            if places and not self.allowed(kind, places):
                return False
            if draft is not None:
                before = _plus(before, self.merit(kind, draft.places))
            after = _plus(after, self.merit(kind, places))
        if after >= before:
            return False
        for draft, _ in changes:
            for place in [] if draft is None else draft.places:
                self.of.pop(place, None)
        for draft, places in changes:
            mine = Draft(PlaceKind.joint, []) if draft is None else draft
            if draft is None:
                self.drafts.append(mine)
            mine.places = sorted(places)
            for place in places:
                self.of[place] = mine
        self.drafts = [draft for draft in self.drafts if draft.places]
        return True

    def take_in(self, left: Sequence[int]) -> None:
        """Cover who was left out: by a group with room, with others left out, or with some whom a group can spare."""
        for place in left:
            if place not in self.of:
                self._cover(place)

    def _cover(self, place: int) -> bool:
        near = self._further(place)
        free = [other for other in near if other not in self.of]
        for count in (self.limits.least - 1, self.limits.least, self.limits.least + 1):
            for others in combinations(free[:NEAR], count):
                if self._try([(None, [place, *others])]):
                    return True
        grouped = [other for other in near if other in self.of]
        for other in grouped:
            draft = self.of[other]
            if draft.kind is PlaceKind.joint and self._try([(draft, [*draft.places, place])]):
                return True
        return self._borrow(place, grouped, free)

    def _further(self, place: int) -> list[int]:
        """The nearest of all, those too far left out."""
        ways = self.ground.between(np.array([place]), np.arange(len(self.ground)))[0]
        order = [other for other in np.argsort(ways, kind="stable").tolist() if other != place]
        if self.limits.farthest is not None:
            order = [other for other in order if ways[other] <= self.limits.farthest]
        return order[:FURTHER]

    def _borrow(self, place: int, grouped: Sequence[int], free: Sequence[int]) -> bool:
        for other in grouped:
            draft = self.of[other]
            rest = [each for each in draft.places if each != other]
            for more in ([], *([each] for each in free[:NEAR])):
                if self._try([(draft, rest), (None, [place, other, *more])]):
                    return True
        for one, two in combinations(grouped[: 2 * NEAR], 2):
            first, second = self.of[one], self.of[two]
            if first is second:
                rest = [each for each in first.places if each not in (one, two)]
                changes: list[tuple[Draft | None, list[int]]] = [(first, rest)]
            else:
                changes = [
                    (first, [each for each in first.places if each != one]),
                    (second, [each for each in second.places if each != two]),
                ]
            if self._try([*changes, (None, [place, one, two])]):
                return True
        return False

    def deal_out(self) -> None:
        """Where all groups of a host hold its own organisations only, the fewest and evenest there can be."""
        inside: dict[int, list[Draft]] = defaultdict(list)
        for draft in self.drafts:
            hosts = {self.hosts[place] for place in draft.places}
            if draft.kind is PlaceKind.joint and len(hosts) == 1 and min(hosts) >= 0:
                inside[hosts.pop()].append(draft)
        for drafts in inside.values():
            places = [place for draft in drafts for place in draft.places]
            places.sort(key=lambda place: (-self.members[place], place))
            for count in range(-(-len(places) // self.limits.most), len(drafts) + 1):
                dealt = [places[turn::count] for turn in range(count)] + [[]] * (len(drafts) - count)
                if self._try(list(zip(drafts, dealt, strict=True))):
                    break

    def improve(self) -> None:
        """Move, exchange and merge between neighbouring joint groups until nothing gets better."""
        waiting = {id(draft) for draft in self.drafts if draft.kind is PlaceKind.joint}
        for _ in range(ROUNDS):
            changed: set[int] = set()
            for draft in list(self.drafts):
                if id(draft) not in waiting or draft.kind is not PlaceKind.joint or not draft.places:
                    continue
                for other in self._around(draft):
                    if draft.places and other.places and self._pair(draft, other):
                        changed |= {id(draft), id(other)}
            if not changed:
                return
            waiting = changed

    def _around(self, draft: Draft) -> list[Draft]:
        found: dict[int, Draft] = {}
        for place in draft.places:
            for other in self.near[place]:
                there = self.of.get(other)
                if there is not None and there is not draft and there.kind is PlaceKind.joint:
                    found[id(there)] = there
        return list(found.values())

    def _pair(self, one: Draft, two: Draft) -> bool:
        done = False
        if self._try([(one, [*one.places, *two.places]), (two, [])]):
            return True
        for giver, taker in ((one, two), (two, one)):
            for place in list(giver.places):
                rest = [each for each in giver.places if each != place]
                done |= self._try([(giver, rest), (taker, [*taker.places, place])])
        if self._piece(one) == self._piece(two):
            return done  # inside a piece the search in whole numbers has exchanged all there was
        for mine in list(one.places):
            for theirs in list(two.places):
                if mine in one.places and theirs in two.places:
                    done |= self._try(
                        [
                            (one, [theirs if each == mine else each for each in one.places]),
                            (two, [mine if each == theirs else each for each in two.places]),
                        ]
                    )
        return done

    def _piece(self, draft: Draft) -> int | None:
        found = {self._seats[place][0] for place in draft.places}
        return found.pop() if len(found) == 1 else None


def _plus(one: Merit, two: Merit) -> Merit:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2], one[3] + two[3]
