"""The facts key: every set of facts survives packing, and the layout holds together."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.organizations import facts
from app.services.organizations.bands import MEMBERS, REVENUE, STAFF, UNKNOWN, Band, OffCutPoint, Scale
from app.services.organizations.encodings import Below, Either, Flag
from app.services.organizations.facts import (
    LAYOUT,
    RELATION,
    CoverageMode,
    OrganizationFacts,
    Status,
    UncoveredReason,
    observe,
    pack,
    unpack,
)
from app.services.organizations.kinds import Kind
from app.services.organizations.sectors import Sector, sector_of

truth = st.sampled_from([None, False, True])
members = st.sampled_from(MEMBERS.bands)
any_facts = st.builds(
    OrganizationFacts,
    kind=st.sampled_from(list(Kind)),
    status=st.sampled_from(list(Status)),
    sector=st.sampled_from(list(Sector)),
    above_scale_reported=truth,
    fixed_premises=truth,
    revenue=st.sampled_from(REVENUE.bands),
    staff=st.sampled_from(STAFF.bands),
    formal_members_working=members,
    formal_members_relation=members,
    coverage_mode=st.sampled_from(list(CoverageMode)),
    has_instructor=st.booleans(),
    has_liaison=st.booleans(),
    has_union=st.booleans(),
    has_youth_league=st.booleans(),
    has_womens_organisation=st.booleans(),
    in_federation=st.booleans(),
    community_leads=st.booleans(),
    uncovered_reason=st.sampled_from([None, *UncoveredReason]),
    unplaced=st.booleans(),
)


@given(any_facts)
def test_facts_survive_packing(told: OrganizationFacts) -> None:
    key = pack(told)
    assert 0 < key < 1 << 63
    assert unpack(key) == told


@given(any_facts, any_facts)
def test_two_sets_of_facts_have_two_keys(one: OrganizationFacts, other: OrganizationFacts) -> None:
    assert (pack(one) == pack(other)) == (one == other)


@given(st.integers(min_value=0, max_value=(1 << 63) - 1))
def test_any_number_unpacks_to_what_packs_to_it_or_is_refused(key: int) -> None:
    try:
        told = unpack(key)
    except ValueError:
        return
    assert pack(told) == key


def test_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="layout 2"):
        unpack(2)


def test_bits_beyond_the_layout_are_refused() -> None:
    with pytest.raises(ValueError, match="more bits"):
        unpack(facts.LAYOUT_VERSION | 1 << 60)


def test_the_layout_names_every_fact_once_and_has_room_for_it() -> None:
    assert [field.name for field in LAYOUT] == [field.name for field in fields(OrganizationFacts)]
    assert facts.VERSION_BITS + sum(field.bits for field in LAYOUT) <= 62
    for field in LAYOUT:
        field.encoding.decode(0)
        if not isinstance(field.encoding, Flag | Either | Below):
            with pytest.raises(ValueError, match=field.encoding.column):
                field.encoding.decode(1 << field.bits)


def row(**told: Any) -> dict[str, Any]:
    plain: dict[str, Any] = dict.fromkeys(facts.columns())
    return plain | {"kind": "self_employed", "status": "operating", "coverage_mode": "none", "region_level": 3} | told


def test_a_row_that_tells_nothing_is_all_unknown() -> None:
    seen = observe(row())
    assert (seen.revenue, seen.staff, seen.formal_members_relation) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert seen.sector is Sector.unknown
    assert seen.above_scale_reported is None
    assert seen.uncovered_reason is None
    assert not seen.has_union
    assert not seen.unplaced
    assert observe(row(region_level=2)).unplaced


def test_money_cuts_are_yuan_over_a_column_of_fen() -> None:
    assert observe(row(revenue_fen=1_999_999_999)).revenue == Band(10_000_000, 20_000_000)
    assert observe(row(revenue_fen=2_000_000_000)).revenue == Band(20_000_000, 400_000_000)
    assert observe(row(revenue_fen=0)).revenue == Band(0, 2_000_000)
    assert observe(row(revenue_fen=40_000_000_000)).revenue == Band(400_000_000, None)


@pytest.mark.parametrize(
    ("count", "text"),
    [(None, "?"), (0, "0"), (1, "1"), (2, "2"), (3, "3-6"), (6, "3-6"), (7, "7-49"), (50, "50-99"), (100, "100+")],
)
def test_member_bands(count: int | None, text: str) -> None:
    assert str(observe(row(formal_members_working=count)).formal_members_working) == text


@pytest.mark.parametrize(
    ("reported", "counted", "kept", "holds"),
    [
        (None, None, False, None), (5, None, False, 5), (None, 2, False, 2), (5, 3, False, 5), (3, 5, False, 5),
        (0, None, False, 0), (None, None, True, 0), (5, None, True, 0), (5, 3, True, 3), (None, 0, False, 0),
    ],
)  # fmt: skip
def test_the_larger_number_holds_until_the_roll_is_kept(
    reported: int | None, counted: int | None, kept: bool, holds: int | None
) -> None:
    told = row(formal_members_relation=reported, counted_relation=counted, roll_kept=kept)
    assert RELATION.number(told) == holds
    assert observe(told).formal_members_relation == MEMBERS.band(holds)


def test_a_band_answers_at_its_edges_and_not_inside() -> None:
    band = Band(3, 7)
    assert band.at_least(3) is True
    assert band.at_least(7) is False
    assert UNKNOWN.at_least(3) is None
    assert Band(100, None).at_least(100) is True
    with pytest.raises(ValueError, match="inside the band"):
        band.at_least(5)


@given(st.sampled_from([MEMBERS, STAFF, REVENUE]), st.integers(min_value=0, max_value=10**9))
def test_a_band_says_of_every_cut_what_the_number_says(scale: Scale, number: int) -> None:
    band = scale.band(number)
    assert [band.at_least(cut) for cut in scale.cuts] == [number >= cut for cut in scale.cuts]


def test_a_threshold_off_the_cut_points_is_refused_with_the_cut_points() -> None:
    with pytest.raises(OffCutPoint, match="choose one of 2000000, 5000000, 10000000, 20000000, 400000000") as refused:
        REVENUE.require(30_000_000)
    assert refused.value.cuts == REVENUE.cuts
    assert REVENUE.require(20_000_000) == 20_000_000


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        (None, Sector.unknown), ("", Sector.unknown), ("C", Sector.industry), ("C13", Sector.industry),
        ("1361", Sector.industry), ("B06", Sector.industry), ("46", Sector.industry), ("E47", Sector.construction),
        ("50", Sector.construction), ("F", Sector.unknown), ("F51", Sector.wholesale), ("5294", Sector.retail),
        ("G53", Sector.services), ("H61", Sector.lodging_catering), ("62", Sector.lodging_catering),
        ("I63", Sector.services), ("A01", Sector.agriculture), ("05", Sector.agriculture), ("T97", Sector.services),
        ("98", Sector.unknown), ("00", Sector.unknown), ("C1", Sector.industry), ("7", Sector.unknown),
        ("Z", Sector.unknown), ("甲", Sector.unknown), ("１３", Sector.unknown),
    ],
)  # fmt: skip
def test_sector_of_an_industry_code(code: str | None, sector: Sector) -> None:
    assert sector_of(code) is sector


def test_a_liaison_counts_whether_reported_or_kept_here() -> None:
    assert not observe(row()).has_liaison
    assert observe(row(has_liaison=True, kept_liaison=False)).has_liaison
    assert observe(row(has_liaison=False, kept_liaison=True)).has_liaison
