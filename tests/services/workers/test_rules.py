"""How roles are judged and workers kept, on both sides of each number, without a database."""

from dataclasses import replace

import pytest

from app.core.findings import Cited, Severity, judge
from app.core.labels import LANGUAGES, label
from app.services.workers.facts import ErasureFacts, RoleFacts, WorkerRole, WorkerState
from app.services.workers.policy import DEFAULT, ERASURE_DEFAULT
from app.services.workers.rules import ERASURE, ROLE

SENT = RoleFacts(role=WorkerRole.instructor, formal=True, months=24, others=0)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"months": 1}, []),
        ({"months": None}, []),
        ({"months": 25}, [("instructor_term_long", Severity.departure, 24, 25)]),
        ({"formal": None}, [("instructor_not_formal", Severity.hard, True, None)]),
        ({"formal": False}, [("instructor_not_formal", Severity.hard, True, False)]),
        ({"formal": False, "role": WorkerRole.liaison, "months": None}, []),
        ({"others": 1}, [("worker_several_roles", Severity.advice, 1, 2)]),
        (
            {"others": 3, "months": 36},
            [
                ("instructor_term_long", Severity.departure, 24, 36),
                ("worker_several_roles", Severity.advice, 1, 4),
            ],
        ),
    ],
)
def test_a_role_is_judged_by_the_policys_numbers(
    change: dict[str, object], found: list[tuple[str, Severity, object, object]]
) -> None:
    told = judge(ROLE, replace(SENT, **change), DEFAULT)  # type: ignore[arg-type]  # the parameters name its fields
    assert [(each.code, each.severity, each.limit, each.actual) for each in told] == found
    for each in told:
        assert each.citation
        for language in LANGUAGES:
            assert label("finding", each.code, language, limit=each.limit, actual=each.actual)


def test_another_policy_judges_otherwise() -> None:
    other = replace(
        DEFAULT,
        instructor_formal=Cited(False, "某市文件"),
        instructor_term_months=Cited(36, "某市文件"),
        roles_at_once=Cited(2, "某市文件"),
    )
    assert judge(ROLE, replace(SENT, formal=None, months=36, others=1), other) == ()
    (found,) = judge(ROLE, replace(SENT, months=37), other)
    assert (found.code, found.limit, found.citation) == ("instructor_term_long", 36, "某市文件")


@pytest.mark.parametrize(
    ("state", "ground", "kept"),
    [
        (WorkerState.current, "purpose_achieved", True),
        (WorkerState.current, "unlawful", False),
        (WorkerState.ended, "purpose_achieved", False),
    ],
)
def test_current_workers_are_kept_unless_unlawful(state: WorkerState, ground: str, kept: bool) -> None:
    found = judge(ERASURE, ErasureFacts(state, ground), ERASURE_DEFAULT)
    assert [each.severity for each in found] == [Severity.hard] * kept
