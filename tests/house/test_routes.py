"""Every route names its permission and says what it does, what it needs and how it fails."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.core.config import Settings
from app.main import create_app
from app.services.access.permissions import Permission
from app.web.openapi import permission_of

ROUTERS = Path(__file__).parents[2] / "app" / "routers"
OPEN = {
    "read_liveness",
    "read_readiness",
    "list_labels",
    "list_languages",
    "issue_token",
    "list_signing_keys",
    "read_authorization_server",
    "read_joint_meeting_calendar",
    "read_reminder_calendar",
}
"""Open to all, deliberately: a supervisor's questions, texts that hold nothing of anybody, and the way in. And
calendars, which have a guard of their own: it knows no permission but their token."""
STANDARD = {"/oauth/token", "/oauth/jwks.json", "/.well-known/oauth-authorization-server"}
"""Paths that OAuth names, or that its readers expect."""
METHODS = {"get", "post", "put", "patch", "delete"}
VERB_NOUN = re.compile(r"[a-z]+(_[a-z0-9]+)+")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application without a database behind it."""
    state = tmp_path_factory.mktemp("state")
    return create_app(Settings.load(database_url="postgresql+asyncpg://nobody@localhost/nothing", state=state))


@pytest.fixture(scope="module")
def routes(application: FastAPI) -> list[APIRoute]:
    """All routes of ours, included ones too; the bundled documentation pages are no operations."""
    found = [context.original_route for context in iter_route_contexts(application.routes)]
    return [route for route in found if isinstance(route, APIRoute) and route.include_in_schema]


@pytest.fixture(scope="module")
def operations(application: FastAPI) -> dict[str, dict[str, Any]]:
    """What the document says, by `METHOD path`."""
    paths = application.openapi()["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in METHODS
    }


def decorated() -> int:
    """How many operations the routers' source declares: counted another way, so that a blind walk is noticed."""
    count = 0
    for path in ROUTERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = [part.func for part in node.decorator_list if isinstance(part, ast.Call)]
                count += sum(isinstance(call, ast.Attribute) and call.attr in METHODS for call in calls)
    return count


def test_the_walk_sees_every_route(routes: list[APIRoute], operations: dict[str, dict[str, Any]]) -> None:
    """FastAPI hides included routes from `app.routes`; a walk that sees none would pass every test below."""
    assert len(routes) == decorated() == len(operations)


def test_every_route_names_a_permission(routes: list[APIRoute]) -> None:
    """There is no way to the database without one; the few open routes are listed here."""
    assert {route.name for route in routes if permission_of(route) is None} == OPEN
    known = {str(permission) for permission in Permission}
    assert {permission_of(route) for route in routes} <= known | {None}


def test_every_operation_introduces_itself(operations: dict[str, dict[str, Any]]) -> None:
    """Summary, description, failures, and where an answer has a body, its schema."""
    for name, operation in operations.items():
        assert operation["summary"].strip(), name
        assert len(operation["description"].strip()) > 20, name
        answers = operation["responses"]
        problems = {status for status in answers if status.startswith(("4", "5"))}
        assert {"422", "500", "503"} <= problems, name
        for status in problems:
            assert "application/problem+json" in answers[status]["content"], f"{name} {status}"


def shown(node: Any, schemas: dict[str, Any], path: tuple[str, ...] = ()) -> bool:
    """Whether a schema, or anything it is made of, carries an example."""
    if isinstance(node, list):
        return any(shown(part, schemas, path) for part in node)
    if not isinstance(node, dict):
        return False
    if "example" in node or "examples" in node:
        return True
    name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
    if name:
        return name not in path and shown(schemas[name], schemas, (*path, name))
    return any(shown(part, schemas, path) for part in node.values())


def test_every_body_and_answer_has_an_example(application: FastAPI, operations: dict[str, dict[str, Any]]) -> None:
    """What a frontend reads first."""
    schemas = application.openapi()["components"]["schemas"]
    bare = []
    for name, operation in operations.items():
        answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        for status, part in {**answers, "body": operation.get("requestBody", {})}.items():
            contents = part.get("content", {}).values()
            if contents and not any(shown(content, schemas) for content in contents):
                bare.append(f"{name} {status}")
    assert not bare


def test_operation_ids_are_stable_and_unique(operations: dict[str, dict[str, Any]]) -> None:
    """verb_noun: a generated client's method names."""
    ids = Counter(operation["operationId"] for operation in operations.values())
    assert not [name for name, times in ids.items() if times > 1]
    assert not [name for name in ids if not VERB_NOUN.fullmatch(name)]


def test_every_parameter_and_body_is_described(operations: dict[str, dict[str, Any]]) -> None:
    """A parameter whose meaning must be guessed is guessed wrongly."""
    bare = [
        f"{name}: {parameter['name']}"
        for name, operation in operations.items()
        for parameter in operation.get("parameters", [])
        if not (parameter.get("description") or parameter["schema"].get("description")) and parameter["in"] != "path"
    ]
    assert not bare


def test_paths_are_plural_nouns_under_v1(operations: dict[str, dict[str, Any]]) -> None:
    """One version in the path, snake_case parameters, words joined by hyphens."""
    for name in operations:
        path = name.split(" ")[1]
        if path in STANDARD:
            continue
        assert path.startswith(("/v1/", "/health/")), name
        for part in path.strip("/").split("/"):
            assert re.fullmatch(r"\{[a-z_]+\}|[a-z0-9]+(-[a-z0-9]+)*(\.csv|\.ics)?", part), name
