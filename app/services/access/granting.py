"""Giving and ending grants. Nobody gives more than lies in the own scope, and nobody gives to himself."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.history import note
from app.core.versions import claim
from app.services.access import repository
from app.services.access.facts import CLIENT, GrantFacts, Range, needs, written
from app.services.access.ledger import reads
from app.services.access.models import Grant
from app.services.access.policy import POLICY
from app.services.access.rules import GRANTING


@dataclass(frozen=True, slots=True)
class Wish:
    """A grant as somebody wants to give it; places are ranges already. `seat`: the region of the lines' heads."""

    subject: str
    role: str
    reason: str
    ranges: tuple[Range, ...] = ()
    lines: tuple[Range, ...] = ()
    seat: Range | None = None
    subjects: tuple[UUID, ...] = ()
    datasets: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


async def give(act: Act, wish: Wish) -> dict[str, Any]:
    """Give a grant. Raises Invalid, Forbidden outside the own scope, RuleViolation for what no one person may hold."""
    _fits(wish)
    start = wish.valid_from or act.today
    if wish.valid_to is not None and wish.valid_to <= start:
        raise Invalid(errors=(FieldError("/valid_to", "day_too_early", {"earliest": start.isoformat()}),))
    if not all(act.scope.covers(low, high) for low, high in wish.ranges):
        raise Forbidden(reason="delegation")
    if wish.seat is not None and not act.scope.covers(*wish.seat):
        raise Forbidden(reason="line_above")
    if wish.subject.startswith(CLIENT):
        wrong = await reads.client_state(act, wish.subject)
        if wrong == "subject_unknown":
            raise Invalid(errors=(FieldError("/subject", "subject_unknown"),))
        if wrong is not None:
            raise Invalid(errors=(FieldError("/subject", "client_disabled"),))
    await repository.lock_subject(act, wish.subject)
    others = await reads.roles_between(act, wish.subject, start, wish.valid_to)
    refuse_hard(judge(GRANTING, GrantFacts(act.by.id, wish.subject, wish.role, others), POLICY))
    grant = await repository.add(
        act,
        Grant(
            version=1,
            subject=wish.subject,
            role=wish.role,
            ranges=repository.multirange(wish.ranges),
            lines=repository.multirange(wish.lines),
            subjects=list(wish.subjects),
            datasets=list(wish.datasets),
            region_code=_stands(act, wish),
            valid_from=start,
            valid_to=wish.valid_to,
            granted_by=act.by.id,
            reason=wish.reason,
            end_reason=None,
            confirmed_on=act.today,
            confirmed_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await reads.grant(act, grant.id)


async def end(act: Act, grant_id: UUID, expected: int, ends_on: date | None, reason: str) -> dict[str, Any]:
    """End a grant today or on a later day. Raises NotFound, StaleVersion, Conflict when it has ended."""
    grant = await claim(act, Grant, grant_id, expected)
    if grant.valid_to is not None and grant.valid_to <= act.today:
        raise Conflict(errors=(FieldError("", "grant_ended"),))
    day = ends_on or act.today
    if day < act.today:
        raise Invalid(errors=(FieldError("/ends_on", "day_too_early", {"earliest": act.today.isoformat()}),))
    await stop(act, grant, day, reason)
    return await reads.grant(act, grant_id)


async def stop(act: Act, grant: Grant, day: date, reason: str) -> None:
    """Write the end of a locked grant; one that has not begun ends before its first day."""
    grant.valid_to = max(day, grant.valid_from)
    grant.end_reason = reason
    await repository.save(act, grant)
    await note(act, "end", "grants", why=reason, id=str(grant.id), holder=grant.subject)


async def follow(act: Act, gone: Range, above: Range, heirs: tuple[Range, ...], rest: int) -> int:
    """Grants of a region that is no more hold in its heirs; how many. Needs the system's act.

    `above` is the range of the region above it. Where a region stands on and only gave up a part, its grants stay as
    they are. Each grant that grows or moves by this leaves an audit row, and the next review shows it.
    """
    if gone in heirs or not heirs:
        return 0
    moved = await repository.follow(act, written((gone,)), written((above,)), written(heirs), rest)
    for each in moved:
        await note(act, "follow", "grants", id=str(each), gone=written((gone,)), heirs=written(heirs))
    return len(moved)


def _stands(act: Act, wish: Wish) -> int:
    """The region that the grant stands in; the database refuses one outside the scope."""
    if wish.ranges:
        return wish.ranges[0][0]
    return wish.seat[0] if wish.seat is not None else act.scope.lo


def _fits(wish: Wish) -> None:
    """What the role needs is named, and nothing that it cannot have. Raises Invalid."""
    needed = needs(wish.role)
    errors = []
    for name, told, wanted in (
        ("regions", wish.ranges, needed.ranges),
        ("lines", wish.lines, needed.lines),
        ("subjects", wish.subjects, needed.subjects),
        ("datasets", wish.datasets, needed.datasets),
    ):
        if wanted and not told:
            errors.append(FieldError(f"/{name}", "grant_needs"))
        if told and not wanted:
            errors.append(FieldError(f"/{name}", "grant_without"))
    if errors:
        raise Invalid(errors=tuple(errors))
