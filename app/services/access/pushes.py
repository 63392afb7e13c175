"""Push tokens: for departments without developers, whose machines can send a file and no more."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.history import note
from app.services.access import credentials, reads, repository
from app.services.access.holders import EVERY_DATASET
from app.services.access.ledger import reads as ledger
from app.services.access.models import PushToken
from app.services.access.permissions import Role
from app.services.access.schemas import PushTokenCreate

LONGEST = timedelta(days=400)


async def create(act: Act, draft: PushTokenCreate) -> dict[str, Any]:
    """Make a push token under a department partner's grant; the token is in the answer and nowhere else.

    Raises NotFound for a grant out of sight, Invalid for one of another role, dataset, address or time.
    """
    if draft.ends_at <= act.now:
        raise Invalid(errors=(FieldError("/ends_at", "time_past"),))
    if draft.ends_at > act.now + LONGEST:
        raise Invalid(errors=(FieldError("/ends_at", "time_too_far", {"days": LONGEST.days}),))
    addresses = [_network(text, number) for number, text in enumerate(draft.addresses)]
    grant = await repository.grant(act, draft.grant_id)
    if grant is None:
        raise NotFound()
    held = await reads.held(act, grant.subject)
    holding = next((each for each in held.holdings if each.id == grant.id), None) if held is not None else None
    if holding is None or grant.role != Role.department_partner:
        raise Invalid(errors=(FieldError("/grant_id", "grant_for_push"),))
    if holding.datasets.isdisjoint({EVERY_DATASET, draft.dataset}):
        raise Invalid(errors=(FieldError("/dataset", "dataset_not_granted"),))
    fresh = credentials.fresh(credentials.PUSH)
    token = await repository.add(
        act,
        PushToken(
            grant_id=grant.id,
            region_code=grant.region_code,
            name=draft.name,
            digest=fresh.digest,
            dataset=draft.dataset,
            addresses=addresses,
            created_by=act.by.id,
            created_at=act.now,
            ends_at=draft.ends_at,
            revoked_at=None,
            revoked_why=None,
        ),
    )
    await note(act, "create", "push_tokens", id=str(token.id), grant=str(grant.id), addresses=addresses)
    return {**await ledger.push_token(act, token.id), "token": fresh.shown}


async def revoke(act: Act, token_id: UUID, reason: str) -> dict[str, Any]:
    """Take a push token back, at once. Raises NotFound; Conflict when it is revoked."""
    token = await repository.push_token(act, token_id)
    if token is None:
        raise NotFound()
    if token.revoked_at is not None:
        raise Conflict(errors=(FieldError("", "token_revoked"),))
    token.revoked_at = act.now
    token.revoked_why = reason
    await repository.write(act)
    await note(act, "revoke", "push_tokens", why=reason, id=str(token_id))
    return await ledger.push_token(act, token_id)


def _network(text: str, number: int) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError as error:
        raise Invalid(errors=(FieldError(f"/addresses/{number}", "address_shape"),)) from error
