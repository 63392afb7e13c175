"""Registrations of the market regulator, civil affairs or justice: who exists, of what kind, and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.catalogues.datasets import coordinates
from app.core.acts import Act
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.organizations.absorbing import Organizations, derive
from app.services.organizations.names import name_key
from app.services.organizations.uscc import error_of, is_registration_number, normalise
from app.services.regions.facts import COUNTY, Hints, Placement, span
from app.services.regions.placing import Placer, placer

STATUS = {
    "存续": "operating",
    "在营": "operating",
    "开业": "operating",
    "在业": "operating",
    "正常": "operating",
    "存续(在营、开业、在册)": "operating",
    "歇业": "suspended",
    "停业": "suspended",
    "注销": "closed",
    "已注销": "closed",
    "吊销": "revoked",
    "吊销,未注销": "revoked",
    "撤销": "revoked",
}

FIELDS = (
    Field(
        "name",
        "text",
        Role.keeper,
        "清溪县云岭茶业有限公司",
        ("企业名称", "单位名称", "名称", "机构名称", "市场主体名称"),
        True,
    ),
    Field(
        "uscc", "code", Role.keeper, "91330000MA27U00K3D", ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码")
    ),
    Field("registration_number", "code", Role.keeper, "330000000012345", ("注册号", "工商注册号", "登记证号")),
    Field("record_id", "code", Role.hint, "SCJG-2026-000123", ("主体编号", "记录编号", "内部编号")),
    Field("established_on", "date", Role.keeper, "2019-05-20", ("注册日期", "成立日期", "登记日期", "核准日期")),
    Field(
        "registered_type",
        "text",
        Role.keeper,
        "有限责任公司(自然人投资或控股)",
        ("企业类型", "类型", "主体类型", "单位类型"),
    ),
    Field(
        "registered_capital", "capital", Role.keeper, "100万元人民币", ("注册资金", "注册资本", "开办资金", "出资总额")
    ),
    Field("business_scope", "text", Role.keeper, "茶叶种植；茶叶销售", ("经营范围", "业务范围"), max_length=4000),
    Field("province", "text", Role.hint, "浙江", ("所在省份", "省份", "省"), max_length=40),
    Field("city", "text", Role.hint, "杭州", ("地区", "城市", "地市", "所在城市", "市"), max_length=40),
    Field("county", "text", Role.hint, "余杭区", ("区县", "所在区县", "县区", "区", "县"), max_length=40),
    Field(
        "address",
        "text",
        Role.keeper,
        "余杭区良渚街道时代大道1号",
        ("注册地址", "地址", "住所", "经营场所", "住所地"),
        max_length=500,
    ),
    Field("status", "choice", Role.reporter, "存续", ("登记状态", "经营状态", "企业状态", "状态"), choices=STATUS),
    Field("closed_on", "date", Role.reporter, "2025-12-31", ("注销日期", "吊销日期")),
    *coordinates.FIELDS,
    Field("industry", "code", Role.reporter, "C1530", ("行业代码", "行业门类代码", "国民经济行业代码"), max_length=6),
)


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Placer:
    """What places the addresses: the gazetteers of the provinces that the rows are likely to be in."""
    del rows, batch
    return await placer(act)


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key, its kind of certainty and its place."""
    values = reading.values
    errors = [*_identify(reading), *_dates(values), *coordinates.settle(values)]
    if not name_key(values["name"]):
        errors.append(FieldError("/name", "missing"))
    if errors:
        reading.errors = tuple(errors)
        return
    placement: Placement = context.place(
        values.get("address"),
        Hints(values.get("uscc"), values.get("province"), values.get("city"), values.get("county"), values["name"]),
    )
    code, level, placed_by = _within(placement, batch)
    reading.derived = {"region_code": code, "region_level": level, "placed_by": placed_by} | derive(values)
    if not reading.key:
        reading.certain = False
        reading.key = f"name:{name_key(values['name'])}@{code // 10**6 if level >= COUNTY else code}"
    if not reading.certain:
        reason = "registration_number_only" if "registration_number" in values else "no_code"
        reading.review = Review(reason, code, level)
    elif level < COUNTY:
        reason = "place_unknown" if placement.certain else "place_contradicted"
        options = tuple(
            {"region_code": f"{each.code:012d}", "region_level": each.level, "score": each.score}
            for each in placement.alternatives
        )
        reading.review = Review(reason, code, level, options)


def _identify(reading: Reading) -> list[FieldError]:
    """The USCC as key. A registration number, or no code at all, does not identify with certainty."""
    values = reading.values
    written = values.pop("uscc", None)
    if written is not None:
        code = normalise(written)
        wrong = error_of(code)
        if wrong is None:
            reading.key = values["uscc"] = code
            return []
        if not is_registration_number(code):
            return [FieldError("/uscc", wrong)]
        values.setdefault("registration_number", code)
    number = values.get("registration_number")
    if number is not None:
        reading.key, reading.certain = f"number:{number}", False
    return []


def _dates(values: Mapping[str, Any]) -> list[FieldError]:
    established, closed = values.get("established_on"), values.get("closed_on")
    if established and closed and closed < established:
        return [FieldError("/closed_on", "closed_before_established")]
    return []


def _within(placement: Placement, batch: BatchFacts) -> tuple[int, int, str]:
    """The place found, or the pusher's own region where that is deeper and does not contradict it."""
    low, high = span(placement.code, placement.level)
    if placement.level < batch.region_level and low <= batch.region_code < high:
        return batch.region_code, batch.region_level, "pusher"
    return placement.code, placement.level, " ".join(placement.evidence)


REGISTRATIONS = Dataset("registrations", 1, FIELDS, True, Organizations(), context, refine, "record_id")
