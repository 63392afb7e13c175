"""Which host an address means, without a database."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.matching.facts import DOUBTS, WEIGHTS, Place, Proposal, Reason, Sitting
from app.services.matching.proposing import Book, alone
from app.services.matching.spelling import House, called, comparable, houses
from app.services.regions.coordinates import Point

FIRM = UUID(int=99)
HERE, THERE = 330106001000, 330106002000


def place(number: int, name: str, *aliases: str, kind: str = "commercial_building", **told: Any) -> Place:
    return Place(UUID(int=number), kind, (name, *aliases), **{"region_code": HERE, "region_level": 4} | told)


JADE = place(1, "翡翠大厦", "翡翠商务中心", address="西湖区北山街道文三路12号", point=Point(120_130_000, 30_270_000))
EAST, NEW_EAST = place(2, "东方大厦"), place(3, "新东方大厦", region_code=THERE)
MARKET, OTHER_MARKET = place(4, "中心市场", kind="market"), place(5, "中心市场", kind="market", region_code=THERE)
BLOCK = place(6, "翠苑社区", "翠苑", kind="community", region_code=330106001002, region_level=5)
CLUB = place(7, "茶叶协会", kind="trade_association")
BOOK = Book([JADE, EAST, NEW_EAST, MARKET, OTHER_MARKET, BLOCK, CLUB])


def asked(address: str | None, code: int = HERE, level: int = 4, point: Point | None = None) -> list[Proposal]:
    return BOOK.propose(Sitting(FIRM, code, level, address, point))


@pytest.mark.parametrize(
    ("address", "host", "certain"),
    [
        ("杭州市西湖区文三路12号翡翠大厦3楼", JADE, True),
        ("西湖区文三路 １２ 号 翡翠大厦", JADE, True),
        ("北山街道文三路十二号翡翠大厦Ａ座1205室", JADE, True),
        ("西湖区古墩路(翡翠商务中心)1楼", JADE, True),
        ("西湖区翡翠大厦对面", JADE, False),
        ("西湖区文三路18号翡翠大厦", JADE, False),
        ("西湖区文三路12号", JADE, False),
        ("西湖区中心市场12号摊位", MARKET, False),
        ("西湖区翠苑社区活动中心", BLOCK, False),
    ],
)
def test_an_address_means_a_host(address: str, host: Place, certain: bool) -> None:
    found = asked(address)
    assert (found[0].host_id, found[0].certain) == (host.id, certain), found
    assert (alone(found) is not None) == certain


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "西湖区中心市场路3号",  # a road called after it
        "西湖区翡翠大厦站旁",  # a stop
        "西湖区茶叶协会3楼",  # nobody sits in an association
        "西湖区欣欣东方大厦酒店管理处",  # another name that holds it
        "西湖区文二路12号",
    ],
)
def test_what_is_something_else_means_no_host(address: str | None) -> None:
    assert [each for each in asked(address) if each.confidence >= 60] == []
    assert alone(asked(address)) is None


def test_the_longer_name_is_meant() -> None:
    (found,) = asked("西湖区新东方大厦A座", THERE)
    assert (found.host_id, found.matched) == (NEW_EAST.id, "新东方大厦")


def test_of_two_so_called_the_street_decides_and_without_it_a_person() -> None:
    (found,) = asked("西湖区中心市场12号摊位")
    assert (found.host_id, found.certain) == (MARKET.id, False)
    first, second = asked("西湖区中心市场12号摊位", 330106000000, 3)
    assert {first.host_id, second.host_id} == {MARKET.id, OTHER_MARKET.id}
    assert all(Reason.several_so_called in each.reasons and not each.certain for each in (first, second))


def test_a_community_stands_only_where_nothing_narrower_does() -> None:
    (alone_there,) = asked("无门牌", 330106001002, 5)
    assert (alone_there.host_id, alone_there.reasons[0]) == (BLOCK.id, Reason.same_community)
    assert {each.host_id for each in asked("翠苑社区文三路12号翡翠大厦", 330106001002, 5)} == {JADE.id}


def test_coordinates_confirm_and_contradict() -> None:
    near = asked("翡翠大厦", point=Point(120_131_000, 30_270_000))[0]
    far = asked("翡翠大厦", point=Point(120_330_000, 30_270_000))
    assert Reason.near_by in near.reasons
    assert near.certain
    assert not far or not far[0].certain


def test_written_forms_are_one() -> None:
    assert comparable("文三路 ３号 翡翠大厦Ａ座 十二楼") == "文三路3号翡翠大厦a座12楼"
    assert called("翡翠大厦（Ａ座）") == "翡翠大厦a座"
    assert houses(comparable("浙江省杭州市西湖区北山街道文三路12-3号")) == (House("文三路", 12),)
    assert houses("镇中路8号") == houses("某某镇镇中路8号")


def test_every_reason_has_a_weight_and_doubts_lower() -> None:
    assert set(WEIGHTS) == set(Reason)
    assert {reason for reason, weight in WEIGHTS.items() if weight < 0} == DOUBTS


@given(st.text(max_size=40), st.sampled_from([HERE, THERE, 330106000000]), st.integers(3, 5))
def test_no_address_breaks_it(address: str, code: int, level: int) -> None:
    for found in asked(address, code, level):
        assert 0 <= found.confidence <= 100
        assert found.matched
        assert found.reasons
