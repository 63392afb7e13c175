"""Conditions on facts keys, and what is sought by name."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.errors import Invalid
from app.services.organizations.bands import MEMBERS, UNKNOWN
from app.services.organizations.facts import (
    CoverageMode,
    OrganizationFacts,
    Status,
    UncoveredReason,
    pack,
)
from app.services.organizations.filters import OrganizationFilters
from app.services.organizations.kinds import Kind
from app.services.organizations.narrowing import conditions, facet
from app.services.organizations.searching import Sought
from app.services.organizations.sectors import Sector

PLAIN = OrganizationFacts(
    kind=Kind.private_enterprise,
    status=Status.operating,
    sector=Sector.industry,
    above_scale_reported=None,
    fixed_premises=True,
    revenue=UNKNOWN,
    staff=UNKNOWN,
    formal_members_working=MEMBERS.band(4),
    formal_members_relation=MEMBERS.band(None),
    coverage_mode=CoverageMode.none,
    has_instructor=False,
    has_liaison=True,
    has_union=False,
    has_youth_league=False,
    has_womens_organisation=False,
    in_federation=False,
    community_leads=False,
    uncovered_reason=None,
    unplaced=False,
)


def passes(facts: OrganizationFacts, **asked: Any) -> bool:
    """Whether an organisation of these facts is among those asked for."""
    return all(each.passes(pack(facts)) for each in conditions(OrganizationFilters(**asked).facts()))


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        ({}, True),
        ({"kind": "private_enterprise"}, True),
        ({"kind": "foundation"}, False),
        ({"kind": "private_enterprise", "status": "closed"}, False),
        ({"covered": False}, True),
        ({"covered": True}, False),
        ({"covered": True, "coverage_mode": "none"}, False),
        ({"members_working": "3-6"}, True),
        ({"members_working": "7-49"}, False),
        ({"members_relation": "unknown"}, True),
        ({"has_liaison": True, "has_union": False}, True),
        ({"fixed_premises": False}, False),
        ({"placed": True}, True),
        ({"placed": False}, False),
        ({"uncovered_reason": "other"}, False),
    ],
)
def test_filters_are_judged_on_the_key(asked: dict[str, Any], passed: bool) -> None:
    assert passes(PLAIN, **asked) is passed


def test_every_way_of_covering_counts_as_covered() -> None:
    for mode in CoverageMode:
        assert passes(replace(PLAIN, coverage_mode=mode), covered=True) is (mode is not CoverageMode.none)


def test_a_facet_ignores_its_own_condition_and_keeps_the_others() -> None:
    counts = {
        pack(PLAIN): 5,
        pack(replace(PLAIN, kind=Kind.foundation)): 2,
        pack(replace(PLAIN, kind=Kind.foundation, status=Status.closed)): 1,
    }
    wanted = OrganizationFilters(kind=Kind.foundation, status=Status.operating).facts()
    assert facet(counts, "kind", wanted) == [
        {"value": "private_enterprise", "count": 5},
        {"value": "foundation", "count": 2},
    ]
    assert facet(counts, "status", wanted) == [{"value": "operating", "count": 2}, {"value": "closed", "count": 1}]


def test_a_facet_leaves_out_what_nobody_has_told() -> None:
    told = replace(PLAIN, uncovered_reason=UncoveredReason.owner_not_ready)
    assert facet({pack(PLAIN): 9, pack(told): 1}, "uncovered_reason", {}) == [{"value": "owner_not_ready", "count": 1}]


@pytest.mark.parametrize(
    ("typed", "characters", "reading", "syllables"),
    [
        ("科技", ("科技",), "", ()),
        ("（科 技）公司", ("科技", "技公", "公司"), "", ()),
        ("keji", ("ke", "ej", "ji"), "ke ji", ("ke ji",)),
        ("xi an", ("xi", "ia", "an"), "xi an", ("xi an",)),
        ("qishouyizh", ("qi", "is", "sh", "ho", "ou", "uy", "yi", "iz", "zh"), "qi shou yi zh", ("qi shou", "shou yi")),
        ("A1", ("a1",), "", ()),
    ],
)
def test_what_is_typed_becomes_pieces(
    typed: str, characters: tuple[str, ...], reading: str, syllables: tuple[str, ...]
) -> None:
    sought = Sought.typed(typed)
    assert (sought.characters, sought.reading, sought.syllables) == (characters, reading, syllables)


@pytest.mark.parametrize("typed", ["科", " 科 ", "()", "。。", "科。"])
def test_less_than_two_characters_are_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        Sought.typed(typed)
