"""Frozen values of the departments room: kinds, and how fresh what a department pushes is."""

from dataclasses import dataclass
from datetime import date, timedelta
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
class Freshness:
    """How a dataset stands on a day: when its data is due again, and how many whole days late that is."""

    due_on: date
    days_late: int
    never: bool


def freshness(since: date, last_on: date | None, every_days: int, today: date) -> Freshness:
    """Due `every_days` after the last data, or after `since` where there never was any. Late from the next day on."""
    due = (last_on or since) + timedelta(days=every_days)
    return Freshness(due, max((today - due).days, 0), last_on is None)
