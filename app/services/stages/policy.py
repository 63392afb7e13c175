"""What a stage asks for, each number with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.activities.policy import RhythmPolicy
from app.services.branches.policy import APPROVAL, BranchPolicy
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind
from app.services.teams.policy import ELECTION_RULES, TeamPolicy

ROLL = "《中国共产党党员教育管理工作条例》（2019年）"


@dataclass(frozen=True, slots=True)
class StagePolicy:
    """For how long the rhythm has been kept at each stage, and what else is asked."""

    version: str
    filed: Cited[bool]
    roll_kept: Cited[bool]
    organizations_at_work: Cited[int]
    months_overdue: Cited[int]
    consolidated_months: Cited[int]
    standardized_months: Cited[int]
    hollow_months: Cited[int]


DEFAULT = StagePolicy(
    version="default-2026",
    filed=Cited(True, APPROVAL),
    roll_kept=Cited(True, ROLL),
    organizations_at_work=Cited(1, TWO_NEW_OPINION),
    months_overdue=Cited(0, ELECTION_RULES),
    consolidated_months=Cited(3, LOCAL_PRACTICE),
    standardized_months=Cited(12, LOCAL_PRACTICE),
    hollow_months=Cited(12, LOCAL_PRACTICE),
)

KIND = PolicyKind("stages", DEFAULT)


@dataclass(frozen=True, slots=True)
class Measures:
    """All the policies that a stage is judged by: a number stands in one of them and nowhere else."""

    branch: BranchPolicy
    team: TeamPolicy
    rhythm: RhythmPolicy
    stage: StagePolicy

    @property
    def version(self) -> str:
        """The versions of all of them."""
        return ", ".join(
            dict.fromkeys((self.stage.version, self.branch.version, self.team.version, self.rhythm.version))
        )
