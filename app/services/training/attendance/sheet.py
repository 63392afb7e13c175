"""An attendance list as a spreadsheet: read by the same piece as what partners push, taken line by line.

A line names a worker by his id, else by his identity number, else by a name that only one worker has. Numbers are read,
looked up and forgotten: none of them is kept.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError
from app.core.labels import LANGUAGES, label
from app.core.streams import FileRefused, Format, Limits, RawRecord, csv_values, json_values
from app.core.strict_json import JsonLimits
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Role
from app.services.exchange.failures import FileUnreadable
from app.services.exchange.intake import examine
from app.services.exchange.reading import Parse, Reader
from app.services.policies import service as policies
from app.services.privacy.facts import READERS, Unsound
from app.services.regions.stated import lineage
from app.services.training import repository as rows
from app.services.training.attendance import reads, repository, service
from app.services.training.attendance.absorbing import Attendances
from app.services.training.attendance.reads import Person, Session
from app.services.training.attendance.repository import New
from app.services.training.facts import HOURS_OF_STUDY, MINUTES, OFFICER, minutes_told
from app.services.training.policy import KIND
from app.services.workers.pushed.knowing import known

SHEET_RECORDS = 2_000
"""Lines of one list: it is taken in one transaction, and answered line by line."""
SHEET_BYTES = 2 << 20


def _as_exported(heading: str) -> tuple[str, ...]:
    """What the list of attendances calls a column when it is a file, so that one comes back."""
    return tuple(label("heading", heading, language) for language in LANGUAGES)


FIELDS = (
    Field(
        "worker_id",
        "code",
        Role.hint,
        "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11",
        ("人员编号", *_as_exported("worker_id")),
    ),
    Field(
        "identity_number",
        "code",
        Role.hint,
        "11010519491231002X",
        ("身份证号", "身份证号码", "公民身份号码", "公民身份证号码"),
        max_length=40,
        personal=True,
    ),
    Field("name", "text", Role.hint, "李清", ("学员姓名", "参训人员", *_as_exported("person_name")), max_length=60),
    Field(
        "minutes",
        "integer",
        Role.keeper,
        "360",
        ("分钟", "参训分钟", "时长（分钟）", *_as_exported("minutes_of_training")),
        units=MINUTES,
    ),
    Field("hours", "hundredths", Role.keeper, "8", ("学时", "参训学时", "课时"), units=HOURS_OF_STUDY),
)
KNOWN = frozenset(name for each in FIELDS for name in (each.name, *each.headers))


class Sheet(NamedTuple):
    """A list as it lies on disk, split into lines; nothing of it has been looked up yet."""

    records: list[RawRecord]
    parse: Parse
    names: tuple[str, ...] | None
    blank_rows: int


class Line(NamedTuple):
    """What became of one line."""

    line: int
    outcome: str
    attendance_id: UUID | None
    errors: tuple[FieldError, ...]


class Taken(NamedTuple):
    """What became of a list."""

    session_id: UUID
    lines: list[Line]
    blank_rows: int


async def opened(path: Path, form: str) -> Sheet:
    """Split a body into lines, before any transaction. Raises FileUnreadable, also for more lines than a list has."""
    reading = await examine(path, Format(form), KNOWN, Limits())
    try:
        records = await asyncio.to_thread(lambda: [each for each, _ in zip(reading.records(), _places(), strict=False)])
    except FileRefused as refused:
        raise FileUnreadable.because(refused) from refused
    if len(records) > SHEET_RECORDS:
        raise FileUnreadable.because(FileRefused("too_many_records", limit=SHEET_RECORDS))
    header = reading.header
    if header is None:
        return Sheet(records, partial(json_values, limits=JsonLimits()), None, reading.counts.blank)
    return Sheet(records, partial(csv_values, header=header), tuple(header.names), reading.counts.blank)


def _places() -> range:
    return range(SHEET_RECORDS + 1)


async def taken(act: Act, session_id: UUID, sheet: Sheet) -> Taken:
    """Enter who attended a session, line by line; a line that does not fit is told and enters nothing.

    Whoever is there already with as many minutes is unchanged, so a list may be sent again. Raises NotFound for a
    session that is not to be seen, Conflict for one that is not over or was cancelled.
    """
    met = await service.held(act, session_id)
    batch = BatchFacts(session_id, SHEET.name, act.scope, 0, 0, "upsert", False, act.now)
    reader = Reader.of(SHEET, batch, sheet.names, sheet.parse)
    readings = await asyncio.to_thread(_read, reader, sheet.records)
    people = await _people(act, readings)
    judged = [_judged(act, reading, people, met) for reading in readings]
    busy = await reads.overlapping(act, sorted({one.person.id for one in judged if one.person is not None}), met)
    seen: set[UUID] = set()
    for one in judged:
        if one.person is None or one.errors:
            continue
        if one.person.id in seen:
            one.errors = (FieldError("", "worker_doubled"),)
        elif one.person.id in busy:
            one.errors = (FieldError("", "attendance_overlaps"),)
        seen.add(one.person.id)
    entered = await _enter(act, met, {one.person.id: one.minutes for one in judged if one.person and not one.errors})
    lines = []
    for record, one in zip(sheet.records, judged, strict=True):
        if one.errors or one.person is None:
            lines.append(Line(record.line, "rejected", None, one.errors))
        else:
            lines.append(Line(record.line, *entered[one.person.id], ()))
    return Taken(session_id, lines, sheet.blank_rows)


def _read(reader: Reader, records: Sequence[RawRecord]) -> list[Reading]:
    readings = reader.values(records)
    reader.refine(readings, None)
    return readings


class People(NamedTuple):
    """Visible workers that the lines name, and minutes of an hour of study where each stands."""

    ids: Mapping[UUID, Person]
    numbers: Mapping[str, UUID]
    names: Mapping[str, list[Person]]
    per_hour: Mapping[tuple[int, int], int]


async def _people(act: Act, readings: Sequence[Reading]) -> People:
    told = [reading.values for reading in readings if not reading.errors]
    numbers = sorted({values["identity_number"] for values in told if values.get("identity_number")})
    persons = await known(act, numbers)
    by_number = {number: kept.id for number in numbers if (kept := persons.worker(number)) is not None}
    stated = {UUID(values["worker_id"]) for values in told if values.get("worker_id")}
    names = await reads.called(act, (values["name"] for values in told if values.get("name")))
    ids = await reads.persons(act, stated | set(by_number.values()))
    everybody = [*ids.values(), *(person for many in names.values() for person in many)]
    per_hour = {}
    for place in sorted({(person.region_code, person.region_level) for person in everybody}):
        policy = (await policies.at(act, KIND, lineage(place), act.today)).numbers
        per_hour[place] = policy.minutes_per_hour.value
    return People(ids, by_number, names, per_hour)


@dataclass(slots=True)
class _Judged:
    """A line with the worker it means and the minutes it tells, or what is wrong with it."""

    person: Person | None = None
    minutes: int = 0
    errors: tuple[FieldError, ...] = ()


def _judged(act: Act, reading: Reading, people: People, met: Session) -> _Judged:
    if reading.errors:
        return _Judged(errors=reading.errors)
    person, error = _meant(reading.values, people)
    if person is None:
        return _Judged(errors=(error,) if error else ())
    if not act.scope.holds(person.region_code, [person.authority_code]):
        return _Judged(errors=(FieldError("", "outside_scope"),))
    per_hour = people.per_hour[person.region_code, person.region_level]
    told = minutes_told(reading.values.get("minutes"), reading.values.get("hours"), per_hour)
    minutes = met.minutes if told is None else told
    pointer = "/hours" if reading.values.get("minutes") is None else "/minutes"
    if minutes < 1:
        return _Judged(errors=(FieldError(pointer, "greater_than_equal", {"ge": 1}),))
    if minutes > met.minutes:
        return _Judged(errors=(FieldError(pointer, "less_than_equal", {"le": met.minutes}),))
    return _Judged(person, minutes)


def _meant(values: Mapping[str, Any], people: People) -> tuple[Person | None, FieldError | None]:
    """The worker that a line means: by what names him most certainly. A name beside it must be his."""
    name = values.get("name")
    if values.get("worker_id"):
        pointer, person = "/worker_id", people.ids.get(UUID(values["worker_id"]))
    elif values.get("identity_number"):
        found = people.numbers.get(values["identity_number"])
        pointer, person = "/identity_number", None if found is None else people.ids.get(found)
    else:
        called = people.names.get(name or "", [])
        if len(called) > 1:
            return None, FieldError("/name", "worker_ambiguous")
        pointer, person = "/name", called[0] if called else None
    if person is None:
        return None, FieldError(pointer, "worker_unknown")
    if name and person.name and name != person.name:
        return None, FieldError("/name", "worker_name_differs")
    return person, None


async def _enter(act: Act, met: Session, minutes: Mapping[UUID, int]) -> dict[UUID, tuple[str, UUID]]:
    """Outcome and attendance by worker."""
    await rows.workers(act, minutes)  # they stay where they stand until the act ends
    standing = await repository.counting(act, minutes, met.id, met.title, met.held_on)
    done: dict[UUID, tuple[str, UUID]] = {}
    changed = []
    for worker, row in sorted(standing.items()):
        if row.session_id == met.id and row.minutes == minutes[worker]:
            done[worker] = ("unchanged", row.id)
        else:
            changed.append(service.adopted(act, row, met, minutes[worker]))
            done[worker] = ("updated", row.id)
    await repository.change(act, changed)
    new = [
        New(worker, met.id, None, None, told, OFFICER, act.now)
        for worker, told in sorted(minutes.items())
        if worker not in standing
    ]
    entered = await repository.insert(act, new)
    return done | {worker: ("created", row) for worker, row in entered.items()}


async def _nothing(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> None:
    del act, rows, batch


def _refine(reading: Reading, batch: BatchFacts, context: None) -> None:
    """Read the personal field and the id; whom they mean is looked up for all lines at once."""
    del batch, context
    values, errors = reading.values, []
    if values.get("identity_number"):
        try:
            values["identity_number"] = READERS["identity_number"](values["identity_number"])
        except Unsound as unsound:
            errors.append(FieldError("/identity_number", unsound.code))
    if values.get("worker_id"):
        try:
            values["worker_id"] = str(UUID(values["worker_id"]))
        except ValueError:
            errors.append(FieldError("/worker_id", "uuid_parsing"))
    if not any(values.get(name) for name in ("worker_id", "identity_number", "name")):
        errors.append(FieldError("", "worker_not_named"))
    reading.errors = tuple(errors)


SHEET = Dataset("attendance_sheet", 1, FIELDS, False, Attendances(), _nothing, _refine)
