"""A chunk's way in: prepare (CPU, in parallel), then apply (in the batch's order, in one transaction).

One rule decides a record's outcome, whatever the chunking: by its key, against the dataset's last record for that key.

- unchanged: the last record said the same (found by the raw line's hash without parsing, else field by field)
- superseded: the last record is of a later source time
- updated: something differs, or the subject stood already but this dataset had not spoken of it
- created: there was no subject, and the dataset founds one
- needs_review: a person must say which subject is meant, or where it is
- rejected: the record or the strategy does not allow it

A validation runs the same code. Instead of merging, it keeps what earlier records of the batch would have left under a
dataset name of its own (the shadow), so that a repeated key meets the same last record as in a commit.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread

from app.core.acts import Act
from app.core.errors import FieldError
from app.core.streams import RawRecord, Values
from app.services.exchange import records_repository as records
from app.services.exchange.contract import (
    Applied,
    BatchFacts,
    Dataset,
    LineFinding,
    MergeItem,
    Outcome,
    Reading,
    Subject,
)
from app.services.exchange.parsing import Plan
from app.services.exchange.records_repository import LastRecord, NewRecord, NewReview

Parse = Callable[[Sequence[RawRecord]], list[Values]]


@dataclass(slots=True)
class Prepared:
    """A chunk's records with their hashes; readings of those that were not known by hash."""

    raw: Sequence[RawRecord]
    hashes: list[UUID]
    readings: list[Reading | None]
    context: Any


@dataclass(frozen=True, slots=True)
class Reader:
    """How the batch's raw records become readings."""

    dataset: Dataset
    batch: BatchFacts
    plan: Plan
    parse: Parse
    signature: bytes

    @classmethod
    def of(cls, dataset: Dataset, batch: BatchFacts, names: tuple[str, ...] | None, parse: Parse) -> "Reader":
        """`names`: a CSV's headers, None for JSON. The signature makes equal lines under other headers differ."""
        signature = repr((dataset.name, dataset.version, names)).encode()
        return cls(dataset, batch, Plan(dataset, names), parse, hashlib.blake2b(signature, digest_size=16).digest())

    def hashes(self, raw: Sequence[RawRecord]) -> list[UUID]:
        """128 bits of each line under this header: equal hash, equal record."""
        seed = hashlib.blake2b(self.signature, digest_size=16)
        found = []
        for record in raw:
            one = seed.copy()
            one.update(record.raw)
            found.append(UUID(bytes=one.digest()))
        return found

    def values(self, raw: Sequence[RawRecord]) -> list[Reading]:
        """Typed values of each record; what cannot be read has errors."""
        return [
            self.plan.read(parsed.values)
            if parsed.values is not None
            else Reading(errors=(FieldError(parsed.pointer or "", f"stream.{parsed.problem}"),))
            for parsed in self.parse(raw)
        ]

    def refine(self, readings: Sequence[Reading], context: Any) -> None:
        """Let the dataset find key, place and review of those that are sound so far."""
        refine, batch = self.dataset.refine, self.batch
        for reading in readings:
            if not reading.errors:
                refine(reading, batch, context)


async def prepare(act: Act, reader: Reader, raw: Sequence[RawRecord]) -> Prepared:
    """Hash all, skip what is known by hash, read the rest in a thread."""
    hashes = await to_thread.run_sync(reader.hashes, raw)
    known = {} if reader.batch.validate_only else await records.by_hash(act, reader.dataset.name, hashes)
    prepared = Prepared(raw, hashes, [None] * len(raw), None)
    await _read(act, reader, prepared, [place for place, digest in enumerate(hashes) if digest not in known])
    return prepared


async def _read(act: Act, reader: Reader, prepared: Prepared, places: Sequence[int]) -> None:
    if not places:
        return
    chosen = [prepared.raw[place] for place in places]
    readings = await to_thread.run_sync(reader.values, chosen)
    context = await reader.dataset.context(act, [reading.values for reading in readings], reader.batch)
    await to_thread.run_sync(reader.refine, readings, context)
    for place, reading in zip(places, readings, strict=True):
        prepared.readings[place] = reading


@dataclass(slots=True)
class _State:
    """One key while the chunk is walked: what stands for it, and what is to be written in the end."""

    subject: Subject | None
    time: datetime | None
    values: dict[str, Any] | None
    line: int = 0
    raw_hash: UUID | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    review: NewReview | None = None
    places: list[int] = field(default_factory=list)
    write: bool = False
    placed: bool = False

    @property
    def stands(self) -> bool:
        """Whether the subject is there already, or is founded by an earlier record of this chunk."""
        return self.subject is not None or self.values is not None


