"""Wages and staff of firms by year, as human-resources and tax departments keep them: what a levy is computed from.

The record is of one firm and one year. There is no partner's own id: one that names the firm would give a line without
a code to another of its years.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.funding.facts import FIRST_YEAR, MOST_FEN
from app.services.funding.levies.payrolls.absorbing import Payrolls, record_key
from app.services.organizations.names import name_key
from app.services.organizations.uscc import error_of, normalise

FIELDS = (
    Field(
        "uscc", "code", Role.hint, "91330000MA27U00K3D", ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码")
    ),
    Field(
        "name",
        "text",
        Role.hint,
        "清溪县云岭茶业有限公司",
        ("企业名称", "单位名称", "名称", "组织名称", "两新组织名称"),
    ),
    Field(
        "year",
        "integer",
        Role.hint,
        "2025",
        ("年度", "年份", "所属年度", "统计年度", "工资年度"),
        True,
        maximum=2200,
        units=("年度", "年"),
    ),
    Field(
        "payroll_yuan",
        "yuan",
        Role.keeper,
        "4800000",
        ("年工资总额(元)", "工资总额(元)", "职工工资总额(元)", "全年工资总额(元)"),
        units=("元",),
    ),
    Field(
        "payroll_ten_thousand_yuan",
        "ten_thousand_yuan",
        Role.keeper,
        "480",
        ("年工资总额(万元)", "工资总额(万元)", "职工工资总额(万元)", "全年工资总额(万元)"),
        units=("万元",),
    ),
    Field(
        "staff",
        "integer",
        Role.keeper,
        "45",
        ("平均职工人数", "年平均职工人数", "平均从业人数", "职工人数", "从业人数", "员工数"),
        maximum=10**7,
        units=("人",),
    ),
)

AMOUNTS = ("payroll_yuan", "payroll_ten_thousand_yuan")


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> None:
    """Nothing is needed beside the record."""
    del act, rows, batch


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key: the firm's code and the year. Without a code the firm is sought by name, by a person."""
    del context
    values = reading.values
    errors = [*_year_wrong(values["year"], batch), *_amount(values)]
    written, name = values.pop("uscc", None), values.get("name")
    key = None
    if written is not None:
        values["uscc"] = key = normalise(written)
        wrong = error_of(key)
        if wrong is not None:
            errors.append(FieldError("/uscc", wrong))
    elif name and name_key(name):
        key, reading.certain = f"name:{name_key(name)}", False
        reading.review = Review("no_code", batch.region_code, batch.region_level)
    else:
        errors.append(FieldError("/uscc", "missing"))
    if errors or key is None:
        reading.errors = tuple(errors)
        return
    reading.key = record_key(key, values["year"])
    reading.derived = {"year": values["year"]}


def _year_wrong(year: int, batch: BatchFacts) -> list[FieldError]:
    """Wages are told of years that have begun, as of the time of the source."""
    latest = batch.source_time.astimezone(SHANGHAI).year
    if FIRST_YEAR <= year <= latest:
        return []
    return [FieldError("/year", "payroll_year_wrong", {"earliest": FIRST_YEAR, "latest": latest})]


def _amount(values: dict[str, Any]) -> list[FieldError]:
    """Put one amount in fen in place of what is told in yuan or in ten thousands of them."""
    told = {sent: values.pop(sent) for sent in AMOUNTS if sent in values}
    if not told and "staff" not in values:
        return [FieldError("/payroll_yuan", "missing")]
    if len(set(told.values())) > 1:
        return [FieldError("/payroll_ten_thousand_yuan", "payroll_told_twice")]
    for sent, fen in told.items():
        if fen is not None and fen > MOST_FEN:
            most = MOST_FEN // (100 if sent == AMOUNTS[0] else 1_000_000)
            return [FieldError(f"/{sent}", "less_than_equal", {"le": most})]
        values["payroll_fen"] = fen
    return []


WORKFORCE = Dataset("workforce", 1, FIELDS, False, Payrolls(), context, refine)
