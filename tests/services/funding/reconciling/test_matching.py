"""What belongs together: an independent slow reference, whatever the order, each line once, the same sums."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.funding.reconciling.facts import BankLine, BookLine, Match, Matched, MatchRule, Window
from app.services.funding.reconciling.matching import matched, number

DAY = date(2026, 3, 1)
NUMBERS = (None, "PZ-2026-31", "pz2026 31", "20260305", "7")


def bank(key: int, day: int, fen: int, *numbers: str) -> BankLine:
    """A line of the statement."""
    return BankLine(UUID(int=key), DAY + timedelta(day), fen, frozenset(numbers))


def book(key: int, day: int, fen: int, written: str | None = None, reverses: int | None = None) -> BookLine:
    """A line of the books; its entry has the same number, from a thousand on."""
    entry = UUID(int=1_000 + key)
    back = None if reverses is None else UUID(int=1_000 + reverses)
    return BookLine(UUID(int=100 + key), entry, DAY + timedelta(day), fen, written, back)


@st.composite
def both_sides(draw: st.DrawFn) -> tuple[list[BankLine], list[BookLine], Window]:
    """Few amounts, days and numbers, so that much falls together."""
    amounts = st.sampled_from((-300, -200, -100, 100, 200, 300))
    days = st.integers(0, 6)
    numbers = st.sampled_from(NUMBERS)
    banks = [
        bank(at, draw(days), draw(amounts), *(each for each in (draw(numbers), draw(numbers)) if each is not None))
        for at in range(draw(st.integers(0, 7)))
    ]
    books: list[BookLine] = []
    for at in range(draw(st.integers(0, 7))):
        earlier = [each for each in books if each.reverses is None]
        if earlier and draw(st.integers(0, 3)) == 0:
            first = draw(st.sampled_from(earlier))
            if all(each.reverses != first.entry_id for each in books):
                back = first.booked_on + timedelta(draw(days))
                books.append(
                    BookLine(UUID(int=100 + at), UUID(int=1_000 + at), back, -first.amount_fen, None, first.entry_id)
                )
                continue
        books.append(book(at, draw(days), draw(amounts), draw(numbers)))
    return banks, books, Window(draw(st.integers(0, 3)), draw(st.integers(0, 3)))


def slowly(banks: Sequence[BankLine], books: Sequence[BookLine], window: Window) -> Matched:
    """The same by the words of the rules: every pair is looked at, again and again."""
    free_bank, free_books = list(banks), list(books)
    found: set[Match] = set()

    def near(one: BankLine, other: BookLine, within: Window) -> bool:
        gap = (other.booked_on - one.on_day).days
        return -within.before <= gap <= within.after

    def shared(one: BankLine, other: BookLine) -> bool:
        mine = {number(each) for each in one.references} - {None}
        return number(other.reference) in mine

    def single(pairs: list[tuple[BankLine, BookLine]]) -> list[tuple[BankLine, BookLine]]:
        return [
            (one, other)
            for one, other in pairs
            if sum(1 for each, _ in pairs if each is one) == 1 and sum(1 for _, each in pairs if each is other) == 1
        ]

    def enter(rule: MatchRule, some_bank: list[BankLine], some_books: list[BookLine]) -> None:
        days = [each.on_day for each in some_bank] + [each.booked_on for each in some_books]
        found.add(
            Match(rule, frozenset(each.id for each in some_bank), frozenset(each.id for each in some_books), max(days))
        )
        for one in some_bank:
            free_bank.remove(one)
        for other in some_books:
            free_books.remove(other)

    alike = [
        (one, other)
        for one, other in product(free_bank, free_books)
        if one.amount_fen == other.amount_fen and shared(one, other) and near(one, other, window)
    ]
    for one, other in single(alike):
        enter(MatchRule.reference, [one], [other])

    groups = []
    for written in {number(other.reference) for other in free_books} - {None}:
        some_bank = [one for one in free_bank if written in {number(each) for each in one.references}]
        some_books = [other for other in free_books if number(other.reference) == written]
        fits = sum(each.amount_fen for each in some_bank) == sum(each.amount_fen for each in some_books)
        close = all(near(one, other, window) for one, other in product(some_bank, some_books))
        if some_bank and len(some_bank) + len(some_books) >= 3 and fits and close:
            groups.append((some_bank, some_books))
    for some_bank, some_books in groups:
        if not any(one in other_bank for other_bank, _ in groups if other_bank is not some_bank for one in some_bank):
            enter(MatchRule.reference_sum, some_bank, some_books)

    undone = []
    for first, back in product(free_books, free_books):
        if back.reverses == first.entry_id and back.amount_fen == -first.amount_fen:
            told = [one for one in free_bank if one.amount_fen == back.amount_fen and near(one, back, window)]
            if not told:
                undone.append((first, back))
    for first, back in undone:
        enter(MatchRule.reversal, [], [first, back])

    suggested = set()
    for within in (Window(0, 0), window):
        same = [
            (one, other)
            for one, other in product(free_bank, free_books)
            if one.amount_fen == other.amount_fen and near(one, other, within)
        ]
        for one, other in single(same):
            suggested.add((one.id, other.id))
            free_bank.remove(one)
            free_books.remove(other)
    return Matched(frozenset(found), frozenset(suggested))


@settings(max_examples=600, deadline=None)
@given(both_sides())
def test_it_is_what_the_words_of_the_rules_say(sides: tuple[list[BankLine], list[BookLine], Window]) -> None:
    """Fast and slow agree."""
    assert matched(*sides) == slowly(*sides)


@settings(max_examples=200, deadline=None)
@given(both_sides(), st.randoms(use_true_random=False))
def test_the_order_plays_no_part(sides: tuple[list[BankLine], list[BookLine], Window], chance: random.Random) -> None:
    """Lines come as the database likes."""
    banks, books, window = sides
    expected = matched(banks, books, window)
    chance.shuffle(banks)
    chance.shuffle(books)
    assert matched(banks, books, window) == expected


@settings(max_examples=200, deadline=None)
@given(both_sides())
def test_each_line_is_used_once_and_both_sides_come_to_the_same(
    sides: tuple[list[BankLine], list[BookLine], Window],
) -> None:
    """Nothing is counted twice, nothing is made up, and looking again at the rest finds no further match."""
    banks, books, window = sides
    found = matched(banks, books, window)
    amounts = {one.id: one.amount_fen for one in banks} | {other.id: other.amount_fen for other in books}
    used = [key for match in found.matches for key in (*match.bank, *match.books)]
    used += [key for pair in found.suggested for key in pair]
    assert len(used) == len(set(used))
    assert set(used) <= set(amounts)
    for match in found.matches:
        assert sum(amounts[key] for key in match.bank) == sum(amounts[key] for key in match.books)
        assert len(match.bank) + len(match.books) >= 2
    for one, other in found.suggested:
        assert amounts[one] == amounts[other]


def test_a_batch_that_the_bank_paid_as_one_is_found_by_its_number() -> None:
    """Thirty subsidies are one line of the statement."""
    books = [book(at, 1, -30_000, "FF-202603") for at in range(30)]
    found = matched([bank(1, 2, -900_000, "ff202603")], books, Window(10, 31))
    (match,) = found.matches
    assert match.rule is MatchRule.reference_sum
    assert len(match.books) == 30
    assert match.cleared_on == DAY + timedelta(2)


def test_two_of_one_amount_on_one_day_are_nobodys_guess() -> None:
    """Neither is suggested: a person looks."""
    found = matched([bank(1, 0, -100), bank(2, 0, -100)], [book(1, 0, -100)], Window(10, 31))
    assert found == Matched(frozenset(), frozenset())


def test_what_the_bank_gave_back_is_not_taken_for_a_slip_of_the_pen() -> None:
    """A payment that came back stands in the statement twice; an entry that was a slip stands there never."""
    books = [book(1, 0, -100), book(2, 3, 100, reverses=1)]
    (slip,) = matched([], books, Window(10, 31)).matches
    assert slip.rule is MatchRule.reversal
    returned = matched([bank(1, 0, -100), bank(2, 3, 100)], books, Window(10, 31))
    assert not returned.matches
    assert len(returned.suggested) == 2


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("PZ-2026/0031", "PZ20260031"),
        ("ｐｚ 2026 0031", "PZ20260031"),
        ("000020260305", "20260305"),
        ("7", None),
        (None, None),
    ],
)
def test_a_number_is_the_same_however_it_is_spelled(written: str | None, told: str | None) -> None:
    """Width, case, spaces, dashes and zeros in front tell nothing; a short one is on many lines."""
    assert number(written) == told


def test_many_of_one_amount_cost_no_square() -> None:
    """Five thousand of one amount are looked at in moments, and nothing is guessed."""
    banks = [bank(at, at % 20, -30_000) for at in range(5_000)]
    books = [BookLine(UUID(int=10_000 + at), UUID(int=20_000 + at), DAY, -30_000, None, None) for at in range(5_000)]
    assert not matched(banks, books, Window(10, 31)).suggested
