"""The numbers a branch is founded by, each with the document it is taken from.

Nearly all are "normally": passing one is a departure that is recorded with its reason, or advice. Where texts differ,
on "above" or "from", or on formal or all members, the difference is a field.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.findings import Cited
from app.services.coverage.policy import (
    BRANCH_RULES,
    BULLETIN,
    CONSTITUTION,
    JOINT_RULES,
    LOCAL_PRACTICE,
    TWO_NEW_OPINION,
    MemberBasis,
)
from app.services.policies.facts import PolicyKind

LEVELS = "《中国共产党章程》（2022年修改）第三十条；人数为基层党组织设置的通行口径"
APPROVAL = "《中国共产党支部工作条例（试行）》（2018年）第六条"
TEMPORARY = "《中国共产党支部工作条例（试行）》（2018年）第八条"

Counted = Literal["formal", "all"]


@dataclass(frozen=True, slots=True)
class BranchPolicy:
    """From how many members, up to how many organisations. `version` is told with what was judged."""

    version: str
    # Which of an organisation's two counts stands for its members where the draft does not state the branch's own.
    member_basis: Cited[MemberBasis]
    branch_minimum: Cited[int]
    standalone_organizations: Cited[int]
    joint_minimum: Cited[int]
    joint_least: Cited[int]
    joint_most: Cited[int]
    branch_most: Cited[int]
    general_branch_from: Cited[int]
    committee_from: Cited[int]
    threshold_included: Cited[bool]  # "from 50", not "above 50"
    level_counts: Cited[Counted]
    hosted_modes: Cited[int]  # how many hosts an attached or territorial branch leans on
    branches_each: Cited[int]  # by how many branches an organisation counts as covered
    approval_months: Cited[int]  # within which a superior answers an application
    approved_by_another: Cited[bool]
    leaders_elected: Cited[bool]
    project_months: Cited[int]  # from which a project is to have a branch
    temporary_months: Cited[int]  # up to which a branch for a task is temporary
    temporary_elects: Cited[bool]
    days_past_end: Cited[int]


DEFAULT = BranchPolicy(
    version="default-2026",
    member_basis=Cited("relation", BULLETIN),
    branch_minimum=Cited(3, CONSTITUTION),
    standalone_organizations=Cited(1, BRANCH_RULES),
    joint_minimum=Cited(3, JOINT_RULES),
    joint_least=Cited(2, JOINT_RULES),
    joint_most=Cited(5, JOINT_RULES),
    branch_most=Cited(50, BRANCH_RULES),
    general_branch_from=Cited(50, LEVELS),
    committee_from=Cited(100, LEVELS),
    threshold_included=Cited(True, LEVELS),
    level_counts=Cited("formal", LEVELS),
    hosted_modes=Cited(1, TWO_NEW_OPINION),
    branches_each=Cited(1, LOCAL_PRACTICE),
    approval_months=Cited(1, APPROVAL),
    approved_by_another=Cited(True, APPROVAL),
    leaders_elected=Cited(True, APPROVAL),
    project_months=Cited(6, JOINT_RULES),
    temporary_months=Cited(6, JOINT_RULES),
    temporary_elects=Cited(False, TEMPORARY),
    days_past_end=Cited(0, TEMPORARY),
)

KIND = PolicyKind("branches", DEFAULT)
