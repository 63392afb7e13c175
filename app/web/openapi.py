"""What OpenAPI says of every operation: its failures as problem documents, its permission, a stable operationId."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field

from app.core import errors
from app.core.errors import Failure
from app.core.labels import label
from app.web import described, feeds, linking
from app.web.failures import HeadTooLarge, TookTooLong, TooManyRequests, TooSlow
from app.web.guards import permission_in
from app.web.problems import MEDIA, TYPE


class ProblemError(BaseModel):
    """One thing wrong with one place of the request."""

    pointer: str = Field(description="JSON pointer into the body, or the parameter's name.")
    code: str = Field(description="Stable code.")
    detail: str = Field(description="What is wrong and what to do, in the reader's language.")


class FindingRead(BaseModel):
    """What a rule found."""

    code: str
    severity: str = Field(description="hard, departure or advice.")
    text: str
    limit: Any = Field(description="The policy's number.")
    actual: Any = Field(description="The figure it met.")
    citation: str = Field(description="The document the number is taken from.")


class Problem(BaseModel):
    """RFC 9457 problem document. Rejected values are never echoed."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": TYPE + "not_found",
                "code": "not_found",
                "title": "Not found",
                "status": 404,
                "detail": "There is no such thing, or it lies outside your scope.",
                "request_id": "0f8fad5bd9cb469fa16570867728950e",
                "errors": [],
            }
        }
    )

    type: str = Field(description="Stable URN of the kind of problem.")
    code: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemError]
    findings: list[FindingRead] = Field(default_factory=list, description="Only for rule_violation.")


ALWAYS: tuple[type[Failure], ...] = (
    errors.BadRequest,
    errors.Unauthenticated,
    errors.Forbidden,
    TooSlow,
    errors.Invalid,
    TooManyRequests,
    HeadTooLarge,
    errors.Busy,
    TookTooLong,
    Failure,
)

WAIT: dict[str, Any] = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
HEADERS: dict[int, dict[str, Any]] = {
    429: {
        "Retry-After": WAIT,
        "RateLimit-Policy": {
            "description": "The policy: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers).",
            "schema": {"type": "string", "examples": ['"client";q=1200;w=60']},
        },
        "RateLimit": {
            "description": "What is left: `r` requests; whole again in `t` seconds. Other answers carry both, too.",
            "schema": {"type": "string", "examples": ['"client";r=0;t=60']},
        },
    },
    503: {"Retry-After": WAIT},
}


def declares(*failures: type[Failure]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: those every operation has, and these."""
    by_status: dict[int, list[str]] = {}
    for failure in (*ALWAYS, *failures):
        by_status.setdefault(failure.status, []).append(failure.slug)
    return {
        status: {
            "description": "; ".join(label("problem", slug, "en") for slug in slugs),
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
        }
        for status, slugs in sorted(by_status.items())
    }


def permission_of(route: APIRoute) -> str | None:
    """The permission its guard asks for; None for the few open routes."""
    permission = permission_in(route.dependant)
    return None if permission is None else str(permission)


def describe(app: FastAPI) -> dict[str, Any]:
    """The application's OpenAPI document with permissions, security and the problem schema filled in."""
    if app.openapi_schema:
        return app.openapi_schema
    document: dict[str, Any] = FastAPI.openapi(app)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    document["components"].setdefault("securitySchemes", {})["bearer"] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of `/oauth/token`, of the OpenID provider, of `liangxin token`, or a push token.",
    }
    document["components"]["securitySchemes"][feeds.SCHEME] = feeds.DESCRIBED
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        permission = permission_of(route)
        for method in route.methods or ():
            operation = document["paths"][context.path][method.lower()]
            operation["x-permission"] = permission
            operation["security"] = [{"bearer": []}] if permission else []
            if feeds.by_feed_token(route.dependant):
                operation["security"] = [{feeds.SCHEME: []}]
            if permission:
                operation["description"] += f"\n\nPermission: `{permission}`."
    described.complete(document, declares(*described.BODY_FAILURES))
    linking.link(document)
    app.openapi_schema = document
    return document