class _Walk:
    """Goes through a chunk's records in order and decides each one's outcome."""

    def __init__(self, reader: Reader, prepared: Prepared) -> None:
        self.reader = reader
        self.prepared = prepared
        self.states: dict[str, _State] = {}
        self.outcomes: list[Outcome] = [Outcome.rejected] * len(prepared.raw)
        self.subjects: list[UUID | None] = [None] * len(prepared.raw)
        self.findings: list[LineFinding] = []
        self.confirmed: list[str] = []
        self.decisions: dict[str, dict[str, Any]] = {}

    def hit(self, place: int, last: LastRecord) -> None:
        """The very line that was last said."""
        self.outcomes[place] = Outcome.unchanged
        self.subjects[place] = last.subject
        if last.time < self.reader.batch.source_time:
            self.confirmed.append(last.key)

    def reject(self, place: int, *errors: FieldError) -> None:
        """It does not go in, for these reasons."""
        line = self.prepared.raw[place].line
        self.outcomes[place] = Outcome.rejected
        self.findings.extend(LineFinding(line, Outcome.rejected, error) for error in errors)

    def take(self, place: int, reading: Reading) -> None:
        """Decide one parsed record."""
        if reading.errors:
            self.reject(place, *reading.errors)
            return
        state = self.states[reading.key]
        batch, line = self.reader.batch, self.prepared.raw[place].line
        refusal = self._refusal(reading, state)
        if refusal is not None:
            self.reject(place, refusal)
            return
        if not state.stands and (not reading.certain or not self.reader.dataset.founds):
            self._to_review(place, reading, state)
            return
        if state.time is not None and state.time > batch.source_time:
            self.outcomes[place] = Outcome.superseded
            self.subjects[place] = state.subject.id if state.subject else None
            return
        state.places.append(place)
        changed = {
            name: value
            for name, value in reading.values.items()
            if state.values is None or name not in state.values or state.values[name] != value
        }
        self._decide(place, reading, state, changed)
        state.values = {**(state.values or {}), **reading.values}
        state.time, state.line, state.raw_hash = batch.source_time, line, self.prepared.hashes[place]

    def _decide(self, place: int, reading: Reading, state: _State, changed: dict[str, Any]) -> None:
        if state.values is not None and not changed:
            self.outcomes[place] = Outcome.unchanged
            state.write = True  # the line is written otherwise, or is newer: remember it as the last one
            return
        self.outcomes[place] = Outcome.updated if state.stands else Outcome.created
        state.changed |= changed
        state.derived |= reading.derived
        state.write = True
        state.placed = reading.review is None
        if reading.review is not None and reading.key not in self.decisions:
            self.outcomes[place] = Outcome.needs_review
            state.review = self._review(place, reading)

    def _refusal(self, reading: Reading, state: _State) -> FieldError | None:
        batch = self.reader.batch
        if state.subject is not None and not batch.scope.contains(state.subject.region_code):
            return FieldError("", "outside_scope")
        region = reading.derived.get("region_code")
        if region is not None and not batch.scope.contains(region):
            return FieldError("", "outside_scope")
        if batch.strategy == "create" and state.stands:
            return FieldError("", "already_there")
        if batch.strategy == "update" and not state.stands:
            return FieldError("", "not_there")
        if self.decisions.get(reading.key, {}).get("verdict") == "discard":
            return FieldError("", "discarded_by_review")
        return None

    def _to_review(self, place: int, reading: Reading, state: _State) -> None:
        self.outcomes[place] = Outcome.needs_review
        state.review = self._review(place, reading)

    def _review(self, place: int, reading: Reading) -> NewReview:
        line = self.prepared.raw[place].line
        review = reading.review
        reason = review.reason if review else "no_such_subject"
        self.findings.append(LineFinding(line, Outcome.needs_review, FieldError("", f"review.{reason}")))
        return NewReview(
            key=reading.key,
            reason=reason,
            region_code=review.region_code if review else self.reader.batch.region_code,
            region_level=review.region_level if review else self.reader.batch.region_level,
            subject=None,
            values=reading.values,
            candidates=list(review.candidates) if review else [],
            line=line,
        )


