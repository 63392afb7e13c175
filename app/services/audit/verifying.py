"""Verifying: hash every row again, follow every day's chain through the signed checkpoints, and name what does not fit.

- altered: the row does not have the content that was sealed
- removed: the row, or its seal too, is gone
- inserted: a row below the horizon that was never sealed, or a seal that no checkpoint covers
- reordered: the row was sealed at another place of its day
- resealed: the seals from `position` to `until` are not those that were signed: someone has rewritten both
- cut: the day, or the chain of checkpoints, ends before what was signed or what the witness knows
- checkpoint_altered, checkpoint_missing: a signature does not hold, or a number is not there
- moved: the database has another name or counts transactions anew, and no record says that it was restored

Days and checkpoints past their time are dropped under signed records; the chain is then followed from where the last
such record says that it begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from anyio import to_thread

from app.core.acts import SYSTEM, Act, Acts
from app.services.audit import repository
from app.services.audit.chain import HashName, Head, begun, digest_of, linked
from app.services.audit.repository import Place, Stored
from app.services.audit.signing import AuditKey
from app.services.audit.statement import Statement, digest_of_text
from app.services.audit.witness import Seen, Witness

COMPARED = 500  # misfits of a day among which it is looked for rows that changed places


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not fit: what, and where. `number` is a checkpoint's."""

    code: str
    day: date | None = None
    position: int | None = None
    row_id: UUID | None = None
    number: int | None = None
    until: int | None = None


@dataclass(slots=True)
class Report:
    """What was looked at and what was found. `tail` rows are not sealed yet and prove nothing."""

    breaks: list[Break] = field(default_factory=list)
    rows: int = 0
    days: int = 0
    checkpoints: int = 0
    tail: int = 0
    restored: list[Statement] = field(default_factory=list)
    dropped: dict[date, int] = field(default_factory=dict)
    first: int = 1


@dataclass(slots=True)
class _Signed:
    """What the checkpoints say: heads by day in order, days dropped, the end, and where retention lets it begin."""

    heads: dict[date, list[Head]] = field(default_factory=dict)
    dropped: dict[date, int] = field(default_factory=dict)
    number: int = 0
    digest: bytes = b""
    last: Statement | None = None
    seen_there: bool = False
    began: int = 0
    first: int = 1
    since: date = date.min


async def verify(acts: Acts, key: AuditKey, witness: Witness) -> Report:
    """Look at everything. The chain does not grow meanwhile; writers are not held up."""
    report = Report()
    async with acts.open(SYSTEM) as act:
        await repository.wait_alone(act)
        name = await repository.database(act)
        seen = witness.last(name)
        signed = await _checkpoints(act, key, seen, report)
        _ends(report, signed, seen, name, await repository.horizon(act))
        horizon = signed.last.horizon if signed.last is not None else 0
        days = {*await repository.days(act), *signed.heads}
        gone = {*signed.dropped, *(day for day in days if day < signed.since)}
        for day in sorted(days - gone):
            await _day(act, report, day, signed.heads.get(day, []))
            await _loose(act, report, day, horizon)
        for day in sorted(gone):
            number = signed.dropped.get(day)
            rows = await repository.rows_of(act, day)
            report.breaks += [Break("inserted", day, row_id=row, number=number) for row in rows]
    report.dropped, report.first = signed.dropped, signed.first
    return report


async def _checkpoints(act: Act, key: AuditKey, seen: Seen | None, report: Report) -> _Signed:
    signed = _Signed()
    while page := await repository.checkpoints(act, after=signed.number):
        for stored in page:
            report.checkpoints += 1
            signed.began = signed.began or stored.number
            statement = _read(key, stored)
            if statement is None:
                report.breaks.append(Break("checkpoint_altered", number=stored.number))
            else:
                _follow(report, signed, statement)
            signed.number, signed.digest = stored.number, stored.digest
            if seen is not None and (stored.number, stored.digest) == (seen.number, seen.digest):
                signed.seen_there = True
    if signed.began > signed.first:
        report.breaks.append(Break("checkpoint_missing", number=signed.first, until=signed.began - 1))
    return signed


def _read(key: AuditKey, stored: Stored) -> Statement | None:
    """The statement, when text, digest and signature belong together."""
    if digest_of_text(stored.body) != stored.digest or not key.signed(stored.body, stored.signature):
        return None
    try:
        statement = Statement.read(stored.body)
    except ValueError:
        return None
    return statement if statement.number == stored.number else None


