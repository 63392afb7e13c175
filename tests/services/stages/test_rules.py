"""Each line of the checklists on both sides of its number, and whom it does not concern."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.core.findings import Cited, Severity
from app.core.labels import LANGUAGES, label
from app.services.activities.facts import ActivityKind
from app.services.activities.policy import DEFAULT as RHYTHM
from app.services.branches.facts import FormationMode, Level, Stage
from app.services.branches.policy import DEFAULT as BRANCH
from app.services.stages.facts import StageFacts
from app.services.stages.policy import DEFAULT, Measures
from app.services.stages.rules import CHECKLISTS, checked
from app.services.teams.policy import DEFAULT as TEAM

MEASURES = Measures(branch=BRANCH, team=TEAM, rhythm=RHYTHM, stage=DEFAULT)
FULL = {
    ActivityKind.members_meeting: (True,) * 4,
    ActivityKind.committee_meeting: (True,) * 12,
    ActivityKind.lecture: (True,) * 4,
    ActivityKind.theme_day: (True,) * 12,
}
SOUND = StageFacts(
    level=Level.branch,
    mode=FormationMode.standalone,
    formal=7,
    filed_on=date(2025, 3, 1),
    roll_kept=True,
    organizations=1,
    at_work=1,
    secretaries=1,
    in_business=1,
    team=3,
    months_overdue=0,
    kept=FULL,
)
NOTHING = StageFacts(
    level=Level.branch,
    mode=FormationMode.joint,
    formal=0,
    filed_on=None,
    roll_kept=False,
    organizations=2,
    at_work=0,
    secretaries=0,
    in_business=0,
    team=0,
    months_overdue=None,
    kept=dict.fromkeys(ActivityKind, ()),
)
HARD, DEPARTURE, ADVICE = Severity.hard, Severity.departure, Severity.advice


def lacking(facts: StageFacts, stage: Stage = Stage.standardized, measures: Measures = MEASURES) -> dict[str, Severity]:
    return {item.code: item.severity for item in checked(stage, facts, measures) if not item.met}


@pytest.mark.parametrize("stage", list(CHECKLISTS))
def test_a_sound_branch_lacks_nothing(stage: Stage) -> None:
    assert lacking(SOUND, stage) == {}
    assert len(checked(stage, SOUND, MEASURES)) == 12


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"filed_on": None}, {"stage_filed": DEPARTURE}),
        ({"formal": 2, "team": 1}, {"stage_members": HARD}),
        ({"formal": 2, "mode": FormationMode.joint}, {"stage_members": HARD}),
        ({"formal": 2, "mode": FormationMode.attached}, {"stage_members": DEPARTURE}),
        ({"formal": 2, "mode": FormationMode.territorial}, {"stage_members": DEPARTURE}),
        ({"secretaries": 0, "in_business": 0}, {"stage_secretary": DEPARTURE, "stage_business": ADVICE}),
        ({"months_overdue": None}, {"stage_no_team": DEPARTURE}),
        ({"months_overdue": 1}, {"stage_term": DEPARTURE}),
        ({"team": 2}, {"stage_committee": DEPARTURE}),
        ({"team": 1, "formal": 6}, {}),
        ({"at_work": 0}, {"stage_organizations": DEPARTURE}),
        ({"organizations": 0, "at_work": 0, "mode": FormationMode.territorial}, {}),
        ({"roll_kept": False}, {"stage_roll": DEPARTURE}),
        ({"kept": FULL | {ActivityKind.lecture: (False, True, True, True)}}, {"stage_lecture": DEPARTURE}),
        ({"kept": FULL | {ActivityKind.members_meeting: (True,) * 3}}, {"stage_members_meeting": DEPARTURE}),
        ({"kept": FULL | {ActivityKind.theme_day: (True,) * 11 + (False,)}}, {"stage_theme_day": DEPARTURE}),
        ({"kept": FULL | {ActivityKind.committee_meeting: ()}}, {"stage_committee_meeting": DEPARTURE}),
        ({"kept": FULL | {ActivityKind.committee_meeting: ()}, "formal": 6, "team": 1}, {}),
    ],
)
def test_what_is_missing_is_one_line(change: dict[str, Any], expected: dict[str, Severity]) -> None:
    assert lacking(replace(SOUND, **change)) == expected


def test_consolidating_asks_for_one_quarter_and_only_advises_the_roll() -> None:
    quarter = {kind: (True,) * len(periods) for kind, periods in FULL.items()} | {
        ActivityKind.lecture: (False, False, False, True),
        ActivityKind.theme_day: (False,) * 9 + (True,) * 3,
    }
    assert lacking(replace(SOUND, kept=quarter, roll_kept=False), Stage.consolidated) == {"stage_roll": ADVICE}
    short = quarter | {ActivityKind.theme_day: (True,) * 9 + (True, True, False)}
    assert lacking(replace(SOUND, kept=short), Stage.consolidated) == {"stage_theme_day": DEPARTURE}


def test_numbers_are_the_policies_own_and_cited() -> None:
    measures = replace(
        MEASURES,
        stage=replace(DEFAULT, version="stages-7", consolidated_months=Cited(1, "试点")),
        rhythm=replace(RHYTHM, lecture_months=Cited(6, "试点办法")),
    )
    item = next(item for item in checked(Stage.consolidated, NOTHING, measures) if item.code == "stage_lecture")
    assert (item.limit, item.actual, item.citation) == (1, 0, "试点办法")
    assert measures.version == "stages-7, default-2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(CHECKLISTS))
def test_every_line_has_its_texts(stage: Stage, language: Any) -> None:
    for facts, namespace in ((SOUND, "checklist"), (NOTHING, "finding")):
        for item in checked(stage, facts, MEASURES):
            assert label(namespace, item.code, language, limit=item.limit, actual=item.actual)
