"""What is judged, what may follow on what, and what is shipped."""

import pytest

from app.core.errors import Invalid
from app.core.findings import Severity, judge
from app.services.supervision.facts import OPEN, STEPS, WITH_SUBJECT, RectificationState, step
from app.services.supervision.policy import DEFAULT
from app.services.supervision.rules import ACCEPTING, CLOSING, DEMANDING, Checking, Closing, Demand
from app.services.supervision.tours.templates import checklist, told

R = RectificationState


def test_a_day_too_far_departs_and_the_last_one_does_not() -> None:
    limit = DEFAULT.rectification_days.value
    assert judge(DEMANDING, Demand(limit), DEFAULT) == ()
    (found,) = judge(DEMANDING, Demand(limit + 1), DEFAULT)
    assert (found.code, found.severity, found.actual) == ("rectification_days_long", Severity.departure, limit + 1)
    assert found.citation


def test_nobody_accepts_his_own_answer() -> None:
    (found,) = judge(ACCEPTING, Checking(same_person=True), DEFAULT)
    assert found.severity is Severity.hard
    assert judge(ACCEPTING, Checking(same_person=False), DEFAULT) == ()


def test_what_is_open_when_a_tour_ends_departs() -> None:
    (found,) = judge(CLOSING, Closing(open=2), DEFAULT)
    assert (found.code, found.severity, found.actual) == ("rectifications_open", Severity.departure, 2)
    assert judge(CLOSING, Closing(open=0), DEFAULT) == ()


def test_every_state_is_left_or_final_and_each_step_has_one_end() -> None:
    assert len({(old, verb) for old, verb, _, _ in STEPS}) == len(STEPS)
    assert {old for old, *_ in STEPS} == set(OPEN)
    assert {to for _, _, to, _ in STEPS} | {R.issued} == set(R)
    assert {old for old, verb, _, _ in STEPS if verb == "answer"} == set(WITH_SUBJECT)
    assert {who for _, verb, _, who in STEPS if verb != "answer"} == {"committee"}
    assert step(R.issued, "accept") is None
    assert step(R.answered, "send_back") is R.sent_back


def test_shipped_checklists_cite_a_document_in_each_line() -> None:
    for language in ("zh-Hans", "en"):
        (shipped,) = told(language)
        assert shipped["template"] == "two_new"
        assert all(line["code"] and line["text"] and line["basis"] for line in shipped["lines"])
    version, lines = checklist("two_new", None, [])
    assert version == shipped["version"]
    assert len(lines) == len(shipped["lines"]) == len({line["code"] for line in lines})
    assert [line["code"] for line in checklist("two_new", ["team", "rhythm"], [])[1]] == ["team", "rhythm"]


@pytest.mark.parametrize(
    ("template", "codes", "code"),
    [("none", None, "template_unknown"), ("two_new", ["x"], "check_unknown"), (None, ["team"], "missing"),
     (None, None, "checklist_empty"), ("two_new", ["team", "team"], "check_twice"), ("two_new", [], "checklist_empty")],
)  # fmt: skip
def test_what_cannot_be_a_checklist_is_refused(template: str | None, codes: list[str] | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checklist(template, codes, [])
    assert refused.value.errors[0].code == code
