"""Frozen values of the branches room: codes, and what the rules are asked about."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How large a party organisation is by its statute."""

    branch = "branch"  # 党支部
    general_branch = "general_branch"  # 党总支
    committee = "committee"  # 党委


class FormationMode(StrEnum):
    """How it was formed, which is also how it covers its organisations."""

    standalone = "standalone"  # 单独建
    joint = "joint"  # 联合建
    attached = "attached"  # 依托建
    territorial = "territorial"  # 属地建


class ManagementMode(StrEnum):
    """Who manages it."""

    territorial = "territorial"  # 属地管理
    industry = "industry"  # 行业管理
    entrusted = "entrusted"  # 委托管理
    dual = "dual"  # 双重管理


class Stage(StrEnum):
    """How far it has come."""

    established = "established"  # 组建
    consolidated = "consolidated"  # 巩固
    standardized = "standardized"  # 规范


class TermKind(StrEnum):
    """For how long it is meant to stand."""

    regular = "regular"  # without an end
    temporary = "temporary"  # 临时党支部
    project = "project"  # 项目党支部


class ApplicationState(StrEnum):
    """How far an application for a branch has come."""

    applied = "applied"  # 已请示
    approved = "approved"  # 已批复
    returned = "returned"  # 已退回
    withdrawn = "withdrawn"  # 已撤回
    founded = "founded"  # 已成立
    filed = "filed"  # 已备案


class Election(StrEnum):
    """How the first leading team came into office."""

    elected = "elected"  # 选举产生
    appointed = "appointed"  # 上级指定


class SuccessionKind(StrEnum):
    """How one branch came of another."""

    merger = "merger"  # 合并
    division = "split"  # 分设 (a StrEnum has a method `split`)
    reform = "reform"  # 改建：换一种组建方式


@dataclass(frozen=True, slots=True)
class FoundingFacts:
    """What the rules look at when a branch is founded, grows by an organisation, or changes its level.

    `formal` and `probationary` are the branch's own members; `able` counts organisations with enough formal members
    for a branch of their own; `covered_elsewhere` those that another branch covers in the same period. `months` is how
    long a temporary or project branch is meant to stand, None for a regular one; `days_over` how long it has stood
    beyond that.
    """

    level: Level
    mode: FormationMode
    organizations: int
    able: int
    covered_elsewhere: int
    formal: int
    probationary: int
    has_host: bool
    term: TermKind = TermKind.regular
    months: int | None = None
    days_over: int = 0


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What the rules look at when a superior approves an application; `days_late` after the day it was due."""

    own: bool
    days_late: int


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """How the first leading team of a branch with this term came into office."""

    term: TermKind
    election: Election


OUTRANKS: Final[dict[Level, frozenset[Level]]] = {
    Level.branch: frozenset(),
    Level.general_branch: frozenset({Level.branch}),
    Level.committee: frozenset({Level.branch, Level.general_branch}),
}
"""Which levels may belong to a party organisation of this level."""


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(first: date, end: date) -> int:
    """How many whole months lie between two days; none where the second is not later."""
    months = max(0, (end.year - first.year) * 12 + end.month - first.month)
    return months - 1 if months and months_after(first, months) > end else months
