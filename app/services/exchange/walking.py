"""A chunk walked through in the file's order: each record's outcome, and what is to be written in the end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.errors import FieldError
from app.services.exchange.contract import LineFinding, Outcome, Reading, Subject
from app.services.exchange.partners_repository import partner_key
from app.services.exchange.reading import Prepared, Reader
from app.services.exchange.records_repository import NO_LINE, LastRecord, NewReview


@dataclass(slots=True)
class State:
    """One key while the chunk is walked: what stands for it, and what is to be written in the end."""

    subject: Subject | None
    time: datetime | None
    values: dict[str, Any] | None
    partner: str | None = None
    claimed: str | None = None  # the partner's id on the line that stands
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


def partner_of(reader: Reader, owner: str, values: dict[str, Any]) -> str | None:
    """The partner's own id of a record, where the dataset has one and it was sent."""
    name = reader.dataset.partner_field
    return partner_key(owner, values.get(name)) if name else None


class Walk:
    """Goes through a chunk's records in order and decides each one's outcome."""

    def __init__(self, reader: Reader, prepared: Prepared, owner: str) -> None:
        self.reader = reader
        self.owner = owner
        self.partners: dict[str, str] = {}  # which record each id names
        self.named: dict[str, str] = {}  # what this chunk says of that
        self.prepared = prepared
        self.states: dict[str, State] = {}
        self.outcomes: list[Outcome] = [Outcome.rejected] * len(prepared.raw)
        self.subjects: list[UUID | None] = [None] * len(prepared.raw)
        self.findings: list[LineFinding] = []
        self.confirmed: list[str] = []
        self.decisions: dict[str, dict[str, Any]] = {}

    def partner(self, values: dict[str, Any]) -> str | None:
        """The partner's own id of a record, where the dataset has one and it was sent."""
        return partner_of(self.reader, self.owner, values)

    def hit(self, place: int, last: LastRecord) -> None:
        """The very line that was last said: decided as if it had been read."""
        batch = self.reader.batch
        if batch.strategy == "create":
            self.reject(place, FieldError("", "already_there"))
            return
        self.outcomes[place] = Outcome.superseded if last.time > batch.source_time else Outcome.unchanged
        self.subjects[place] = last.subject
        if last.time < batch.source_time:
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
        partner = self.partner(reading.values)
        if partner is not None and not reading.certain and (known := self.partners.get(partner)) is not None:
            reading.key, reading.review = known, None  # the partner's own id says which record this is
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
        if partner is not None:
            self._name(partner, reading.key)
        state.places.append(place)
        changed = {
            name: value
            for name, value in reading.values.items()
            if state.values is None or name not in state.values or state.values[name] != value
        }
        self._decide(place, reading, state, changed)
        state.values = {**(state.values or {}), **reading.values}
        state.time, state.line, state.claimed = batch.source_time, line, partner
        # Whom a partner's own id names may change, so such a line is read each time it comes.
        state.raw_hash = NO_LINE if partner is not None and not reading.certain else self.prepared.hashes[place]

    def _name(self, partner: str, key: str) -> None:
        """From here on the partner's id names this record, and only this id of that partner does."""
        self.partners = {each: named for each, named in self.partners.items() if named != key}
        self.partners[partner] = key
        self.named[partner] = key

    def _decide(self, place: int, reading: Reading, state: State, changed: dict[str, Any]) -> None:
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

    def _refusal(self, reading: Reading, state: State) -> FieldError | None:
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

    def _to_review(self, place: int, reading: Reading, state: State) -> None:
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
