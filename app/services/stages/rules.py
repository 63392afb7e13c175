"""What each stage asks for, line by line. A line that does not concern a branch is left out."""

from collections.abc import Callable
from typing import Final

from app.core.findings import Cited, Severity
from app.services.activities.facts import ActivityKind
from app.services.branches.facts import FormationMode, Level, Stage
from app.services.stages.facts import Item, StageFacts
from app.services.stages.policy import Measures

Check = Callable[[StageFacts, Measures], Item | None]

OWN = (FormationMode.standalone, FormationMode.joint)
"""Modes in which the organisations' own members make the branch."""


def filed(facts: StageFacts, measures: Measures) -> Item:
    """The superior has it on file."""
    return _asked("stage_filed", measures.stage.filed, facts.filed_on is not None, facts.filed_on is not None)


def members_enough(facts: StageFacts, measures: Measures) -> Item:
    """Three formal members: without them a branch of its own or a joint one cannot stand at all."""
    limit = measures.branch.joint_minimum if facts.mode is FormationMode.joint else measures.branch.branch_minimum
    severity = Severity.hard if facts.mode in OWN else Severity.departure
    return _asked("stage_members", limit, facts.formal, facts.formal >= limit.value, severity)


def secretary_in_office(facts: StageFacts, measures: Measures) -> Item:
    """A formal member is secretary."""
    limit = measures.team.secretaries
    return _asked("stage_secretary", limit, facts.secretaries, facts.secretaries >= limit.value)


def term_running(facts: StageFacts, measures: Measures) -> Item:
    """The team is in office, and not past the day by which the next one was to be chosen."""
    limit, months = measures.stage.months_overdue, facts.months_overdue
    if months is None:
        return _asked("stage_no_team", measures.team.secretaries, 0, met=False)
    return _asked("stage_term", limit, months, months <= limit.value)


def committee_complete(facts: StageFacts, measures: Measures) -> Item | None:
    """From seven formal members a branch has a committee of at least three."""
    if not _has_committee(facts, measures):
        return None
    limit = measures.team.committee_least
    return _asked("stage_committee", limit, facts.team, facts.team >= limit.value)


def organizations_at_work(facts: StageFacts, measures: Measures) -> Item | None:
    """What it covers is still at work."""
    if not facts.organizations:
        return None
    limit = measures.stage.organizations_at_work
    return _asked("stage_organizations", limit, facts.at_work, facts.at_work >= limit.value)


def roll_advised(facts: StageFacts, measures: Measures) -> Item:
    """The list of members had better be kept here."""
    return _asked("stage_roll", measures.stage.roll_kept, facts.roll_kept, facts.roll_kept, Severity.advice)


def roll_kept(facts: StageFacts, measures: Measures) -> Item:
    """The list of members is kept here, and complete."""
    return _asked("stage_roll", measures.stage.roll_kept, facts.roll_kept, facts.roll_kept)


def secretary_in_business(facts: StageFacts, measures: Measures) -> Item:
    """The secretary had better know how firms are run."""
    limit = measures.team.secretary_knows_business
    return _asked("stage_business", limit, facts.in_business > 0, facts.in_business > 0, Severity.advice)


def _rhythm(kind: ActivityKind, code: str, stage: Stage) -> Check:
    """One of a kind in each of the last full periods, for as many months as the stage asks."""

    def kept(facts: StageFacts, measures: Measures) -> Item | None:
        if kind is ActivityKind.committee_meeting and not _has_committee(facts, measures):
            return None
        wanted = Cited(periods_asked(kind, stage, measures), measures.rhythm.months(kind).document)
        held = sum(facts.kept[kind][-wanted.value :])
        return _asked(code, wanted, held, held >= wanted.value)

    return kept


def _rhythms(stage: Stage) -> tuple[Check, ...]:
    return (
        _rhythm(ActivityKind.members_meeting, "stage_members_meeting", stage),
        _rhythm(ActivityKind.committee_meeting, "stage_committee_meeting", stage),
        _rhythm(ActivityKind.lecture, "stage_lecture", stage),
        _rhythm(ActivityKind.theme_day, "stage_theme_day", stage),
    )


FOUNDATION: tuple[Check, ...] = (
    filed,
    members_enough,
    secretary_in_office,
    term_running,
    committee_complete,
    organizations_at_work,
)

CHECKLISTS: Final[dict[Stage, tuple[Check, ...]]] = {
    Stage.consolidated: (*FOUNDATION, *_rhythms(Stage.consolidated), roll_advised, secretary_in_business),
    Stage.standardized: (*FOUNDATION, *_rhythms(Stage.standardized), roll_kept, secretary_in_business),
}
"""What is asked before a branch counts as having come so far."""


def checked(stage: Stage, facts: StageFacts, measures: Measures) -> tuple[Item, ...]:
    """The checklist of a stage, in its order."""
    return tuple(item for check in CHECKLISTS[stage] if (item := check(facts, measures)) is not None)


def periods_asked(kind: ActivityKind, stage: Stage, measures: Measures) -> int:
    """In how many full periods a kind is to have been held; at least in one."""
    asked = {
        Stage.consolidated: measures.stage.consolidated_months,
        Stage.standardized: measures.stage.standardized_months,
    }[stage]
    return max(1, asked.value // measures.rhythm.months(kind).value)


def _has_committee(facts: StageFacts, measures: Measures) -> bool:
    return facts.level is not Level.branch or facts.formal >= measures.team.committee_from.value


def _asked(
    code: str, limit: Cited[int] | Cited[bool], actual: object, met: bool, severity: Severity = Severity.departure
) -> Item:
    return Item(code, severity, met, limit.value, actual, limit.document)
