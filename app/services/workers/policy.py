"""The numbers party workers are kept by, and which of them a duty keeps, each with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind
from app.services.workers.facts import WorkerState

DUTY = (
    "《中国共产党支部工作条例（试行）》（2018年）第六章；"
    "《中华人民共和国个人信息保护法》第十三条第一款第三项、第四十七条"
)


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How long an instructor is sent and to how many, how often he goes there, and when an end is told of."""

    version: str
    instructor_formal: Cited[bool]
    instructor_term_months: Cited[int]
    instructor_most: Cited[int]  # organisations and branches at one time
    visit_days: Cited[int]  # one visit in as many days
    ending_soon_months: Cited[int]
    roles_at_once: Cited[int]


DEFAULT = WorkerPolicy(
    version="default-2026",
    instructor_formal=Cited(True, TWO_NEW_OPINION),
    instructor_term_months=Cited(24, LOCAL_PRACTICE),
    instructor_most=Cited(5, LOCAL_PRACTICE),
    visit_days=Cited(92, LOCAL_PRACTICE),
    ending_soon_months=Cited(6, LOCAL_PRACTICE),
    roles_at_once=Cited(1, LOCAL_PRACTICE),
)

KIND = PolicyKind("workers", DEFAULT)


@dataclass(frozen=True, slots=True)
class ErasurePolicy:
    """The states in which somebody is kept because a duty of the party organisation needs it."""

    kept_states: Cited[tuple[WorkerState, ...]]


ERASURE_DEFAULT = ErasurePolicy(kept_states=Cited((WorkerState.current,), DUTY))
