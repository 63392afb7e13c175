"""What real register files get wrong, done on purpose to a known number of rows.

One uniform draw a row decides, from a generator of its own, so that the number of rows of each sort is known without
building them.
"""

import random
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final

from app.demo.codes import spoiled
from app.demo.truth import ADDRESS, BUSINESS, CODE, NAME, SINCE, TYPE, Organization, Row, row_of

RATES: Final[dict[str, float]] = {
    "missing_code": 0.006,
    "code_not_available": 0.004,
    "registration_number": 0.007,
    "wrong_check_character": 0.006,
    "line_break_in_field": 0.005,
    "quotes_in_field": 0.006,
    "full_width": 0.010,
    "spaces_around": 0.006,
    "type_not_available": 0.050,
    "address_from_street": 0.010,
    "address_from_house_number": 0.006,
    "address_missing": 0.004,
    "retired_county": 0.010,
    "repeated_row": 0.006,
    "repeated_with_other_address": 0.004,
}
"""Share of the rows of each sort; a row has at most one. The two `repeated` sorts add a row right behind their own."""

REPEATING: Final = frozenset({"repeated_row", "repeated_with_other_address"})
SORTS: Final = tuple(RATES)
BOUNDS: Final = tuple(accumulate(RATES.values()))
CLEAN: Final = BOUNDS[-1]

WIDE: Final = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000})
RETIRED_COUNTY: Final = "吴江市"
NOT_AVAILABLE: Final = "N/A"


def draws(seed: int) -> random.Random:
    """The generator that decides which rows are dirty."""
    return random.Random(f"dirt {seed}")  # noqa: S311 - made-up data needs repeatable numbers, not secret ones


def counted(rows: int, seed: int) -> dict[str, int]:
    """How many of `rows` rows have each sort of dirt; every sort is named. Takes about 0.1 s per million rows."""
    draw = draws(seed).random
    found = Counter(SORTS[bisect(BOUNDS, x)] for x in (draw() for _ in range(rows)) if x < CLEAN)
    return {sort: found[sort] for sort in SORTS}


def registration_number(code: str) -> str:
    """A 15-digit number of the register before 2015: office, eight made-up digits, check digit (ISO 7064 MOD 11,10)."""
    digits = code[2:8] + "".join(str(int(sign, 36) % 10) for sign in code[10:18])
    rest = 10
    for digit in digits:
        total = (rest + int(digit)) % 10 or 10
        rest = total * 2 % 11
    return f"{digits}{(11 - rest) % 10}"


Change = Callable[[Organization, Row], list[Row]]


def one(place: int, change: Callable[[Organization, str], str]) -> Change:
    """A sort of dirt that touches one field."""

    def changed(organization: Organization, row: Row) -> list[Row]:
        return [[*row[:place], change(organization, row[place]), *row[place + 1 :]]]

    return changed


def full_width(_: Organization, row: Row) -> list[Row]:
    """Brackets, digits and blanks in double width, in the name and the address."""
    return [[value.translate(WIDE) if place in {NAME, ADDRESS} else value for place, value in enumerate(row)]]


def spaced(_: Organization, row: Row) -> list[Row]:
    """Blanks, an ideographic space and a tab around the name and the code."""
    return [[f"\u3000{row[NAME]} ", f" {row[CODE]}\t", *row[SINCE:]]]


def nothing_known(_: Organization, row: Row) -> list[Row]:
    """Neither type nor capital."""
    return [[*row[:TYPE], NOT_AVAILABLE, NOT_AVAILABLE, *row[BUSINESS:]]]


CHANGES: Final[dict[str, Change]] = {
    "missing_code": one(CODE, lambda _, __: ""),
    "code_not_available": one(CODE, lambda _, __: NOT_AVAILABLE),
    "registration_number": one(CODE, lambda _, code: registration_number(code)),
    "wrong_check_character": one(CODE, lambda _, code: spoiled(code)),
    "line_break_in_field": one(BUSINESS, lambda _, text: f"许可项目：{text}\n一般项目：{text}"),
    "quotes_in_field": one(BUSINESS, lambda o, text: f'{text}，"{o.name[2:5]}"牌产品销售'),
    "full_width": full_width,
    "spaces_around": spaced,
    "type_not_available": nothing_known,
    "address_from_street": one(ADDRESS, lambda o, _: f"{o.town}{o.village}{o.door}"),
    "address_from_house_number": one(ADDRESS, lambda o, _: o.door),
    "address_missing": one(ADDRESS, lambda _, __: NOT_AVAILABLE),
    "retired_county": one(ADDRESS, lambda o, _: f"江苏省{RETIRED_COUNTY}{o.town}{o.village}{o.door}"),
    "repeated_row": lambda _, row: [row, row],
    "repeated_with_other_address": lambda _, row: [row, [*row[:ADDRESS], row[ADDRESS] + "东侧"]],
}


def soiled(organizations: Iterable[Organization], province: str, city: str, seed: int) -> Iterator[Row]:
    """The rows of the register's file, dirt included; a row that is repeated comes twice."""
    draw = draws(seed).random
    for organization in organizations:
        x = draw()
        row = row_of(organization, province, city)
        if x >= CLEAN:
            yield row
        else:
            yield from CHANGES[SORTS[bisect(BOUNDS, x)]](organization, row)
