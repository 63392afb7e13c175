"""What is asked of workers in a year, and how far they have come: by all the policies that bear on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import NotFound
from app.services.activities.policy import KIND as RHYTHM
from app.services.activities.policy import RhythmPolicy
from app.services.assessment.contract import Catalogue, Indicator, Period, SubjectKind
from app.services.duties.facts import Held, Measured, Target, WorkerDuty, so_far, year_of
from app.services.duties.policy import KIND, DutyPolicy
from app.services.duties.targets import reads
from app.services.duties.targets.reads import Standing
from app.services.duties.targets.rules import DUTIES, asked, targets
from app.services.duties.targets.schemas import DutiesAsked
from app.services.policies import service as policies
from app.services.regions.facts import wire
from app.services.regions.stated import NATION, lineage, stated
from app.services.training.policy import KIND as TRAINING
from app.services.training.policy import TrainingPolicy
from app.services.workers.facts import WorkerRole
from app.services.workers.policy import KIND as WORKERS
from app.services.workers.policy import WorkerPolicy


@dataclass(frozen=True, slots=True)
class Measures:
    """All the policies that a year is asked and judged by: a number stands in one of them and nowhere else."""

    duty: DutyPolicy
    rhythm: RhythmPolicy
    training: TrainingPolicy
    worker: WorkerPolicy

    @property
    def version(self) -> str:
        """The versions of all of them."""
        told = (self.duty.version, self.rhythm.version, self.training.version, self.worker.version)
        return ", ".join(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker did in a year up to a day: the roles held, each indicator, and those that have a target."""

    year: int
    over: Period
    held: tuple[Held, ...]
    measured: tuple[Measured, ...]
    figures: tuple[tuple[Indicator, int | None], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A worker's year, and the policies it is asked by."""

    worker: Standing
    done: Done
    measures: Measures


async def measures_at(act: Act, place: tuple[int, int], day: date) -> Measures:
    """The policies in force at a place on a day."""
    chain = lineage(place)
    return Measures(
        (await policies.at(act, KIND, chain, day)).numbers,
        (await policies.at(act, RHYTHM, chain, day)).numbers,
        (await policies.at(act, TRAINING, chain, day)).numbers,
        (await policies.at(act, WORKERS, chain, day)).numbers,
    )


async def duties(act: Act, catalogue: Catalogue, wish: DutiesAsked) -> dict[str, Any]:
    """What each role obliges to and is asked in a year, by the policies of a region today."""
    place = NATION if wish.region is None else stated(wish.region, wish.region_level, "/region")
    measures = await measures_at(act, place, act.today)
    wanted = asked(measures.duty, measures.rhythm, measures.training)
    roles = [wish.role] if wish.role is not None else list(WorkerRole)
    return {
        "region_code": wire(place[0]),
        "region_level": place[1],
        "on": act.today,
        "roles": [
            {
                "role": role,
                "duties": list(DUTIES[role]),
                "asked": [
                    {
                        "indicator": figure.value,
                        "unit": unit(catalogue, figure.value),
                        "value": by_role[role].value,
                        "citation": by_role[role].document,
                    }
                    for figure, by_role in wanted.items()
                    if role in by_role
                ],
            }
            for role in roles
        ],
        "policy_version": measures.version,
    }


def unit(catalogue: Catalogue, code: str) -> str:
    """The unit of an indicator. Raises LookupError for one that is asked for and not in the catalogue."""
    found = catalogue.of(code)
    if found is None:
        raise LookupError(code)
    return found.unit.value


async def year(act: Act, catalogue: Catalogue, worker_id: UUID, wanted: int) -> Year:
    """A worker's year up to today, by the policies of where he is kept. Raises NotFound."""
    worker = await reads.worker(act, worker_id)
    if worker is None:
        raise NotFound()
    measures = await measures_at(act, worker.place, so_far(wanted, act.today).last)
    (done,) = await done_by(act, catalogue, [worker_id], wanted, measures)
    return Year(worker, done, measures)


async def done_by(
    act: Act, catalogue: Catalogue, ids: Sequence[UUID], wanted: int, measures: Measures
) -> tuple[Done, ...]:
    """What workers did in a year up to today, in their order, beside what these policies ask of them.

    A statement for the roles, one for changed targets, and those of each indicator, however many workers there are.
    """
    whole, over = year_of(wanted), so_far(wanted, act.today)
    held, changed = await reads.held(act, ids, whole), await reads.changed(act, ids, wanted)
    wished = asked(measures.duty, measures.rhythm, measures.training)
    read = [(indicator, await indicator.read(act, ids, over)) for indicator in catalogue.about(SubjectKind.worker)]
    found = []
    for each in ids:
        roles = tuple(held.get(each, ()))
        by_code = {told.indicator: told for told in targets(wished, changed.get(each, {}), roles, whole, over)}
        figures = tuple((indicator, told.get(each)) for indicator, told in read)
        measured = tuple(
            Measured(by_code[indicator.code], value) for indicator, value in figures if indicator.code in by_code
        )
        found.append(Done(wanted, over, roles, measured, figures))
    return tuple(found)


def told_figures(found: Done) -> list[dict[str, Any]]:
    """Every indicator of a year beside its target, as it is shown and as it is frozen."""
    targets_of = {each.target.indicator: each for each in found.measured}
    return [_told(indicator, value, targets_of.get(indicator.code)) for indicator, value in found.figures]


def _told(indicator: Indicator, value: int | None, measured: Measured | None) -> dict[str, Any]:
    target: Target | None = None if measured is None else measured.target
    return {
        "indicator": indicator.code,
        "unit": indicator.unit.value,
        "value": value,
        "target": None if target is None else target.year,
        "due": None if target is None else target.due,
        "percent": None if measured is None else measured.percent,
        "role": None if target is None else target.role,
        "source": None if target is None else target.source.value,
        "citation": None if target is None else target.document,
    }


def obliged(held: tuple[Held, ...]) -> list[WorkerDuty]:
    """What the roles held oblige to, each duty once."""
    return list(dict.fromkeys(duty for each in held for duty in DUTIES[WorkerRole(each.role)]))


async def shown_year(act: Act, catalogue: Catalogue, worker_id: UUID, wanted: int | None) -> dict[str, Any]:
    """What a worker must do in a year (default: this one) and how far he has come. Raises NotFound."""
    found = await year(act, catalogue, worker_id, wanted or act.today.year)
    return {
        "worker_id": worker_id,
        "worker_name": found.worker.name,
        "year": found.done.year,
        "since": found.done.over.since,
        "until": found.done.over.until,
        "roles": [{"role": each.role, "since": each.since, "until": each.until} for each in found.done.held],
        "duties": obliged(found.done.held),
        "figures": told_figures(found.done),
        "policy_version": found.measures.version,
    }
