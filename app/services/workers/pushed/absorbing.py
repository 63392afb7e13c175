"""Instructors as a merge target: a person is known by the index of the identity number; an officer's word stands.

A push enters people with their terms, prolongs a term, and tells what is known of them. It ends nobody and moves
nobody: where an instructor was sent nobody would be in charge, so that is an officer's deed with its hand-over.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.policies import service as policies
from app.services.privacy import keeping
from app.services.privacy.contract import Held
from app.services.regions.stated import lineage
from app.services.workers.facts import HOLDER, PERSONAL, SelectionChannel, WorkerState
from app.services.workers.models import Worker, WorkerRoleHeld
from app.services.workers.policy import KIND
from app.services.workers.pushed import repository
from app.services.workers.pushed.knowing import DOMAIN, Blinds, Known, known, workers_of
from app.services.workers.pushed.repository import New, NewTerm
from app.services.workers.pushed.terms import Term

TOLD = ("name", "background", "sending_body", "qualifications", "industries", "home_region", "full_time")
"""What a record says of the person, beside the numbers and the term."""


class Instructors:
    """The target of every dataset that tells of instructors."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Current workers by key, whatever the scope; those inside it are locked until the end of the act."""
        persons = {key: Blinds.read(key) for key in keys}
        found = await workers_of(act, persons.values())
        await repository.standing(act, [kept.id for kept in found.values()])
        return {key: Subject(*found[each]) for key, each in persons.items() if each in found}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Enter who has no subject, change who has one; the subjects in order. Raises Raced, Invalid."""
        fresh = [item for item in items if item.subject is None]
        entered = await self._enter(act, dataset, fresh)
        standing = await repository.standing(act, [item.subject for item in items if item.subject is not None])
        await self._change(act, dataset, [item for item in items if item.subject is not None], standing)
        subjects = []
        for item in items:
            if item.subject is None:
                subjects.append(entered[item.values["identity_number"]])
            else:
                subjects.append(Subject(item.subject, standing[item.subject].region_code))
        return subjects

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """None: what is not certain is the region, not the person."""
        del act
        return [[] for _ in values]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A current worker that may be written, locked. Raises NotFound."""
        worker = (await repository.standing(act, [subject])).get(subject)
        if worker is None or worker.state != WorkerState.current:
            raise NotFound()
        return Subject(subject, worker.region_code)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """An officer says where somebody is kept. Raises NotFound, and Invalid for a region outside the scope."""
        if not act.scope.contains(code):
            raise Invalid(errors=(FieldError("/region_code", "outside_scope"),))
        worker = (await repository.standing(act, [subject])).get(subject)
        if worker is None:
            raise NotFound()
        await repository.update(act, [(worker, {"region_code": code, "region_level": level})])

    async def _enter(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> dict[str, Subject]:
        """A person may come with several terms at once: one worker. By identity number."""
        if not items:
            return {}
        numbers = sorted({item.values["identity_number"] for item in items})
        await repository.hold(act, [blind for number in numbers for blind in act.vault.blinds(number, DOMAIN)])
        people = await known(act, numbers)
        if people.workers:
            raise Raced
        said = await _terms(act, items)
        new: dict[str, New] = {}
        terms = []
        sealed: dict[str, dict[str, str | None]] = {}
        by_number: dict[str, list[tuple[MergeItem, Term]]] = {}
        for item, term in zip(items, said, strict=True):
            by_number.setdefault(item.values["identity_number"], []).append((item, term))
        for key, number in zip(await repository.new_ids(act, len(numbers)), numbers, strict=True):
            own = by_number[number]
            worker = _new(key, dataset, own, people)
            new[number] = worker
            terms += [_new_term(worker.id, item, term, worker.full_time) for item, term in own]
            phones = [item.values["phone"] for item, _ in own if item.values.get("phone") is not None]
            sealed[number] = {"identity_number": number} | ({"phone": phones[-1]} if phones else {})
        await repository.insert(act, list(new.values()))
        await keeping.keep(
            act, HOLDER, [Held(str(row.id), row.region_code, sealed[number]) for number, row in new.items()]
        )
        await self._enter_terms(act, terms)
        return {number: Subject(row.id, row.region_code) for number, row in new.items()}

    async def _change(
        self, act: Act, dataset: str, items: Sequence[MergeItem], standing: Mapping[UUID, Worker]
    ) -> None:
        if not items:
            return
        said = await _terms(act, items)
        held = await keeping.opened(act, HOLDER, [str(key) for key in standing])
        terms = await repository.terms(act, standing)
        told: dict[UUID, dict[str, Any]] = {}
        kept, new_terms, changed_terms = [], [], []
        for item, term in zip(items, said, strict=True):
            assert item.subject is not None  # noqa: S101  (the caller parted them)
            worker = standing[item.subject]
            if worker.state != WorkerState.current:
                continue  # nothing more is heard of one who has left
            columns = _heard(item, worker)
            if columns:
                told[worker.id] = told.get(worker.id, {}) | columns
                told[worker.id] |= {"source": dataset, "source_time": item.time}
            if numbers := _numbers(item, worker, held.get(str(worker.id), {})):
                kept.append(Held(str(worker.id), worker.region_code, numbers))
            own = terms.get(worker.id, [])
            met = _met(term, own)
            if met is None and not (item.fill_only and own):
                new_terms.append(_new_term(worker.id, item, term, worker.full_time))
                if term.first < told.get(worker.id, {}).get("since", worker.since):
                    told[worker.id] = told.get(worker.id, {}) | {"since": term.first}
            elif met is not None and (change := _changed(met, item, term)):
                changed_terms.append((met, change))
        await repository.update(act, [(standing[key], columns) for key, columns in told.items()])
        await keeping.keep(act, HOLDER, kept)
        await repository.change_terms(act, changed_terms)
        await self._enter_terms(act, new_terms)

    async def _enter_terms(self, act: Act, new: Sequence[NewTerm]) -> None:
        """Two of them never overlap: of records that say so one is heard, and the other anew, when it is refused."""
        by_worker: dict[UUID, list[NewTerm]] = {}
        for term in sorted(new):
            by_worker.setdefault(term.worker_id, []).append(term)
        for terms in by_worker.values():
            for earlier, later in pairwise(terms):
                if later.valid_from < earlier.valid_to:
                    raise Raced
        await repository.enter_terms(act, new)


async def _terms(act: Act, items: Sequence[MergeItem]) -> list[Term]:
    """Each item's term; read from what was said, and as long as terms are there, where a person decided on a record."""
    terms = []
    for item in items:
        term: Term | None = item.derived.get("term")
        if term is None:
            place = (item.derived.get("region_code", 0), item.derived.get("region_level", 0))
            policy = (await policies.at(act, KIND, lineage(place), act.today)).numbers
            first, last = date.fromisoformat(item.values["term_from"]), item.values.get("term_last_day")
            term = (
                Term.lasting(first, policy.instructor_term_months.value)
                if last is None
                else Term(first, date.fromisoformat(last) + timedelta(days=1))
            )
        terms.append(term)
    return terms


def _new(key: UUID, dataset: str, own: Sequence[tuple[MergeItem, Term]], people: Known) -> New:
    """The worker that one person's records enter; of several the last word holds."""
    said: dict[str, Any] = {}
    for item, _ in own:
        said |= {name: value for name, value in item.values.items() if value is not None}
    member = people.member(said["identity_number"])
    home = said.get("home_region") or {}
    last = own[-1][0]
    return New(
        id=key,
        member_id=None if member is None else member.id,
        name=said["name"] if member is None else None,
        stated_formal=said["member_kind"] == "formal" if member is None else None,
        background=said.get("background"),
        sending_body=said.get("sending_body"),
        qualifications=said.get("qualifications", []),
        industries=said.get("industries", []),
        home_region_code=home.get("code"),
        home_region_level=home.get("level"),
        full_time=said.get("full_time") == "full_time",
        since=min(term.first for _, term in own),
        region_code=last.derived["region_code"],
        region_level=last.derived["region_level"],
        source=dataset,
        source_time=last.time,
    )


def _new_term(worker: UUID, item: MergeItem, term: Term, full_time: bool) -> NewTerm:
    told = item.values.get("full_time")
    return NewTerm(
        worker,
        item.values.get("selection_channel") or SelectionChannel.dispatched,
        full_time if told is None else told == "full_time",
        term.first,
        term.end,
    )


def _met(said: Term, terms: Sequence[WorkerRoleHeld]) -> WorkerRoleHeld | None:
    """The term that a record is about; None for a new one. Raises Raced where it lies across one that was entered
    meanwhile: read anew, the record is refused with its reason."""
    for term in terms:
        if term.valid_from == said.first:
            return term
        if term.valid_from < said.end and (term.valid_to is None or said.first < term.valid_to):
            raise Raced
    return None


def _changed(term: WorkerRoleHeld, item: MergeItem, said: Term) -> dict[str, Any]:
    """What a record changes in a term that stands."""
    if term.end_kind is not None or item.fill_only or term.valid_to is None:
        return {}
    told: dict[str, Any] = {"valid_to": max(term.valid_to, said.end)}
    if item.values.get("selection_channel") is not None:
        told["selection_channel"] = item.values["selection_channel"]
    if item.values.get("full_time") is not None:
        told["full_time"] = item.values["full_time"] == "full_time"
    return {name: value for name, value in told.items() if getattr(term, name) != value}


def _heard(item: MergeItem, worker: Worker) -> dict[str, Any]:
    """The columns a record changes: not what an officer has put right, and with fill_only nothing that stands."""
    told: dict[str, Any] = {}
    for name in TOLD:
        value = item.values.get(name)
        if value is None or name in worker.corrected:
            continue
        if name == "home_region":
            if "home_region_code" not in worker.corrected:
                told |= {"home_region_code": value["code"], "home_region_level": value["level"]}
        elif name == "full_time":
            told[name] = value == "full_time"
        elif name != "name" or (worker.member_id is None and not worker.erased):
            told[name] = value
    empty: tuple[Any, ...] = (None, [], False)
    return {
        name: value
        for name, value in told.items()
        if getattr(worker, name) != value and not (item.fill_only and getattr(worker, name) not in empty)
    }


def _numbers(item: MergeItem, worker: Worker, held: Mapping[str, str]) -> dict[str, str | None]:
    """What is to be sealed. Nobody's number is taken back by a push."""
    return {
        field: item.values[field]
        for field in PERSONAL
        if item.values.get(field) is not None
        and held.get(field) != item.values[field]
        and not (item.fill_only and held.get(field) is not None)
        and field not in worker.corrected
    }
