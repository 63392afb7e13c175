"""What must hold in every province: an address written from a region's own names never leads to another region."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.regions import shipped
from app.services.regions.facts import CITY, COUNTY, VILLAGE, Entry, Hints
from app.services.regions.gazetteer import VIRTUAL, Gazetteers
from app.services.regions.resolving import resolve

PROVINCES = ("11", "15", "44", "46", "50", "65")
NO_EXAMPLES = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

Line = tuple[Entry, ...]


@cache
def lines(province: str) -> list[Line]:
    """Every region of a province with its ancestors, the province first."""
    known: dict[tuple[int, int], Line] = {}
    for entry in shipped.entries(int(province) * 10**10):
        above = known.get((entry.parent_code, entry.parent_level), ())
        known[entry.code, entry.level] = (*above, entry)
    return [line for line in known.values() if VIRTUAL not in line[-1].name]


@st.composite
def regions(draw: st.DrawFn) -> Line:
    """A region anywhere in some provinces of every kind."""
    return draw(st.sampled_from(lines(draw(st.sampled_from(PROVINCES)))))


def leads_to(gazetteers: Gazetteers, address: str, line: Line, hints: Hints) -> int:
    """How deep the address is placed on the line; fails where it leads elsewhere."""
    placement = resolve(gazetteers, address, hints)
    keys = [(entry.code, entry.level) for entry in line]
    if placement.level == COUNTY and keys[-1][1] == CITY and placement.evidence == ("only_county",):
        return CITY
    assert placement.level == 0 or (placement.code, placement.level) in keys, (address, placement)
    return placement.level


@given(line=regions())
@NO_EXAMPLES
def test_a_full_address_leads_to_its_region(country: Gazetteers, line: Line) -> None:
    reached = leads_to(country, "".join(entry.name for entry in line), line, Hints())
    assert reached >= min(line[-1].level, CITY)


@given(line=regions(), written=st.sampled_from(["{0}", "　{0} １号", "{0}(某某园区内)"]), data=st.data())
@NO_EXAMPLES
def test_without_its_upper_names_it_leads_there_or_to_an_ancestor(
    country: Gazetteers, line: Line, written: str, data: st.DataObject
) -> None:
    city = next((entry for entry in line if entry.level == CITY), None)
    hints = Hints(province=line[0].name, city=city.name if city else None)
    start = data.draw(st.integers(0, len(line) - 1))
    leads_to(country, written.format("".join(entry.name for entry in line[start:])), line, hints)


@given(line=regions(), office=st.integers(0, 999999))
@NO_EXAMPLES
def test_no_office_leads_a_full_address_astray(country: Gazetteers, line: Line, office: int) -> None:
    hints = Hints(uscc=f"91{office:06d}MA00000000")
    leads_to(country, "".join(entry.name for entry in line), line, hints)


@given(text=st.text(max_size=60), city=st.none() | st.text(max_size=10), name=st.none() | st.text(max_size=20))
@NO_EXAMPLES
def test_any_text_is_answered(country: Gazetteers, text: str, city: str | None, name: str | None) -> None:
    placement = resolve(country, text, Hints(city=city, province="浙江", name=name))
    assert 0 <= placement.level <= VILLAGE


@pytest.mark.parametrize(
    ("address", "hints", "name"),
    [
        ("北京市崇文区某路1号", Hints(), "东城区"),
        ("上海市闸北区某路1号", Hints(), "静安区"),
        ("苏州市平江区某路1号", Hints(), "姑苏区"),
        ("大厂县某村", Hints(province="河北"), "大厂回族自治县"),
        ("东莞市某路1号", Hints(), "东莞市"),
        ("济源市某路1号", Hints(), "济源市"),
        ("苏州工业园区某路1号", Hints(), "苏州工业园区"),
        ("南京市鼓楼区某路1号", Hints(), "鼓楼区"),
    ],
)
def test_well_known_places(country: Gazetteers, address: str, hints: Hints, name: str) -> None:
    placement = resolve(country, address, hints)
    assert placement.level == COUNTY
    assert country.outline.names[placement.code, COUNTY] == name
