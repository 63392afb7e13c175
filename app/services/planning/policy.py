"""The numbers a plan is made by, beside those of coverage and of branches.

Who shares a branch with whom is a question of nearness (地域相邻、行业相近、规模适当、便于管理); the documents give
no metres. What stands here is local practice, and a city states its own.
"""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import JOINT_RULES, LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind


@dataclass(frozen=True, slots=True)
class PlanningPolicy:
    """How far, how many, how long. `version` is told with every plan."""

    version: str
    # The most metres between any two of a joint branch; None: anywhere in the county, the nearest first all the same.
    farthest: Cited[int | None]
    territorial_from: Cited[int]  # from how many small organisations on a host has a branch of its own
    reach_most: Cited[int]  # organisations without members in one task
    task_days: Cited[int]


DEFAULT = PlanningPolicy(
    version="default-2026",
    farthest=Cited(None, JOINT_RULES),
    territorial_from=Cited(6, TWO_NEW_OPINION),
    reach_most=Cited(30, LOCAL_PRACTICE),
    task_days=Cited(90, LOCAL_PRACTICE),
)

KIND = PolicyKind("planning", DEFAULT)
