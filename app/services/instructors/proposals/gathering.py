"""All that a proposal is computed from, taken at one time, so that computing needs no transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.services.instructors import repository as assignments
from app.services.instructors.facts import Purpose, fullest
from app.services.instructors.judging import policy_at as workers_policy_at
from app.services.instructors.proposals import reads
from app.services.instructors.proposals.composing import Composed, Helper, Waiting, compose
from app.services.instructors.proposals.facts import POINT, Weights
from app.services.instructors.proposals.policy import KIND, AssignmentPolicy
from app.services.instructors.proposals.schemas import ProposalCreate, ProposalOptions
from app.services.policies import service as policies
from app.services.regions.facts import CITY, COUNTY, span
from app.services.regions.stated import lineage, place, stated
from app.services.workers.policy import WorkerPolicy

MOST = 20_000  # organisations and branches in one proposal,
MOST_HELPERS = 4_000  # and instructors: up to here it is proven exactly, in about half a minute

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The task, and with it what is told of it."""

    place: Place
    purpose: Purpose | None
    starts_on: date
    waiting: list[Waiting]
    helpers: list[Helper]
    weights: Weights
    most: int
    told: list[dict[str, Any]]
    unplaced: int


async def policy_at(act: Act, at: Place) -> AssignmentPolicy:
    """The policy of assignments in force at a place today."""
    return (await policies.at(act, KIND, lineage(at), act.today)).numbers


async def gather(act: Act, draft: ProposalCreate) -> Gathered:
    """What a proposal for this region rests on.

    Raises Invalid for another shape, a region wider than a city, a day that has passed, a purpose that does not fit,
    an instructor nobody knows, or too many of either; Forbidden for a region that is not wholly in the caller's scope.
    """
    at = await place(act, draft.region_code, draft.region_level)
    if not act.scope.covers(*span(*at)):
        raise Forbidden(reason="scope")
    starts = draft.starts_on or act.today
    _fitting(act, draft, at, starts)
    home = at if draft.instructors_region is None else stated(draft.instructors_region, None, "/instructors_region")
    weights, most, told = _options(draft.options, await workers_policy_at(act, at), await policy_at(act, at))
    purpose: Purpose | None = None
    if draft.hand_over_of is None:
        purpose = draft.purpose or Purpose.work_coverage
        waiting = await reads.gaps(act, at, starts, purpose, draft.organization_ids, draft.kinds, MOST + 1)
    else:
        if draft.hand_over_of not in await assignments.candidates(act, [draft.hand_over_of]):
            raise Invalid(errors=(FieldError("/hand_over_of", "reference_unknown"),))
        waiting = await reads.handed_over(act, at, starts, draft.hand_over_of)
        if draft.organization_ids is not None:
            waiting = [each for each in waiting if each.organization_id in set(draft.organization_ids)]
    placed = [each for each in waiting if each.region[1] >= COUNTY]
    helpers = await able(act, await reads.helpers(act, home, starts, draft.hand_over_of), starts)
    if len(waiting) > MOST or len(helpers) > MOST_HELPERS:
        params = {"most": MOST, "instructors": MOST_HELPERS}
        raise Invalid(errors=(FieldError("/region_code", "proposal_too_many", params),))
    placed = await reads.with_past(act, placed, starts)
    return Gathered(at, purpose, starts, placed, helpers, weights, most, told, len(waiting) - len(placed))


def _fitting(act: Act, draft: ProposalCreate, at: Place, starts: date) -> None:
    errors = []
    if at[1] < CITY:
        errors.append(FieldError("/region_code", "proposal_too_wide"))
    if starts < act.today:
        errors.append(FieldError("/starts_on", "day_too_early", {"earliest": act.today.isoformat()}))
    if draft.hand_over_of is not None and draft.purpose is not None:
        errors.append(FieldError("/purpose", "purpose_handed_over"))
    if draft.hand_over_of is None and draft.purpose is Purpose.guide_branch:
        errors.append(FieldError("/purpose", "purpose_unfit"))
    if errors:
        raise Invalid(errors=tuple(errors))


def _options(
    asked: ProposalOptions, workers: WorkerPolicy, policy: AssignmentPolicy
) -> tuple[Weights, int, list[dict[str, Any]]]:
    """The numbers to propose by: the policies', but for those that the request puts others in the place of."""
    cited: dict[str, tuple[Any, str | None]] = {
        "most": (workers.instructor_most.value, workers.instructor_most.document)
    }
    for name in ("farthest", "other_division", "other_section", "other_background", "newcomer"):
        number = getattr(policy, name)
        cited[name] = (number.value, number.document)
    for name in asked.model_fields_set:
        cited[name] = (getattr(asked, name), None)
    told = [{"name": name, "value": value, "source": source} for name, (value, source) in cited.items()]
    told += [
        {"name": f"{kind}_policy", "value": version, "source": None}
        for kind, version in (("workers", workers.version), ("assignment", policy.version))
    ]
    most = int(cited["most"][0])
    return weights_of({name: value for name, (value, _) in cited.items()}), most, told


def weights_of(metres: dict[str, Any]) -> Weights:
    """The solver's weights, of options in metres."""
    farthest = metres["farthest"]
    return Weights(
        other_division=metres["other_division"] // POINT,
        other_section=metres["other_section"] // POINT,
        other_background=metres["other_background"] // POINT,
        newcomer=metres["newcomer"] // POINT,
        farthest=None if farthest is None else farthest // POINT,
    )


async def able(act: Act, found: Sequence[Helper], starts: date) -> list[Helper]:
    """Those who may be sent from that day on: formal members, with what they then have on the fullest day."""
    known = await assignments.candidates(act, [each.id for each in found])
    hands: dict[UUID, list[tuple[date, date]]] = {}
    for time in await assignments.times(act, known, starts):
        hands.setdefault(time.worker_id, []).append(time.days)
    able = []
    for each in found:
        candidate = known.get(each.id)
        if candidate is not None and candidate.formal is True:
            load = fullest((starts, date.max), hands.get(each.id, ()))
            able.append(
                Helper(
                    each.id, each.region, load, each.industries, each.background, each.qualifications,
                    each.longitude, each.latitude,
                )
            )  # fmt: skip
    return able


def computed(gathered: Gathered) -> Composed:
    """The proposal itself. Takes seconds, for the largest half a minute: fit for a thread of its own."""
    return compose(gathered.waiting, gathered.helpers, gathered.weights, gathered.most)
