"""What branches are given by rule, each number with what it is taken from.

No document of the country names these amounts; they are examples of what places lay down, and every place may lay down
others.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.findings import Cited
from app.services.policies.facts import PolicyKind

GRANTS = "地方两新组织党建工作经费财政补助标准（默认值，以当地文件为准）"
PROJECTS = "地方党建品牌项目扶持办法（默认值，以当地文件为准）"
MOST_RATE = 1_000_000_000  # ten million yuan: whatever is above is a slip of the pen
MOST_DAYS = 3660

MemberBasis = Literal["formal", "formal_and_probationary"]


@dataclass(frozen=True, slots=True)
class AppropriationPolicy:
    """Fen by rule, and what they count. `member_year_fen` is a year's for each member counted by `member_basis`."""

    version: str
    member_year_fen: Cited[int]
    member_basis: Cited[MemberBasis]
    founding_fen: Cited[int]
    founding_years_back: Cited[int]  # foundings approved so many years before that were given nothing yet count too
    founding_after_days: Cited[int]  # how long a branch has stood before it is given the start-up grant
    founding_for_successors: Cited[bool]  # whether one that came of another counts as new
    brand_project_most_fen: Cited[int]
    brand_ceiling_hard: Cited[bool]  # else a project above the ceiling is a departure, with its reason
    brand_projects_a_year: Cited[int]  # of one branch, normally

    def __post_init__(self) -> None:
        """Raises WrongGrant for a number that cannot be meant."""
        for rate in (self.member_year_fen, self.founding_fen, self.brand_project_most_fen):
            if not 0 <= rate.value <= MOST_RATE:
                raise WrongGrant("appropriation_rate_wrong", MOST_RATE)
        for count in (self.founding_years_back, self.founding_after_days, self.brand_projects_a_year):
            if not 0 <= count.value <= MOST_DAYS:
                raise WrongGrant("appropriation_count_wrong", MOST_DAYS)


class WrongGrant(ValueError):
    """A number out of bounds; `code` is a label of the namespace `line`."""

    def __init__(self, code: str, most: int) -> None:
        self.code = code
        self.params = {"most": most}
        super().__init__(code)


DEFAULT = AppropriationPolicy(
    version="default-2026",
    member_year_fen=Cited(30_000, GRANTS),
    member_basis=Cited("formal_and_probationary", GRANTS),
    founding_fen=Cited(200_000, GRANTS),
    founding_years_back=Cited(0, GRANTS),
    founding_after_days=Cited(0, GRANTS),
    founding_for_successors=Cited(False, GRANTS),
    brand_project_most_fen=Cited(10_000_000, PROJECTS),
    brand_ceiling_hard=Cited(True, PROJECTS),
    brand_projects_a_year=Cited(1, PROJECTS),
)

KIND = PolicyKind("appropriation", DEFAULT)
