"""What an address and its hints make certain, on a made-up province."""

import pytest

from app.services.regions.facts import NOWHERE, Hints, Placement
from app.services.regions.gazetteer import Gazetteers
from app.services.regions.resolving import resolve

CITY = Hints(city="青州")


def office(digits: str, city: str | None = "青州", name: str | None = None) -> Hints:
    """Hints of a registration."""
    return Hints(uscc=f"91{digits}MA00000000", city=city, name=name)


@pytest.mark.parametrize(
    ("address", "code", "level"),
    [
        ("云川省青州市东湖区柳堤街道柳北社区1号", 770102001001, 5),
        ("东湖区柳堤街道某路1号", 770102001000, 4),
        ("青州市东湖区大桥镇杨家村12组", 770102100201, 5),
        ("云川省 青州市　西岭区（清源街道）某路1号", 770103001000, 4),
        ("青州市青州市西岭区西岭区城东街道三里村", 770103002001, 5),
        ("西岭清源街道某路1号", 770103001000, 4),
        ("西岭区清源某路1号", 770103001000, 4),
        ("白石市溪头镇", 770181100000, 4),
        ("溪头镇上坞村", 770181100201, 5),
        ("溪头乡上坞", 770181100201, 5),
        ("白石市城东街道", 770181001000, 4),
        ("青州市", 770100000000, 2),
        ("青州市某路1号", 770100000000, 2),
    ],
)
def test_addresses_that_say_where_they_are(made_up: Gazetteers, address: str, code: int, level: int) -> None:
    placement = resolve(made_up, address, CITY)
    assert (placement.code, placement.level, placement.certain) == (code, level, True)


@pytest.mark.parametrize(
    ("address", "hints", "code", "level"),
    [
        ("云岭县竹山乡", Hints(), 770221200000, 4),
        ("黑水市云岭畲族自治县某路1号", Hints(), 770221000000, 3),
        ("直管市河口镇", Hints(), 779001100000, 4),
        ("某路1号", Hints(province="云川"), 770000000000, 1),
        ("某路1号", Hints(province="云川省", city="黑水市"), 770200000000, 2),
        (None, Hints(county="西岭区", city="青州"), 770103000000, 3),
        ("清源街道1号", Hints(county="东湖区", city="青州"), 770103001000, 4),
    ],
)
def test_hints_choose_and_fill_but_the_address_wins(
    made_up: Gazetteers, address: str | None, hints: Hints, code: int, level: int
) -> None:
    placement = resolve(made_up, address, hints)
    assert (placement.code, placement.level) == (code, level)


@pytest.mark.parametrize("address", [None, "", " ", "，。（）", "1", "市", "区" * 500, "\x00\ud7ff路", "𠮷" * 30])
def test_nothing_is_placed_from_nothing(made_up: Gazetteers, address: str | None) -> None:
    assert resolve(made_up, address) == NOWHERE


@pytest.mark.parametrize("road", ["东湖路1号", "西岭大道1号", "清源花园1幢", "城东小区", "柳堤新村2幢", "大桥北路3号"])
def test_a_road_or_building_named_after_a_region_is_not_that_region(made_up: Gazetteers, road: str) -> None:
    placement = resolve(made_up, f"青州市{road}", CITY)
    assert (placement.code, placement.level) == (770100000000, 2)


def test_the_same_street_name_twice_stays_open(made_up: Gazetteers) -> None:
    placement = resolve(made_up, "青州市城东街道某路1号", CITY)
    assert (placement.code, placement.level, placement.certain) == (770100000000, 2, True)
    assert {one.code for one in placement.alternatives} == {770103000000, 770181000000}
    settled = resolve(made_up, "青州市城东街道某路1号", office("770181"))
    assert settled.code // 10**6 == 770181


def test_a_village_whose_name_two_towns_have_needs_its_town(made_up: Gazetteers) -> None:
    assert resolve(made_up, "白石市杨家村1号", CITY).code == 770181100200
    assert resolve(made_up, "青州市杨家村1号", CITY).level == 2