async def apply(act: Act, reader: Reader, prepared: Prepared) -> Applied:
    """Apply one prepared chunk in the act's transaction. Raises Raced when it must be applied again."""
    dataset, batch = reader.dataset, reader.batch
    walk = _Walk(reader, prepared)
    hits = await _still_known(act, reader, prepared)
    readings = [reading for reading in prepared.readings if reading is not None and not reading.errors]
    keys = sorted({reading.key for reading in readings})
    await _states(act, walk, keys, {reading.key for reading in readings if reading.certain})
    for place, reading in enumerate(prepared.readings):
        if reading is None:
            walk.hit(place, hits[prepared.hashes[place]])
        else:
            walk.take(place, reading)
    if batch.validate_only:
        await _leave_shadow(act, walk)
    else:
        await _write(act, walk)
        await records.confirm(act, dataset.name, walk.confirmed, batch.source_time)
    return Applied("".join(walk.outcomes).encode(), walk.subjects, walk.findings)


async def _still_known(act: Act, reader: Reader, prepared: Prepared) -> dict[UUID, LastRecord]:
    """Look again, inside the transaction, and read those lines that are no longer the last word on their key.

    A hit whose key this chunk also says something else about is read too, so that the walk meets both in order.
    """
    while True:
        unread = [place for place, reading in enumerate(prepared.readings) if reading is None]
        found = await records.by_hash(act, reader.dataset.name, [prepared.hashes[place] for place in unread])
        said = {reading.key for reading in prepared.readings if reading is not None}
        again = [place for place in unread if (hit := found.get(prepared.hashes[place])) is None or hit.key in said]
        if not again:
            return found
        await _read(act, reader, prepared, again)


async def _states(act: Act, walk: _Walk, keys: Sequence[str], certain: set[str]) -> None:
    dataset, batch = walk.reader.dataset, walk.reader.batch
    subjects = await dataset.target.find(act, sorted(certain)) if certain else {}
    last = await records.last(act, dataset.name, keys) if keys else {}
    if batch.validate_only and keys:
        last |= await records.last(act, shadow(batch), keys)
    walk.decisions = await records.decisions(act, dataset.name, keys) if keys else {}
    for key in keys:
        known = last.get(key)
        subject = subjects.get(key)
        if known is not None:
            subject = subject or Subject(known.subject, known.region_code)
            walk.states[key] = _State(subject, known.time, known.values)
        else:
            walk.states[key] = _State(subject, None, None)


def shadow(batch: BatchFacts) -> str:
    """The dataset name under which a validation keeps what its earlier records would have left."""
    return f"~{batch.id}"


async def _write(act: Act, walk: _Walk) -> None:
    dataset, batch = walk.reader.dataset, walk.reader.batch
    merging = [
        (key, state) for key, state in walk.states.items() if state.write and (state.changed or not state.subject)
    ]
    merging.sort(key=lambda pair: pair[0])
    items = [
        MergeItem(
            subject=state.subject.id if state.subject else None,
            values=state.changed,
            derived=state.derived,
            time=batch.source_time,
            fill_only=batch.strategy == "fill_empty",
        )
        for _, state in merging
    ]
    merged = await dataset.target.merge(act, dataset.name, items) if items else []
    for (_, state), subject in zip(merging, merged, strict=True):
        state.subject = subject
    await _remember(act, walk, dataset.name)
    await records.ask(act, dataset.name, batch.id, act.by.id, await _reviews(act, walk))
    settled = [key for key, state in merging if state.placed and state.values is not None]
    await records.settle(act, dataset.name, settled, {"verdict": "answered", "by": str(batch.id)})


async def _reviews(act: Act, walk: _Walk) -> list[NewReview]:
    found = []
    for state in walk.states.values():
        review = state.review
        if review is None:
            continue
        found.append(
            NewReview(
                review.key,
                review.reason,
                review.region_code,
                review.region_level,
                state.subject.id if state.subject else None,
                review.values,
                review.candidates,
                review.line,
            )
        )
    open_ones = [review for review in found if review.subject is None]
    named = await walk.reader.dataset.target.candidates(act, [review.values for review in open_ones])
    for review, candidates in zip(open_ones, named, strict=True):
        review.candidates.extend(candidates)
    return found


async def _remember(act: Act, walk: _Walk, name: str) -> None:
    batch = walk.reader.batch
    new = []
    for key, state in walk.states.items():
        if not state.write or state.subject is None or state.raw_hash is None or state.time is None:
            continue
        for place in state.places:
            walk.subjects[place] = state.subject.id if not batch.validate_only else None
        new.append(
            NewRecord(
                key,
                state.subject.id,
                state.subject.region_code,
                state.time,
                state.raw_hash,
                state.values or {},
                state.line,
            )
        )
    await records.remember(act, name, batch.id, new)


async def _leave_shadow(act: Act, walk: _Walk) -> None:
    for state in walk.states.values():
        if state.write and state.subject is None:
            state.subject = Subject(uuid4(), int(state.derived.get("region_code", walk.reader.batch.region_code)))
    await _remember(act, walk, shadow(walk.reader.batch))
