"""What can be done with clients and their secrets."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.history import note
from app.core.versions import claim
from app.services.access import credentials, reads, repository
from app.services.access.facts import CLIENT, SECRETS
from app.services.access.ledger import reads as ledger
from app.services.access.models import Client, ClientSecret


async def create(act: Act, name: str) -> dict[str, Any]:
    """Enter a client with its first secret; the secret is in the answer and nowhere else."""
    client = await repository.add(
        act,
        Client(
            version=1,
            client_id=CLIENT + uuid4().hex,
            name=name,
            region_code=act.scope.lo,
            created_by=act.by.id,
            created_at=act.now,
            disabled_at=None,
            disabled_why=None,
            recorded_at=act.now,
        ),
    )
    shown = await _secret(act, client)
    return {**await ledger.client(act, client.id), "secret": shown}


async def add_secret(act: Act, client_id: UUID, expected: int, old_ends_at: datetime | None) -> dict[str, Any]:
    """Add the second secret of a change-over. Raises Conflict when two hold already, or the client is disabled.

    `old_ends_at` ends the one that holds now at a time of choice, so that the change-over ends by itself.
    """
    client = await _standing(act, client_id, expected)
    if old_ends_at is not None and old_ends_at <= act.now:
        raise Invalid(errors=(FieldError("/old_ends_at", "time_past"),))
    holding = await reads.secrets(act, client.client_id)
    if len(holding) >= SECRETS:
        raise Conflict(errors=(FieldError("", "secrets_two"),))
    for each in holding if old_ends_at is not None else ():
        await _end(act, client.id, each.id, old_ends_at)
    shown = await _secret(act, client)
    await repository.save(act, client)
    return {**await ledger.client(act, client.id), "secret": shown}


async def end_secret(act: Act, client_id: UUID, secret_id: UUID, expected: int) -> dict[str, Any]:
    """End a secret at once. Raises NotFound; Conflict when it has ended."""
    client = await _standing(act, client_id, expected)
    await _end(act, client.id, secret_id, None)
    await repository.save(act, client)
    return await ledger.client(act, client.id)


async def disable(act: Act, client_id: UUID, expected: int, reason: str) -> dict[str, Any]:
    """Let a client in no more: its secrets, tokens and push tokens stop working. Raises Conflict when it is so."""
    client = await _standing(act, client_id, expected)
    client.disabled_at = act.now
    client.disabled_why = reason
    await repository.save(act, client)
    await note(act, "disable", "clients", why=reason, id=str(client.id))
    return await ledger.client(act, client.id)


async def _standing(act: Act, client_id: UUID, expected: int) -> Client:
    client = await claim(act, Client, client_id, expected)
    if client.disabled_at is not None:
        raise Conflict(errors=(FieldError("", "client_disabled"),))
    return client


async def _secret(act: Act, client: Client) -> str:
    fresh = credentials.fresh(credentials.SECRET)
    secret = await repository.add(
        act,
        ClientSecret(
            client_id=client.id,
            region_code=client.region_code,
            digest=fresh.digest,
            created_by=act.by.id,
            created_at=act.now,
            ends_at=None,
        ),
    )
    await note(act, "create", "client_secrets", id=str(secret.id), client=str(client.id))
    return fresh.shown


async def _end(act: Act, client: UUID, secret_id: UUID, at: datetime | None) -> None:
    secret = await repository.secret(act, client, secret_id)
    if secret is None:
        raise NotFound()
    if secret.ends_at is not None and secret.ends_at <= act.now:
        raise Conflict(errors=(FieldError("", "secret_ended"),))
    secret.ends_at = at or act.now
    await note(act, "end", "client_secrets", id=str(secret_id), ends_at=secret.ends_at.isoformat())
