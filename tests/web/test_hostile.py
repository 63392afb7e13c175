"""Every route that reads JSON meets every hostile body with a 4xx problem that echoes nothing."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from app.routers import ROUTERS
from tests.conftest import Api

SECRET = "330106199001011234"  # stands for any value that must not come back

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "not json": b"{" + SECRET.encode(),
    "900 deep": b"[" * 900 + b"]" * 900,
    "900 deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a million deep": b"[" * 1_000_000,
    "nan": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "overflowing float": b'{"name": 1e999}',
    "huge integer": b'{"name": ' + b"9" * 5000 + b"}",
    "65 bits": b'{"name": 36893488147419103232}',
    "nul": b'{"name": "a\\u0000b"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "latin-1": '{"name": "é"}'.encode("latin-1"),
    "utf-16": '{"name": "x"}'.encode("utf-16"),
    "duplicate key": b'{"name": "a", "name": "' + SECRET.encode() + b'"}',
    "unknown field": b'{"' + SECRET.encode() + b'": 1}',
    "trailing": b'{"name": "a"} {"name": "b"}',
    "a list": b"[]",
    "a string": b'"' + SECRET.encode() + b'"',
    "null": b"null",
    "over the limit": b'{"name": "' + b"x" * (2 << 20) + b'"}',
}


def _json_routes() -> list[tuple[str, str]]:
    found = []
    for context in iter_route_contexts([route for router in ROUTERS for route in router.routes]):
        route = context.original_route
        if isinstance(route, APIRoute) and route.body_field is not None and context.path is not None:
            found += [(method, context.path) for method in sorted(route.methods or ())]
    return sorted(found)


ROUTES = _json_routes()


def test_there_are_routes_to_try() -> None:
    assert len(ROUTES) >= 5


@pytest.fixture
async def officer(api: Api) -> httpx.AsyncClient:
    """Someone who may do everything, so that only the body can be the reason."""
    return await api.client()


async def test_hostile_bodies_are_refused_and_not_echoed(officer: httpx.AsyncClient) -> None:
    for method, template in ROUTES:
        path = template
        while "{" in path:
            start, end = path.index("{"), path.index("}")
            path = path[:start] + str(uuid4()) + path[end + 1 :]
        for name, body in HOSTILE.items():
            answer = await officer.request(
                method,
                path,
                content=body,
                headers={"content-type": "application/json", "if-match": '"1"', "idempotency-key": uuid4().hex},
            )
            told: dict[str, Any] = {"route": f"{method} {template}", "body": name, "status": answer.status_code}
            assert 400 <= answer.status_code < 500, told
            assert answer.headers["content-type"] == "application/problem+json", told
            assert SECRET not in answer.text, told
            assert len(answer.content) < 20_000, told


async def test_another_content_type_is_415(officer: httpx.AsyncClient) -> None:
    method, template = next(route for route in ROUTES if "{" not in route[1])
    answer = await officer.request(method, template, content=b"name=x", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=9999", "cursor=%00", "cursor=AAAA", "sort=%FF", "nope=1"]
)
async def test_hostile_queries_are_refused(officer: httpx.AsyncClient, query: str) -> None:
    answer = await officer.get(f"/v1/hosts?{query}")
    assert answer.status_code == 422, answer.text


async def test_nul_and_surrogates_in_paths_are_refused(officer: httpx.AsyncClient) -> None:
    for path in ("/v1/hosts/%00", "/v1/regions/%00", "/v1/regions/%ED%A0%80", "/v1/hosts/" + "9" * 4000):
        answer = await officer.get(path)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
