"""Every code of the room has its text in every language, and none has a text that nothing uses."""

import pytest

from app.core.findings import judge
from app.core.labels import LANGUAGES, catalogue, label
from app.services.coverage.easy_first import STEPS
from app.services.coverage.policy import CHANNELS, DEFAULT, DENOMINATORS
from app.services.coverage.rules import CLASSES, COVERAGE
from tests.services.coverage.cases import an


@pytest.mark.parametrize(
    ("namespace", "codes"),
    [
        ("denominator", set(DENOMINATORS)),
        ("coverage_class", {each.code for each in CLASSES}),
        ("coverage_goal", {each.goal for each in CLASSES}),
        ("coverage_step", {step for step, _ in STEPS}),
        ("work_channel", set(CHANNELS)),
        ("member_basis", {"relation", "working"}),
    ],
)
def test_labels_and_codes_are_the_same(namespace: str, codes: set[str]) -> None:
    assert codes == set(catalogue()[namespace])
    for code in codes:
        assert all(label(namespace, code, language) for language in LANGUAGES)


@pytest.mark.parametrize("code", [rule.__name__ for rule in COVERAGE])
def test_findings_have_labels_that_take_limit_and_actual(code: str) -> None:
    for language in LANGUAGES:
        assert label("finding", code, language, limit=3, actual="2")


def test_a_finding_reads_as_a_sentence() -> None:
    (finding,) = [each for each in judge(COVERAGE, an(4), DEFAULT) if each.code.startswith("three")]
    text = label("finding", finding.code, "zh-Hans", limit=finding.limit, actual=finding.actual)
    assert text == "正式党员 3-6 名，达到 3 名，应当单独建立党支部"
