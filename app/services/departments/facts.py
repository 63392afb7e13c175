"""Frozen values of the departments room: kinds, what is kept of liaisons, and how late data is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.services.privacy.facts import PersonalKind

HOLDER: Final = "department_liaisons"
PERSONAL: Final[dict[str, PersonalKind]] = {"phone": "phone"}
"""The fields of a liaison that are kept sealed, and their kinds."""


class DepartmentKind(StrEnum):
    """What kind of body sits in the joint meeting."""

    organization_department = "organization_department"  # 组织部
    social_work_department = "social_work_department"  # 社会工作部
    united_front = "united_front"  # 统战部
    union = "union"  # 总工会
    youth_league = "youth_league"  # 共青团
    womens_federation = "womens_federation"  # 妇联
    federation_of_industry = "federation_of_industry"  # 工商联
    market_regulator = "market_regulator"  # 市场监管局
    tax = "tax"  # 税务局
    civil_affairs = "civil_affairs"  # 民政局
    finance = "finance"  # 财政局
    justice = "justice"  # 司法局
    human_resources = "human_resources"  # 人力资源和社会保障局
    commerce = "commerce"  # 商务局
    education = "education"  # 教育局
    health = "health"  # 卫生健康局
    transport = "transport"  # 交通运输局
    housing = "housing"  # 住房和城乡建设局
    other = "other"  # 其他


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What decides whether a liaison may be erased: whether the person speaks for the department today."""

    current: bool
    ground: str | None = None


def days_late(due_on: date, today: date) -> int:
    """How many whole days data is late that was due on a day: that day is still in time."""
    return max((today - due_on).days, 0)
