"""What the rules say of whom one wants to send where; asked set-wise, so that a whole proposal is one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Failure, FieldError, Forbidden, Invalid, Taken, refuse_hard
from app.core.findings import Finding, judge
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.instructors import repository
from app.services.instructors.facts import AssignmentFacts, Days, Purpose, Wanted, fullest, term_from
from app.services.instructors.repository import Candidate, Target, Time
from app.services.instructors.rules import ASSIGNMENT
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.workers.policy import KIND, WorkerPolicy

OF_BRANCHES = frozenset((Purpose.guide_branch,))
"""What somebody is sent to a branch for; all else is about an organisation."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody who may be sent: the assignment's own columns, and what the rules say of it."""

    row: dict[str, Any]
    findings: tuple[Finding, ...]
    policy: WorkerPolicy


async def judge_one(act: Act, wanted: Wanted, pointer: str = "") -> Ready:
    """What the rules say of one. Raises Invalid for what it refers to, Forbidden, Taken as `judge_each` says."""
    (found,) = await judge_each(act, [wanted], pointer)
    if isinstance(found, Failure):
        raise found
    return found


async def judge_each(act: Act, wanted: Sequence[Wanted], pointer: str = "") -> list[Ready | Failure]:
    """What the rules say of each, in order, as if those before it were sent already.

    A failure is Invalid for a worker, organisation or branch that may not be seen, and for days and purposes that do
    not fit, Forbidden for where the caller may not write, Taken for who is sent there already. `pointer` is where they
    stand in the payload, with a place for the number of each. What is judged stays locked until the act ends.
    """
    if not wanted:
        return []
    since = min(each.valid_from for each in wanted)
    targets = await repository.targets(
        act,
        [each.organization_id for each in wanted if each.organization_id],
        [each.branch_id for each in wanted if each.branch_id],
    )
    workers = await repository.candidates(act, [each.worker_id for each in wanted])
    there = await repository.there(act, targets, since)
    hands: dict[UUID, list[Time]] = {}
    for time in await repository.times(act, workers, since):
        hands.setdefault(time.worker_id, []).append(time)
    policy = await _policies(act, targets)
    found: list[Ready | Failure] = []
    for number, each in enumerate(wanted):
        judged = _judged(each, pointer.format(number), targets, workers, there, hands, policy)
        found.append(judged)
        if isinstance(judged, Ready):  # it is on his hands for those that follow
            hands.setdefault(each.worker_id, []).append(Time(UUID(int=0), each.worker_id, _days(judged.row)))
    return found


def passed(act: Act, ready: Ready, reason: str | None) -> dict[str, Any]:
    """The row to write, with what departs. Raises RuleViolation, and DepartureUnapproved without a reason."""
    departing = require_reason(refuse_hard(ready.findings), reason)
    return {**ready.row, "departures": recorded(act, departing, ready.policy, reason)}


async def policy_at(act: Act, place: tuple[int, int]) -> WorkerPolicy:
    """The policy in force at a place today: what is decided is judged by the rules of the day."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def _policies(act: Act, targets: Mapping[UUID, Target]) -> dict[tuple[int, int], WorkerPolicy]:
    places = {(target.region_code, target.region_level) for target in targets.values()}
    return {place: await policy_at(act, place) for place in sorted(places)}


def _judged(
    wanted: Wanted,
    pointer: str,
    targets: Mapping[UUID, Target],
    workers: Mapping[UUID, Candidate],
    there: Mapping[UUID, list[Time]],
    hands: Mapping[UUID, list[Time]],
    policy: Mapping[tuple[int, int], WorkerPolicy],
) -> Ready | Failure:
    name = "organization_id" if wanted.organization_id else "branch_id"
    target = targets.get(wanted.organization_id or wanted.branch_id or UUID(int=0))
    worker = workers.get(wanted.worker_id)
    errors = []
    if worker is None:
        errors.append(FieldError(f"{pointer}/worker_id", "reference_unknown"))
    if target is None:
        errors.append(FieldError(f"{pointer}/{name}", "reference_unknown"))
    if (wanted.purpose in OF_BRANCHES) != (wanted.branch_id is not None):
        errors.append(FieldError(f"{pointer}/purpose", "purpose_unfit"))
    if wanted.valid_to is not None and wanted.valid_to <= wanted.valid_from:
        earliest = wanted.valid_from + timedelta(days=1)
        errors.append(FieldError(f"{pointer}/valid_to", "day_too_early", {"earliest": earliest.isoformat()}))
    if target is not None and target.since is not None and wanted.valid_from < target.since:
        earliest = target.since
        errors.append(FieldError(f"{pointer}/valid_from", "day_too_early", {"earliest": earliest.isoformat()}))
    if errors or worker is None or target is None:
        return Invalid(errors=tuple(errors))
    if not target.writable:
        return Forbidden(reason="scope")
    term_to = term_from(wanted.valid_from, worker.terms)
    days = (wanted.valid_from, _until(wanted, term_to))
    mine = [time.days for time in hands.get(worker.id, ())]
    others = [
        time for time in there.get(target.id, ()) if time.assignment_id != wanted.follows and fullest(days, [time.days])
    ]
    if any(time.worker_id == worker.id for time in others):
        return Taken(errors=(FieldError(f"{pointer}/worker_id", "assigned_already"),))
    facts = AssignmentFacts(
        formal=worker.formal,
        valid_from=days[0],
        valid_to=days[1],
        term_to=term_to,
        target_open=target.open,
        running=1 + fullest(days, mine),
        others=len({time.worker_id for time in others}),
        conflict=wanted.conflict_note is not None,
        covered=target.covered and wanted.follows is None,  # who takes over goes where somebody has been
    )
    numbers = policy[(target.region_code, target.region_level)]
    return Ready(_row(wanted, days), judge(ASSIGNMENT, facts, numbers), numbers)


def _until(wanted: Wanted, term_to: date | None) -> date:
    """The planned end; of who is no instructor a day, which the rules then refuse."""
    if wanted.valid_to is not None:
        return wanted.valid_to
    ends = [day for day in (term_to, wanted.at_most) if day is not None and day > wanted.valid_from]
    return min(ends, default=wanted.valid_from + timedelta(days=1))


def _row(wanted: Wanted, days: Days) -> dict[str, Any]:
    return {
        "worker_id": wanted.worker_id,
        "organization_id": wanted.organization_id,
        "branch_id": wanted.branch_id,
        "purpose": wanted.purpose,
        "valid_from": days[0],
        "valid_to": days[1],
        "proposal_id": wanted.proposal_id,
        "conflict_note": wanted.conflict_note,
        "departures": [],
    }


def _days(row: Mapping[str, Any]) -> Days:
    return row["valid_from"], row["valid_to"]
