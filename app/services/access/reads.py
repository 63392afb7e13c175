"""What access reads to let somebody in: keys, secrets, grants, push tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.services.access.facts import CLIENT, Held, Holding, KeyTimes, Range, rests
from app.services.access.models import Client, ClientSecret, Grant, PushToken, SigningKey


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key as it is kept."""

    times: KeyTimes
    sealed: bytes
    public: dict[str, Any]


async def keys(act: Act) -> list[KeyRow]:
    """All signing keys, also those past their time."""
    rows = await act.session.execute(
        select(
            SigningKey.kid, SigningKey.active_from, SigningKey.verify_until, SigningKey.sealed, SigningKey.public
        ).order_by(SigningKey.active_from)
    )
    return [KeyRow(KeyTimes(kid, since, until), sealed, public) for kid, since, until, sealed, public in rows]


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A client's secret that holds now."""

    id: UUID
    digest: bytes


async def secrets(act: Act, client_id: str) -> Sequence[SecretRow]:
    """The secrets with which a client may sign in now; none when it is unknown or disabled."""
    rows = await act.session.execute(
        select(ClientSecret.id, ClientSecret.digest)
        .join(Client, Client.id == ClientSecret.client_id)
        .where(
            Client.client_id == client_id,
            Client.disabled_at.is_(None),
            or_(ClientSecret.ends_at.is_(None), ClientSecret.ends_at > act.now),
        )
        .order_by(ClientSecret.created_at)
    )
    return [SecretRow(secret_id, kept) for secret_id, kept in rows]


async def held(act: Act, subject: str) -> Held | None:
    """All that a subject holds today. None for a client that is unknown or disabled."""
    name = subject
    if subject.startswith(CLIENT):
        found = await act.session.scalar(
            select(Client.name).where(Client.client_id == subject, Client.disabled_at.is_(None))
        )
        if found is None:
            return None
        name = found
    rows = await act.session.scalars(
        select(Grant)
        .where(Grant.subject == subject, valid_on(Grant.valid_from, Grant.valid_to, act.today))
        .order_by(Grant.id)
    )
    grants = list(rows)
    resting = frozenset(grant.id for grant in grants if rests(grant.confirmed_on, act.today))
    holdings = tuple(_holding(grant) for grant in grants if grant.id not in resting)
    return Held(subject, name, holdings, resting)


def _holding(grant: Grant) -> Holding:
    return Holding(
        id=grant.id,
        role=grant.role,
        ranges=pairs(grant.ranges),
        lines=pairs(grant.lines),
        subjects=frozenset(grant.subjects),
        datasets=frozenset(grant.datasets),
        ends_on=grant.valid_to,
    )


def pairs(multirange: Any) -> tuple[Range, ...]:
    """A multirange as half-open pairs."""
    return tuple((int(part.lower), int(part.upper)) for part in multirange)


@dataclass(frozen=True, slots=True)
class PushRow:
    """A push token that holds now, with the subject whose grant it uses."""

    id: UUID
    name: str
    grant_id: UUID
    subject: str
    dataset: str
    addresses: tuple[IPv4Network | IPv6Network, ...]
    ends_at: datetime


async def push_token(act: Act, digest: bytes) -> PushRow | None:
    """The push token with this digest, unless it has ended or been revoked."""
    row = (
        await act.session.execute(
            select(PushToken, Grant.subject)
            .join(Grant, Grant.id == PushToken.grant_id)
            .where(PushToken.digest == digest, PushToken.revoked_at.is_(None), PushToken.ends_at > act.now)
        )
    ).first()
    if row is None:
        return None
    token, subject = row
    return PushRow(token.id, token.name, token.grant_id, subject, token.dataset, tuple(token.addresses), token.ends_at)