def _follow(report: Report, signed: _Signed, statement: Statement) -> None:
    owned_up = statement.kind == "restored" and statement.lost == statement.number - 1
    if statement.number == signed.began > 1:  # what came before was dropped, or is missing: the last record says which
        signed.began = 1 if owned_up and not statement.previous else signed.began
    elif statement.number != signed.number + 1 and not owned_up:
        report.breaks.append(Break("checkpoint_missing", number=signed.number + 1, until=statement.number - 1))
    elif statement.previous != signed.digest:
        report.breaks.append(Break("checkpoint_altered", number=signed.number))
    if statement.kind == "restored":
        report.restored.append(statement)
    for day, head in statement.days.items():
        known = signed.heads.setdefault(day, [])
        if not known or known[-1] != head:
            known.append(head)
    for day in statement.dropped:
        signed.dropped[day] = statement.number
        signed.heads.pop(day, None)
    if statement.first is not None and statement.since is not None:
        signed.first, signed.since = max(signed.first, statement.first), max(signed.since, statement.since)
    signed.last = statement


def _ends(report: Report, signed: _Signed, seen: Seen | None, name: str, horizon: int) -> None:
    """The end of the chain against what is known outside the database."""
    if seen is not None and not signed.seen_there and seen.number >= signed.first:  # an old copy of the witness may be
        code = "cut" if seen.number > signed.number else "checkpoint_altered"
        report.breaks.append(Break(code, number=seen.number))
    if signed.last is not None and (signed.last.database != name or signed.last.horizon > horizon):
        report.breaks.append(Break("moved", number=signed.last.number))


async def _day(act: Act, report: Report, day: date, marks: Sequence[Head]) -> None:
    algorithm: HashName = marks[0].algorithm if marks else "sha256"
    walk = _Walk(day, algorithm, marks, begun(day, algorithm))
    report.days += 1
    async for page in repository.places(act, day):
        await to_thread.run_sync(walk.along, page)
    report.rows += walk.head.rows
    report.breaks += walk.ended()


class _Walk:
    """Along one day's seals, with the signed heads as marks."""

    def __init__(self, day: date, algorithm: HashName, marks: Sequence[Head], head: Head) -> None:
        self.day = day
        self.algorithm = algorithm
        self.marks = list(marks)
        self.head = head
        self.breaks: list[Break] = []
        self.misfits: list[Place] = []
        self._since = 1  # the first position after the last mark

    def along(self, places: Sequence[Place]) -> None:
        """Take one page further."""
        for place in places:
            if place.position != self.head.rows + 1:
                self._skip(place.position)
            if place.content is None:
                self.breaks.append(Break("removed", self.day, place.position, place.audit_id))
            elif digest_of(self.algorithm, self.day, place.position, place.content) != place.digest:
                self.misfits.append(place)
            self.head = linked(self.head, (place.digest,))
            self._mark()

    def ended(self) -> list[Break]:
        """All breaks of the day."""
        if self.marks:
            told = self.marks[-1].rows
            self.breaks.append(Break("cut", self.day, self.head.rows + 1, until=told))
        elif self.head.rows >= self._since:
            self.breaks.append(Break("inserted", self.day, self._since, until=self.head.rows))
        return [*self._misplaced(), *self.breaks]

    def _skip(self, position: int) -> None:
        """Seals are missing up to here: go on from the last signed head before."""
        self.breaks.append(Break("removed", self.day, self.head.rows + 1, until=position - 1))
        while self.marks and self.marks[0].rows < position:
            self.marks.pop(0)
        self.head = Head(position - 1, self.head.link, self.algorithm)

    def _mark(self) -> None:
        while self.marks and self.marks[0].rows <= self.head.rows:
            mark = self.marks.pop(0)
            if mark != self.head:
                self.breaks.append(Break("resealed", self.day, self._since, until=mark.rows))
                self.head = mark  # what was signed is where the next stretch begins
            self._since = mark.rows + 1

    def _misplaced(self) -> list[Break]:
        """Of the rows that do not fit their seal: those that fit another one have changed places."""
        found = []
        near = self.misfits[:COMPARED]
        digests = {place.digest for place in near}
        for place in self.misfits:
            moved = place.content is not None and any(
                digest_of(self.algorithm, self.day, other.position, place.content) in digests for other in near
            )
            found.append(Break("reordered" if moved else "altered", self.day, place.position, place.audit_id))
        return found


async def _loose(act: Act, report: Report, day: date, horizon: int) -> None:
    for row_id, transaction in await repository.loose(act, day):
        if transaction < horizon:
            report.breaks.append(Break("inserted", day, row_id=row_id))
        else:
            report.tail += 1
