"""The dataset of hosts: founded, found again, deepened, put right by hand; bad ones come back with a reason."""

from typing import Any

import pytest
from sqlalchemy import text

from app.catalogues.datasets import DATASETS
from app.core.acts import Acts
from app.services.exchange.reviewing import Verdict, decide
from app.services.regions.facts import COUNTY
from tests.conftest import Hands
from tests.kit.pushing import PUSHER, Pusher


def building(name: str = "翡翠商务大厦", **told: Any) -> dict[str, Any]:
    return {"name": name, "kind": "商务楼宇", "address": "浙江省杭州市西湖区北山街道文三路12号"} | told


async def rows(acts: Acts, sql: str = "SELECT * FROM hosts ORDER BY name, region_code") -> list[Any]:
    async with acts.open(PUSHER) as act:
        return list((await act.session.execute(text(sql))).all())


@pytest.fixture
def pusher(acts: Acts) -> Pusher:
    return Pusher(acts, "hosts")


async def test_a_list_is_founded_and_told_again(pusher: Pusher, acts: Acts, clock: Hands) -> None:
    park = {"name": "云栖园", "kind": "park", "region_code": "330106000000"}
    first = building(
        aliases="翡翠大厦、翡翠中心；翡翠商务大厦", longitude="120.1375", latitude="30°16'12\"", opened_on="2015-3-1"
    )
    assert (await pusher.push(first, park)).outcomes == b"cc"
    yun, jade = await rows(acts)
    assert (yun.kind, yun.region_code, yun.region_level) == ("park", 330106000000, COUNTY)
    assert (jade.kind, jade.region_level, jade.aliases) == ("commercial_building", 4, ["翡翠大厦", "翡翠中心"])
    assert (jade.longitude_e6, jade.latitude_e6, jade.datum) == (120_137_500, 30_270_000, "cgcs2000")
    clock.forward(days=1)
    assert (await pusher.push(first, park)).outcomes == b"nn"
    assert (await pusher.push(building(address="浙江省杭州市西湖区北山街道文三路14号"))).outcomes == b"u"
    (_, jade) = await rows(acts)
    assert (jade.version, jade.address[-3:], jade.aliases) == (2, "14号", ["翡翠大厦", "翡翠中心"])


async def test_brackets_in_another_form_mean_the_same_host(pusher: Pusher, acts: Acts) -> None:
    await pusher.push(building("翡翠大厦（A座）"))
    assert (await pusher.push(building("翡翠大厦(A座)", opened_on="2020-01-01"))).outcomes == b"u"
    assert len(await rows(acts)) == 1


async def test_a_deeper_place_is_taken_over_and_a_shallower_one_is_not(pusher: Pusher, acts: Acts) -> None:
    await pusher.push(building(address=None, region_code="330106000000"))
    assert (await pusher.push(building())).outcomes == b"u"
    (deep,) = await rows(acts)
    assert (deep.region_level, deep.version) == (4, 2)
    await pusher.push(building(address=None, region_code="330106000000", aliases="翡翠大厦"))
    (same,) = await rows(acts)
    assert (same.region_code, same.region_level, same.aliases) == (deep.region_code, 4, ["翡翠大厦"])


async def test_two_of_a_name_in_a_county_wait_for_a_person(pusher: Pusher, acts: Acts) -> None:
    market = {"name": "中心市场", "kind": "market"}
    await pusher.push(market | {"region_code": "330106002000"}, market | {"region_code": "330106010000"})
    said = market | {"region_code": "330106000000", "opened_on": "2001-05-01"}
    told = await pusher.push(said)
    assert (told.outcomes, told.findings[0].error.code) == (b"v", "review.host_ambiguous")
    (item,) = await rows(acts, "SELECT id, version, candidates FROM review_items")
    assert sorted(one["region_code"] for one in item.candidates) == ["330106002000", "330106010000"]
    async with acts.open(PUSHER) as act:
        verdict = Verdict(
            "match", subject=next(host.id for host in await rows(acts) if host.region_code == 330106010000)
        )
        await decide(act, DATASETS["hosts"], item.id, item.version, verdict)
    assert [host.opened_on is not None for host in await rows(acts)] == [False, True]


async def test_without_a_county_it_waits_and_is_created_by_hand(pusher: Pusher, acts: Acts) -> None:
    assert (await pusher.push({"name": "浙江省茶叶协会", "kind": "协会"})).outcomes == b"v"
    (item,) = await rows(acts, "SELECT id, version, reason FROM review_items")
    async with acts.open(PUSHER) as act:
        verdict = Verdict("create", code=330106000000, level=COUNTY)
        await decide(act, DATASETS["hosts"], item.id, item.version, verdict)
    (host,) = await rows(acts)
    assert (host.name, host.kind, host.region_code) == ("浙江省茶叶协会", "trade_association", 330106000000)


