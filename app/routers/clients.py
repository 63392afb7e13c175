"""Machines that sign in by themselves: their secrets, and push tokens for departments without developers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.catalogues.datasets import DATASETS
from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound, StaleVersion, VersionRequired
from app.services.access import clients, pushes
from app.services.access.ledger import reads
from app.services.access.permissions import Permission
from app.services.access.schemas import (
    ClientCreate,
    ClientDetail,
    ClientRead,
    ClientWithSecret,
    Ending,
    PushTokenCreate,
    PushTokenDetail,
    PushTokenMade,
    PushTokenRead,
    SecretAdd,
)
from app.web import answers
from app.web.guards import May, access_changed
from app.web.lists import Listed, ListQuery
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1", tags=["access"], route_class=StrictRoute)

ClientsRead = Annotated[Act, May(Permission.clients_read)]
ClientsWrite = Annotated[Act, May(Permission.clients_write)]
ClientId = Annotated[UUID, Path(description="The client's row id (not its `client_id`).")]
SecretId = Annotated[UUID, Path(description="The secret's id.")]
PushTokenId = Annotated[UUID, Path(description="The push token's id.")]

CHANGES = declares(NotFound, Conflict, StaleVersion, VersionRequired)


@router.get("/clients", summary="List clients", response_model=Listed[ClientRead], responses=declares())
async def list_clients(act: ClientsRead, request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """The machines that may sign in and are administered within the caller's scope, by name."""
    return answers.listed(await reads.clients(act, query.ask()), request)


@router.post(
    "/clients", summary="Create a client", status_code=201, response_model=ClientWithSecret, responses=declares()
)
async def create_client(act: ClientsWrite, draft: ClientCreate) -> Response:
    """Enters a machine and answers its first secret, this once. It may do nothing until it is granted something."""
    return _shown_once(answers.created(ClientWithSecret, await clients.create(act, draft.name), "/v1/clients/{id}"))


@router.get("/clients/{client_id}", summary="Read a client", response_model=ClientDetail, responses=declares(NotFound))
async def read_client(act: ClientsRead, client_id: ClientId, request: Request) -> Response:
    """One client with its secrets (never the secrets themselves), when each was last used, and what may be done."""
    return answers.one(ClientDetail, await reads.client(act, client_id), request)


@router.post(
    "/clients/{client_id}/secrets",
    summary="Add a client secret",
    status_code=201,
    response_model=ClientWithSecret,
    responses=CHANGES,
)
async def add_client_secret(act: ClientsWrite, client_id: ClientId, draft: SecretAdd, request: Request) -> Response:
    """Adds the second secret of a change-over and answers it, this once. Both hold until the old one ends."""
    made = await clients.add_secret(act, client_id, answers.expected_version(request), draft.old_ends_at)
    return _shown_once(answers.created(ClientWithSecret, made, "/v1/clients/{id}"))


@router.post(
    "/clients/{client_id}/secrets/{secret_id}/end",
    summary="End a client secret",
    response_model=ClientDetail,
    responses=CHANGES,
)
async def end_client_secret(act: ClientsWrite, client_id: ClientId, secret_id: SecretId, request: Request) -> Response:
    """Ends a secret at once. Tokens it was exchanged for hold until they expire, at most an hour."""
    return answers.one(
        ClientDetail, await clients.end_secret(act, client_id, secret_id, answers.expected_version(request))
    )


@router.post("/clients/{client_id}/disable", summary="Disable a client", response_model=ClientDetail, responses=CHANGES)
async def disable_client(act: ClientsWrite, client_id: ClientId, ending: Ending, request: Request) -> Response:
    """Lets a client in no more: its secrets, its tokens and its push tokens stop working within seconds."""
    access_changed(request)
    done = await clients.disable(act, client_id, answers.expected_version(request), ending.reason)
    return answers.one(ClientDetail, done)


@router.get("/push-tokens", summary="List push tokens", response_model=Listed[PushTokenRead], responses=declares())
async def list_push_tokens(act: ClientsRead, request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Push tokens within the caller's scope, revoked and ended ones too, the newest first."""
    return answers.listed(await reads.push_tokens(act, query.ask()), request)


@router.post(
    "/push-tokens",
    summary="Create a push token",
    status_code=201,
    response_model=PushTokenMade,
    responses=declares(NotFound),
)
async def create_push_token(act: ClientsWrite, draft: PushTokenCreate) -> Response:
    """Makes a token that pushes one dataset under one grant from certain addresses, and answers it, this once.

    It reads nothing: a lost one opens no register, and works from nowhere else.
    """
    if draft.dataset not in DATASETS:
        raise Invalid(errors=(FieldError("/dataset", "dataset_unknown"),))
    return _shown_once(answers.created(PushTokenMade, await pushes.create(act, draft), "/v1/push-tokens/{id}"))


@router.get(
    "/push-tokens/{token_id}", summary="Read a push token", response_model=PushTokenDetail, responses=declares(NotFound)
)
async def read_push_token(act: ClientsRead, token_id: PushTokenId) -> Response:
    """One push token: whose it is, from where, until when, and the last day it was used."""
    return answers.one(PushTokenDetail, await reads.push_token(act, token_id))


@router.post(
    "/push-tokens/{token_id}/revoke",
    summary="Revoke a push token",
    response_model=PushTokenDetail,
    responses=declares(NotFound, Conflict),
)
async def revoke_push_token(act: ClientsWrite, token_id: PushTokenId, ending: Ending, request: Request) -> Response:
    """Takes a push token back; it is refused within seconds."""
    access_changed(request)
    return answers.one(PushTokenDetail, await pushes.revoke(act, token_id, ending.reason))


def _shown_once(answer: Response) -> Response:
    """A secret must not stay in a cache on the way."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
