"""Party facts of organisations, as organisation departments count them: members, liaison, mass organisations."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.acts import Act
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.organizations.absorbing import Organizations
from app.services.organizations.names import name_key
from app.services.organizations.uscc import error_of, normalise

REASONS = {
    "无党员": "no_members",
    "没有党员": "no_members",
    "党员不足三名": "fewer_than_three",
    "党员不足3名": "fewer_than_three",
    "不足三名党员": "fewer_than_three",
    "业主未同意": "owner_not_ready",
    "业主不支持": "owner_not_ready",
    "出资人未同意": "owner_not_ready",
    "未正常经营": "not_operating",
    "停业": "not_operating",
    "新注册": "just_registered",
    "新成立": "just_registered",
    "新登记": "just_registered",
    "其他": "other",
}

FIELDS = (
    Field("record_id", "code", Role.hint, "ZZB-2026-000123", ("记录编号", "内部编号")),
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
        "formal_members_working",
        "integer",
        Role.keeper,
        "5",
        ("在岗党员数", "正式党员数(在岗)", "在岗正式党员数", "在此工作的正式党员", "正式党员(就业)"),
        maximum=10**6,
    ),
    Field(
        "formal_members_relation",
        "integer",
        Role.keeper,
        "3",
        (
            "正式党员数(组织关系)",
            "组织关系党员数",
            "正式党员数",
            "党员数",
            "组织关系在此的正式党员",
            "正式党员(组织关系)",
        ),
        maximum=10**6,
    ),
    Field("probationary_members", "integer", Role.keeper, "1", ("预备党员数", "预备党员"), maximum=10**6),
    Field(
        "has_liaison",
        "boolean",
        Role.keeper,
        "是",
        ("党建联络员", "是否有联络员", "联络员", "有联络员", "是否有党建联络员", "有党建联络员"),
    ),
    Field(
        "has_union",
        "boolean",
        Role.reporter,
        "是",
        ("工会", "是否建工会", "工会组织", "有工会", "是否建立工会", "建有工会"),
    ),
    Field(
        "has_youth_league",
        "boolean",
        Role.reporter,
        "否",
        ("共青团", "团组织", "是否建团", "有团组织", "是否建立团组织", "建有共青团"),
    ),
    Field(
        "has_womens_organisation",
        "boolean",
        Role.reporter,
        "否",
        ("妇联", "妇女组织", "妇联组织", "是否建妇联", "有妇联", "是否建立妇女组织", "是否建立妇联组织", "建有妇联"),
    ),
    Field("in_federation", "boolean", Role.reporter, "是", ("工商联", "工商联会员", "是否工商联会员", "加入工商联")),
    Field(
        "community_leads",
        "boolean",
        Role.keeper,
        "否",
        ("社区牵头", "社区先行", "社区联系", "是否社区先行联系", "社区先行进入"),
    ),
    Field(
        "staff",
        "integer",
        Role.reporter,
        "45",
        ("职工人数", "从业人数", "员工数", "职工数", "从业人员数", "从业人员"),
        maximum=10**7,
    ),
    Field("payroll_yuan", "yuan", Role.reporter, "4800000", ("年工资总额(元)", "工资总额(元)")),
    Field("industry", "code", Role.reporter, "C1530", ("行业代码", "国民经济行业代码"), max_length=6),
    Field("revenue_yuan", "yuan", Role.reporter, "21000000", ("营业收入(元)", "主营业务收入(元)", "年营业收入(元)")),
    Field(
        "revenue_ten_thousand_yuan",
        "ten_thousand_yuan",
        Role.reporter,
        "2100",
        ("营业收入(万元)", "主营业务收入(万元)", "年营业收入(万元)"),
    ),
    Field("above_scale_reported", "boolean", Role.reporter, "是", ("规模以上", "是否规上", "是否规模以上", "规上")),
    Field(
        "fixed_premises", "boolean", Role.reporter, "是", ("固定场所", "有固定场所", "是否有固定场所", "固定办公场所")
    ),
    Field(
        "uncovered_reason",
        "choice",
        Role.keeper,
        "党员不足三名",
        ("未建原因", "未建党组织原因", "未组建原因"),
        choices=REASONS,
    ),
)


MONEY = (
    ("payroll_yuan", "payroll_fen"),
    ("revenue_yuan", "revenue_fen"),
    ("revenue_ten_thousand_yuan", "revenue_fen"),
)


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> None:
    """Nothing is needed beside the record."""
    del act, rows, batch


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key. Without a code the organisation is sought by name, and a person decides."""
    del context
    values = reading.values
    for sent, kept in MONEY:
        if sent in values:
            values[kept] = values.pop(sent)
    written, name = values.pop("uscc", None), values.get("name")
    if written is not None:
        code = normalise(written)
        wrong = error_of(code)
        if wrong is not None:
            reading.errors = (FieldError("/uscc", wrong),)
            return
        reading.key = code
        values["uscc"] = code
    elif name and name_key(name):
        reading.key, reading.certain = f"name:{name_key(name)}", False
        reading.review = Review("no_code", batch.region_code, batch.region_level)
    else:
        reading.errors = (FieldError("/uscc", "missing"),)


PARTY_FACTS = Dataset("party_facts", 1, FIELDS, False, Organizations(), context, refine, "record_id")
