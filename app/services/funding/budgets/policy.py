"""What a budget is held to, each with the document it is taken from."""

from dataclasses import dataclass, fields
from typing import Final

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.policies.facts import PolicyKind

BUDGET_LAW: Final = "《中华人民共和国预算法》第十三条"
RESERVE: Final = "《中华人民共和国预算法》第四十条（参照执行）"
ADJUSTED: Final = "《中华人民共和国预算法》第六十七条（参照执行）"
APART: Final = "《行政事业单位内部控制规范（试行）》（财会〔2012〕21号）"

BY_ANOTHER: Final = Cited(True, APART)
"""Whoever draws up does not approve. Of no policy: the database holds it as well."""
WITHIN: Final = Cited(0, BUDGET_LAW)
"""What is not in an approved budget is not spent: a line is never below what was executed of it."""


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """Shares are in thousandths: of the budget, of the first edition, of the year's time."""

    version: str
    in_time: Cited[bool]  # approved before its year is over
    basis_stated: Cited[bool]  # every line says how it was computed
    reserve_most_permille: Cited[int]
    changed_most_permille: Cited[int]
    raise_by_document: Cited[bool]
    lag_permille: Cited[int]
    lead_permille: Cited[int]

    def __post_init__(self) -> None:
        """Raises WrongShare for a share that is none."""
        for field in fields(self):
            share = getattr(self, field.name)
            if field.name.endswith("_permille") and not 0 <= share.value <= 1000:
                raise WrongShare


class WrongShare(ValueError):
    """A share out of bounds; `code` is a label of the namespace `line`."""

    code = "budget_share_wrong"


DEFAULT = BudgetPolicy(
    version="default-2026",
    in_time=Cited(True, LOCAL_PRACTICE),
    basis_stated=Cited(True, LOCAL_PRACTICE),
    reserve_most_permille=Cited(30, RESERVE),
    changed_most_permille=Cited(100, LOCAL_PRACTICE),
    raise_by_document=Cited(True, ADJUSTED),
    lag_permille=Cited(100, LOCAL_PRACTICE),
    lead_permille=Cited(200, LOCAL_PRACTICE),
)

KIND = PolicyKind("budgets", DEFAULT)
