"""How late data is, and who of the liaisons is kept."""

from datetime import date

import pytest

from app.core.findings import Severity, judge
from app.services.departments.facts import ErasureFacts, days_late
from app.services.departments.liaisons.policy import DEFAULT
from app.services.departments.liaisons.rules import ERASURE


@pytest.mark.parametrize(
    ("due_on", "today", "late"),
    [
        (date(2026, 3, 4), date(2026, 3, 2), 0),
        (date(2026, 3, 2), date(2026, 3, 2), 0),  # that day is in time
        (date(2026, 3, 1), date(2026, 3, 2), 1),
        (date(2024, 2, 29), date(2025, 3, 1), 366),
    ],
)
def test_late_from_the_next_day_on(due_on: date, today: date, late: int) -> None:
    assert days_late(due_on, today) == late


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        (ErasureFacts(current=True, ground="consent_withdrawn"), True),
        (ErasureFacts(current=True, ground="unlawful"), False),
        (ErasureFacts(current=False, ground="purpose_achieved"), False),
    ],
)
def test_who_speaks_for_a_department_is_kept(facts: ErasureFacts, kept: bool) -> None:
    found = judge(ERASURE, facts, DEFAULT)
    assert [(each.code, each.severity) for each in found] == ([("liaison_current", Severity.hard)] if kept else [])
