"""Frozen values of access: what a subject holds, which keys sign and which verify, who signed in and how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from app.services.access.permissions import Role

Range = tuple[int, int]

CLIENT = "client-"
PERSON = "person:"
REST = timedelta(days=400)
"""A grant that nobody confirmed for so long rests: a year, and five weeks to hold the yearly review."""
SECRETS = 2
"""How many secrets of a client hold at once: the old and the new one."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A grant as it stands today: half-open ranges of regions and lines, own objects, datasets, and until when."""

    id: UUID
    role: str
    ranges: tuple[Range, ...] = ()
    lines: tuple[Range, ...] = ()
    subjects: frozenset[UUID] = frozenset()
    datasets: frozenset[str] = frozenset()
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """All that a subject holds on a day, and the name it goes by."""

    subject: str
    name: str
    holdings: tuple[Holding, ...]
    rests: frozenset[UUID] = field(default=frozenset())
    """Grants within their dates that rest for want of confirmation."""


@dataclass(frozen=True, slots=True)
class KeyTimes:
    """When a signing key signs and until when it is accepted (None: no successor yet)."""

    kid: str
    active_from: datetime
    verify_until: datetime | None


def signer(keys: Iterable[KeyTimes], now: datetime) -> str | None:
    """The key to sign with: of those that may sign and are still accepted, the one that began last."""
    able = [key for key in keys if key.active_from <= now and not _over(key, now)]
    return max(able, key=lambda key: key.active_from).kid if able else None


def published(keys: Iterable[KeyTimes], now: datetime) -> tuple[str, ...]:
    """The keys in the JWKS: also those that will sign later, none that is no longer accepted."""
    return tuple(key.kid for key in sorted(keys, key=lambda key: key.active_from) if not _over(key, now))


def _over(key: KeyTimes, now: datetime) -> bool:
    return key.verify_until is not None and key.verify_until <= now


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Half-open ranges in order, touching ones made one."""
    out: list[Range] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


def written(ranges: Iterable[Range]) -> str:
    """Half-open ranges as PostgreSQL writes an int8multirange."""
    return "{" + ",".join(f"[{low},{high})" for low, high in merged(ranges)) + "}"


def rests(confirmed_on: date, today: date) -> bool:
    """Whether a grant has gone unconfirmed for too long."""
    return confirmed_on + REST <= today


@dataclass(frozen=True, slots=True)
class Needs:
    """What a grant of a role must name, and what it cannot."""

    ranges: bool = False
    lines: bool = False
    subjects: bool = False
    datasets: bool = False


NEEDS: dict[str, Needs] = {
    Role.line_officer: Needs(lines=True),
    Role.department_partner: Needs(ranges=True, datasets=True),
    Role.branch_secretary: Needs(subjects=True),
    Role.department_member: Needs(subjects=True),
    Role.instructor: Needs(subjects=True),
}
PLACED = Needs(ranges=True)
"""All other roles stand in regions."""


def needs(role: str) -> Needs:
    """What a grant of this role must name."""
    return NEEDS.get(role, PLACED)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What is judged when a grant is about to be given. `others` are the subject's roles in the same period."""

    granter: str
    subject: str
    role: str
    others: tuple[str, ...]


def chosen(holdings: Sequence[Holding], wanted: UUID | None) -> Holding | None:
    """The grant to act under: the one that is named, else the only one there is."""
    if wanted is not None:
        return next((each for each in holdings if each.id == wanted), None)
    return holdings[0] if len(holdings) == 1 else None
