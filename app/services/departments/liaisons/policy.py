"""How long a liaison is needed for a statutory duty."""

from dataclasses import dataclass

from app.core.findings import Cited

DUTY = "《中华人民共和国个人信息保护法》第十三条第一款第三项、第四十七条"


@dataclass(frozen=True, slots=True)
class ErasurePolicy:
    """Whether a liaison is kept while speaking for the department."""

    kept_while_current: Cited[bool]


DEFAULT = ErasurePolicy(kept_while_current=Cited(True, DUTY))
