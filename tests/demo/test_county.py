"""The made-up county is the same every time, valid where it should be, and wrong exactly as often as it says."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from math import gcd

import pytest
from stdnum.cn import uscc

from app.demo import dirt
from app.demo.codes import BODIES, STEP
from app.demo.county import BRANDS, TURNS, brand, make, roads_of
from app.demo.sheets import csv_bytes
from app.demo.truth import ADDRESS, BUSINESS, CODE, HEADERS, NAME, TYPE, Organization, Row

SIZE = 20_000


@pytest.fixture(scope="module")
def organizations() -> list[Organization]:
    """What is true."""
    return list(make(SIZE, 7).organizations())


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """What the file says."""
    return list(make(SIZE, 7).registrations())


def digest(blocks: Iterator[bytes]) -> str:
    """One line for a whole file."""
    return sha256(b"".join(blocks)).hexdigest()


def test_equal_arguments_give_equal_bytes_and_other_seeds_do_not() -> None:
    """Whoever runs the demo twice pushes the same file twice."""
    files = [digest(csv_bytes(HEADERS, make(3_000, seed).registrations())) for seed in (1, 1, 2)]
    assert files[0] == files[1] != files[2]


def test_a_bigger_county_begins_like_a_smaller_one() -> None:
    """Size changes only where the stream ends."""
    assert list(make(500, 3).organizations()) == list(islice(make(5_000, 3).organizations(), 500))


def test_every_code_is_valid_and_given_once(organizations: list[Organization]) -> None:
    """Against an implementation that is not ours."""
    assert all(uscc.is_valid(organization.uscc) for organization in organizations)
    assert len({organization.uscc for organization in organizations}) == SIZE
    assert BODIES % 31 == 0
    assert STEP % 31


def test_no_name_and_no_brand_comes_twice(organizations: list[Organization]) -> None:
    """A record without a code is matched by its name: two of the same would be a riddle nobody meant."""
    assert len({organization.name for organization in organizations}) == SIZE
    assert gcd(50_021, BRANDS * TURNS) == 1
    assert len({brand(number) for number in range(BRANDS)}) == BRANDS


def test_places_are_real_codes_of_one_county(organizations: list[Organization]) -> None:
    """Identity is code and level; a village lies in the town that the address names."""
    county = make(1, 1).place
    towns = {town.name: town.code for town in county.towns}
    assert len(towns) >= 11
    for organization in organizations:
        assert organization.region_code // 10**6 * 10**6 == county.code
        assert organization.region_code // 1000 * 1000 == towns[organization.town]
        assert (organization.region_level == 5) == bool(organization.village)


def test_no_road_runs_through_two_towns() -> None:
    """So that a road can be learnt from the rows that name both."""
    roads = [road for index in range(14) for road in roads_of(index)]
    assert len(set(roads)) == len(roads)


def test_all_kinds_occur(organizations: list[Organization]) -> None:
    """Every kind that a register knows, and private firms of several registered types."""
    kinds = Counter(organization.kind for organization in organizations)
    assert len(kinds) == 12
    assert 0.35 < kinds["private_enterprise"] / SIZE < 0.48
    private = {o.registered for o in organizations if o.kind == "private_enterprise"}
    assert len(private) >= 5


def test_dirt_is_as_frequent_as_stated(rows: list[Row]) -> None:
    """The number of rows of each sort is known beforehand, and found again in the file."""
    county = make(SIZE, 7)
    stated = county.dirt()
    assert county.rows() == len(rows) == SIZE + stated["repeated_row"] + stated["repeated_with_other_address"]
    for sort, rate in dirt.RATES.items():
        assert 0.75 * rate < stated[sort] / SIZE < 1.3 * rate
    codes = [row[CODE] for row in rows]
    found = {
        "missing_code": codes.count(""),
        "code_not_available": codes.count("N/A"),
        "registration_number": sum(len(code) == 15 and code.isdigit() for code in codes),
        "wrong_check_character": sum(len(code) == 18 and not uscc.is_valid(code) for code in codes),
        "line_break_in_field": sum("\n" in row[BUSINESS] for row in rows),
        "quotes_in_field": sum('"' in row[BUSINESS] for row in rows),
        "full_width": sum("０" <= sign <= "９" for row in rows for sign in row[ADDRESS][-2:-1]),
        "spaces_around": sum(row[NAME] != row[NAME].strip() for row in rows),
        "type_not_available": sum(row[TYPE] == "N/A" for row in rows),
        "address_missing": sum(row[ADDRESS] == "N/A" for row in rows),
        "retired_county": sum("吴江市" in row[ADDRESS] for row in rows),
    }
    # A full-width address that ends in a building is not seen by the look at its end.
    assert stated["full_width"] * 0.8 < found.pop("full_width") <= stated["full_width"]
    assert found == {sort: stated[sort] for sort in found}


def test_codes_repeat_only_where_rows_do(rows: list[Row]) -> None:
    """Nothing else is twice in the file."""
    stated = make(SIZE, 7).dirt()
    codes = Counter(row[CODE] for row in rows if uscc.is_valid(row[CODE].strip()))
    twice = [code for code, number in codes.items() if number > 1]
    assert len(twice) == stated["repeated_row"] + stated["repeated_with_other_address"]
    assert max(codes.values()) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_every_encoding_says_the_same(encoding: str) -> None:
    """One partner writes GBK, another a byte-order mark."""
    county = make(2_500, 5)
    plain = b"".join(csv_bytes(HEADERS, county.registrations())).decode()
    other = b"".join(csv_bytes(HEADERS, county.registrations(), encoding))
    assert other.decode(encoding) == plain
    assert other.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
