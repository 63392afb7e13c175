"""Every coded value of the room has its text in every language."""

from enum import StrEnum

import pytest

from app.core.labels import LANGUAGES, catalogue, label
from app.services.organizations.facts import CoverageMode, Status, UncoveredReason
from app.services.organizations.kinds import Kind
from app.services.organizations.sectors import Sector


@pytest.mark.parametrize(
    ("namespace", "codes"),
    [
        ("kind", Kind),
        ("status", Status),
        ("sector", Sector),
        ("coverage_mode", CoverageMode),
        ("uncovered_reason", UncoveredReason),
    ],
)
def test_labels_and_codes_are_the_same(namespace: str, codes: type[StrEnum]) -> None:
    assert {str(code) for code in codes} == set(catalogue()[namespace])
    for code in codes:
        assert all(label(namespace, code, language) for language in LANGUAGES)
