"""The numbers teams are chosen by, each with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind

TEAM_RULES = "《中国共产党支部工作条例（试行）》（2018年）第六章"
TERM_OPINION = "《中共中央办公厅关于党的基层组织任期的意见》（2018年）"
ELECTION_RULES = "《中国共产党基层组织选举工作条例》（2020年）第一章"


@dataclass(frozen=True, slots=True)
class TeamPolicy:
    """How many there are in a team, how long it is in office, and when the next one is chosen."""

    version: str
    secretaries: Cited[int]
    deputies_without_committee: Cited[int]
    committee_from: Cited[int]  # formal members from which a branch has a committee
    committee_least: Cited[int]
    committee_usual: Cited[int]
    committee_most: Cited[int]
    secretary_formal: Cited[bool]
    internal_of_branch: Cited[bool]
    secretary_knows_business: Cited[bool]
    branch_years: Cited[int]
    general_branch_years: Cited[int]
    committee_years: Cited[int]
    community_years: Cited[int]
    remind_months: Cited[int]
    on_time_months: Cited[int]  # how far from the due day an election still counts as on time
    shift_most_months: Cited[int]


DEFAULT = TeamPolicy(
    version="default-2026",
    secretaries=Cited(1, TEAM_RULES),
    deputies_without_committee=Cited(1, TEAM_RULES),
    committee_from=Cited(7, TEAM_RULES),
    committee_least=Cited(3, TEAM_RULES),
    committee_usual=Cited(5, TEAM_RULES),
    committee_most=Cited(7, TEAM_RULES),
    secretary_formal=Cited(True, TEAM_RULES),
    internal_of_branch=Cited(True, TWO_NEW_OPINION),
    secretary_knows_business=Cited(True, TWO_NEW_OPINION),
    branch_years=Cited(3, TERM_OPINION),
    general_branch_years=Cited(3, TERM_OPINION),
    committee_years=Cited(5, TERM_OPINION),
    community_years=Cited(5, TERM_OPINION),
    remind_months=Cited(6, ELECTION_RULES),
    on_time_months=Cited(1, LOCAL_PRACTICE),
    shift_most_months=Cited(12, ELECTION_RULES),
)

KIND = PolicyKind("teams", DEFAULT)
