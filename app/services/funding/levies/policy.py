"""What a firm's levy is held to, each number with the document it is taken from. Ratios are ten-thousandths."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.funding.levies.facts import Band
from app.services.organizations.kinds import TWO_NEW_KINDS, Kind
from app.services.policies.facts import PolicyKind

LEVY_NOTICE: Final = (
    "《关于非公有制企业党组织工作经费问题的通知》（组通字〔2014〕42号）：纳入管理费用列支，"
    "不超过职工年度工资薪金总额1%的部分，可以据实在企业所得税前扣除"
)
STATE_OWNED_NOTICE: Final = (
    "《关于国有企业党组织工作经费问题的通知》（组通字〔2017〕38号）：按国有企业党组织工作经费的规定另行安排"
)
APART: Final = "《中华人民共和国会计法》关于单位内部会计监督的规定：经办与审批相互分离"

MOST_PERMYRIAD: Final = 100
"""One per cent of the year's wages: what may be deducted at most anywhere. A place may lay down less."""
MOST_WAGE: Final = 1_000_000_000_00

STATE_OWNED: Final = Cited(False, STATE_OWNED_NOTICE)
BY_ANOTHER: Final = Cited(True, APART)
PAYROLL_KNOWN: Final = Cited(True, LEVY_NOTICE)
YEAR_OVER: Final = Cited(True, LEVY_NOTICE)
"""Of no policy: the database holds them as well."""

MemberBasis = Literal["working", "relation"]


@dataclass(frozen=True, slots=True)
class LevyPolicy:
    """How much may be deducted, what firms plan that filed nothing, and what is worth a second look.

    `bands` are a district's ratios by size: a firm has that of the most staff, then of the most members, that it
    reaches. `default_permyriad` 0: without a filing or a band nothing is planned. Wages are fen a head and year.
    """

    version: str
    limit_permyriad: Cited[int]
    bands: Cited[tuple[Band, ...]]
    default_permyriad: Cited[int]
    member_basis: Cited[MemberBasis]
    counted_kinds: Cited[tuple[Kind, ...]]
    wage_from_fen: Cited[int]
    wage_up_to_fen: Cited[int]

    def __post_init__(self) -> None:
        """Raises WrongLevy for a limit above one per cent, a ratio above the limit, a size that two bands begin at, a
        kind that is never ours, or wages that cannot be meant.
        """
        limit = self.limit_permyriad.value
        if not 0 <= limit <= MOST_PERMYRIAD:
            raise WrongLevy("levy_limit_wrong", most=MOST_PERMYRIAD)
        if not 0 <= self.default_permyriad.value <= limit:
            raise WrongLevy("levy_ratio_wrong", most=limit)
        for band in self.bands.value:
            if not 1 <= band.permyriad <= limit:
                raise WrongLevy("levy_ratio_wrong", most=limit)
            if band.staff_from < 0 or band.members_from < 0:
                raise WrongLevy("levy_band_wrong")
        sizes = [(band.staff_from, band.members_from) for band in self.bands.value]
        if len(set(sizes)) < len(sizes):
            raise WrongLevy("levy_band_twice")
        if Kind.state_owned in self.counted_kinds.value:
            raise WrongLevy("levy_state_owned_counted")
        if not 0 <= self.wage_from_fen.value <= self.wage_up_to_fen.value <= MOST_WAGE:
            raise WrongLevy("levy_wage_wrong")


class WrongLevy(ValueError):
    """A number that cannot be meant; `code` is a label of the namespace `line`."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


DEFAULT = LevyPolicy(
    version="default-2026",
    limit_permyriad=Cited(MOST_PERMYRIAD, LEVY_NOTICE),
    bands=Cited((), LOCAL_PRACTICE),
    default_permyriad=Cited(0, LOCAL_PRACTICE),
    member_basis=Cited("relation", LOCAL_PRACTICE),
    counted_kinds=Cited((*TWO_NEW_KINDS, Kind.unclassified), LEVY_NOTICE),
    wage_from_fen=Cited(600_000, LOCAL_PRACTICE),
    wage_up_to_fen=Cited(100_000_000, LOCAL_PRACTICE),
)

KIND = PolicyKind("levy", DEFAULT)