async def test_what_an_officer_put_right_is_left_alone(pusher: Pusher, acts: Acts, clock: Hands) -> None:
    await pusher.push(building(longitude=120.1, latitude=30.2))
    async with acts.open(PUSHER) as act:
        await act.session.execute(text("UPDATE hosts SET corrected = '{address,coordinates}', version = 2"))
    clock.forward(days=1)
    said = building(address="浙江省杭州市西湖区北山街道文三路99号", longitude=120.2, latitude=30.3, aliases="翡翠大厦")
    assert (await pusher.push(said)).outcomes == b"u"
    (host,) = await rows(acts)
    assert (host.address[-3:], host.longitude_e6, host.aliases) == ("12号", 120_100_000, ["翡翠大厦"])


async def test_a_closed_host_stays_closed(pusher: Pusher, acts: Acts) -> None:
    await pusher.push(building())
    async with acts.open(PUSHER) as act:
        await act.session.execute(text("UPDATE hosts SET closed_on = '2026-03-01', version = 2"))
    assert (await pusher.push(building(aliases="翡翠大厦"))).outcomes == b"u"
    (host,) = await rows(acts)
    assert (str(host.closed_on), host.aliases) == ("2026-03-01", ["翡翠大厦"])


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"longitude": "30.27", "latitude": "120.13"}, "/longitude", "coordinates_swapped"),
        ({"longitude": "2.35", "latitude": "48.85"}, "/longitude", "coordinates_outside"),
        ({"longitude": "120.13"}, "/latitude", "missing"),
        ({"longitude": "东边", "latitude": "30"}, "/longitude", "degrees_wrong"),
        ({"longitude": "120°75'", "latitude": "30"}, "/longitude", "degrees_wrong"),
        ({"longitude": True, "latitude": 30}, "/longitude", "degrees_wrong"),
        ({"longitude": "120", "latitude": "30", "datum": "北京54"}, "/datum", "literal_error"),
        ({"kind": "庙"}, "/kind", "literal_error"),
        ({"kind": None}, "/kind", "missing"),
        ({"aliases": "、".join(f"名{number}" for number in range(21))}, "/aliases", "too_many_aliases"),
    ],
)
async def test_bad_values_come_back(pusher: Pusher, told: dict[str, Any], pointer: str, code: str) -> None:
    found = await pusher.push(building(**told))
    assert found.outcomes == b"r"
    assert (found.findings[0].error.pointer, found.findings[0].error.code) == (pointer, code)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"longitude": 0, "latitude": 0}, None),
        ({"longitude": "120.13", "latitude": "30.27", "datum": "天地图"}, (120_130_000, 30_270_000)),
        ({"longitude": "E120°7′48″", "latitude": "北纬30°16′12″"}, (120_130_000, 30_270_000)),
        ({"longitude": "116.410244", "latitude": "39.916404", "datum": "高德"}, (116_404_000, 39_915_000)),
    ],
)
async def test_coordinates_in_every_form(pusher: Pusher, acts: Acts, told: dict[str, Any], kept: Any) -> None:
    assert (await pusher.push(building(**told))).outcomes == b"c"
    (host,) = await rows(acts)
    assert (None if host.longitude_e6 is None else (host.longitude_e6, host.latitude_e6)) == kept


async def test_registrations_bring_coordinates_and_an_officers_stand(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    firm = {
        "name": "云岭茶业有限公司",
        "uscc": "91330110MA27U00K3W",
        "address": "浙江省杭州市余杭区良渚街道时代大道1号",
    }
    firm["uscc"] = _uscc()
    await pusher.push(firm | {"longitude": "120.05", "latitude": "30.35"})
    sql = "SELECT longitude_e6, latitude_e6, datum, provenance::text AS said FROM organizations"
    (row,) = await rows(acts, sql)
    assert (row.longitude_e6, row.latitude_e6, row.datum) == (120_050_000, 30_350_000, "cgcs2000")
    assert "coordinates" in row.said
    clock.forward(hours=1)
    assert (await pusher.push(firm | {"longitude": None, "latitude": None})).outcomes == b"u"
    assert (await rows(acts, sql))[0].datum is None


def _uscc() -> str:
    from app.services.organizations.uscc import check_character

    stem = "91330110000000001"
    return stem + check_character(stem)
