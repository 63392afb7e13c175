"""A branch's checklist, put together from what the rooms below keep."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.activities import reads as activities
from app.services.activities import service as rhythm
from app.services.activities.facts import ActivityKind, period_start, periods_before
from app.services.branches.facts import FormationMode, Level, Stage, months_after, whole_months
from app.services.branches.founding import policy_at as branch_policy_at
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.stages import reads
from app.services.stages.facts import NEXT, Item, StageFacts
from app.services.stages.policy import KIND, Measures, StagePolicy
from app.services.stages.reads import Standing
from app.services.stages.rules import checked, periods_asked
from app.services.teams import service as teams
from app.services.teams.facts import Holder, PostRole
from app.services.teams.judging import policy_at as team_policy_at
from app.services.workers.facts import Qualification


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A branch, the stage that was asked for, and what was found."""

    branch: Standing
    asked_for: Stage
    facts: StageFacts
    measures: Measures
    items: tuple[Item, ...]

    @property
    def unmet(self) -> tuple[Item, ...]:
        """What is missing."""
        return tuple(item for item in self.items if not item.met)


async def policy_at(act: Act, place: tuple[int, int]) -> StagePolicy:
    """What stages ask for at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


def nothing_since(act: Act, policy: StagePolicy) -> date:
    """The day from which something was to be held, for a branch not to be hollow."""
    return months_after(act.today, -policy.hollow_months.value)


async def review(act: Act, branch_id: UUID, stage: Stage | None = None) -> Reviewed:
    """A branch judged for a stage: its next one, at the last one that. Raises NotFound."""
    branch = await reads.standing(act, branch_id)
    asked = stage or NEXT.get(Stage(branch.stage), Stage.standardized)
    place = (branch.region_code, branch.region_level)
    measures = Measures(
        branch=await branch_policy_at(act, place),
        team=await team_policy_at(act, place),
        rhythm=await rhythm.policy_at(act, place),
        stage=await policy_at(act, place),
    )
    facts = await _facts(act, branch, asked, measures)
    return Reviewed(branch, asked, facts, measures, checked(asked, facts, measures))


async def told_rhythm(act: Act, found: Reviewed) -> list[dict[str, Any]]:
    """How each kind is kept up, for the reader."""
    last = await activities.last_held(act, found.branch.id)
    return [
        {
            "kind": kind,
            "last_held_on": last.get(kind),
            "period_months": found.measures.rhythm.months(kind).value,
            "periods": list(periods),
        }
        for kind, periods in found.facts.kept.items()
    ]


async def _facts(act: Act, branch: Standing, asked: Stage, measures: Measures) -> StageFacts:
    team = await teams.standing(act, branch.id)
    due, holders = team if team is not None else (None, ())
    secretaries = [each for each in holders if each.role is PostRole.secretary and each.formal is True]
    return StageFacts(
        level=Level(branch.level),
        mode=FormationMode(branch.formation_mode),
        formal=branch.formal_members,
        filed_on=branch.filed_on,
        roll_kept=branch.roll_kept_since is not None,
        organizations=branch.organizations,
        at_work=branch.at_work,
        secretaries=len(secretaries),
        in_business=sum(_in_business(each) for each in secretaries),
        team=len(holders),
        months_overdue=None if due is None else _overdue(due, act.today),
        kept=await _kept(act, branch, asked, measures),
    )


def _in_business(holder: Holder) -> bool:
    return Qualification.business_management in holder.qualifications


def _overdue(due: date, today: date) -> int:
    """Months since the day; one that has begun counts, the day itself does not."""
    whole = whole_months(due, today)
    return whole + (months_after(due, whole) < today)


async def _kept(act: Act, branch: Standing, asked: Stage, measures: Measures) -> dict[ActivityKind, tuple[bool, ...]]:
    begins = {
        kind: periods_before(act.today, months.value, periods_asked(kind, asked, measures))
        for kind in ActivityKind
        for months in (measures.rhythm.months(kind),)
    }
    held = await activities.counted(act, branch.id, min(first[0] for first in begins.values()))
    days: dict[ActivityKind, set[date]] = {kind: set() for kind in ActivityKind}
    for kind, day in held:
        days[kind].add(period_start(day, measures.rhythm.months(kind).value))
    return {kind: tuple(first in days[kind] for first in firsts) for kind, firsts in begins.items()}
