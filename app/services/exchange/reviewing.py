"""A person's decision on a record that could not be matched or placed, carried out and remembered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.versions import claim
from app.services.exchange import apart
from app.services.exchange import records_repository as records
from app.services.exchange.contract import Dataset, MergeItem
from app.services.exchange.facts import unfit
from app.services.exchange.models import ReviewItem
from app.services.exchange.partners_repository import partner_key
from app.services.exchange.records_repository import NO_LINE, NewRecord


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said: match (subject), create, place (code and level) or discard, and why."""

    verdict: str
    subject: UUID | None = None
    code: int | None = None
    level: int | None = None
    reason: str | None = None


async def decide(act: Act, dataset: Dataset, item_id: UUID, version: int, said: Verdict) -> ReviewItem:
    """Carry a decision out in the act's transaction; the item then stands decided and answers later records alike.

    Raises NotFound, StaleVersion, Conflict when it is decided already, Invalid when the verdict does not fit the item.
    """
    item = await claim(act, ReviewItem, item_id, version)
    if item.state != "open":
        raise Conflict(errors=(FieldError("", "review_decided"),))
    subject = await _carried_out(act, dataset, item, said)
    await apart.settled(act, dataset, item.record_key)
    item.subject_id = subject
    item.state, item.decided_by, item.decided_at = "decided", act.by.id, act.now
    item.decision = _kept(said, subject)
    item.version += 1
    item.recorded_at = act.now
    await act.session.flush()
    return item


async def _carried_out(act: Act, dataset: Dataset, item: ReviewItem, said: Verdict) -> UUID | None:
    if unfit(said.verdict, standing=item.subject_id is not None, founds=dataset.founds) is not None:
        raise Invalid(errors=(FieldError("/verdict", "verdict_not_fitting"),))
    match said.verdict:
        case "discard":
            if item.subject_id is not None:  # its last line is known by heart, and would go in unread
                await records.read_anew(act, dataset.name, item.record_key)
            return item.subject_id
        case "match":
            if said.subject is None:
                raise Invalid(errors=(FieldError("/subject_id", "missing"),))
            subject = await dataset.target.holds(act, said.subject)
            return await _merged(act, dataset, item, subject.id, {})
        case "create":
            code, level = (said.code, said.level) if said.code is not None else (item.region_code, item.region_level)
            if not act.scope.contains(code):
                raise Invalid(errors=(FieldError("/region_code", "outside_scope"),))
            return await _merged(act, dataset, item, None, {"region_code": code, "region_level": level})
        case "place":
            if said.code is None or said.level is None:
                raise Invalid(errors=(FieldError("/region_code", "missing"),))
            assert item.subject_id is not None  # noqa: S101  (the verdict would not fit)
            await dataset.target.place(act, item.subject_id, said.code, said.level)
            return item.subject_id
        case _:
            raise Invalid(errors=(FieldError("/verdict", "value_wrong"),))


async def _merged(act: Act, dataset: Dataset, item: ReviewItem, subject: UUID | None, derived: dict[str, Any]) -> UUID:
    """Merge the waiting record as its dataset's word, and remember the key's subject."""
    place = {**derived, "placed_by": "officer"} if derived else {}
    values = await apart.values_of(act, dataset, item.record_key, item.values)
    merged = await dataset.target.merge(act, dataset.name, [MergeItem(subject, values, place, item.recorded_at)])
    found = merged[0]
    own_id = values.get(dataset.partner_field) if dataset.partner_field else None
    new = NewRecord(
        item.record_key,
        found.id,
        found.region_code,
        item.recorded_at,
        NO_LINE,
        values,
        item.line,
        partner_key(item.owner, own_id),
    )
    await apart.remember(act, dataset, dataset.name, item.batch_id, [new])
    return found.id


def _kept(said: Verdict, subject: UUID | None) -> dict[str, Any]:
    kept: dict[str, Any] = {"verdict": said.verdict, "reason": said.reason}
    if subject is not None:
        kept["subject_id"] = str(subject)
    if said.code is not None:
        kept |= {"region_code": f"{said.code:012d}", "region_level": said.level}
    return kept
