"""The committed description of the API is the code's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.cli.description import text

COMMITTED = Path(__file__).parents[2] / "openapi.json"


def test_the_committed_description_is_the_codes() -> None:
    """`make openapi` rewrites it; what changed then stands in the commit for the frontend to read."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    told = json.loads(text())
    assert set(committed["paths"]) == set(told["paths"]), "run `make openapi`"
    assert COMMITTED.read_text(encoding="utf-8") == text(), "run `make openapi`"


def test_it_is_openapi_3_1_and_complete() -> None:
    """Every reference in it leads somewhere."""
    document = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    known = set(document["components"]["schemas"])
    found = set(json_references(document))
    assert {reference.removeprefix("#/components/schemas/") for reference in found} <= known


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation as committed, by `METHOD path`."""
    document = json.loads(COMMITTED.read_text(encoding="utf-8"))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def headers(operation: dict[str, Any]) -> set[str]:
    """The request headers an operation tells of."""
    return {told["name"] for told in operation.get("parameters", []) if told["in"] == "header"}


def test_what_http_asks_for_is_told() -> None:
    """A client that is generated from it can send a version, find the next page, ask for a file."""
    for name, operation in operations():
        answers = operation["responses"]
        assert ("428" in answers) == ("If-Match" in headers(operation)), name
        assert ("304" in answers) == ("If-None-Match" in headers(operation)), name
        assert all(each == each.title() or each in {"Last-Event-ID"} for each in headers(operation)), name
        if "201" in answers:
            assert "Location" in answers["201"]["headers"], name
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            assert {"413", "415"} <= set(answers), name
        page = answers.get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "/Listed_" in page.get("$ref", ""):
            assert "Link" in answers["200"]["headers"], name
            assert ("406" in answers) == ("text/csv" in answers["200"]["content"]), name


def json_references(node: object) -> list[str]:
    """Every $ref below a node."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in json_references(value)]
    if isinstance(node, list):
        return [found for value in node for found in json_references(value)]
    return []
