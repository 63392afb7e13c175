"""How long a probation lasts, and which members a duty keeps, each with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.members.facts import MemberState
from app.services.policies.facts import PolicyKind

PROBATION = "《中国共产党章程》（2022年修改）第七条：预备党员的预备期为一年"
DUTY = (
    "《中国共产党党员教育管理工作条例》（2019年）第七章；"
    "《中华人民共和国个人信息保护法》第十三条第一款第三项、第四十七条"
)


@dataclass(frozen=True, slots=True)
class MemberPolicy:
    """The numbers members are judged by. `version` is told with what was judged."""

    version: str
    probation_months: Cited[int]


DEFAULT = MemberPolicy(version="default-2026", probation_months=Cited(12, PROBATION))

KIND = PolicyKind("members", DEFAULT)


@dataclass(frozen=True, slots=True)
class ErasurePolicy:
    """The states in which someone is kept because a duty of the party organisation needs it."""

    kept_states: Cited[tuple[MemberState, ...]]


ERASURE_DEFAULT = ErasurePolicy(kept_states=Cited((MemberState.current,), DUTY))
