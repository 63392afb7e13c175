"""Party facts as the organisation department would send them: Chinese headers, 是/否, Chinese reasons."""

from collections.abc import Iterable, Iterator
from typing import Final

from app.demo.party import Facts, Known

HEADERS: Final = (
    "统一社会信用代码",
    "组织名称",
    "在岗党员数",
    "正式党员数（组织关系）",
    "预备党员数",
    "从业人员数",
    "年工资总额（元）",
    "年营业收入（元）",
    "行业代码",
    "是否规模以上",
    "有固定场所",
    "建有工会",
    "建有共青团",
    "建有妇联",
    "加入工商联",
    "有党建联络员",
    "社区先行进入",
    "未建原因",
)
REASONS: Final[dict[str | None, str]] = {
    None: "",
    "no_members": "无党员",
    "fewer_than_three": "党员不足三名",
    "owner_not_ready": "业主不支持",
    "not_operating": "未正常经营",
    "just_registered": "新登记",
    "other": "其他",
}


def yes_no(value: bool | None) -> str:
    """是, 否, or nothing where it was not reported."""
    return "" if value is None else "是" if value else "否"


def rows(register: Iterable[tuple[Known, Facts]]) -> Iterator[list[str]]:
    """One row an organisation, in the order of `HEADERS`."""
    for known, f in register:
        numbers = (
            f.formal_members_working,
            f.formal_members_relation,
            f.probationary_members,
            f.staff,
            f.payroll_yuan,
        )
        revenue = "" if f.revenue_yuan is None else str(f.revenue_yuan)
        flags = (
            f.above_scale,
            f.fixed_premises,
            f.has_union,
            f.has_youth_league,
            f.has_womens_organisation,
            f.in_federation,
            f.has_liaison,
            f.community_leads,
        )
        yield [
            known.uscc,
            known.name,
            *map(str, numbers),
            revenue,
            known.industry,
            *map(yes_no, flags),
            REASONS[f.uncovered_reason],
        ]
