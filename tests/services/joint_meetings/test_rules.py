"""What is judged of a meeting, of a topic and of minutes: pure, without a database."""

import pytest

from app.core.findings import Finding, Severity, judge
from app.services.joint_meetings.agenda.rules import PROPOSING, ProposalFacts
from app.services.joint_meetings.facts import MeetingKind
from app.services.joint_meetings.meetings.rules import PLANNING, PlanningFacts
from app.services.joint_meetings.minutes.policy import RULES_OF_PROCEDURE
from app.services.joint_meetings.minutes.rules import APPROVING, ApprovalFacts
from app.services.joint_meetings.policy import DEFAULT, MEETING_RULES


def told(findings: tuple[Finding, ...]) -> list[tuple[str, Severity]]:
    return [(each.code, each.severity) for each in findings]


@pytest.mark.parametrize(
    ("kind", "days", "found"),
    [
        (MeetingKind.ad_hoc, 7, []),
        (MeetingKind.ad_hoc, 6, [("notice_short", Severity.departure)]),
        (MeetingKind.ad_hoc, -3, [("notice_short", Severity.departure)]),  # entered afterwards
        (MeetingKind.regular, 1, []),  # its series told of it long before
        (MeetingKind.liaison, 1, []),
    ],
)
def test_a_meeting_for_an_occasion_comes_with_notice(
    kind: MeetingKind, days: int, found: list[tuple[str, Severity]]
) -> None:
    assert told(judge(PLANNING, PlanningFacts(kind, days), DEFAULT)) == found


@pytest.mark.parametrize(
    ("kind", "days", "found"),
    [
        (MeetingKind.regular, 7, []),
        (MeetingKind.regular, 6, [("notice_short", Severity.departure)]),  # its series told of another day
        (MeetingKind.liaison, 1, []),
    ],
)
def test_a_meeting_of_a_series_is_moved_forward_with_notice(
    kind: MeetingKind, days: int, found: list[tuple[str, Severity]]
) -> None:
    assert told(judge(PLANNING, PlanningFacts(kind, days, earlier=True), DEFAULT)) == found


@pytest.mark.parametrize(
    ("late", "by_department", "found"),
    [
        (False, True, []),
        (False, False, []),
        (True, True, [("topic_late", Severity.hard)]),
        (True, False, [("topic_late", Severity.departure)]),
    ],
)
def test_topics_come_in_time_and_the_committee_alone_lets_one_pass(
    late: bool, by_department: bool, found: list[tuple[str, Severity]]
) -> None:
    findings = judge(PROPOSING, ProposalFacts(late, 3, by_department), DEFAULT)
    assert told(findings) == found
    for each in findings:
        assert (each.limit, each.actual, each.citation) == (7, 3, MEETING_RULES)


def test_nobody_approves_what_he_wrote_and_nothing_is_approved_half() -> None:
    def of(own: bool, incomplete: int) -> list[str]:
        return [each.code for each in judge(APPROVING, ApprovalFacts(own, incomplete), RULES_OF_PROCEDURE)]

    assert of(False, 0) == []
    assert of(True, 0) == ["minutes_own"]
    assert of(False, 2) == ["decision_incomplete"]
    assert of(True, 1) == ["minutes_own", "decision_incomplete"]
