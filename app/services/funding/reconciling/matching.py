"""What a statement and the books tell of the same deed. Pure: the order in which lines come plays no part.

By rule, each over what the rules before have left:

1. reference: a number on both sides, the same amount, days within the window, and no other line for either;
2. reference_sum: all that bears a number on both sides has the same sum: many payments that the bank made as one;
3. reversal: an entry and its reversal, neither of which the bank knows;
4. amount and day: one line of the same amount on the same day, then within the window, and no other for either. That
   is a suggestion: two deeds of one amount on one day are not seldom, and a person decides.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from app.services.funding.reconciling.facts import BankLine, BookLine, Match, Matched, MatchRule, Window

SHORTEST = 4
"""Characters of a number that tells something; "1" is on many lines."""

_APART = re.compile(r"[\s\-_/.#№:]+")

Pair = tuple[BankLine, BookLine]
Line = TypeVar("Line")
Key = TypeVar("Key", bound=Hashable)


def number(written: str | None) -> str | None:
    """A reference without what only spells it differently: width, case, spaces, dashes; None for one too short."""
    if written is None:
        return None
    plain = _APART.sub("", unicodedata.normalize("NFKC", written)).upper().lstrip("0")
    return plain if len(plain) >= SHORTEST else None


def matched(bank: Iterable[BankLine], books: Iterable[BookLine], window: Window) -> Matched:
    """All that belongs together among open lines, by the rules above; no line is used twice."""
    free = _Free({line.id: line for line in bank}, {line.id: line for line in books})
    matches = free.take(_by_reference(free, window), MatchRule.reference)
    matches |= free.take_groups(_by_sum(free, window))
    matches |= free.take_reversals(_reversed(free, window))
    suggested: set[tuple[UUID, UUID]] = set()
    for within in (Window(0, 0), window):
        pairs = _by_amount(free, within)
        suggested |= {(one.id, other.id) for one, other in pairs}
        free.take(pairs, MatchRule.amount_and_day)
    return Matched(frozenset(matches), frozenset(suggested))


class _Free:
    """The lines of both sides that nothing has been found for yet."""

    def __init__(self, bank: dict[UUID, BankLine], books: dict[UUID, BookLine]) -> None:
        self.bank = bank
        self.books = books

    def take(self, pairs: Iterable[Pair], rule: MatchRule) -> set[Match]:
        """Pairs as matches; their lines are free no more."""
        return {self._taken(rule, [one], [other]) for one, other in pairs}

    def take_groups(self, groups: Iterable[tuple[list[BankLine], list[BookLine]]]) -> set[Match]:
        """Groups as matches."""
        return {self._taken(MatchRule.reference_sum, bank, books) for bank, books in groups}

    def take_reversals(self, pairs: Iterable[tuple[BookLine, BookLine]]) -> set[Match]:
        """Entries with their reversals as matches."""
        return {self._taken(MatchRule.reversal, [], list(pair)) for pair in pairs}

    def _taken(self, rule: MatchRule, bank: Collection[BankLine], books: Collection[BookLine]) -> Match:
        for one in bank:
            del self.bank[one.id]
        for other in books:
            del self.books[other.id]
        days = [one.on_day for one in bank] + [other.booked_on for other in books]
        return Match(rule, frozenset(one.id for one in bank), frozenset(other.id for other in books), max(days))


def _by_reference(free: _Free, window: Window) -> list[Pair]:
    return _alone(
        {one.id: [(one.amount_fen, written) for written in _numbers(one)] for one in free.bank.values()},
        {other.id: (other.amount_fen, number(other.reference)) for other in free.books.values()},
        free,
        window,
    )


def _by_sum(free: _Free, window: Window) -> list[tuple[list[BankLine], list[BookLine]]]:
    """All that bears a number, where both sides have the same sum of it and each line bears no other such number."""
    named = _grouped(free.books.values(), lambda line: number(line.reference))
    bearing: dict[str, list[BankLine]] = defaultdict(list)
    for one in free.bank.values():
        for written in _numbers(one):
            bearing[written].append(one)
    found = [
        (bank, named[written])
        for written, bank in bearing.items()
        if written in named
        and len(bank) + len(named[written]) > 2
        and sum(one.amount_fen for one in bank) == sum(other.amount_fen for other in named[written])
        and all(window.holds(day, other.booked_on) for day in _ends(bank) for other in named[written])
    ]
    times: dict[UUID, int] = defaultdict(int)
    for bank, _ in found:
        for one in bank:
            times[one.id] += 1
    return [(bank, books) for bank, books in found if all(times[one.id] == 1 for one in bank)]


def _ends(bank: Collection[BankLine]) -> tuple[date, date]:
    days = [one.on_day for one in bank]
    return min(days), max(days)


def _reversed(free: _Free, window: Window) -> list[tuple[BookLine, BookLine]]:
    """Pairs that cancel out in the books alone, where no line of the bank may be the reversal."""
    amounts = _grouped(free.bank.values(), lambda line: line.amount_fen)
    entries = {line.entry_id: line for line in free.books.values()}
    pairs = []
    for back in free.books.values():
        first = None if back.reverses is None else entries.get(back.reverses)
        if first is None or first.amount_fen != -back.amount_fen:
            continue
        if not any(window.holds(one.on_day, back.booked_on) for one in amounts.get(back.amount_fen, ())):
            pairs.append((first, back))
    return pairs


def _by_amount(free: _Free, window: Window) -> list[Pair]:
    return _alone(
        {one.id: [one.amount_fen] for one in free.bank.values()},
        {other.id: other.amount_fen for other in free.books.values()},
        free,
        window,
    )


def _alone(bank: Mapping[UUID, list[Any]], books: Mapping[UUID, Hashable], free: _Free, window: Window) -> list[Pair]:
    """Pairs of one key and near days, neither of which may be anything else. Keys by line; a bank's line may have two.

    Counted by day and never paired one by one: a thousand payments of one amount cost a thousand steps.
    """
    bank_days, book_days = _Days(), _Days()
    for line, keys in bank.items():
        for key in keys:
            bank_days.add(key, free.bank[line].on_day, line)
    for line, key in books.items():
        book_days.add(key, free.books[line].booked_on, line)
    pairs = []
    for line, keys in bank.items():
        one = free.bank[line]
        near = [found for key in keys if (found := book_days.near(key, one.on_day, window.before, window.after))]
        if sum(count for count, _ in near) != 1:
            continue
        other = free.books[near[0][1]]
        back = bank_days.near(books[other.id], other.booked_on, window.after, window.before)
        if back is not None and back[0] == 1:
            pairs.append((one, other))
    return pairs


class _Days:
    """Lines by key and day."""

    def __init__(self) -> None:
        self._found: dict[Hashable, list[tuple[date, UUID]]] = defaultdict(list)
        self._sorted = False

    def add(self, key: Hashable, day: date, line: UUID) -> None:
        """One line; all are added before the first is asked for."""
        self._found[key].append((day, line))

    def near(self, key: Hashable, day: date, before: int, after: int) -> tuple[int, UUID] | None:
        """How many lines of a key lie within days of a day, and the first of them; None: there is none."""
        if not self._sorted:
            for lines in self._found.values():
                lines.sort()
            self._sorted = True
        lines = self._found.get(key, [])
        low = bisect_left(lines, day - timedelta(before), key=itemgetter(0))
        high = bisect_right(lines, day + timedelta(after), key=itemgetter(0))
        return (high - low, lines[low][1]) if high > low else None


def _numbers(line: BankLine) -> set[str]:
    return {plain for written in line.references if (plain := number(written)) is not None}


def _grouped(lines: Iterable[Line], key: Callable[[Line], Key]) -> Mapping[Key, list[Line]]:
    found: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return found
