"""Signing in of machines: OAuth 2.0 client credentials (RFC 6749), the key set (RFC 7517), the metadata (RFC 8414)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.core.errors import TooLarge, UnsupportedMedia
from app.services.access.issuing import Locked
from app.web import answers
from app.web.failures import TooManyRequests
from app.web.openapi import declares
from app.web.state import address_of, request_id_of, state_of
from app.web.strict import StrictRequest, StrictRoute

router = APIRouter(tags=["access"], route_class=StrictRoute)

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
KEYS_KEPT = 300  # seconds a reader may keep the key set, and never longer than half of what a new key waits
MOST_FIELDS = 20


class TokenRead(BaseModel):
    """A token as RFC 6749 5.1 shapes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"access_token": "eyJhbGciOiJFZDI1NTE5Iiwi…", "token_type": "Bearer", "expires_in": 600}
        }
    )

    access_token: str = Field(description="A JWT of type at+jwt (RFC 9068).")
    token_type: str
    expires_in: int = Field(description="Seconds.")


class TokenRefused(BaseModel):
    """A refusal as RFC 6749 5.2 shapes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"error": "invalid_client", "error_description": "Unknown client, or not its secret."}
        }
    )

    error: str = Field(description="invalid_request, invalid_client, unsupported_grant_type or invalid_scope.")
    error_description: str


class KeySet(BaseModel):
    """The public keys that verify our tokens, the next one included."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "keys": [
                    {
                        "kty": "OKP",
                        "crv": "Ed25519",
                        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                        "alg": "Ed25519",
                        "use": "sig",
                    }
                ]
            }
        }
    )

    keys: list[dict[str, Any]]


class ServerMetadata(BaseModel):
    """Where and how machines sign in."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "issuer": "https://liangxin.example.gov.cn",
                "token_endpoint": "https://liangxin.example.gov.cn/oauth/token",
                "jwks_uri": "https://liangxin.example.gov.cn/oauth/jwks.json",
                "grant_types_supported": [GRANT],
                "response_types_supported": [],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        }
    )

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


REFUSALS = declares(TooLarge, UnsupportedMedia)
for _status in (400, 401):
    REFUSALS[_status]["content"]["application/json"] = {"schema": {"$ref": "#/components/schemas/TokenRefused"}}
REFUSALS[401]["model"] = TokenRefused  # so that the schema is among the components

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The client's id and secret stand in the Authorization header (Basic) or here, not in both.",
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "const": GRANT},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                    },
                    "additionalProperties": {"type": "string", "description": "Read over, as RFC 6749 3.2 has it."},
                    "maxProperties": MOST_FIELDS,
                },
                "example": {
                    "grant_type": GRANT,
                    "client_id": "client-9f86d081884c7d659a2feaa0c55ad015",
                    "client_secret": "lxs_Zk3rUuWmJtq0Yg8oN1sXcVb7Hd5fQe2aLwPiTzRyKxE",
                },
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A refusal in RFC 6749's own words. `basic`: the client tried the Authorization header."""

    error: str
    description: str
    status: int = 400
    basic: bool = False

    def answer(self) -> Response:
        """As a response."""
        headers = dict(UNKEPT)
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="liangxin", charset="UTF-8"'
        return answers.answer({"error": self.error, "error_description": self.description}, self.status, headers)


@router.post(
    "/oauth/token",
    summary="Issue a token",
    response_model=TokenRead,
    responses=REFUSALS,
    openapi_extra=BODY,
)
async def issue_token(request: Request) -> Response:
    """A short-lived token for a machine that shows its id and secret (OAuth 2.0 client credentials).

    The token says who it is and no more; what it may do is read from its grants when it is used. Ask again when it
    has ended; there is no refresh token. After five failures a client waits at that address, one second at first and
    twice as long each time, fifteen minutes at most (429 with Retry-After). Refusals have RFC 6749's shape,
    `{"error": …}`.
    """
    try:
        form = _form(request, await StrictRequest(request.scope, request.receive).body())
        client_id, secret = _client(request, form)
        _asks_what_is_offered(form)
        origin = address_of(request)
        issued = await state_of(request).issuer.token(client_id, secret, request_id_of(request), origin)
        if isinstance(issued, Locked):
            raise TooManyRequests(retry_after=issued.seconds, reason="sign_in")
        if issued is None:
            raise Refusal("invalid_client", "Unknown client, or not its secret.", 401)
    except Refusal as refusal:
        return refusal.answer()
    body = {"access_token": issued.token, "token_type": "Bearer", "expires_in": issued.seconds}
    return answers.answer(body, headers=UNKEPT)


@router.get("/oauth/jwks.json", summary="List signing keys", response_model=KeySet, responses=declares())
async def list_signing_keys(request: Request) -> Response:
    """The public keys that verify tokens of `/oauth/token`; a new one is here well before it signs."""
    ring = state_of(request).ring
    kept = min(KEYS_KEPT, int(ring.terms.lead.total_seconds() / 2))
    return answers.answer(await ring.jwks(), headers={"Cache-Control": f"public, max-age={kept}"})


@router.get(
    "/.well-known/oauth-authorization-server",
    summary="Read the authorization server's metadata",
    response_model=ServerMetadata,
    responses=declares(),
)
async def read_authorization_server(request: Request) -> Response:
    """Where and how machines sign in, as RFC 8414 has it. Set `LIANGXIN_ISSUER` to the service's public address."""
    base = str(request.base_url).rstrip("/")
    return answers.answer(
        {
            "issuer": state_of(request).issuer.issuer,
            "token_endpoint": f"{base}/oauth/token",
            "jwks_uri": f"{base}/oauth/jwks.json",
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


def _form(request: Request, body: bytes) -> dict[str, str]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise UnsupportedMedia(allowed=FORM)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Refusal("invalid_request", "The body is no form.") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refusal("invalid_request", "A parameter is there twice.")
    return {name: value for name, value in pairs if value}  # RFC 6749 3.2: one without a value counts as left out


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Id and secret, from the one place where they stand."""
    header = request.headers.get("authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise Refusal("invalid_client", "Send the client's id and secret.", 401)
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        raise Refusal("invalid_request", "Id and secret stand in the header or in the body, not in both.")
    scheme, _, code = header.partition(" ")
    try:
        name, colon, secret = base64.b64decode(code.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as error:
        raise Refusal("invalid_client", "The Authorization header is no Basic one.", 401) from error
    if scheme.lower() != "basic" or not colon:
        raise Refusal("invalid_client", "The Authorization header is no Basic one.", 401)
    client_id = unquote_plus(name)
    if form.get("client_id", client_id) != client_id:
        raise Refusal("invalid_request", "The header and the body name two clients.")
    return client_id, unquote_plus(secret)


def _asks_what_is_offered(form: Mapping[str, str]) -> None:
    if "grant_type" not in form:
        raise Refusal("invalid_request", "grant_type is missing.")
    if form["grant_type"] != GRANT:
        raise Refusal("unsupported_grant_type", f"Only {GRANT} is offered.")
    if "scope" in form:
        raise Refusal("invalid_scope", "There are no scopes here: what a client may do stands in its grants.")
