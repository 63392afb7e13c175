"""How members are judged, without a database."""

from datetime import date

import pytest

from app.core.findings import Severity, judge
from app.services.members.facts import ConfirmationFacts, ErasureFacts, MemberState
from app.services.members.policy import DEFAULT, ERASURE_DEFAULT
from app.services.members.rules import CONFIRMATION, ERASURE


@pytest.mark.parametrize(
    ("admitted", "formal", "months"),
    [
        (date(2025, 3, 2), date(2026, 3, 2), None),
        (date(2025, 3, 2), date(2026, 3, 1), 11),
        (date(2024, 2, 29), date(2025, 2, 28), None),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2025, 12, 31), date(2026, 1, 1), 0),
    ],
)
def test_a_probation_is_counted_in_whole_months(admitted: date, formal: date, months: int | None) -> None:
    found = judge(CONFIRMATION, ConfirmationFacts(admitted, formal), DEFAULT)
    assert [(each.code, each.severity, each.actual, each.limit) for each in found] == (
        [] if months is None else [("probation_too_short", Severity.departure, months, 12)]
    )


def test_without_the_day_of_admission_nobody_can_tell() -> None:
    (found,) = judge(CONFIRMATION, ConfirmationFacts(None, date(2026, 3, 1)), DEFAULT)
    assert (found.code, found.severity, found.actual) == ("admission_unknown", Severity.departure, None)


@pytest.mark.parametrize(
    ("state", "ground", "kept"),
    [
        (MemberState.current, "purpose_achieved", True),
        (MemberState.current, "unlawful", False),
        (MemberState.ended, "purpose_achieved", False),
        (MemberState.transferred_out, "retention_over", False),
    ],
)
def test_current_members_are_kept_unless_unlawful(state: MemberState, ground: str, kept: bool) -> None:
    found = judge(ERASURE, ErasureFacts(state, ground), ERASURE_DEFAULT)
    assert [each.severity for each in found] == [Severity.hard] * kept
