"""How near two days must be to tell of the same deed, and how long something may stay open."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.policies.facts import PolicyKind

CHEQUES = "《中华人民共和国票据法》第九十一条：支票自出票日起十日内提示付款"
CONTROL = (
    "《行政事业单位内部控制规范（试行）》（财会〔2012〕21号）第四十四条：由不办理货币资金业务的会计人员核对银行存款余额"
)
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class ReconciliationPolicy:
    """Days that the books may be ahead of the bank and behind it, and from when an open item is told of."""

    version: str
    books_ahead_days: Cited[int]
    books_behind_days: Cited[int]
    long_open_days: Cited[int]
    settled_by_another: Cited[bool]

    def __post_init__(self) -> None:
        """Raises WrongDays for a number of days that cannot be meant, and for a sheet that its maker settles."""
        for cited in (self.books_ahead_days, self.books_behind_days, self.long_open_days):
            if not 0 <= cited.value <= MOST_DAYS:
                raise WrongDays("reconciliation_days_wrong", MOST_DAYS)
        if not self.settled_by_another.value:
            raise WrongDays("reconciliation_by_another", MOST_DAYS)


class WrongDays(ValueError):
    """A number out of bounds; `code` is a label of the namespace `line`."""

    def __init__(self, code: str, most: int) -> None:
        self.code = code
        self.params = {"most": most}
        super().__init__(code)


DEFAULT = ReconciliationPolicy(
    version="default-2026",
    books_ahead_days=Cited(10, CHEQUES),
    books_behind_days=Cited(31, LOCAL_PRACTICE),
    long_open_days=Cited(90, LOCAL_PRACTICE),
    settled_by_another=Cited(True, CONTROL),
)

KIND = PolicyKind("reconciliation", DEFAULT)