class TestOffices:
    """Digits 3 to 8 of the credit code are the registering office's county: often, not always, where it sits."""

    def test_a_county_level_office_in_force_decides_where_nothing_else_speaks(self, made_up: Gazetteers) -> None:
        placement = resolve(made_up, "某路1号", office("770181"))
        assert (placement.code, placement.evidence) == (770181000000, ("office_county",))

    @pytest.mark.parametrize("digits", ["770105", "770121", "770100", "770101", "770102", "770199", "999999"])
    def test_a_retired_city_level_divided_or_unknown_one_does_not(self, made_up: Gazetteers, digits: str) -> None:
        assert resolve(made_up, "青州市某路1号", office(digits)).level == 2

    def test_a_district_office_does_not_alone(self, made_up: Gazetteers) -> None:
        placement = resolve(made_up, "某路1号", office("770103"))
        assert placement.level == 2
        assert [one.code for one in placement.alternatives] == [770103000000]
        together = resolve(made_up, "某路1号", office("770103", name="青州市西岭某某厂"))
        assert together.code == 770103000000

    @pytest.mark.parametrize("digits", ["770181", "770103", "770105", "770202"])
    def test_the_address_beats_every_office(self, made_up: Gazetteers, digits: str) -> None:
        placement = resolve(made_up, "东湖区大桥镇某路1号", office(digits))
        assert placement.code == 770102100000

    def test_an_office_of_another_city_does_not_count(self, made_up: Gazetteers) -> None:
        assert resolve(made_up, "青州市某路1号", office("770221")).code == 770100000000


class TestChanges:
    """Regions that were merged, renamed or divided."""

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("青州市旧城区某路1号", 770103000000),
            ("旧城区清源街道", 770103001000),
            ("白石县溪头镇", 770181100000),
            ("白石县", 770181000000),
            ("盐田区某路1号", 770104000000),
        ],
    )
    def test_a_retired_name_means_its_successor(self, made_up: Gazetteers, address: str, code: int) -> None:
        assert resolve(made_up, address, CITY).code == code

    def test_a_divided_county_alone_is_not_certain(self, made_up: Gazetteers) -> None:
        placement = resolve(made_up, "青州市东湖区某路1号", CITY)
        assert (placement.code, placement.level) == (770100000000, 2)
        assert [one.code for one in placement.alternatives] == [770102000000, 770104000000]

    def test_its_streets_are(self, made_up: Gazetteers) -> None:
        assert resolve(made_up, "青州市东湖区港口街道", CITY).code == 770104001000
        assert resolve(made_up, "青州市东湖区柳堤街道", CITY).code == 770102001000

    def test_what_it_took_over_before_is_divided_with_it(self, made_up: Gazetteers) -> None:
        assert resolve(made_up, "青州市湖滨区某路1号", CITY).level == 2

    def test_a_town_that_left_its_county(self, made_up: Gazetteers) -> None:
        assert resolve(made_up, "东湖区东渡镇某路1号", CITY).code == 770104000000

    def test_a_street_of_another_county_contradicts(self, made_up: Gazetteers) -> None:
        placement = resolve(made_up, "西岭区溪尾镇某路1号", CITY)
        assert (placement.code, placement.level, placement.certain) == (770100000000, 2, False)
        assert {one.code for one in placement.alternatives} == {770103000000, 770181000000}
        assert resolve(made_up, "西岭区溪尾镇某路1号", office("770181")).code == 770181101000


def test_parks_with_names_that_every_city_has_count_in_their_county_only(made_up: Gazetteers) -> None:
    assert resolve(made_up, "青州市经济开发区1号", CITY).level == 2
    assert resolve(made_up, "西岭区经济开发区1号", CITY).code == 770103401000


def test_virtual_communities_are_never_matched(made_up: Gazetteers) -> None:
    assert resolve(made_up, "东湖区柳堤街道虚拟社区", CITY).code == 770102001000


def test_the_same_question_has_the_same_answer(made_up: Gazetteers) -> None:
    first: Placement = resolve(made_up, "青州市城东街道", CITY)
    assert all(resolve(made_up, "青州市城东街道", CITY) == first for _ in range(3))
