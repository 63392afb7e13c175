"""The documents that rules about organisations rest on."""

from dataclasses import dataclass

from app.core.findings import Cited

BRANCH_RULES = "中国共产党支部工作条例（试行）（2018）第二章"


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """What must be settled before an organisation is closed."""

    branches_left: Cited[int]


# A branch whose unit is gone no longer fits; the superior adjusts or dissolves it in good time.
DEFAULT = ClosingPolicy(branches_left=Cited(0, BRANCH_RULES))
