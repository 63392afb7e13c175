"""What rows that name both a road and its region teach about rows that name only the road."""

from itertools import permutations

from app.services.regions.facts import Hints
from app.services.regions.gazetteer import Gazetteers
from app.services.regions.resolving import resolve
from app.services.regions.roads import RoadBook, needed, road_of, tokens
from app.services.regions.teaching import learn

CITY = Hints(city="青州")


def taught(gazetteers: Gazetteers, *addresses: str, hints: Hints = CITY) -> RoadBook:
    """A book that has read these addresses."""
    book = RoadBook()
    for address in addresses:
        learn(gazetteers, book, address, hints)
    book.settle()
    return book


def place(gazetteers: Gazetteers, book: RoadBook, address: str, hints: Hints = CITY) -> tuple[int, int]:
    """Where the address is placed with what the book knows."""
    placement = resolve(gazetteers, address, hints, book)
    return placement.code, placement.level


def test_a_road_is_learnt_once_enough_rows_agree(made_up: Gazetteers) -> None:
    rows = [f"西岭区清源街道假山路{number}号" for number in (1, 3, 5, 7)]
    assert place(made_up, taught(made_up, *rows[:2]), "青州市假山路99号") == (770100000000, 2)
    assert place(made_up, taught(made_up, *rows), "青州市假山路99号") == (770103001000, 4)


def test_rows_that_disagree_teach_the_county_but_not_the_street(made_up: Gazetteers) -> None:
    rows = [f"西岭区{street}街道假山路{number}号" for street in ("清源", "城东") for number in (1, 3, 5, 7)]
    assert place(made_up, taught(made_up, *rows), "青州市假山路99号") == (770103000000, 3)


def test_a_long_road_is_learnt_by_blocks_of_house_numbers(made_up: Gazetteers) -> None:
    rows = [f"西岭区清源街道假山路{number}号" for number in (1, 3, 5)]
    rows += [f"西岭区城东街道假山路{number}号" for number in (801, 803, 805)]
    book = taught(made_up, *rows)
    assert place(made_up, book, "西岭区假山路7号") == (770103001000, 4)
    assert place(made_up, book, "西岭区假山路888号") == (770103002000, 4)
    assert place(made_up, book, "西岭区假山路400号") == (770103000000, 3)


def test_a_road_does_not_lead_to_an_outlying_town(made_up: Gazetteers) -> None:
    rows = [f"白石市溪头镇假山路{number}号" for number in range(1, 9)]
    assert place(made_up, taught(made_up, *rows), "白石市假山路77号") == (770181000000, 3)
    assert place(made_up, taught(made_up, *rows), "白石市假山路7号") == (770181100000, 4)


def test_a_town_of_the_past_is_where_its_villages_are(made_up: Gazetteers) -> None:
    book = taught(made_up, *["白石市上溪镇上坞村1号"] * 3)
    assert place(made_up, book, "白石市上溪镇某路1号") == (770181100000, 4)


def test_a_divided_county_without_a_town_means_what_its_known_roads_mean(made_up: Gazetteers) -> None:
    streets = [f"东湖区柳堤街道真{letter}路{number}号" for letter in "甲乙丙丁" for number in (1, 2, 3, 4)]
    roads = [f"东湖区真{letter}路{number}号" for letter in "甲乙丙丁" for number in range(11, 17)]
    assert place(made_up, taught(made_up, *streets), "青州市东湖区别的路1号") == (770100000000, 2)
    assert place(made_up, taught(made_up, *streets, *roads), "青州市东湖区别的路1号") == (770102000000, 3)


def test_a_district_office_that_has_proved_itself_decides(made_up: Gazetteers) -> None:
    hints = Hints(uscc="91770103MA00000000", city="青州")
    rows = [f"西岭区别的路{number}号" for number in range(20)]
    assert place(made_up, taught(made_up, *rows[:19], hints=hints), "某路1号", hints) == (770100000000, 2)
    assert place(made_up, taught(made_up, *rows, hints=hints), "某路1号", hints) == (770103000000, 3)


def test_the_order_of_learning_makes_no_difference(made_up: Gazetteers) -> None:
    rows = ["西岭区清源街道假山路1号", "西岭区城东街道假山路1号", "西岭区假山路2号", "东湖区假山路3号"]
    books = [taught(made_up, *order) for order in permutations(rows)]
    assert all(sorted(book.rows()) == sorted(books[0].rows()) for book in books)


def test_nothing_is_learnt_from_what_is_not_stated(made_up: Gazetteers) -> None:
    assert len(taught(made_up, "假山路1号", "青州市假山路2号", "东湖区假山路3号", "城东街道假山路4号")) == 0


def test_tokens_come_from_the_most_telling_to_the_least() -> None:
    assert list(tokens("假山路259号昌盛大厦3楼", 0)) == ["假山路259号", "昌盛大厦", "假山路2", "假山路"]
    assert list(tokens("上坞村12组", 0)) == ["上坞村"]
    assert list(tokens("经济开发区3号", 0)) == ["经济开发区"]
    assert list(tokens("123", 0)) == []
    assert (road_of("假山路2"), road_of("假山路259号"), road_of("上坞村")) == ("假山路", "假山路", "")
    assert needed("上坞村") < needed("假山路2") < needed("假山路")
