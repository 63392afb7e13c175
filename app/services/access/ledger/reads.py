"""Who may sign in, who holds what, since when, and when it was last used: rows for the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.core.wire import action
from app.services.access.facts import REST, SECRETS, Range
from app.services.access.grant_schemas import AccessReviewItemRead, AccessReviewRead, GrantFilters, GrantRead
from app.services.access.models import (
    AccessReview,
    AccessReviewItem,
    AccessUse,
    Client,
    ClientSecret,
    Grant,
    PushToken,
)
from app.services.access.permissions import Permission
from app.services.access.reads import pairs
from app.services.access.schemas import ClientRead, PushTokenRead, SecretRead

CLIENT_SORTS = Sorts({"name": Client.name, "created_at": Client.created_at}, Client.id, "name")
PUSH_SORTS = Sorts({"created_at": PushToken.created_at, "ends_at": PushToken.ends_at}, PushToken.id, "-created_at")
GRANT_SORTS = Sorts(
    {"subject": Grant.subject, "created_at": Grant.created_at, "confirmed_on": Grant.confirmed_on}, Grant.id, "subject"
)
REVIEW_SORTS = Sorts({"opened_on": AccessReview.opened_on}, AccessReview.id, "-opened_on")
ITEM_SORTS = Sorts({"subject": Grant.subject}, Grant.id, "subject")


_CLIENT = selecting(ClientRead, Client, disabled_reason=Client.disabled_why)


async def clients(act: Act, ask: Ask) -> Page:
    """One page of clients, by name."""
    return await page(act, _CLIENT, ask, CLIENT_SORTS, "clients")


async def client(act: Act, client_id: UUID) -> dict[str, Any]:
    """One client with its secrets and what the caller may do. Raises NotFound."""
    row = (await act.session.execute(_CLIENT.where(Client.id == client_id))).mappings().first()
    if row is None:
        raise NotFound()
    kept = await act.session.execute(
        select(*columns(SecretRead, ClientSecret, used_on=AccessUse.used_on))
        .outerjoin(AccessUse, AccessUse.id == ClientSecret.id)
        .where(ClientSecret.client_id == client_id)
        .order_by(ClientSecret.created_at)
    )
    secrets = [dict(each) for each in kept.mappings()]
    holding = sum(each["ends_at"] is None or each["ends_at"] > act.now for each in secrets)
    refusal = None if Permission.clients_write in act.by.permissions else "permission"
    gone = "client_disabled" if row["disabled_at"] is not None else None
    full = "secrets_two" if holding >= SECRETS else None
    actions = [
        action("add_secret", refusal or gone or full),
        action("end_secret", refusal or gone),
        action("disable", refusal or gone),
    ]
    return {**row, "secrets": secrets, "allowed_actions": actions}


async def client_named(act: Act, client_id: str) -> tuple[UUID, int]:
    """Row id and version of the client with this `client_id`. Raises NotFound."""
    row = (await act.session.execute(select(Client.id, Client.version).where(Client.client_id == client_id))).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


async def push_tokens(act: Act, ask: Ask, token_id: UUID | None = None) -> Page:
    """One page of push tokens, the newest first; or the one that is named."""
    query = (
        selecting(
            PushTokenRead,
            PushToken,
            subject=Grant.subject,
            used_on=AccessUse.used_on,
            revoked_reason=PushToken.revoked_why,
        )
        .join(Grant, Grant.id == PushToken.grant_id)
        .outerjoin(AccessUse, AccessUse.id == PushToken.id)
    )
    if token_id is not None:
        query = query.where(PushToken.id == token_id)
    found = await page(act, query, ask, PUSH_SORTS, "push_tokens")
    for row in found.rows:
        row["addresses"] = [str(network) for network in row["addresses"]]
    return found


async def push_token(act: Act, token_id: UUID) -> dict[str, Any]:
    """One push token. Raises NotFound."""
    found = await push_tokens(act, Ask(limit=1), token_id)
    if not found.rows:
        raise NotFound()
    row = found.rows[0]
    refusal = None if Permission.clients_write in act.by.permissions else "permission"
    gone = "token_revoked" if row["revoked_at"] is not None else None
    return {**row, "allowed_actions": [action("revoke", refusal or gone)]}


def _state(today: date) -> ColumnElement[str]:
    return case(
        (Grant.valid_to <= today, "ended"),
        (Grant.valid_from > today, "future"),
        (Grant.confirmed_on <= today - REST, "resting"),
        else_="in_force",
    )


def _grant_columns(schema: type[GrantRead], today: date, **more: Any) -> list[ColumnElement[Any]]:
    return columns(schema, Grant, regions=Grant.ranges, state=_state(today), used_on=AccessUse.used_on, **more)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "regions": spans(pairs(row["regions"]), 12), "lines": spans(pairs(row["lines"]), 15)}


def spans(ranges: tuple[Range, ...], digits: int) -> list[dict[str, str]]:
    """Half-open ranges as a reader expects them: first and last code."""
    return [{"first": f"{low:0{digits}d}", "last": f"{high - 1:0{digits}d}"} for low, high in ranges]


async def grants(act: Act, filters: GrantFilters, ask: Ask) -> Page:
    """One page of grants that lie within the caller's scope, by subject."""
    query = select(*_grant_columns(GrantRead, act.today)).outerjoin(AccessUse, AccessUse.id == Grant.id)
    if filters.subject is not None:
        query = query.where(Grant.subject == filters.subject)
    if filters.role is not None:
        query = query.where(Grant.role == filters.role)
    if filters.state is not None:
        query = query.where(_state(act.today) == filters.state)
    if filters.unused_since is not None:
        query = query.where(or_(AccessUse.used_on.is_(None), AccessUse.used_on < filters.unused_since))
    found = await page(act, query, ask, GRANT_SORTS, [getattr(filters, name) for name in GrantFilters.model_fields])
    found.rows[:] = [_shown(row) for row in found.rows]
    return found


