"""Frozen values of appropriations: codes, and what a proposal is computed from. Amounts are integer fen."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class AppropriationState(StrEnum):
    """How far a proposal has come."""

    draft = "draft"  # 草案
    approved = "approved"  # 已审批
    posted = "posted"  # 已下拨
    reversed = "reversed"  # 已冲回
    discarded = "discarded"  # 已作废


class ItemKind(StrEnum):
    """Why a branch is given something."""

    per_member = "per_member"  # 按党员人数的年度经费
    founding = "founding"  # 新建党组织启动经费
    brand_project = "brand_project"  # 党建品牌项目
    adjustment = "adjustment"  # 手工调整


class ProjectState(StrEnum):
    """How far a brand project has come."""

    asked = "asked"  # 已申报
    approved = "approved"  # 已立项
    refused = "refused"  # 未立项
    withdrawn = "withdrawn"  # 已撤回
    appropriated = "appropriated"  # 已拨付


class LeftOut(StrEnum):
    """Why a branch has no line of a kind that was asked for."""

    no_members = "no_members"  # nobody to count on that day
    all_given = "all_given"  # it has had all that is its due this year
    founding_given = "founding_given"  # the start-up grant is given once for ever
    successor = "successor"  # it came of another branch: not a new one
    too_young = "too_young"  # has not stood long enough


LIVE: Final[tuple[AppropriationState, ...]] = (AppropriationState.approved, AppropriationState.posted)
"""The states in which a line counts as given: nothing is given twice beside it."""
COMPUTED: Final[tuple[ItemKind, ...]] = (ItemKind.per_member, ItemKind.founding, ItemKind.brand_project)


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch as it stood on the day, with what it was given before.

    `approved_on`: the day its founding was approved, else the day it was founded. `given_fen`: by members, for the
    year, what it has had itself; `turns`: how many such lines there are. `came_of`: it succeeded another branch.
    `counted_on`: the day of the members, later than the day asked for where nothing was known of it then.
    """

    branch_id: UUID
    name: str
    formal: int
    probationary: int
    approved_on: date
    founded_on: date
    counted_on: date
    given_fen: int = 0
    turns: int = 0
    founding_given: bool = False
    came_of: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A brand project that was approved and has not been paid out."""

    project_id: UUID
    branch_id: UUID
    title: str
    approved_fen: int


@dataclass(frozen=True, slots=True)
class Passing:
    """One branch ended and went on in another: what it was given for members counts there."""

    predecessor_id: UUID
    successor_id: UUID


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proposal is computed from, as of one day.

    `passings`: what went on in these branches during the year. Of the branches met on that way that are not the
    committee's to give to, `heirs` has the members, formal and probationary, and `given` what they had by members.
    """

    year: int
    on: date
    branches: tuple[Standing, ...]
    projects: tuple[Project, ...] = ()
    passings: tuple[Passing, ...] = ()
    heirs: tuple[tuple[UUID, int, int], ...] = ()
    given: tuple[tuple[UUID, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one branch is to be given for one reason.

    `due_fen` is its whole right, `granted_fen` what it has had of that, `wanted_fen` the rest, `amount_fen` what it is
    to get now: less than wanted where the money was shared out.
    """

    kind: ItemKind
    branch_id: UUID
    branch_name: str
    due_fen: int
    granted_fen: int
    amount_fen: int
    turn: int = 1
    members: int | None = None
    project_id: UUID | None = None
    explanation: dict[str, Any] = field(default_factory=dict)

    @property
    def wanted_fen(self) -> int:
        """What is left of its right."""
        return self.due_fen - self.granted_fen


@dataclass(frozen=True, slots=True)
class Left:
    """A branch without a line of a kind, and why."""

    kind: ItemKind
    branch_id: UUID
    branch_name: str
    why: LeftOut


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the rules propose: the lines by branch, and who got none."""

    lines: tuple[Line, ...]
    left_out: tuple[Left, ...]

    @property
    def wanted_fen(self) -> int:
        """What all of it would take."""
        return sum(line.wanted_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """What it comes to."""
        return sum(line.amount_fen for line in self.lines)
