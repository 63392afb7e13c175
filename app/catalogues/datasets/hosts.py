"""Hosts as housing, commerce and market departments list them: parks, buildings, markets, and where they are."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.catalogues.datasets import coordinates
from app.core.acts import Act
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.hosts import known
from app.services.hosts.absorbing import Hosts, Key
from app.services.regions import reads as regions
from app.services.regions.facts import COUNTY, VILLAGE, Hints, reference, span
from app.services.regions.placing import Placer, placer

KINDS = {
    "社区": "community",
    "村": "community",
    "产业园区": "park",
    "产业园": "park",
    "工业园区": "park",
    "创业园": "park",
    "协会": "trade_association",
    "商会": "trade_association",
    "楼宇": "commercial_building",
    "商务楼": "commercial_building",
    "写字楼": "commercial_building",
    "专业市场": "market",
    "农贸市场": "market",
    "商圈": "market",
    "龙头": "leading_firm",
    "流出地": "origin_liaison",
}
ALIASES = re.compile(r"[、;；,，/|]")
MOST_ALIASES = 20

FIELDS = (
    Field("record_id", "code", Role.hint, "LY-2026-000123", ("记录编号", "内部编号", "楼宇编号", "园区编号")),
    Field(
        "name",
        "text",
        Role.keeper,
        "翡翠商务大厦",
        ("名称", "载体名称", "楼宇名称", "园区名称", "市场名称", "社区名称", "协会名称"),
        True,
    ),
    Field("kind", "choice", Role.keeper, "商务楼宇", ("类型", "载体类别", "类别"), True, choices=KINDS),
    Field("region_code", "code", Role.hint, "330106001000", ("区划代码", "所在区划代码"), max_length=12),
    Field("province", "text", Role.hint, "浙江", ("所在省份", "省份", "省"), max_length=40),
    Field("city", "text", Role.hint, "杭州", ("地区", "城市", "地市", "所在城市", "市"), max_length=40),
    Field("county", "text", Role.hint, "西湖区", ("区县", "所在区县", "县区", "区", "县"), max_length=40),
    Field("address", "text", Role.keeper, "西湖区北山街道文三路12号", ("坐落", "所在地", "详细地址"), max_length=200),
    Field("aliases", "text", Role.keeper, "翡翠大厦、翡翠中心", ("别名", "又名", "曾用名", "俗称"), max_length=1000),
    *coordinates.FIELDS,
    Field("opened_on", "date", Role.reporter, "2015-03-01", ("启用时间", "投用日期", "开业日期")),
)


class Context(NamedTuple):
    """What places the records, and the visible hosts that are called alike."""

    placer: Placer
    known: known.Known
    regions: Mapping[str, tuple[int, int]]  # stated codes that are counties or below, in force


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Context:
    """The gazetteers, and the hosts that the records may mean."""
    del batch
    names = {row["name"] for row in rows if isinstance(row.get("name"), str)}
    return Context(await placer(act), await known.called(act, names), await _in_force(act, rows))


async def _in_force(act: Act, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    stated = {}
    for code in {row["region_code"] for row in rows if isinstance(row.get("region_code"), str)}:
        try:
            stated[code] = reference(code)
        except ValueError:  # six digits, say: a hint to the placer all the same
            continue
    named = await regions.names(act, stated.values())
    return {code: place for code, place in stated.items() if place in named and place[1] >= COUNTY}


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's place and key. Without a county, or where several hosts fit, a person decides."""
    given: Context = context
    values = reading.values
    errors = [*coordinates.settle(values), *_aliases(values)]
    code, level, certain = _placed(values, batch, given)
    if errors:
        reading.errors = tuple(errors)
        return
    key = Key(values["kind"], values["name"], code, level)
    reading.key = key.written()
    reading.derived = {"region_code": code, "region_level": level}
    if level < COUNTY:
        reading.certain, reading.derived = False, {}
        reading.review = Review("place_unknown" if certain else "place_contradicted", code, level)
    elif given.known.fitting(key) > 1:
        reading.certain, reading.derived = False, {}
        reading.review = Review("host_ambiguous", code, level)


def _placed(values: Mapping[str, Any], batch: BatchFacts, given: Context) -> tuple[int, int, bool]:
    """Where a record says it is: by its code where that names a county or deeper, else by address and name."""
    stated = values.get("region_code")
    if stated is not None and stated in given.regions:
        return (*given.regions[stated], True)
    address = values.get("address")
    if values.get("kind") == "community":
        address = f"{address or ''}{values['name']}"
    found = given.placer.place(
        address,
        Hints(None, values.get("province"), values.get("city"), values.get("county"), values["name"], stated),
    )
    code, level = found.code, found.level
    low, high = span(code, level)
    if level < batch.region_level <= VILLAGE and low <= batch.region_code < high:
        return batch.region_code, batch.region_level, True
    return code, level, found.certain


def _aliases(values: dict[str, Any]) -> list[FieldError]:
    """The other names as a list. The name itself is none of them."""
    told = values.get("aliases")
    if told is None:
        return []
    names = dict.fromkeys(part.strip() for part in ALIASES.split(told))
    values["aliases"] = [name for name in names if name and name != values["name"]]
    if len(values["aliases"]) > MOST_ALIASES:
        return [FieldError("/aliases", "too_many_aliases", {"max_length": MOST_ALIASES})]
    return []


HOSTS = Dataset("hosts", 1, FIELDS, True, Hosts(), context, refine, "record_id")
