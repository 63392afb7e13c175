"""Frozen values of the authorities room: kinds, and the party's own code as ranges.

The 15-digit code has three digits a level, five levels; 000 means "no further level", so that an authority's code is
its identity and the bodies under it are one contiguous range.
"""

from enum import StrEnum
from typing import Final

DIGITS: Final = 15
DEPTHS: Final = 5
CODES: Final = 10**DIGITS


class AuthorityKind(StrEnum):
    """What kind of superior body manages branches."""

    township = "township"  # 乡镇、街道党（工）委
    village = "village"  # 村、社区党组织
    unit = "unit"  # 机关、企事业单位党委
    industry_department = "industry_department"  # 行业主管部门
    entrusted_department = "entrusted_department"  # 受委托管理的部门
    work_committee = "work_committee"  # 两新工委, a detached body of the same-level committee
    social_work_department = "social_work_department"  # 社会工作部, since 2023
    social_organization_body = "social_organization_body"  # 社会组织综合党委, for those registered directly


class Duty(StrEnum):
    """What a seat in a work committee is."""

    chair = "chair"  # 书记、主任
    deputy = "deputy"  # 副书记、副主任
    member = "member"  # 委员


class Department(StrEnum):
    """The department or body that a seat in a work committee belongs to."""

    organization = "organization"  # 组织部
    social_work = "social_work"  # 社会工作部
    publicity = "publicity"  # 宣传部
    united_front = "united_front"  # 统战部
    market_regulation = "market_regulation"  # 市场监管局
    civil_affairs = "civil_affairs"  # 民政局
    justice = "justice"  # 司法局
    finance = "finance"  # 财政局
    taxation = "taxation"  # 税务局
    human_resources = "human_resources"  # 人力资源和社会保障局
    industry = "industry"  # 经济和信息化局
    commerce = "commerce"  # 商务局
    education = "education"  # 教育局
    health = "health"  # 卫生健康局
    housing = "housing"  # 住房和城乡建设局
    transport = "transport"  # 交通运输局
    culture = "culture"  # 文化和旅游局
    federation = "federation"  # 工商联
    union = "union"  # 总工会
    youth_league = "youth_league"  # 共青团
    womens_federation = "womens_federation"  # 妇联
    other = "other"  # 其他


def parsed(text: str) -> int:
    """A code as its number. Raises ValueError unless it is 15 ASCII digits with no level under an empty one."""
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError("15 digits")
    groups = [text[place : place + 3] for place in range(0, DIGITS, 3)]
    used = [group != "000" for group in groups]
    if not used[0] or used != sorted(used, reverse=True):
        raise ValueError("a level under an empty one")
    return int(text)


def depth(code: int) -> int:
    """How many levels a code names, 1 to 5."""
    empty = 0
    while empty < DEPTHS - 1 and code % 1000 ** (empty + 1) == 0:
        empty += 1
    return DEPTHS - empty


def span(code: int) -> tuple[int, int]:
    """The half-open range of codes of an authority and of all under it."""
    return code, code + 1000 ** (DEPTHS - depth(code))


def above(code: int) -> tuple[int, ...]:
    """The codes of the levels above, the nearest first; there need not be a body at each."""
    return tuple(code // 1000**step * 1000**step for step in range(DEPTHS - depth(code) + 1, DEPTHS))


def written(code: int) -> str:
    """A code as it is written: 15 digits."""
    return f"{code:015d}"
