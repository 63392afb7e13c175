"""A chunk's way in: prepare (CPU, in parallel), then apply (in the batch's order, in one transaction).

One rule decides a record's outcome, whatever the chunking: by its key, against the dataset's last record for that key.

- superseded: the last record is of a later source time
- unchanged: the last record said the same (found by the raw line's hash without parsing, else field by field)
- updated: something differs, or the subject stood already but this dataset had not spoken of it
- created: there was no subject, and the dataset founds one
- needs_review: a person must say which subject is meant, or where it is
- rejected: the record or the strategy does not allow it

A validation runs the same code. Instead of merging, it keeps what earlier records of the batch would have left under a
dataset name of its own (the shadow), so that a repeated key meets the same last record as in a commit.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from anyio import to_thread

from app.core.acts import Act
from app.core.streams import RawRecord
from app.services.exchange import apart
from app.services.exchange import partners_repository as partners
from app.services.exchange import records_repository as records
from app.services.exchange.contract import Applied, BatchFacts, MergeItem, Reading, Subject
from app.services.exchange.reading import Prepared, Reader
from app.services.exchange.records_repository import LastRecord, NewRecord, NewReview
from app.services.exchange.walking import State, Walk, partner_of


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


async def apply(act: Act, reader: Reader, prepared: Prepared) -> Applied:
    """Apply one prepared chunk in the act's transaction. Raises Raced when it must be applied again."""
    dataset, batch = reader.dataset, reader.batch
    walk = Walk(reader, prepared, act.by.id)
    hits = await _still_known(act, reader, prepared)
    readings = [reading for reading in prepared.readings if reading is not None and not reading.errors]
    await _partners(act, walk, readings)
    keys = sorted({reading.key for reading in readings} | set(walk.partners.values()))
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

    A hit is read too when this chunk says something else about its key or gives its partner's id to another record, so
    that the walk meets both in order.
    """
    while True:
        unread = [place for place, reading in enumerate(prepared.readings) if reading is None]
        found = await records.by_hash(act, reader.dataset.name, [prepared.hashes[place] for place in unread])
        readings = [reading for reading in prepared.readings if reading is not None]
        keys = {reading.key for reading in readings}
        named = {partner_of(reader, act.by.id, reading.values) for reading in readings} - {None}
        again = [
            place
            for place in unread
            if (hit := found.get(prepared.hashes[place])) is None or hit.key in keys or hit.partner in named
        ]
        if not again:
            return found
        await _read(act, reader, prepared, again)


async def _states(act: Act, walk: Walk, keys: Sequence[str], certain: set[str]) -> None:
    dataset, batch = walk.reader.dataset, walk.reader.batch
    subjects = await dataset.target.find(act, sorted(certain)) if certain else {}
    last = await apart.last(act, dataset, dataset.name, keys) if keys else {}
    if batch.validate_only and keys:
        last |= await apart.last(act, dataset, shadow(batch), keys)
    walk.decisions = await records.decisions(act, dataset.name, keys) if keys else {}
    for key in keys:
        known = last.get(key)
        subject = subjects.get(key)
        if known is not None:
            subject = subject or Subject(known.subject, known.region_code)
            walk.states[key] = State(subject, known.time, known.values, known.partner)
        else:
            walk.states[key] = State(subject, None, None)


async def _partners(act: Act, walk: Walk, readings: Sequence[Reading]) -> None:
    """Which records the partner's own ids name, for those that nothing else identifies."""
    dataset, batch = walk.reader.dataset, walk.reader.batch
    asked = {partner for each in readings if not each.certain and (partner := walk.partner(each.values)) is not None}
    if asked:
        walk.partners = await partners.by_partner(act, dataset.name, shadow(batch), sorted(asked))


def shadow(batch: BatchFacts) -> str:
    """The dataset name under which a validation keeps what its earlier records would have left."""
    return f"~{batch.id}"


async def _write(act: Act, walk: Walk) -> None:
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
    await apart.ask(act, dataset, batch.id, await _reviews(act, walk))
    settled = [key for key, state in merging if state.placed and state.values is not None]
    await records.settle(act, dataset.name, settled, {"verdict": "answered", "by": str(batch.id)})


async def _reviews(act: Act, walk: Walk) -> list[NewReview]:
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


async def _remember(act: Act, walk: Walk, name: str) -> None:
    batch = walk.reader.batch
    owners = {partner: key for partner, key in walk.named.items() if walk.partners.get(partner) == key}
    naming = {key: partner for partner, key in owners.items()}
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
                state.raw_hash if state.claimed is None or owners.get(state.claimed) == key else records.NO_LINE,
                state.values or {},
                state.line,
                naming.get(key) or (state.partner if owners.get(state.partner or "", key) == key else None),
            )
        )
    await partners.release_partners(act, name, owners)
    if batch.validate_only:
        await partners.shadow_release(act, walk.reader.dataset.name, name, owners)
    await apart.remember(act, walk.reader.dataset, name, batch.id, new)


async def _leave_shadow(act: Act, walk: Walk) -> None:
    for state in walk.states.values():
        if state.write and state.subject is None:
            state.subject = Subject(uuid4(), int(state.derived.get("region_code", walk.reader.batch.region_code)))
    await _remember(act, walk, shadow(walk.reader.batch))
