"""How long personal data is kept, in days, each number with the document it rests on."""

from dataclasses import dataclass

from app.core.findings import Cited

SHORTEST = "《中华人民共和国个人信息保护法》第十九条：保存期限应当为实现处理目的所必要的最短时间"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Days after which something goes. `version` is told in the ledger of erasures."""

    version: str
    raw_days: Cited[int]  # what was pushed, as sent, after its batch has ended
    review_days: Cited[int]  # a record with personal fields that waits for a decision
    after_end_days: Cited[int]  # a person's row, after whatever it belongs to has ended


DEFAULT = RetentionPolicy(
    version="default-2026",
    raw_days=Cited(30, SHORTEST),
    review_days=Cited(180, SHORTEST),
    after_end_days=Cited(730, SHORTEST),
)