async def grant(act: Act, grant_id: UUID) -> dict[str, Any]:
    """One grant with what the caller may do. Raises NotFound."""
    query = (
        select(*_grant_columns(GrantRead, act.today))
        .outerjoin(AccessUse, AccessUse.id == Grant.id)
        .where(Grant.id == grant_id)
    )
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    refusal = None if Permission.grants_write in act.by.permissions else "permission"
    ended = "grant_ended" if row["state"] == "ended" else None
    return {**_shown(dict(row)), "allowed_actions": [action("end", refusal or ended)]}


async def client_state(act: Act, client_id: str) -> str | None:
    """Whether a client can be granted something: None when it can, else the code of what is wrong."""
    row = (await act.session.execute(select(Client.disabled_at).where(Client.client_id == client_id))).first()
    if row is None:
        return "subject_unknown"
    return "client_disabled" if row[0] is not None else None


async def roles_between(act: Act, subject: str, start: date, end: date | None) -> tuple[str, ...]:
    """The roles a subject holds at some time in a period [start, end)."""
    overlaps = [Grant.subject == subject, or_(Grant.valid_to.is_(None), Grant.valid_to > start)]
    if end is not None:
        overlaps.append(Grant.valid_from < end)
    return tuple(await act.session.scalars(select(Grant.role).where(and_(*overlaps))))


def _counted(which: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    query = select(func.count()).where(AccessReviewItem.review_id == AccessReview.id)
    return (query if which is None else query.where(which)).scalar_subquery()


def _review_columns() -> list[ColumnElement[Any]]:
    return columns(
        AccessReviewRead, AccessReview, grants=_counted(), undecided=_counted(AccessReviewItem.verdict.is_(None))
    )


async def reviews(act: Act, ask: Ask) -> Page:
    """One page of access reviews, the newest first."""
    return await page(act, select(*_review_columns()), ask, REVIEW_SORTS, "access_reviews")


async def review(act: Act, review_id: UUID) -> dict[str, Any]:
    """One access review with what the caller may do. Raises NotFound."""
    row = (await act.session.execute(select(*_review_columns()).where(AccessReview.id == review_id))).mappings().first()
    if row is None:
        raise NotFound()
    refusal = None if Permission.access_reviews_decide in act.by.permissions else "permission"
    closed = "review_closed" if row["closed_on"] is not None else None
    waiting = "review_open" if row["undecided"] else None
    actions = [action("decide", refusal or closed), action("close", refusal or closed or waiting)]
    return {**row, "allowed_actions": actions}


async def review_items(act: Act, review_id: UUID, undecided: bool, ask: Ask) -> Page:
    """One page of a review's grants, by subject. Raises NotFound."""
    await review(act, review_id)
    item = AccessReviewItem
    decided = {name: getattr(item, name) for name in ("verdict", "decided_by", "decided_at")}
    decided["decision_reason"] = item.why
    query = (
        select(*_grant_columns(AccessReviewItemRead, act.today, **decided))
        .join(AccessReviewItem, AccessReviewItem.grant_id == Grant.id)
        .outerjoin(AccessUse, AccessUse.id == Grant.id)
        .where(AccessReviewItem.review_id == review_id)
    )
    if undecided:
        query = query.where(AccessReviewItem.verdict.is_(None))
    found = await page(act, query, ask, ITEM_SORTS, (review_id, undecided))
    found.rows[:] = [_shown(row) for row in found.rows]
    return found
